"""A curve beside the exchange's own volatility index, DVOL, of which a day's open, high, low and close are known."""

from __future__ import annotations

import pandas as pd

from kit.bootstrap import Bootstrap, in_columns
from kit.model.scores import correlation
from kit.options import premium

CALM = 0.04
"""High less low of a day, up to which the hour of the snapshot hardly matters."""
BY_DAYS = Bootstrap(horizon="1d")


def beside(curve, dvol) -> pd.DataFrame:
    """Volatilities implied for 30 days at each snapshot, and the index at that time of the day.

    - Within the day the index is taken to go straight from its open to its close. That is for comparison in hindsight:
      at the snapshot the close was not known.

    Parameters
    ----------
    curve : pandas.DataFrame
        See `kit.options.curve.curve`.
    dvol : pandas.DataFrame
        ``time`` (end of the day), ``open, high, low, close``.

    Returns
    -------
    pandas.DataFrame
        Indexed by the snapshots' time, on common days: ``atm``, ``model_free``, ``dvol`` and ``range`` (high less low
        of the day), annual volatilities.
    """
    days = dvol.assign(day=dvol["time"] - pd.Timedelta(1, "D")).drop(columns="time")
    both = curve.assign(day=curve["time"].dt.floor("D")).merge(days, on="day")
    passed = (both["time"] - both["day"]) / pd.Timedelta(1, "D")
    index = both["open"] + (both["close"] - both["open"]) * passed
    return pd.DataFrame({"atm": both["atm_30d"], "model_free": both["model_free_30d"], "dvol": index,
                         "range": both["high"] - both["low"]}).set_index(pd.DatetimeIndex(both["time"]))


def agreement(pairs, calm=CALM) -> pd.DataFrame:
    """Correlation with the index, and by how much the index is above: on all common days, and on the calm ones.

    Parameters
    ----------
    pairs : pandas.DataFrame
        As `beside` returns.
    calm : float
        Largest range of a day that counts as calm.

    Returns
    -------
    pandas.DataFrame
        A row per (measure, days): ``correlation`` and ``offset`` (index less measure), each with ``_low`` and
        ``_high``, and ``n``. Intervals are of the stationary bootstrap, and fixed-b Newey-West, over days.
    """
    found = {}
    for measure in ("atm", "model_free"):
        for name, rows in (("all", pairs), ("calm", pairs[pairs["range"] <= calm])):
            known = rows.dropna(subset=[measure, "dvol"])
            time = known.index.as_unit("ns").asi8
            scores = {"correlation": correlation(known["dvol"].to_numpy(), known[measure].to_numpy(), time, BY_DAYS),
                      "offset": premium.mean(known["dvol"] - known[measure], "1d")}
            found[measure, name] = in_columns(scores) | {"n": len(known)}
    return pd.DataFrame(found.values(), index=pd.MultiIndex.from_tuples(found, names=["measure", "days"]))
