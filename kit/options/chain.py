"""From a chain, a row an option, to a row an expiry: its forward, volatility at the forward, skew, model-free variance.

A chain frame has a row an option and snapshot: ``time`` and ``expiry`` (UTC), ``strike`` (price), ``right`` (+1 call,
-1 put), ``forward`` and ``index`` (price), ``bid``, ``ask``, ``mark`` (premium in coin; no bid or ask is missing, or 0)
and ``mark_iv`` (annual volatility, 0.6 for 60 %).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.options import black, modelfree
from kit.refusal import Refusal

NUMBERS = ("strike", "right", "forward", "index", "bid", "ask", "mark", "mark_iv")
QUARTER = 0.25
"""Delta of the options whose volatilities are compared for the skew."""
REACH = 2.0
"""Standard deviations to both sides of the forward: the variance of a strip that ends sooner is too low."""


def by_expiry(chain, delta=QUARTER, reach=REACH) -> pd.DataFrame:
    """One row an expiry and snapshot.

    - Options that have expired, have no bid, or no volatility, say nothing.
    - Of each strike the option out of the money is taken, its moneyness by its own row's forward: a snapshot of a chain
      takes minutes, and the forward moves meanwhile.
    - Volatilities are linear between strikes, and missing beyond the outermost.

    Parameters
    ----------
    chain : frame
    delta : float
        Absolute delta (without the premium) of put and call in the skew.
    reach : float
        Standard deviations to either side that a strip must span; it is missing where it does not.

    Returns
    -------
    pandas.DataFrame
        In order of time and expiry: ``time, expiry, years, index, forward`` (median of those stated), ``parity`` (the
        forward by put-call parity), ``atm`` (volatility at the forward), ``skew`` (of the delta put less that of the
        call), ``model_free`` (`modelfree.of_smile`; missing where the forward is beyond the strikes), ``strip``
        (`modelfree.total_variance` of mid quotes), ``n`` (options out of the money that have a bid). Volatilities are
        annual.

    Raises
    ------
    Refusal
        A column is missing, or nothing is left.
    """
    live = alive(chain)
    if live.empty:
        raise Refusal("no option that has yet to expire", file="chain", remedy="take another period")
    starts = live.groupby(["time", "expiry"], sort=False).ngroup().diff().ne(0).to_numpy().nonzero()[0]
    columns = {name: live[name].to_numpy(dtype=np.float64) for name in (*NUMBERS, "years")}
    ends = [*starts[1:], len(live)]
    rows = [_expiry({name: x[lo:hi] for name, x in columns.items()}, delta, reach)
            for lo, hi in zip(starts, ends, strict=True)]
    return pd.concat([live[["time", "expiry"]].iloc[starts].reset_index(drop=True), pd.DataFrame(rows)], axis=1)


def alive(chain) -> pd.DataFrame:
    """Options that have yet to expire, in order of time, expiry, strike and right, with ``years`` to the expiry."""
    chain = backend.release(chain)
    missing = [name for name in ("time", "expiry", *NUMBERS) if name not in chain.columns]
    if missing:
        raise Refusal("missing", file="chain", column=missing[0], remedy=f"have {', '.join(map(str, chain.columns))}")
    left = (chain["expiry"] - chain["time"]) / pd.Timedelta(clock.YEAR, "ns")
    chain = chain.assign(years=left)[left > 0]
    return chain.sort_values(["time", "expiry", "strike", "right"], kind="stable", ignore_index=True)


def smile(chain, time=None) -> pd.DataFrame:
    """Volatilities out of the money of one snapshot, by default the last: what `by_expiry` interpolates.

    Parameters
    ----------
    chain : frame
    time : UTC timestamp, optional

    Returns
    -------
    pandas.DataFrame
        ``expiry, years, strike, log_moneyness`` (of strike over forward), ``vol``.
    """
    live = alive(chain)
    live = live[live["time"] == (live["time"].max() if time is None else time)]
    at = live.groupby("expiry")["forward"].transform("median")
    live = live[_out_of_the_money(live["strike"], live["right"], at) & _quoted(live["bid"], live["mark_iv"])]
    return pd.DataFrame({"expiry": live["expiry"], "years": live["years"], "strike": live["strike"], "vol":
                         live["mark_iv"], "log_moneyness": np.log(live["strike"] / live["forward"])})


def _out_of_the_money(strike, right, forward):
    return right * (strike - forward) >= 0


def _quoted(bid, vol):
    return (bid > 0) & (vol > 0)


def _expiry(x, delta, reach):
    """What one expiry says."""
    forward, years = float(np.median(x["forward"])), float(np.median(x["years"]))
    out = _out_of_the_money(x["strike"], x["right"], forward) & _quoted(x["bid"], x["mark_iv"])
    k, vol = np.log(x["strike"] / x["forward"])[out], x["mark_iv"][out]
    atm = _between(0.0, k, vol)
    call_delta = black.delta(1.0, np.exp(k), vol, years, black.CALL)[::-1]  # that of the put, plus 1
    put, call = (_between(at, call_delta, vol[::-1]) for at in (1 - delta, delta))
    parity, strip = _strip(x, forward, years, reach * atm * np.sqrt(years))
    model_free = np.nan if np.isnan(atm) else np.sqrt(modelfree.of_smile(k, vol, years) / years)
    return {"years": years, "index": float(np.median(x["index"])), "forward": forward, "parity": parity, "atm": atm,
            "skew": put - call, "model_free": model_free, "strip": strip, "n": int(out.sum())}


def _strip(x, forward, years, reach):
    """Forward by parity, and volatility by the sum over mid quotes that go `reach` in log-moneyness to both sides."""
    strike, at = np.unique(x["strike"], return_inverse=True)
    quotes = np.full((2, 2, len(strike)), np.nan)
    for side, right in enumerate((black.CALL, black.PUT)):
        rows = x["right"] == right
        quotes[side][:, at[rows]] = x["bid"][rows] * x["forward"][rows], x["ask"][rows] * x["forward"][rows]
    call, put = (modelfree.mid(*side) for side in quotes)
    parity = modelfree.parity_forward(strike, call, put, years)
    if strike[0] > forward:
        return parity, np.nan
    strip = modelfree.strip(strike, *quotes[0], *quotes[1], forward)
    if len(strip.strike) < 2 or not np.log([forward / strip.strike[0], strip.strike[-1] / forward]).min() >= reach:
        return parity, np.nan
    return parity, np.sqrt(modelfree.total_variance(strip, forward, years) / years)


def _between(at, x, y):
    """y at a point between the first and the last of increasing x; missing beyond, and where there are none."""
    return float(np.interp(at, x, y, left=np.nan, right=np.nan)) if len(x) else np.nan
