"""Builders: who counts as one, and how concentrated the building of blocks is.

- A share is of the blocks, or of the value paid to proposers, in a stretch of time.
- Who counts as one is a choice that decides the answer: builders change keys daily and labels now and then.
- Aliases, and the names of keys, became known after the blocks: on the day, only what the block itself says was.
- Locally built blocks, which no relay delivered, are left out unless asked for; so are blocks whose builder the chosen
  identity does not name.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.bootstrap import Bootstrap, Score
from kit.events import Block
from kit.refusal import Refusal

IDENTITIES = ("name", "label", "owner", "fee_recipient", "pubkey", "extra_data")
"""Label with aliases merged, label as it stands, name by public key, and columns of the table as they are."""

ALIASES = {
    "Titan (titanbuilder.xyz)": "Titan Builder",
    "@rsyncbuilder": "rsync-builder.xyz",
    "penguinbuild.org": "@penguinbuild.org",
    "@builder0x69": "builder0x69", "by @builder0x69": "builder0x69", "by builder0x69": "builder0x69",
    "Gambit Labs (https://gmbit.co)": "Gambit Labs",
    "BuildAI (https://buildai.net)": "BuildAI",
    "bobTheBuilder.xyz": "bobTheBuilder", "bobthebuilder.xyz": "bobTheBuilder",
    "Powered by bloXroute": "bloXroute",
    "blocksmith.org": "Blocksmith (smithbuilder.io)",
    "https://blockbeelder.com ð\x9f\x90\x9d": "beelder",
    "i can hav block": "I can haz block?",
}
"""What builders wrote of themselves at other times, 2023-10 to 2024-04, and the label they are counted under."""

GWEI = 10**9
HOURS = Bootstrap(block="1h")


class Concentration(NamedTuple):
    """How concentrated building is."""

    by: str
    weight: str
    hhi: Score  #: Herfindahl-Hirschman index, the sum of squared shares
    normalised: float  #: from 0, all alike, to 1; NaN of one builder
    effective: float  #: number of equal builders that would be as concentrated
    builders: int
    leader: str
    leader_share: float
    whole: float  #: blocks, or ether, that were built by somebody


def identity(blocks, by="name", local=False) -> pd.Series:
    """Who built each block; missing where that is not known, or it was built locally and `local` is false.

    Parameters
    ----------
    blocks : pandas.DataFrame
        Kind ``builder_blocks``.
    by : str
        One of `IDENTITIES`.
    """
    if by not in IDENTITIES:
        raise Refusal(f"no identity is called {by!r}", remedy=f"choose from {', '.join(IDENTITIES)}")
    blocks, column = backend.release(blocks), "label" if by == "name" else by
    if column not in blocks.columns:
        raise Refusal("missing", file="builder_blocks", column=column,
                      remedy=f"have {', '.join(blocks.columns)}: take another identity")
    found = named(blocks["label"]) if by == "name" else blocks[by].astype("category")
    return found if local else found.where(blocks["mev_boost"])


def named(labels) -> pd.Series:
    """Labels with aliases merged."""
    return labels.astype("str").replace(ALIASES).astype("category")


def indices(counts) -> pd.DataFrame:
    """Measures of concentration of each row of a table of amounts by builder.

    Parameters
    ----------
    counts : pandas.DataFrame, shape (rows, builders)
        Blocks, or what was paid for them; not negative.

    Returns
    -------
    pandas.DataFrame
        ``hhi`` (Herfindahl-Hirschman index), ``normalised``, ``effective``, ``builders`` (above zero),
        ``leader_share``; missing in rows of zeros, and the second where there is one builder.
    """
    amounts = counts.to_numpy(np.float64)
    hhi, builders = herfindahl(amounts), (amounts > 0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        normalised = np.where(builders > 1, (hhi - 1 / builders) / (1 - 1 / builders), np.nan)
        leader = amounts.max(axis=1) / amounts.sum(axis=1)
    return pd.DataFrame({"hhi": hhi, "normalised": normalised, "effective": 1 / hhi, "builders": builders,
                         "leader_share": leader}, index=counts.index)


def herfindahl(amounts):
    """Sum of squared shares over the last axis; missing where all is zero."""
    total = np.sum(amounts, axis=-1, keepdims=True)
    return np.sum((amounts / np.where(total > 0, total, np.nan)) ** 2, axis=-1)


def amounts(blocks, by="name", weight="block", local=False, every="1h") -> pd.DataFrame:
    """Blocks, or ether paid for them, by builder and stretch of time.

    Parameters
    ----------
    blocks : pandas.DataFrame
        Kind ``builder_blocks``.
    by, local
        See `identity`.
    weight : str
        ``"block"`` or ``"value"``: blocks of which the value is not known, as of locally built ones, have none.
    every : str
        Length of a stretch; they begin at whole multiples of it.

    Returns
    -------
    pandas.DataFrame
        A row a stretch that has blocks, indexed by the time when it is over; a column a builder, most first.
    """
    who, blocks = identity(blocks, by, local), backend.release(blocks)
    heavy = pd.Series(1.0, blocks.index) if weight == "block" else blocks["value_gwei"].astype("float64") / GWEI
    return _table(blocks["time"], who, heavy, clock.duration(every))


def _table(time, who, weight, length):
    over = clock.utc((backend.nanoseconds(time, "builder_blocks") // length + 1) * length)
    table = pd.DataFrame({"time": over, "who": who, "weight": weight}).pivot_table(
        index="time", columns="who", values="weight", aggfunc="sum", fill_value=0.0, observed=True)
    table.columns = table.columns.astype("str")
    return table[table.sum().sort_values(ascending=False, kind="stable").index]


def hourly(hours, weight="block", merge=True) -> pd.DataFrame:
    """As `amounts`, of a table of hours: kind ``builder_hours``, by label, with aliases merged if `merge`."""
    hours = backend.release(hours)
    who = named(hours["label"]) if merge else hours["label"]
    heavy = hours["blocks"].astype("float64") if weight == "block" else hours["value"]
    return _table(hours["time"] - pd.Timedelta(1, "ns"), who, heavy, clock.duration("1h"))


def concentration(amounts, by="", weight="block", resample=HOURS) -> Concentration:
    """Concentration over a whole period, with the interval of its index over blocks of time.

    Parameters
    ----------
    amounts : pandas.DataFrame
        As `amounts` or `hourly` give it.
    by, weight : str
        What it was made by, for the result.
    resample : Bootstrap
        The resampled index is biased upwards by the variance of the shares; the more, the more builders.
    """
    time = backend.nanoseconds(amounts.index.to_series(), "amounts")
    block, table = resample.block_of(time), amounts.to_numpy(np.float64)
    sums = np.zeros((block[-1] + 1, table.shape[1]))
    np.add.at(sums, block, table)
    whole = sums.sum(axis=0)
    drawn = herfindahl(resample.resampled(sums, lambda s: herfindahl(s)[..., None]))
    row = indices(pd.DataFrame([whole])).iloc[0]
    hhi = resample.scored(row["hhi"], drawn, len(amounts), f"{len(sums)} stretches of time, ")
    return Concentration(by, weight, hhi, row["normalised"], row["effective"], int(row["builders"]),
                         str(amounts.columns[whole.argmax()]), row["leader_share"], float(whole.sum()))


def headers(blocks) -> list[Block]:
    """Headers of a table of builders' blocks, as far as it knows them."""
    blocks = backend.release(blocks)
    seconds = backend.nanoseconds(blocks["time"], "builder_blocks") // clock.SECOND
    columns = [seconds.tolist(), *(blocks[name].tolist() for name in ("block", "base_fee", "gas_limit", "gas_used")),
               blocks["fee_recipient"].astype(object).tolist(), blocks["extra_data"].astype(object).tolist()]
    return [Block(number, time, producer, fee, limit, used, extra)
            for time, number, fee, limit, used, producer, extra in zip(*columns, strict=True)]
