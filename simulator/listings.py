"""Names and exchanges of the stocks the markets list; a replayed symbol that is not here is listed under its symbol."""

from simulator.market import Asset

_LISTINGS = {
    "AAPL": ("Apple Inc. Common Stock", "NASDAQ"),
    "AMD": ("Advanced Micro Devices, Inc. Common Stock", "NASDAQ"),
    "AMT": ("American Tower Corporation", "NYSE"),
    "AMZN": ("Amazon.com, Inc. Common Stock", "NASDAQ"),
    "BAC": ("Bank of America Corporation", "NYSE"),
    "BK": ("The Bank of New York Mellon Corporation", "NYSE"),
    "DFS": ("Discover Financial Services", "NYSE"),
    "GLD": ("SPDR Gold Shares", "ARCA"),
    "HALT": ("Pausing Industries, Inc.", "NASDAQ"),
    "GOOGL": ("Alphabet Inc. Class A Common Stock", "NASDAQ"),
    "JPM": ("JPMorgan Chase & Co.", "NYSE"),
    "KO": ("The Coca-Cola Company", "NYSE"),
    "META": ("Meta Platforms, Inc. Class A Common Stock", "NASDAQ"),
    "MSFT": ("Microsoft Corporation Common Stock", "NASDAQ"),
    "MU": ("Micron Technology, Inc.", "NASDAQ"),
    "NFLX": ("Netflix, Inc. Common Stock", "NASDAQ"),
    "NVDA": ("NVIDIA Corporation Common Stock", "NASDAQ"),
    "PPLT": ("abrdn Physical Platinum Shares ETF", "ARCA"),
    "QQQ": ("Invesco QQQ Trust, Series 1", "NASDAQ"),
    "SBUX": ("Starbucks Corporation", "NASDAQ"),
    "SLV": ("iShares Silver Trust", "ARCA"),
    "SPLT": ("Splitting Holdings plc", "NYSE"),
    "SPY": ("SPDR S&P 500 ETF Trust", "ARCA"),
    "THIN": ("Thinly Traded Bancorp", "NASDAQ"),
    "TRV": ("The Travelers Companies, Inc.", "NYSE"),
    "TSLA": ("Tesla, Inc. Common Stock", "NASDAQ"),
    "TZA": ("Direxion Daily Small Cap Bear 3X Shares", "ARCA"),
    "V": ("Visa Inc.", "NYSE"),
    "VOO": ("Vanguard S&P 500 ETF", "ARCA"),
    "VXXB": ("iPath Series B S&P 500 VIX Short-Term Futures ETN", "BATS"),
    "XLP": ("Consumer Staples Select Sector SPDR Fund", "ARCA"),
    "XOM": ("Exxon Mobil Corporation", "NYSE"),
}


def listed(symbol: str) -> Asset:
    name, exchange = _LISTINGS.get(symbol, (symbol, "NYSE"))
    return Asset(symbol, name, exchange)
