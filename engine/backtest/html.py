"""A backtest's report as one page that needs no script and no network, in light and dark."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from engine.backtest.plot import Line, plot

TRADES_SHOWN = 2000

STYLE = """
:root{color-scheme:light dark;--ink:#1a2230;--soft:#5b6575;--paper:#fff;--line:#d9dee6;--up:#0a7f4f;--down:#b3261e;
--one:#1f5fbf;--two:#8a8f99;--three:#b9770e}
@media(prefers-color-scheme:dark){:root{--ink:#e8ecf3;--soft:#9aa5b5;--paper:#12161d;--line:#2a323e;--up:#4cc38a;
--down:#ff8f85;--one:#7fb0ff;--two:#9aa5b5;--three:#f0b45a}}
body{margin:0 auto;max-width:72rem;padding:1.5rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);
background:var(--paper)}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
p{margin:.25rem 0;color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.75rem 1rem;margin:1rem 0}
dt{color:var(--soft);font-size:.85rem}dd{margin:0;font-size:1.15rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.85rem;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
th:first-child,td:first-child,.words{text-align:left}.words{white-space:normal;min-width:16rem}
.up{color:var(--up)}.down{color:var(--down)}
svg{width:100%;height:auto;display:block}svg text{fill:var(--soft);font-size:12px}
.grid{stroke:var(--line)}.one{stroke:var(--one)}.two{stroke:var(--two)}.three{stroke:var(--three)}
.fall{fill:var(--down);opacity:.35;stroke:none}.key span{margin-right:1rem}.key .one{color:var(--one)}
.key .two{color:var(--two)}.key .three{color:var(--three)}
"""

# (label, name, how it is shown)
FIGURES = (
    ("Total return", "total_return", "percent"),
    ("Annual return", "annual_return", "percent"),
    ("Net profit", "net_profit", "money"),
    ("Buy and hold", "buy_and_hold_return", "percent"),
    ("SPY", "spy_return", "percent"),
    ("Sharpe", "sharpe", "ratio"),
    ("Sortino", "sortino", "ratio"),
    ("Calmar", "calmar", "ratio"),
    ("Largest drawdown", "max_drawdown", "money"),
    ("Largest drawdown, part of peak", "max_drawdown_fraction", "percent"),
    ("Profit factor", "profit_factor", "ratio"),
    ("Expectancy a closed position", "expectancy", "money"),
    ("Win rate, of closed positions", "win_rate", "percent"),
    ("Closed positions", "closed_positions", "count"),
    ("Still held", "still_held", "count"),
    ("Won", "won", "count"),
    ("Lost", "lost", "count"),
    ("Best position", "best", "money"),
    ("Worst position", "worst", "money"),
    ("Average win", "average_win", "money"),
    ("Average loss", "average_loss", "money"),
    ("Time invested", "exposure", "percent"),
    ("Turnover of the capital", "turnover", "ratio"),
    ("Average holding, minutes", "average_holding_minutes", "ratio"),
    ("Commission paid", "commission", "money"),
    ("Slippage and spread paid", "slippage", "money"),
    ("The same, basis points", "slippage_bps", "ratio"),
    ("Average worst excursion", "mae", "percent"),
    ("Average best excursion", "mfe", "percent"),
)


def report_html(report: Mapping[str, Any]) -> str:
    """Write the page of a report that `report_json` made."""
    config = report["config"]
    title = f"Backtest of {config['name']}, {report['from']} to {report['to']}"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{_about(report)}{_figures(report['metrics'])}{_plots(report['equity'])}"
        f"{_trades(report['trades'])}{_decisions(report['decisions'])}</body></html>"
    )


def _about(report: Mapping[str, Any]) -> str:
    config, costs = report["config"], report["costs"]
    paid = ", ".join(
        name.replace("_", " ") if value is True else f"{name.replace('_', ' ')} {value}"
        for name, value in costs.items()
        if value not in ("0", False)
    )
    lines = [
        f"{', '.join(config['symbols'])} on {report['timeframe']} bars; {', '.join(config['indicators'])} "
        f"({config['signal_mode']}); {shown(config['capital'], 'money')} of capital.",
        f"Costs: {paid or 'none'}. {report['bars']:,} bars, {report['ticks']:,} looks.",
        *report["notes"],
    ]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def _figures(metrics: Mapping[str, Any]) -> str:
    cells = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{shown(metrics[name], kind)}</dd></div>" for label, name, kind in FIGURES
    )
    return f"<h2>Figures</h2><dl>{cells}</dl>"


def _plots(points: Sequence[Mapping[str, Any]]) -> str:
    if not points:
        return ""
    labels = [point["at"][:16].replace("T", " ") for point in points]
    lines = [
        Line("Bot", "one", _numbers(points, "equity")),
        Line("Buy and hold", "two", _numbers(points, "buy_and_hold")),
    ]
    if points[0]["spy"] is not None:
        lines.append(Line("SPY", "three", _numbers(points, "spy")))
    key = "".join(f'<span class="{line.style}">&#9644; {line.name}</span>' for line in lines)
    falls = [-fall for fall in _numbers(points, "drawdown")]
    return (
        f'<h2>Equity</h2><p class="key">{key}</p>{plot(lines, labels, height=280)}'
        f"<h2>Drawdown</h2>{plot([Line('Drawdown', 'fall', falls)], labels, height=140, filled=True)}"
    )


def _numbers(points: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    return [float(point[name]) for point in points]


def _trades(trades: Sequence[Mapping[str, Any]]) -> str:
    head = ("Symbol", "Shares", "Bought", "at", "Sold", "at", "Result", "Return", "Worst", "Best")
    rows = []
    for trade in trades[:TRADES_SHOWN]:
        side = "up" if float(trade["profit_loss"]) > 0 else "down" if float(trade["profit_loss"]) < 0 else ""
        cells = (
            escape(trade["symbol"]),
            trade["quantity"],
            _time(trade["entry_at"]),
            trade["entry_price"],
            _time(trade["exit_at"]),
            trade["exit_price"],
        )
        rows.append(
            "<tr>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + f'<td class="{side}">{shown(trade["profit_loss"], "money")}</td>'
            + "".join(f"<td>{shown(trade[name], 'percent')}</td>" for name in ("return", "mae", "mfe"))
            + f'<td class="words">{escape(trade["entry_reason"])}<br>{escape(trade["exit_sentence"])}</td></tr>'
        )
    more = f"<p>The first {TRADES_SHOWN:,} of {len(trades):,}.</p>" if len(trades) > TRADES_SHOWN else ""
    titles = "".join(f"<th>{name}</th>" for name in head) + '<th class="words">Why</th>'
    body = "".join(rows) or '<tr><td colspan="11">No trades.</td></tr>'
    return (
        f'<h2>Trades</h2>{more}<div class="scroll"><table><thead><tr>{titles}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _decisions(decisions: Sequence[Mapping[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(row['action'])}</td><td class='words'>{escape(row['reason'].replace('_', ' '))}</td>"
        f"<td>{row['count']:,}</td></tr>"
        for row in decisions
    )
    return (
        "<h2>Decisions</h2><div class='scroll'><table><thead><tr><th>Action</th><th class='words'>Reason</th>"
        f"<th>Times</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def shown(value: Any, kind: str) -> str:
    """Write a figure for people; a dash stands for one that cannot be said.

    >>> shown("1234.5", "money"), shown(0.0213, "percent"), shown(None, "ratio")
    ('$1,234.50', '2.13 %', '–')
    """
    if value is None:
        return "–"
    if kind == "money":
        amount = float(value)
        return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"
    if kind == "percent":
        return f"{100 * value:,.2f} %"
    return f"{value:,}" if kind == "count" else f"{value:,.2f}"


def _time(text: str | None) -> str:
    return text[:16].replace("T", " ") if text else "still held"
