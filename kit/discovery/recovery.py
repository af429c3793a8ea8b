"""What was planted in the embedded venues, beside what was found."""

from __future__ import annotations

import pandas as pd

from kit.bootstrap import mean
from kit.units import BP


def recovered(law, lead_lags, lives, edges, costs, spreads, concentration, components) -> pd.DataFrame:
    """A row a quantity: planted, found, and the interval of what was found.

    Parameters
    ----------
    law : kit.sources.synthetic.venues.Fragmented
    lead_lags : list of kit.discovery.leadlag.LeadLag
    lives : pandas.DataFrame
        As `edge.half_lives` returns it, of spreads named ``spread_<a>_<b>``.
    edges : pandas.DataFrame
        As `edge.persistence` returns it.
    costs : float
        Fees and haircut that are in `edges`, bp.
    spreads : pandas.DataFrame
        Log ratios in one currency.
    concentration : pandas.Series
        Herfindahl-Hirschman index of an hour.
    components : pandas.DataFrame
        As `discovery`'s table, of all venues.
    """
    rows = {f"lag of {one.venues[1]} behind {one.venues[0]} (s)": (law.lag_of(*one.venues), one.lag.value, one.lag.low,
                                                                   one.lag.high) for one in lead_lags}
    life = lives.loc["spread_leader_noisy"]
    rows["half-life of the noisy venue's deviation (s)"] = law.half_life, *life
    between = spreads["spread_leader_follower"].dropna()
    premium = mean(-BP * between, between.index.as_unit("ns").asi8)
    rows["follower's premium (bp)"] = law.premium, premium.value, premium.low, premium.high
    share = edges.loc["leader -> noisy", ["share", "share_low", "share_high"]]
    rows["time in which leader to noisy pays (1)"] = law.open_share(costs), *share
    rows["component share of the leader (1)"] = 1.0, *components.loc["leader", ["cs", "cs_low", "cs_high"]]
    known = concentration.dropna()
    half_hour = 1 / (2 * 6)
    rows["concentration in the first hour (1)"] = law.concentration(half_hour), known.iloc[0], None, None
    rows["concentration in the last hour (1)"] = law.concentration(1 - half_hour), known.iloc[-1], None, None
    return pd.DataFrame.from_dict(rows, "index", dtype=float, columns=["planted", "found", "low", "high"])
