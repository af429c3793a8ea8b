"""Figures of options: each draws what it is given, and every axis says what it shows and in which unit."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.options import chain, curve, dvol, premium
from kit.plot import options as draw


@pytest.fixture(scope="module")
def structure(embedded, expiries):
    return curve.curve(expiries, embedded["prices"])


def labelled(figure, panels):
    """The figure's panels, each with labels on its axes, or beneath or beside a panel that has them."""
    assert len(figure.axes) == panels and figure.description()
    assert figure.axes[0].get_ylabel() and figure.axes[-1].get_xlabel()
    assert all(axes.has_data() for axes in figure.axes)
    return figure.axes


def test_a_smile_is_drawn_in_points(embedded):
    table = chain.smile(embedded["chain"])
    axes, = labelled(draw.smile(table), 1)
    curves = [line for line in axes.get_lines() if len(line.get_xdata()) > 2]
    assert len(curves) == draw.SMILES
    first = table[table["expiry"] == table["expiry"].iloc[0]]
    np.testing.assert_allclose(curves[0].get_ydata(), 100 * first["vol"])


def test_the_term_structure_has_a_line_a_tenor(structure):
    time, across = labelled(draw.term_structure(structure), 2)
    assert len(time.get_lines()) == 6
    np.testing.assert_allclose(across.get_lines()[0].get_ydata(), 100 * structure.filter(like="atm_").mean())


def test_errors_and_forward_variances_stand_about_zero(structure, embedded, expiries):
    labelled(draw.recovered(curve.errors(structure, embedded["truth"])), 3)
    axes, = labelled(draw.forward_variance(curve.forward_variance(expiries)), 1)
    assert axes.get_ylim()[0] < 0, "what could be arbitraged would be seen"


def test_factors_have_a_panel_each(structure):
    factors = kit.compute(structure, "vol_term_slope", "iv_skew")
    panels = labelled(draw.in_time(factors, {"vol_term_slope": "points a year", "iv_skew": "points"}), 2)
    assert panels[0].get_ylabel() == "slope\n(points a year)"


def test_the_index_and_the_premium(structure, embedded):
    days = structure["time"].dt.floor("D") + pd.Timedelta(1, "D")
    flat = {name: structure["atm_30d"] + 0.02 for name in ("open", "high", "low", "close")}
    pairs = dvol.beside(structure, pd.DataFrame({"time": days, **flat}))
    labelled(draw.beside_dvol(pairs, dvol.agreement(pairs)), 2)
    variances = premium.of(structure.set_index("time")["model_free_30d"] ** 2,
                           curve.underlying(structure, embedded["prices"]))
    labelled(draw.premium(variances, premium.premiums(variances)), 2)
