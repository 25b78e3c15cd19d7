"""Backtests move to `research`: the table and what is in it stay, under a new name."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0015_backtests_count_closed_positions'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable('Backtest', 'research_backtest'),
                migrations.RenameIndex('Backtest', 'research_backtest_status', old_name='engine_back_status_5d8e8b_idx'),
            ],
            state_operations=[migrations.DeleteModel('Backtest')],
        ),
    ]
