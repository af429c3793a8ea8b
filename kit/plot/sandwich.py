"""One sandwich, drawn as its trades: where they find the pool's price, and where they leave it."""

from __future__ import annotations

import numpy as np

from kit.plot import style

ROLES = {"front": style.VERMILION, "victim": style.BLUE, "back": style.GREEN, "other": style.GREY}


@style.styled
def trades(legs, *, title="A sandwich, trade by trade"):
    """Price in the pool before and after each trade, and the pool's way along its curve where it says what it holds.

    Parameters
    ----------
    legs : pandas.DataFrame
        As `kit.survey.anatomy.legs` returns it.
    """
    figure = style.figure(4.4)
    known = bool(legs["after"].notna().all())
    if known:
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        _curve(left, legs)
    else:
        right = figure.subplots()
    _prices(right, legs, known)
    return style.titled(figure, title)


def _curve(axes, legs):
    """What the pool holds of both tokens, from trade to trade."""
    x, y = np.append(1.0, legs["in_reserve"]), np.append(1.0, legs["out_reserve"])
    line = np.linspace(x.min(), x.max(), 200)
    axes.plot(100 * line, 100 / line, color=style.PALE, linewidth=4, zorder=1)
    for i, role in enumerate(legs["role"]):
        bend = "arc3,rad=0.35" if role == "back" else "arc3,rad=0"
        axes.annotate("", (100 * x[i + 1], 100 * y[i + 1]), (100 * x[i], 100 * y[i]),
                      arrowprops={"arrowstyle": "-|>", "color": ROLES[role], "connectionstyle": bend, "linewidth": 1.6,
                                  "shrinkA": 0, "shrinkB": 0})
    axes.plot(100 * x, 100 * y, "o", color=style.INK, markersize=3, zorder=3)
    axes.annotate("before", (100, 100), (6, 4), textcoords="offset points", color=style.GREY)
    axes.margins(0.15)
    axes.set(title="the pool on its curve x · y = k", xlabel="reserve of what the front pays with (%)",
             ylabel="reserve of what it buys (%)")


def _prices(axes, legs, known):
    at = np.arange(len(legs))
    change = {name: 100 * (legs[name] - 1) for name in ("before", "after", "average", "without")}
    if known:
        steps = np.repeat(np.append(change["before"].iloc[0], change["after"]), 2)[1:-1]
        axes.plot(np.repeat(at, 2)[:len(steps)], steps, color=style.PALE, linewidth=1, zorder=1)
        for i, role in enumerate(legs["role"]):
            axes.annotate("", (i, change["after"].iloc[i]), (i, change["before"].iloc[i]),
                          arrowprops={"arrowstyle": "-|>", "color": ROLES[role], "linewidth": 2.4, "shrinkA": 0,
                                      "shrinkB": 0})
    else:
        axes.plot(at, change["average"], color=style.PALE, linewidth=1.2, linestyle="--", zorder=1)
    axes.plot(at, change["average"], "o", color=style.INK, markersize=5.5, label="average price of the trade", zorder=4)
    if legs["without"].notna().any():
        axes.plot(at, change["without"], "o", color="white", markeredgecolor=style.INK, markersize=5.5, zorder=4,
                  label="had nobody gone in front")
    axes.axhline(0, color=style.GREY, linewidth=0.8)
    axes.set_xticks(at, [f"{role}\n{name[:6]}…" for role, name in zip(legs["role"], legs["hash"], strict=True)])
    top = axes.get_xaxis_transform()
    for i, (role, ether) in enumerate(zip(legs["role"], legs["ether"], strict=True)):
        if np.isfinite(ether):
            axes.text(i, 1.01, f"{'pays' if ether > 0 else 'gets'}\n{abs(ether):,.4g} ETH", transform=top, ha="center",
                      va="bottom", fontsize=8.5, color=ROLES[role])
    axes.margins(y=0.2)
    against = "that before the attack" if known else "what the front paid"
    axes.set(ylabel=f"price against {against} (%)", xlim=(-0.6, len(legs) - 0.4))
    axes.grid(axis="x", visible=False)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
