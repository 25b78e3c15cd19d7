from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0009_symbols_of_options'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnreadRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=100)),
                ('why', models.CharField(max_length=300)),
                ('raw', models.TextField()),
                ('symbol', models.CharField(blank=True, max_length=32)),
                ('order_id', models.CharField(blank=True, max_length=100)),
                ('first_seen', models.DateTimeField()),
                ('last_seen', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='unread_row_once')],
            },
        ),
    ]
