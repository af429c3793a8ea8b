"""Who builds the blocks: how concentrated that is, by blocks or by what was paid for them, and when bids win.

Shares are of blocks whose builder is known: rows with builder -1, locally built ones among them as a rule, are left
out. Who counts as one builder is decided where the rows are made (`kit.chain.builders`): on the same blocks the index
is several times larger by name than by key, as builders use many keys.
"""

from __future__ import annotations

from kit import backend
from kit.columns import Blocks
from kit.factor import factor


@factor(unit="1", mirror=1, low=0, high=1, also={"builder_concentration_by_value": {"by": "value"}})
def builder_concentration(b: Blocks, past, window="1d", by="block"):
    r"""Herfindahl-Hirschman index of builders' shares of the blocks, or of the value paid for them.

    .. math:: H = \sum_j s_j^2

    References
    ----------
    The framework's builder concentration, which it does not define (FRAMEWORK D-06 and 3.6);
    Rhoades (1993), The Herfindahl-Hirschman index.
    """
    return past.concentration(b.builder, _weight(b, by), window)


@factor(unit="1", mirror=1, low=0, high=1, also={"builder_concentration_by_value_normalised": {"by": "value"}})
def builder_concentration_normalised(b: Blocks, past, window="1d", by="block"):
    r"""Herfindahl-Hirschman index from 0, all builders of the window alike, to 1; missing where there is but one.

    .. math:: (H - 1/K) / (1 - 1/K)

    References
    ----------
    FRAMEWORK D-30: (.5, .3, .2) has 0.07, where H is 0.38.
    """
    weight, xp = _weight(b, by), backend.namespace(b.base_fee)
    alike = 1 / past.distinct(b.builder, weight, window)
    scaled = (past.concentration(b.builder, weight, window) - alike) / xp.where(alike < 1, 1 - alike, float("nan"))
    return xp.clip(scaled, 0.0, 1.0)  # builders that are alike to the last bit are not less than alike


@factor(unit="1", mirror=1, low=1, also={"effective_builders_by_value": {"by": "value"}})
def effective_builders(b: Blocks, past, window="1d", by="block"):
    r"""Number of equal builders that would be as concentrated.

    .. math:: 1 / H

    References
    ----------
    Adelman (1969), Comment on the "H" concentration measure as a numbers-equivalent.
    """
    return 1 / past.concentration(b.builder, _weight(b, by), window)


@factor(unit="1", mirror=1, low=0, high=1, also={"leading_builder_share_by_value": {"by": "value"}})
def leading_builder_share(b: Blocks, past, window="1d", by="block"):
    r"""Share of the builder who has most.

    .. math:: \max_j s_j

    References
    ----------
    The concentration ratio CR1; Bain (1956), Barriers to new competition.
    """
    return past.leading(b.builder, _weight(b, by), window)


@factor(unit="1", mirror=1)
def winning_bid_time(b: Blocks, past, window="1h"):
    r"""Seconds into the slot at which winning bids arrive, mean over those blocks of `window` that have one.

    .. math:: \frac{1}{n} \sum_i t_i

    References
    ----------
    Schwarz-Schilling, Saleh, Thiery, Pan, Shah and Monnot (2023), Time is money: strategic timing games in
    proof-of-stake protocols.
    """
    known = ~backend.namespace(b.bid_time).isnan(b.bid_time)
    return mean_where(known, b.bid_time, past, window)


def mean_where(known, x, past, window):
    """Mean of x over the blocks of the window that are `known`; missing where none is."""
    xp = backend.namespace(x)
    n = past.sum(xp.astype(known, xp.float64), window)
    return past.sum(xp.where(known, x, 0.0), window) / xp.where(n > 0, n, float("nan"))


def mean_known(x, past, window):
    """Mean of x over the blocks of the window where it is known; missing where none is."""
    return mean_where(~backend.namespace(x).isnan(x), x, past, window)


def _weight(b, by):
    """One for each block, or what was paid for it; nothing where its builder is not known."""
    xp = backend.namespace(b.value)
    return xp.where(b.builder >= 0, xp.ones_like(b.value) if by == "block" else b.value, 0.0)
