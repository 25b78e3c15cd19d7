from typing import Any

from django.db import migrations

# What the library took instead of these, without a word: below or above its limits its own default.
REPLACED = {
    'bbands': {'length': (2, None, 5)},
    'quantile': {'q': (None, 0.999, 0.5)},
    'ssf': {'poles': (2, 3, 2)},
    'stdev': {'length': (2, None, 30)},
    't3': {'a': (None, 0.999, 0.7)},
    'variance': {'length': (2, None, 30)},
    'zscore': {'length': (2, None, 30)},
}
SWAPPED = ('ao', 'apo', 'macd', 'massi', 'ppo', 'pvo', 'smi', 'vosc')


def parameters_taken(indicators: Any) -> bool:
    """Write down what functions of pandas-ta were computed with. Returns whether anything was changed."""
    changed = False
    for parameters in indicators.values() if isinstance(indicators, dict) else ():
        function = parameters.get('pandas_ta') if isinstance(parameters, dict) else None
        if function == 'psar':
            # The library steps by af0 and never looked at it.
            changed |= parameters.pop('af', None) is not None
        for name, (low, high, taken) in REPLACED.get(function, {}).items():
            value = parameters.get(name)
            if isinstance(value, int | float) and (
                (low is not None and value < low) or (high is not None and value > high)
            ):
                parameters[name] = taken
                changed = True
        fast, slow = parameters.get('fast') if function else None, parameters.get('slow') if function else None
        if function in SWAPPED and isinstance(fast, int) and isinstance(slow, int) and fast > slow:
            parameters['fast'], parameters['slow'] = slow, fast
            changed = True
    return changed


def parameters_kept(apps: Any, schema_editor: Any) -> None:
    for bot in apps.get_model('bots', 'Bot').objects.iterator():
        if parameters_taken(bot.indicators):
            bot.save(update_fields=['indicators'])
    for version in apps.get_model('bots', 'BotVersion').objects.iterator():
        if isinstance(version.config, dict) and parameters_taken(version.config.get('indicators')):
            version.save(update_fields=['config'])


class Migration(migrations.Migration):

    dependencies = [
        ('bots', '0004_rsi_levels_within_their_side'),
    ]

    operations = [
        migrations.RunPython(parameters_kept, migrations.RunPython.noop),
    ]
