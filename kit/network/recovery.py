"""What was planted in the embedded deals and venues, beside what was found."""

from __future__ import annotations

import pandas as pd

from kit import backend, clock
from kit.bootstrap import mean
from kit.network.structure import tail

COLUMNS = ["planted", "found", "low", "high"]
PART = 0.1
"""Of the time, at the beginning and at the end, over which the hub's share is measured."""


def of_deals(law, deals, table) -> pd.DataFrame:
    """A row a quantity of the embedded deals.

    Parameters
    ----------
    law : kit.sources.synthetic.chain.deals.Dealers
    deals : pandas.DataFrame
    table : pandas.DataFrame
        A row a participant: ``core`` and ``market_centrality``.
    """
    core = set(table.index[table["core"]])
    seller, buyer = deals["seller"].isin(core), deals["buyer"].isin(core)
    time = backend.nanoseconds(deals["time"], "deals")
    hub = law.core[0]
    served = (seller != buyer).to_numpy()
    of_hub = ((deals["seller"] == hub) | (deals["buyer"] == hub)).to_numpy()
    done = (time - time[0]) / (time[-1] - time[0])
    quantities = tail((deals["volume"] / deals["price"]).to_numpy())
    place = table["market_centrality"].rank(ascending=False)[hub]
    rows = {"dealers in the core (1)": (law.dealers, len(core & set(law.core)), None, None),
            "clients in the core (1)": (0, len(core - set(law.core)), None, None),
            "place of the hub by centrality (1)": (1, place, None, None),
            "share of deals within the core (1)": (law.among, *_interval(mean(seller & buyer, time)))}
    for when, inside, middle in (("first", done < PART, PART / 2), ("last", done >= 1 - PART, 1 - PART / 2)):
        share = mean(of_hub[served & inside], time[served & inside])
        rows[f"hub's share of clients' deals, {when} tenth of the time (1)"] = law.hub_share(middle), *_interval(share)
    reach = 1.96 * quantities.error
    rows["exponent of quantities' tail (1)"] = (law.tail, quantities.exponent, quantities.exponent - reach,
                                                quantities.exponent + reach)
    return pd.DataFrame.from_dict(rows, "index", dtype=float, columns=COLUMNS)


def of_venues(law, connected, leads, told, every, coins) -> pd.DataFrame:
    """A row a quantity of the embedded venues.

    Parameters
    ----------
    law : kit.sources.synthetic.venues.Fragmented
    connected : kit.network.spillover.Connectedness
        Of returns.
    leads, told : kit.network.inferred.Inferred
        Of lead-lag, and of lagged signed flow.
    every : str
        Distance of the returns' rows.
    coins : dict of str to kit.network.inferred.Inferred
        Networks among embedded coins, which have nothing to do with each other.
    """
    seconds = clock.duration(every) / clock.SECOND
    news = law.volatility**2 * seconds
    alike = news / (news + law.deviation**2 * (1 - 0.5 ** (2 * seconds / law.half_life)))
    planted = {("leader", "follower"): 0.0, ("noisy", "follower"): 0.0, ("leader", "noisy"): alike / (1 + alike)}
    rows = {f"share of {to}'s variance from {by} (%)": (100 * share, *(100 * frame.loc[to, by] for frame in (
        connected.shares, connected.low, connected.high))) for (to, by), share in planted.items()}
    lags = leads.pairs.set_index(["source", "target"])[["effect", "low", "high"]]
    for (first, second), found in lags.iterrows():
        rows[f"lag of {second} behind {first} (s)"] = law.lag_of(first, second), *found
    rows["edges from flow to return, which was drawn at random (1)"] = 0, len(told.edges), None, None
    rows |= {f"edges among coins, {name} (1)": (0, len(network.edges), None, None) for name, network in coins.items()}
    return pd.DataFrame.from_dict(rows, "index", dtype=float, columns=COLUMNS)


def _interval(score):
    return score.value, score.low, score.high
