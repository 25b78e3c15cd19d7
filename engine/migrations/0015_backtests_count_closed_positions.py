from decimal import Decimal

from django.db import migrations


def count(apps, schema_editor):
    """Reports that are kept counted positions still held as closed at the last close."""
    for row in apps.get_model("engine", "Backtest").objects.filter(result__isnull=False).iterator(chunk_size=20):
        metrics, trades = row.result.get("metrics"), row.result.get("trades")
        if not isinstance(metrics, dict) or not isinstance(trades, list) or "trades" not in metrics:
            continue
        closed = [trade for trade in trades if trade["exit_at"] is not None]
        profits = [Decimal(trade["profit_loss"]) for trade in closed]
        wins, losses = [one for one in profits if one > 0], [one for one in profits if one < 0]
        del metrics["trades"]
        metrics |= {
            "closed_positions": len(profits),
            "still_held": len(trades) - len(profits),
            "won": len(wins),
            "lost": len(losses),
            "win_rate": round(len(wins) / len(profits), 6) if profits else None,
            "profit_factor": round(float(sum(wins) / -sum(losses)), 6) if losses else None,
            "expectancy": _text(sum(profits) / len(profits)) if profits else None,
            "best": _text(max(profits)) if profits else None,
            "worst": _text(min(profits)) if profits else None,
            "average_win": _text(sum(wins) / len(wins)) if wins else None,
            "average_loss": _text(sum(losses) / len(losses)) if losses else None,
            "mae": sum(trade["mae"] for trade in closed) / len(closed) if closed else None,
            "mfe": sum(trade["mfe"] for trade in closed) / len(closed) if closed else None,
        }
        row.save(update_fields=["result"])


def _text(amount):
    return f"{round(amount, 6).normalize():f}"


class Migration(migrations.Migration):

    dependencies = [
        ('engine', '0014_day_starts_deleted'),
    ]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
