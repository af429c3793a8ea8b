"""The auction for gas: what is paid above the base fee, how it differs within a block, and what the base fee does.

Fees are compared within one block, above its base fee (FRAMEWORK D-33): gas prices of several blocks differ because
their base fees do. Blocks of which a measure is not defined or not known, empty ones among them, count for nothing.
"""

from __future__ import annotations

from kit import backend
from kit.columns import Blocks
from kit.factor import factor
from kit.factors.builders import mean_known


@factor(unit="1", mirror=1, low=0, high=1)
def gas_price_competition(b: Blocks, past, window="1h"):
    r"""Gini coefficient of the priority fees within a block, mean over `window`: 0 where all pay alike.

    .. math:: \frac{1}{n} \sum_i G_i

    References
    ----------
    The framework's gas price competition, of priority fees within blocks (FRAMEWORK D-33);
    Daian et al. (2020), Flash boys 2.0: priority gas auctions.
    """
    return mean_known(b.tip_dispersion, past, window)


@factor(unit="1", mirror=1, low=0, high=1)
def top_of_block_share(b: Blocks, past, window="1h"):
    r"""Share of a block's priority fees that the first tenth of its gas pays, mean over `window`.

    .. math:: \frac{1}{n} \sum_i F_i(0.1) / F_i(1)

    References
    ----------
    Ours (`kit.chain.gas`); 0.1 where place is worth nothing.
    """
    return mean_known(b.top_share, past, window)


@factor(unit="1", mirror=1, low=-1, high=1)
def fee_order(b: Blocks, past, window="1h"):
    r"""Rank correlation of priority fee and place in the block, mean over `window`: -1 is an auction for place.

    .. math:: \frac{1}{n} \sum_i \rho_i

    References
    ----------
    Spearman (1904), The proof and measurement of association between two things; private order flow moves it to 0.
    """
    return mean_known(b.fee_order, past, window)


@factor(unit="price", mirror=1, low=0)
def priority_fee(b: Blocks, past, window="1h"):
    r"""Price paid above the base fee, mean over the gas of `window`.

    .. math:: \sum_i g_i f_i / \sum_i g_i

    References
    ----------
    Buterin et al. (2019), EIP-1559: fee market change for ETH 1.0 chain.
    """
    known, xp = ~backend.namespace(b.tip).isnan(b.tip), backend.namespace(b.tip)
    used = past.sum(xp.where(known, b.gas_used, 0.0), window)
    return past.sum(xp.where(known, b.tip * b.gas_used, 0.0), window) / xp.where(used > 0, used, float("nan"))


@factor(unit="1", mirror=1, low=0, high=1)
def direct_payment_share(b: Blocks, past, window="1h"):
    r"""Share of the producer's income over `window` that calls paid directly, in place of priority fees.

    .. math:: \sum_i c_i / \sum_i (c_i + g_i f_i)

    References
    ----------
    Weintraub, Torres, Nita-Rotaru and State (2022), A flash(bot) in the pan.
    """
    xp = backend.namespace(b.tip)
    income = b.payments + b.tip * b.gas_used
    known = ~xp.isnan(income)
    paid, income = (past.sum(xp.where(known, x, 0.0), window) for x in (b.payments, income))
    return xp.clip(paid / xp.where(income > 0, income, float("nan")), 0.0, 1.0)  # two sums, each rounded


@factor(unit="1", mirror=1, low=-0.125, high=0.125)
def base_fee_ahead(b: Blocks):
    r"""Change of the base fee that this block has settled for the next one.

    Missing where there is no base fee, as before EIP-1559, or where more gas was used than the limit.

    .. math:: \frac{1}{8} \frac{g - G / 2}{G / 2}

    References
    ----------
    Buterin et al. (2019), EIP-1559; to the wei by `kit.chain.gas.next_base_fee`.
    """
    xp = backend.namespace(b.gas_limit)
    settled = (b.base_fee > 0) & (b.gas_limit > 0) & (b.gas_used <= b.gas_limit)
    target = xp.where(settled, b.gas_limit / 2, float("nan"))
    return (b.gas_used - target) / target / 8


@factor(unit="1", mirror=1)
def base_fee_change(b: Blocks, past, change="1h"):
    r"""Logarithmic change of the base fee over `change`; missing where there was none.

    .. math:: \log b(t) - \log b(t - change)

    References
    ----------
    Buterin et al. (2019), EIP-1559; at most log(9/8) a block.
    """
    xp = backend.namespace(b.base_fee)
    return past.diff(xp.log(xp.where(b.base_fee > 0, b.base_fee, float("nan"))), change)
