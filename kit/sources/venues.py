"""One asset at several venues: readers of recordings that hold many markets in one file."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from kit import clock, sampling
from kit.refusal import Refusal
from kit.sources import tables

MINUTE = clock.duration("1min")

GROUPS = {
    "BTC-USD": {"coinbase": "coinbase_btcusd", "kraken": "kraken_btcusd", "cryptocom": "cryptocom_btcusd"},
    "BTC-USDT": {"binance": "binance_btcusdt", "coinbase": "coinbase_btcusdt", "kraken": "kraken_btcusdt",
                 "cryptocom": "cryptocom_btcusdt"},
    "BTC-Kraken": {"usd": "kraken_btcusd", "usdt": "kraken_btcusdt", "usdc": "kraken_btcusdc"},
}
"""Markets of March 2023 that go together: three dollar venues, four in USDT, three quote currencies at one venue."""

RATES = {"usdt": "kraken_usdtusd", "usdc": "kraken_usdcusd"}
"""Markets that say what a stablecoin is worth in dollars."""


def minutes(path, markets) -> pd.DataFrame:
    """Minute bars of many markets side by side, stamped when the minute is over.

    - A minute without trades is absent from the file, or stands there with volume 0 and the last price: its price is
      missing here, its volume 0, and nothing is carried forward.
    - A price's `age` is that of its minute, 0 in a minute with trades: when in the minute it was is not known.
    - There are no quotes: bids and asks are missing.

    Parameters
    ----------
    path : path-like
        Parquet with ``ts`` (when a minute opens), ``market``, ``close`` and ``volume``.
    markets : dict of str to str
        Venue, or whatever tells its columns apart, to the market's name in the file.

    Returns
    -------
    pandas.DataFrame
        The columns of `kit.columns.Venues`, a row a minute from the file's first to its last.

    Raises
    ------
    Refusal
        A market is not in the file, or has two bars of one minute.
    """
    types = {"ts": pa.timestamp("ns", "UTC"), "market": tables.TEXT, "close": tables.NUMBER, "volume": tables.NUMBER}
    bars = pd.concat([block.table.to_pandas() for block in tables.blocks(path, types)], ignore_index=True)
    missing = set(markets.values()) - set(bars["market"])
    if missing:
        raise Refusal(f"no market {min(missing)!r}", file=path, column="market",
                      remedy=f"choose from {', '.join(sorted(set(bars['market'])))}")
    twice = bars.duplicated(["ts", "market"])
    if twice.any():
        raise Refusal("two bars of one minute", file=path, row=int(twice.argmax()), remedy="keep the one that is right")
    opens = pd.date_range(bars["ts"].min(), bars["ts"].max(), freq="min", name="time")
    data = {"time": (opens + pd.Timedelta(minutes=1)).as_unit("ns")}
    for venue, market in markets.items():
        bar = bars[bars["market"] == market].set_index("ts").reindex(opens)
        data |= {f"{name}_{venue}": column for name, column in _market(bar).items()}
    return pd.DataFrame(data)


def _market(bar):
    """Columns of one market, a row a minute."""
    traded = bar["volume"].to_numpy() > 0
    row = np.arange(len(bar))
    last = np.maximum.accumulate(np.where(traded, row, -1))
    age = np.where(last >= 0, (row - last) * (MINUTE / clock.SECOND), np.nan)
    nothing = np.full(len(bar), np.nan)
    return {"price": np.where(traded, bar["close"].to_numpy(), np.nan), "bid": nothing, "ask": nothing,
            "volume": bar["volume"].fillna(0.0).to_numpy(np.float64), "age": age}


def march_2023(path, group) -> Iterator[dict[str, pd.DataFrame]]:
    """Bitcoin by the minute in March 2023, when USDC lost its peg.

    Parameters
    ----------
    path : path-like
    group : str
        A key of `GROUPS`.

    Yields
    ------
    dict of str to frame
        ``venues``, and ``rates``: time and ``rate_<venue>``, dollars for a unit of the venue's quote currency, as
        Kraken's book of that stablecoin said; missing in minutes in which it did not trade.
    """
    markets, known = GROUPS[group], minutes(path, RATES)
    rates = {"time": known["time"]}
    for venue, market in markets.items():
        coin = market.rpartition("btc")[2]
        rates[f"rate_{venue}"] = known[f"price_{coin}"] if coin in RATES else 1.0
    yield {"venues": minutes(path, markets), "rates": pd.DataFrame(rates)}


def prints(path) -> pd.DataFrame:
    """Trades of several venues in one file: the columns of `kit.columns.Trades` and ``venue``.

    Parameters
    ----------
    path : path-like
        Parquet with ``ts``, ``venue``, ``price``, ``amount`` and ``buy``, whether the taker bought.
    """
    types = {"ts": pa.timestamp("ns", "UTC"), "venue": tables.TEXT, "price": tables.NUMBER, "amount": tables.NUMBER,
             "buy": tables.FLAG}
    table = pd.concat([block.table.to_pandas() for block in tables.blocks(path, types)], ignore_index=True)
    return pd.DataFrame({"time": table["ts"], "venue": table["venue"], "price": table["price"], "size": table["amount"],
                         "side": np.where(table["buy"], 1, -1).astype("int8")})


def day_of_prints(path) -> Iterator[dict[str, pd.DataFrame]]:
    """A day of prints at several venues, all in dollars; see `side_by_side`."""
    trades = prints(path).sort_values("time", kind="stable", ignore_index=True)
    yield side_by_side({venue: {"trades": by_venue(trades, venue)} for venue in trades["venue"].unique()})


def spot_and_perpetual(spot, perpetual) -> Iterator[dict[str, pd.DataFrame]]:
    """A coin's spot pair and its perpetual, which are two things: their distance is carry, and reverts by funding.

    Parameters
    ----------
    spot, perpetual : dict of str to frame
        Quotes and trades on the exchange's clock, in order; see `side_by_side`.
    """
    kinds = ("quotes", "trades")
    yield side_by_side({"spot": {kind: spot[kind] for kind in kinds},
                        "perpetual": {kind: perpetual[kind] for kind in kinds}})


def side_by_side(feeds, every="1s") -> dict[str, pd.DataFrame]:
    """Venues of one currency on one clock, and what was traded at them.

    Parameters
    ----------
    feeds : dict of str to dict
        As of `kit.sampling.venues`, trades among them.

    Returns
    -------
    dict of str to frame
        ``venues`` from where all have been heard of, ``trades`` with a column ``venue``, in order of time, and
        ``rates``, all one.
    """
    grid = sampling.venues(feeds, every)
    trades = pd.concat([frames["trades"][["time", "price", "size", "side"]].assign(venue=venue)
                        for venue, frames in feeds.items()])
    return {"venues": grid, "trades": trades.sort_values("time", kind="stable", ignore_index=True),
            "rates": pd.DataFrame({"time": grid["time"], **{f"rate_{venue}": 1.0 for venue in feeds}})}


def by_venue(trades, venue) -> pd.DataFrame:
    """Trades of one venue."""
    return trades[trades["venue"] == venue].drop(columns="venue").reset_index(drop=True)
