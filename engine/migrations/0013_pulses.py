from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0012_differences_told'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pulse',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('why', models.CharField(blank=True, max_length=200)),
            ],
        ),
    ]
