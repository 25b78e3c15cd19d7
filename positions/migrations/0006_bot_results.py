import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0005_parameters_as_the_library_took_them'),
        ('positions', '0005_share_changes'),
    ]

    operations = [
        migrations.RenameModel('Books', 'BotResult'),
        migrations.AlterField(
            model_name='botresult',
            name='bot',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='result', serialize=False, to='bots.bot'),
        ),
        migrations.AlterModelOptions(name='botresult', options={}),
    ]
