from typing import Any

from django.db import migrations


def levels_within(indicators: Any) -> bool:
    """Put RSI's levels from the other side of 50 onto 50, which is where they acted. Returns whether any was moved."""
    moved = False
    for key, parameters in indicators.items() if isinstance(indicators, dict) else ():
        if key.partition(':')[0] != 'RSI' or not isinstance(parameters, dict):
            continue
        for name, put in (('oversold', min), ('overbought', max)):
            level = parameters.get(name)
            if isinstance(level, int | float) and put(level, 50) != level:
                parameters[name] = 50
                moved = True
    return moved


def rsi_levels(apps: Any, schema_editor: Any) -> None:
    for bot in apps.get_model('bots', 'Bot').objects.iterator():
        if levels_within(bot.indicators):
            bot.save(update_fields=['indicators'])
    for version in apps.get_model('bots', 'BotVersion').objects.iterator():
        if isinstance(version.config, dict) and levels_within(version.config.get('indicators')):
            version.save(update_fields=['config'])


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0003_tick_counts'),
    ]

    operations = [
        migrations.RunPython(rsi_levels, migrations.RunPython.noop),
    ]
