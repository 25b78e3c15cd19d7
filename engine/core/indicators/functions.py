"""The functions of pandas-ta a bot may use, with their parameters and defaults.

A bot can reach only what is named here. A test proves that each of them looks at nothing but the past and has these
defaults; REFUSED names what looks ahead, or depends on which bar happens to be loaded first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.indicators.candles import PATTERNS

LONGEST = 500


@dataclass(frozen=True)
class Function:
    """One function of pandas-ta.

    Attributes:
        name: The name in a bot's configuration.
        title: The name in full.
        group: The group in the form.
        parameters: The numbers a person may choose, with the library's own defaults.
        fixed: What is always passed along, so that it does not look ahead, or names a pattern.
        calls: The library's function, where it has another name.
        dated: The function needs to know the time of each bar.
    """

    name: str
    title: str
    group: str
    parameters: Mapping[str, int | float] = field(default_factory=dict)
    fixed: Mapping[str, bool | str] = field(default_factory=dict)
    calls: str = ""
    dated: bool = False


def _group(group: str, *rows: tuple[str, str, dict[str, int | float]]) -> list[Function]:
    return [Function(name, title, group, parameters) for name, title, parameters in rows]


_ALL = [
    *_group(
        "momentum",
        ("ao", "Awesome Oscillator", {"fast": 5, "slow": 34}),
        ("apo", "Absolute Price Oscillator", {"fast": 12, "slow": 26}),
        ("bias", "Bias from the average", {"length": 26}),
        ("bop", "Balance of Power", {}),
        ("brar", "BRAR", {"length": 26}),
        ("cci", "Commodity Channel Index", {"length": 14, "c": 0.015}),
        ("cfo", "Chande Forecast Oscillator", {"length": 9}),
        ("cg", "Center of Gravity", {"length": 10}),
        ("cmo", "Chande Momentum Oscillator", {"length": 14}),
        ("coppock", "Coppock Curve", {"length": 10, "fast": 11, "slow": 14}),
        ("cti", "Correlation Trend Indicator", {"length": 12}),
        ("dm", "Directional Movement", {"length": 14}),
        ("dsp", "Detrended Synthetic Price", {"length": 14}),
        ("ebsw", "Even Better Sinewave", {"length": 40, "bars": 10}),
        ("er", "Efficiency Ratio", {"length": 10}),
        ("eri", "Elder Ray Index", {"length": 13}),
        ("fisher", "Fisher Transform", {"length": 9, "signal": 1}),
        ("fosc", "Forecast Oscillator", {"length": 14}),
        ("kdj", "KDJ", {"length": 9, "signal": 3}),
        (
            "kst",
            "Know Sure Thing",
            {
                "roc1": 10,
                "roc2": 15,
                "roc3": 20,
                "roc4": 30,
                "sma1": 10,
                "sma2": 10,
                "sma3": 10,
                "sma4": 15,
                "signal": 9,
            },
        ),
        ("linregslope", "Linear Regression Slope", {"length": 14}),
        ("log_return", "Log Return", {"length": 1}),
        ("lrsi", "Laguerre RSI", {"length": 14}),
        ("macd", "Moving Average Convergence Divergence", {"fast": 12, "slow": 26, "signal": 9}),
        ("macdext", "MACD Extended", {"fast": 12, "slow": 26, "signal": 9}),
        ("macdfix", "MACD Fix 12/26", {"signal": 9}),
        ("mom", "Momentum", {"length": 10}),
        ("percent_return", "Percent Return", {"length": 1}),
        ("pgo", "Pretty Good Oscillator", {"length": 14}),
        ("po", "Price Oscillator", {"length": 14}),
        ("ppo", "Percentage Price Oscillator", {"fast": 12, "slow": 26, "signal": 9}),
        ("psl", "Psychological Line", {"length": 12}),
        ("pvo", "Percentage Volume Oscillator", {"fast": 12, "slow": 26, "signal": 9}),
        ("roc", "Rate of Change", {"length": 10}),
        ("rocp", "Rate of Change Percentage", {"length": 10}),
        ("rocr", "Rate of Change Ratio", {"length": 10}),
        ("rocr100", "Rate of Change Ratio x 100", {"length": 10}),
        ("rsi", "Relative Strength Index", {"length": 14}),
        ("rsx", "Relative Strength Xtra", {"length": 14}),
        ("rvgi", "Relative Vigor Index", {"length": 14, "swma_length": 4}),
        ("slope", "Slope", {"length": 1}),
        ("smi", "Stochastic Momentum Index", {"fast": 5, "slow": 20, "signal": 5}),
        ("stc", "Schaff Trend Cycle", {"tclength": 10, "fast": 12, "slow": 26, "factor": 0.5}),
        ("stoch", "Stochastic Oscillator", {"k": 14, "d": 3, "smooth_k": 3}),
        ("stochf", "Fast Stochastic Oscillator", {"fastk": 5, "fastd": 3}),
        ("stochrsi", "Stochastic RSI", {"length": 14, "rsi_length": 14, "k": 3, "d": 3}),
        ("td_seq", "Tom DeMark Sequential", {}),
        ("trix", "Triple Exponential Average", {"length": 30, "signal": 9}),
        ("trixh", "TRIX with histogram", {"length": 18, "signal": 9}),
        ("tsi", "True Strength Index", {"fast": 13, "slow": 25, "signal": 13}),
        ("uo", "Ultimate Oscillator", {"fast": 7, "medium": 14, "slow": 28}),
        ("vwmacd", "Volume Weighted MACD", {"fast": 12, "slow": 26, "signal": 9}),
        ("willr", "Williams %R", {"length": 14}),
    ),
    *_group(
        "trend",
        ("adx", "Average Directional Index", {"length": 14}),
        ("aroon", "Aroon", {"length": 14}),
        ("chop", "Choppiness Index", {"length": 14}),
        ("cksp", "Chande Kroll Stop", {"p": 10, "x": 3.0, "q": 20}),
        ("decreasing", "Decreasing", {"length": 1}),
        ("increasing", "Increasing", {"length": 1}),
        ("minus_dm", "Minus Directional Movement", {"length": 14}),
        ("plus_dm", "Plus Directional Movement", {"length": 14}),
        ("pmax", "Profit Maximizer", {"length": 10, "multiplier": 3.0}),
        ("psar", "Parabolic Stop and Reverse", {"af0": 0.02, "max_af": 0.2}),
        ("qstick", "Q Stick", {"length": 10}),
        ("supertrend", "Supertrend", {"length": 7, "multiplier": 3.0}),
        ("ttm_trend", "TTM Trend", {"length": 6}),
        ("vhf", "Vertical Horizontal Filter", {"length": 28}),
        ("vortex", "Vortex", {"length": 14}),
    ),
    *_group(
        "average",
        ("alma", "Arnaud Legoux Moving Average", {"length": 10, "sigma": 6.0, "distribution_offset": 0.85}),
        ("avgprice", "Mean of open, high, low and close", {}),
        ("dema", "Double Exponential Moving Average", {"length": 10}),
        ("ema", "Exponential Moving Average", {"length": 10}),
        ("fwma", "Fibonacci Weighted Moving Average", {"length": 10}),
        ("hilo", "Gann High-Low Activator", {"high_length": 13, "low_length": 21}),
        ("hl2", "Mean of high and low", {}),
        ("hlc3", "Mean of high, low and close", {}),
        ("hma", "Hull Moving Average", {"length": 10}),
        ("ht_trendline", "Hilbert Instantaneous Trendline", {}),
        ("hwma", "Holt-Winter Moving Average", {"na": 0.2, "nb": 0.1, "nc": 0.1}),
        ("jma", "Jurik Moving Average", {"length": 7}),
        ("kama", "Kaufman Adaptive Moving Average", {"length": 10, "fast": 2, "slow": 30}),
        ("linreg", "Linear Regression", {"length": 14}),
        ("linregangle", "Linear Regression Angle", {"length": 14}),
        ("linregintercept", "Linear Regression Intercept", {"length": 14}),
        ("mama", "MESA Adaptive Moving Average", {}),
        ("mcgd", "McGinley Dynamic", {"length": 10}),
        ("medprice", "Median price", {}),
        ("midpoint", "Midpoint of closes", {"length": 2}),
        ("midprice", "Midpoint of high and low", {"length": 2}),
        ("ohlc4", "Mean of open, high, low and close", {}),
        ("pwma", "Pascal Weighted Moving Average", {"length": 10}),
        ("rma", "Wilder's Moving Average", {"length": 10}),
        ("sinwma", "Sine Weighted Moving Average", {"length": 14}),
        ("sma", "Simple Moving Average", {"length": 10}),
        ("ssf", "Super Smoother Filter", {"length": 10, "poles": 2}),
        ("swma", "Symmetric Weighted Moving Average", {"length": 10}),
        ("t3", "T3 Moving Average", {"length": 10, "a": 0.7}),
        ("tema", "Triple Exponential Moving Average", {"length": 10}),
        ("trima", "Triangular Moving Average", {"length": 10}),
        ("tsf", "Time Series Forecast", {"length": 14}),
        ("typprice", "Typical price", {}),
        ("vidya", "Variable Index Dynamic Average", {"length": 14}),
        ("vwma", "Volume Weighted Moving Average", {"length": 10}),
        ("wcp", "Weighted close", {}),
        ("wma", "Weighted Moving Average", {"length": 10}),
        ("zlma", "Zero Lag Moving Average", {"length": 10}),
    ),
    *_group(
        "volatility",
        ("aberration", "Aberration", {"length": 5, "atr_length": 15}),
        ("accbands", "Acceleration Bands", {"length": 20, "c": 4.0}),
        ("atr", "Average True Range", {"length": 14}),
        ("bbands", "Bollinger Bands", {"length": 5, "std": 2.0}),
        ("ce", "Chandelier Exit", {"length": 22, "multiplier": 3.0}),
        ("donchian", "Donchian Channel", {"lower_length": 20, "upper_length": 20}),
        ("hvol", "Historical Volatility", {"length": 20}),
        ("kc", "Keltner Channel", {"length": 20, "scalar": 2.0}),
        ("massi", "Mass Index", {"fast": 9, "slow": 25}),
        ("natr", "Normalized Average True Range", {"length": 14}),
        ("pdist", "Price Distance", {}),
        ("rvi", "Relative Volatility Index", {"length": 14}),
        ("true_range", "True Range", {}),
        ("ui", "Ulcer Index", {"length": 14}),
    ),
    *_group(
        "volume",
        ("adosc", "Accumulation/Distribution Oscillator", {"fast": 3, "slow": 10}),
        ("cmf", "Chaikin Money Flow", {"length": 20}),
        ("efi", "Elder's Force Index", {"length": 13}),
        ("emv", "Ease of Movement, one bar", {}),
        ("eom", "Ease of Movement", {"length": 14}),
        ("kvo", "Klinger Volume Oscillator", {"fast": 34, "slow": 55, "signal": 13}),
        ("marketfi", "Market Facilitation Index", {}),
        ("mfi", "Money Flow Index", {"length": 14}),
        ("pvol", "Price times volume", {}),
        ("vfi", "Volume Flow Indicator", {"length": 130, "coef": 0.2, "vcoef": 2.5}),
        ("vosc", "Volume Oscillator", {"fast": 14, "slow": 28}),
    ),
    *_group(
        "statistics",
        ("entropy", "Entropy", {"length": 10, "base": 2.0}),
        ("kurtosis", "Kurtosis", {"length": 30}),
        ("mad", "Mean Absolute Deviation", {"length": 30}),
        ("md", "Mean Deviation", {"length": 30}),
        ("median", "Median", {"length": 30}),
        ("quantile", "Quantile", {"length": 30, "q": 0.5}),
        ("skew", "Skew", {"length": 30}),
        ("stdev", "Standard Deviation", {"length": 30}),
        ("variance", "Variance", {"length": 30}),
        ("zscore", "Z Score", {"length": 30, "std": 1.0}),
    ),
    *_group(
        "candles",
        ("ha", "Heikin-Ashi", {}),
    ),
    Function("apo_ema", "APO of exponential averages", "momentum", {"fast": 12, "slow": 26}, {"mamode": "ema"}, "apo"),
    Function(
        "ppo_ema",
        "PPO of exponential averages",
        "momentum",
        {"fast": 12, "slow": 26, "signal": 9},
        {"mamode": "ema"},
        "ppo",
    ),
    Function("dpo", "Detrend Price Oscillator", "trend", {"length": 20}, {"centered": False}),
    Function(
        "ichimoku",
        "Ichimoku Cloud without its lagging span",
        "trend",
        {"tenkan": 9, "kijun": 26, "senkou": 52},
        {"include_chikou": False, "as_dataframe": True},
    ),
    Function("vwap", "Volume Weighted Average Price of the session", "average", dated=True),
    *(
        Function(f"cdl_{name}", f"{title}: 100, -100 or 0", "candles", {}, {"name": name}, "cdl_pattern")
        for name, title in PATTERNS.items()
    ),
]
# Beyond these limits the library silently takes its default; at 1 some averages have nothing to average.
LIMITS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "bbands": {"length": (2, LONGEST)},
    "ebsw": {"length": (39, LONGEST)},
    "hwma": {"na": (0.001, 0.999), "nb": (0.001, 0.999), "nc": (0.001, 0.999)},
    "quantile": {"q": (0.001, 0.999)},
    "ssf": {"poles": (2, 3)},
    "stdev": {"length": (2, LONGEST)},
    "t3": {"a": (0.001, 0.999)},
    "variance": {"length": (2, LONGEST)},
    "zscore": {"length": (2, LONGEST), "std": (1.0, 100.0)},
}
# The library swaps fast and slow of these where fast is above slow.
FAST_BEFORE_SLOW = frozenset(
    ("ao", "apo", "apo_ema", "macd", "macdext", "massi", "ppo", "ppo_ema", "pvo", "smi", "stc", "vosc", "vwmacd")
)
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}

_AHEAD = "looks at bars that are still to come"
_FROM_THE_FIRST = "is a sum from the first bar on, so it depends on how much history is loaded"
_OTHER_SERIES = "needs another series than the stock's own bars"
_AT_REST = "says of a price at rest what rounding leaves"
_FLAGS = "gives flags that a rule makes of other functions as well"
_UNPROVED = "is not proved here to say nothing of a price at rest"
REFUSED: Mapping[str, str] = {
    **dict.fromkeys(("beta", "correl", "long_run", "mavp", "short_run", "tsignals", "xsignals"), _OTHER_SERIES),
    **dict.fromkeys(("cvi", "inertia", "msw", "qqe", "stderr"), _AT_REST),
    **dict.fromkeys(("ht_dcperiod", "ht_dcphase", "ht_phasor", "ht_sine", "ht_trendmode"), _AT_REST),
    **dict.fromkeys(("adxr", "dx"), f"{_AT_REST}; adx does not"),
    **dict.fromkeys(("amat", "pvr", "squeeze", "squeeze_pro", "thermo"), _FLAGS),
    **dict.fromkeys(("avolume", "cdl_z", "cpr", "decay", "edecay", "hwc", "mmar", "rainbow", "sarext"), _UNPROVED),
    "smc_sweep": _UNPROVED,
    "cdl_pattern": "is offered pattern by pattern: cdl_engulfing, cdl_hammer and others",
    "ma": "is a name for averages that have names of their own",
    "tos_stdevall": _AHEAD,
    "vp": _AHEAD,
    "ad": _FROM_THE_FIRST,
    "aobv": _FROM_THE_FIRST,
    "drawdown": _FROM_THE_FIRST,
    "nvi": _FROM_THE_FIRST,
    "obv": f"{_FROM_THE_FIRST}; the built-in OBV is measured against its own average",
    "pvi": _FROM_THE_FIRST,
    "pvt": _FROM_THE_FIRST,
    "wad": _FROM_THE_FIRST,
}
