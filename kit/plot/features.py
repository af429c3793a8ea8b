"""What the features look like: their distributions, and how they move together."""

from __future__ import annotations

import re

import numpy as np

from kit.plot import style

COLUMNS, BINS = 5, 60


@style.styled
def distributions(features, units, *, tail=0.005, title="Distributions of the features"):
    """A histogram per feature, cut at the quantiles `tail` and 1 - `tail`, on a logarithmic share.

    Parameters
    ----------
    features : pandas.DataFrame
        A column per feature; NaN is left out.
    units : dict of str to str
        Unit of each column; "1" where it has none.
    tail : float
        Share of values cut off at either end, said in the title.
    """
    rows = -(-features.shape[1] // COLUMNS)
    figure = style.figure(0.5 + 1.75 * rows)
    grid = figure.subplots(rows, COLUMNS, squeeze=False, sharey=True)
    for axes, name in zip(grid.flat, features.columns, strict=False):
        exponent = _histogram(axes, features[name].dropna().to_numpy(), tail)
        axes.set_title(name.replace("_", " "), fontsize=9, fontweight="normal", pad=4)
        axes.set_xlabel(unit_label(units[name], exponent), fontsize=9)
        axes.grid(axis="x", visible=False)
        axes.locator_params(axis="x", nbins=4)
    for axes in grid.flat[features.shape[1]:]:
        axes.set_axis_off()
    for axes in grid[:, 0]:
        axes.set(ylabel="share of seconds (%)", yscale="log", ylim=(0.01, 100))
        axes.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
    figure.suptitle(f"{title} (the outer {200 * tail:.2g} % of values not drawn)", x=0.01, ha="left",
                    fontsize=10.5, fontweight="bold")
    return figure


def _histogram(axes, values, tail):
    """Draw values in units of a power of ten, and name the power."""
    if not len(values):
        return 0
    low, high = np.quantile(values, [tail, 1 - tail])
    inside = values[(values >= low) & (values <= high)]
    exponent = int(np.floor(np.log10(np.abs(inside).max() or 1)))
    exponent = 0 if -2 <= exponent < 4 else exponent
    axes.hist(inside / 10.0**exponent, BINS, weights=np.full(len(inside), 100 / len(values)), color=style.BLUE)
    return exponent


def unit_label(unit, exponent):
    """A unit, and the power of ten in which values are drawn, as an axis says them."""
    power = f"$10^{{{exponent}}}$" if exponent else ""
    unit = re.sub(r"\^(-?[\d.]+)", r"$^{\1}$", unit).replace("*", "·")
    return power or "dimensionless" if unit == "1" else f"{power} {unit}".strip()


@style.styled
def correlation_heatmap(correlation, *, title="Correlation of the features"):
    """Correlation matrix, every value written in (the paper's Figure 1).

    Parameters
    ----------
    correlation : pandas.DataFrame, shape (k, k)
        From -1 to 1; NaN where a feature does not vary.
    """
    values, names = correlation.to_numpy(), [name.replace("_", " ") for name in correlation.columns]
    figure = style.figure(1.2 + 0.5 * len(names))
    axes = figure.subplots()
    image = axes.imshow(values, cmap=style.NEGATIVE_TO_POSITIVE, vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.grid(visible=False)
    axes.set_title(title)
    for (row, column), value in np.ndenumerate(values):
        axes.text(column, row, _signed(value), ha="center", va="center", fontsize=9,
                  color="white" if abs(value) > 0.75 else style.INK)
    figure.colorbar(image, ax=axes, label="correlation (1)", fraction=0.03, pad=0.02).outline.set_visible(False)
    return figure


def _signed(value):
    return "–" if np.isnan(value) else f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")
