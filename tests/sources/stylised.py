"""What microstructure measures of a recording: the facts by which a synthetic market is held against real ones."""

import numpy as np

from kit.clock import SECOND


def nanoseconds(frame):
    return frame["time"].astype("int64").to_numpy()


def mid_and_imbalance(quotes, every=SECOND):
    """Log mid and level-1 imbalance on a regular grid, each by the last quote at or before."""
    time, bid, ask = nanoseconds(quotes), quotes["bid"].to_numpy(), quotes["ask"].to_numpy()
    grid = np.arange(time[0] // every + 5, time[-1] // every) * every
    row = np.searchsorted(time, grid, side="right") - 1
    bid_size, ask_size = quotes["bid_size"].to_numpy()[row], quotes["ask_size"].to_numpy()[row]
    return np.log((bid + ask) / 2)[row], (bid_size - ask_size) / (bid_size + ask_size)


def forecast(quotes, seconds=3):
    """Imbalance and the log change of the mid over the next `seconds`, in basis points."""
    mid, imbalance = mid_and_imbalance(quotes)
    return imbalance[:-seconds], 1e4 * (mid[seconds:] - mid[:-seconds])


def correlation(x, y):
    return float(np.corrcoef(x, y)[0, 1])


def autocorrelation(x, lag):
    return correlation(x[lag:], x[:-lag])


def t_value(x, y):
    """Of the covariance of x with the unforeseeable y, whatever the variance of y does (White 1980)."""
    product = (x - x.mean()) * y
    return float(product.sum() / np.sqrt((product**2).sum()))


def order_signs(trades):
    """Side of each taker order: prints of one time and side are one order."""
    time, side = nanoseconds(trades), trades["side"].to_numpy().astype(float)
    return side[np.r_[True, (np.diff(time) > 0) | (np.diff(side) != 0)]]


def touched(quotes, trades):
    """Share of trades printed at or through the touch that stood strictly before them."""
    row = np.searchsorted(nanoseconds(quotes), nanoseconds(trades), side="left") - 1
    known, row, price = row >= 0, np.maximum(row, 0), trades["price"].to_numpy()
    bought = trades["side"].to_numpy() > 0
    there = np.where(bought, price >= quotes["ask"].to_numpy()[row], price <= quotes["bid"].to_numpy()[row])
    return float(there[known].mean())


def per_second(trades):
    """Number of prints in each second."""
    second = nanoseconds(trades) // SECOND
    return np.bincount(second - second[0])


def facts(quotes, trades):
    """The facts by name."""
    mid, imbalance = mid_and_imbalance(quotes)
    change, signs = np.diff(mid), order_signs(trades)
    return {
        "correlation": correlation(*forecast(quotes)),
        "extreme_imbalance": float((abs(imbalance) > 0.8).mean()),
        "imbalance_memory": autocorrelation(imbalance, 1),
        "volatility_memory": autocorrelation(abs(change), 1),
        "kurtosis": float((change**4).mean() / (change**2).mean() ** 2),
        "unchanged": float((mid[3:] == mid[:-3]).mean()),
        "sign_memory": autocorrelation(signs, 1),
        "prints_per_order": len(trades) / len(signs),
    }
