

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('level', models.CharField(choices=[('info', 'Info'), ('warning', 'Warning'), ('error', 'Error')], max_length=7)),
                ('words', models.CharField(max_length=600)),
                ('end_words', models.CharField(blank=True, max_length=600)),
                ('bot', models.BigIntegerField(null=True)),
                ('symbol', models.CharField(max_length=32, null=True)),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['-began_at', '-id'], name='notificatio_began_a_5dffdc_idx'), models.Index(fields=['ended_at'], name='notificatio_ended_a_d58fc9_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('kind', 'key'), name='one_standing_alert')],
            },
        ),
    ]
