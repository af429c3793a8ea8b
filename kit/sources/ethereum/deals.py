"""Who paid whom: sales with both parties named, and payments of block builders summed by pair."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from kit.sources import tables
from kit.sources.remark import Remark, remark

NOBODY = "0x" + "0" * 40
"""The zero address: stands where a party is not known."""

SALE = {"utc_timestamp": tables.TEXT, "seller_address": tables.TEXT, "buyer_address": tables.TEXT,
        "eth_price": tables.NUMBER, "name": tables.TEXT}


def punks(path, usable=True) -> pd.DataFrame:
    """Sales of CryptoPunks, a row each, in order of time.

    - Sales with a party that is not named are left out.
    - The file knows the day only, and has the latest first: within a day, its order is turned around.
    - A sale is of one token: its volume is its price.

    Parameters
    ----------
    path : path-like
        CSV with the columns of `SALE`, days as month/day/year.
    usable : bool
        Leave out sales for nothing (gifts, and sales paid elsewhere), and those in which the zero address stands for a
        contract: it would be the most influential trader of all.

    Returns
    -------
    pandas.DataFrame
        ``time`` (UTC, when the day began), ``seller``, ``buyer``, ``volume`` and ``price`` (ETH), ``asset``.

    Raises
    ------
    Refusal
        A column is missing, or a price is no number.
    """
    read = pa.concat_tables(block.table for block in tables.blocks(path, SALE)).to_pandas()[::-1]
    days = pd.to_datetime(read["utc_timestamp"], format="%m/%d/%y", utc=True).astype("datetime64[ns, UTC]")
    sales = pd.DataFrame({"time": days, "seller": read["seller_address"].str.lower(),
                          "buyer": read["buyer_address"].str.lower(), "volume": read["eth_price"],
                          "price": read["eth_price"], "asset": read["name"]})
    parties = sales[["seller", "buyer"]].replace("", pd.NA)
    named = parties.notna().all(axis=1)
    left = {"unknown party": (~named, "no seller or no buyer")}
    if usable:
        left |= {"zero price": (named & ~(sales["volume"] > 0), "a price of 0, a gift or paid elsewhere,"),
                 "zero address": (named & (parties == NOBODY).any(axis=1), "the zero address as seller or buyer")}
    kept = sales[~pd.concat([rows for rows, _ in left.values()], axis=1).any(axis=1)]
    return remark(kept.sort_values("time", kind="stable", ignore_index=True),
                  [Remark("info", what, int(rows.sum()), f"{told} in {rows.sum():,} rows: they are left out")
                   for what, (rows, told) in left.items()])


def payments(path, to) -> pd.DataFrame:
    """What block builders paid, summed by pair, a row each.

    Parameters
    ----------
    path : path-like
        Parquet with ``builder``, the column `to`, ``n`` (blocks) and ``eth``.
    to : str
        Who was paid: ``"recipient"`` (an address) or ``"proposer"`` (a number that stands for a public key).

    Returns
    -------
    pandas.DataFrame
        ``source``, ``target`` (text, or numbers that share one count), ``volume`` (ETH) and ``n``.

    Raises
    ------
    Refusal
        A column is missing.
    """
    name = tables.INTEGER if to == "proposer" else tables.TEXT
    types = {"builder": name, to: name, "n": tables.INTEGER, "eth": tables.NUMBER}
    read = pa.concat_tables(block.table for block in tables.blocks(path, types))
    return read.select(list(types)).to_pandas().rename(columns={"builder": "source", to: "target", "eth": "volume"})
