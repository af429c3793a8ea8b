"""Odds of the next tick: the printed integral, an independent solution of the walk, and the limits of the diffusion."""

import numpy as np
import pytest
import scipy.sparse as sparse
from scipy.integrate import quad
from scipy.sparse.linalg import spsolve

from kit.refusal import Refusal
from kit.touch.uptick import cont_de_larrard, diffusion

KNOWN = {(1, 1): 0.5, (1, 2): 0.30235, (3, 1): 0.79061, (5, 2): 0.75602, (1, 5): 0.12713}


def printed(n, p):
    """The integral as Cont and de Larrard print it."""
    def slow(t):
        return 2 - np.cos(t)

    def integrand(t):
        root = slow(t) - np.sqrt(slow(t) ** 2 - 1)
        return root**p * np.sin(n * t) * np.cos(t / 2) / np.sin(t / 2)
    return quad(integrand, 0, np.pi, epsabs=1e-12, limit=200)[0] / np.pi


def walked(most):
    """P(the ask empties first) of every pair of queues up to `most`, as a Dirichlet problem on the lattice.

    Each is the mean of its four neighbours; 1 where the ask is empty, 0 where the bid is; beyond `most`, which no
    small queue comes near, the odds of the diffusion.
    """
    n, p = (axis.ravel() for axis in np.meshgrid(np.arange(1, most + 1), np.arange(1, most + 1), indexing="ij"))
    row, matrix, right = np.arange(n.size), [], np.zeros(n.size)
    for up, across in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        bid, ask = n + up, p + across
        inside = (bid >= 1) & (ask >= 1) & (bid <= most) & (ask <= most)
        places = row[inside], ((bid - 1) * most + ask - 1)[inside]
        matrix.append(sparse.coo_matrix((np.full(inside.sum(), 0.25), places), shape=(n.size, n.size)))
        border = np.where(ask == 0, 1.0, np.where(bid == 0, 0.0, 2 / np.pi * np.arctan2(bid, ask)))
        right += np.where(inside, 0, border / 4)
    return spsolve((sparse.identity(n.size) - sum(matrix)).tocsc(), right).reshape(most, most)


@pytest.mark.parametrize(("queues", "expected"), KNOWN.items())
def test_known_answers_to_five_digits(queues, expected):
    assert cont_de_larrard(*queues) == pytest.approx(expected, abs=5e-6)


def test_the_printed_integral_by_adaptive_quadrature():
    for n, p in [(1, 1), (2, 7), (7, 2), (30, 45), (100, 3)]:
        assert cont_de_larrard(n, p) == pytest.approx(printed(n, p), abs=1e-10)


def test_an_independent_solution_of_the_walk():
    small = np.arange(1, 31)
    theory = cont_de_larrard(*np.meshgrid(small, small, indexing="ij"))
    np.testing.assert_allclose(walked(80)[:30, :30], theory, atol=1e-5)


def test_the_odds_are_fair_from_either_side_and_grow_with_the_bid():
    bid, ask = np.meshgrid(np.arange(1, 40), np.arange(1, 40), indexing="ij")
    odds = cont_de_larrard(bid, ask)
    np.testing.assert_allclose(odds + odds.T, 1, atol=1e-12)
    assert (np.diff(odds, axis=0) > 0).all() and (np.diff(odds, axis=1) < 0).all()


def test_large_queues_are_the_diffusion_without_correlation():
    assert cont_de_larrard(300, 100) == pytest.approx(diffusion(300, 100), abs=1e-5)
    assert diffusion(3, 1) == pytest.approx(0.7952, abs=5e-5)
    assert diffusion(3, 1) == pytest.approx(2 / np.pi * np.arctan(3), abs=1e-12)


def test_queues_that_mirror_each_other_give_the_weighted_mid():
    x, y = np.array([3.0, 1.0, 7.0]), np.array([1.0, 4.0, 7.0])
    np.testing.assert_allclose(diffusion(x, y, -1), x / (x + y), atol=1e-15)
    np.testing.assert_allclose(diffusion(x, y, -1 + 1e-9), x / (x + y), atol=1e-8)


def test_what_is_no_queue_is_refused():
    for wrong in (0, 1.5, np.array([2, -1])):
        with pytest.raises(Refusal, match="whole number"):
            cont_de_larrard(wrong, 1)
    with pytest.raises(Refusal, match="correlation"):
        diffusion(1, 1, 1.0)
