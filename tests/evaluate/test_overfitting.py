"""CSCV against a second, brute-force reading of its definition, and on markets whose answer is known."""

from itertools import combinations

import numpy as np
import pytest

from kit.evaluate.overfitting import cscv
from kit.refusal import Refusal


def noise(seed, rows=1000, trials=20):
    return np.random.default_rng(seed).normal(size=(rows, trials))


def brute(returns, blocks):
    """The definition, row by row: logits of the rank of the best trial of each half in the other."""
    parts, logits = np.split(returns, blocks), []
    ratio = lambda x: x.mean(axis=0) / x.std(axis=0, ddof=1)
    for chosen in combinations(range(blocks), blocks // 2):
        inside = ratio(np.concatenate([parts[k] for k in chosen]))
        outside = ratio(np.concatenate([parts[k] for k in range(blocks) if k not in chosen]))
        rank = (outside <= outside[inside.argmax()]).sum() / (returns.shape[1] + 1)
        logits.append(np.log(rank / (1 - rank)))
    return np.array(logits)


@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_definition(seed):
    np.testing.assert_allclose(cscv(noise(seed), 8).logits, brute(noise(seed), 8), atol=1e-12)


def test_noise_of_seed_0_is_overfit_in_32_of_70_splits():
    """Known: .457142857 of N = 20 and S = 8; here 1000 standard normal rows."""
    assert cscv(noise(0), 8).probability == pytest.approx(0.457142857, abs=1e-9)


def test_noise_is_overfit_half_the_time_and_sixteen_blocks_are_12870_splits():
    assert np.mean([cscv(noise(seed), 8).probability for seed in range(60)]) == pytest.approx(0.5, abs=0.07)
    assert len(cscv(noise(0), 16).logits) == 12_870


def test_a_dominant_trial_is_never_overfit():
    returns = noise(0)
    returns[:, 3] += 1.0
    found = cscv(returns, 8)
    assert found.probability == 0 and found.loss == 0 and found.dominance <= 0
    assert (found.out_of_sample > found.median).all()


def test_a_trial_that_turns_is_always_overfit():
    """Each trial is good in one block alone: whatever was best is the worst elsewhere."""
    returns = 0.1 * noise(0, 800, 8)
    for k in range(8):
        returns[100 * k:100 * (k + 1), k] += 2.0
    found = cscv(returns, 8)
    assert found.probability == 1 and found.slope < 0 and found.dominance > 0.5


def test_a_trial_that_never_trades_is_one_of_ratio_0():
    still = np.column_stack([np.zeros(800), 0.5 + noise(0, 800, 3)])
    losers = cscv(-still, 8)
    assert (losers.in_sample == 0).all() and losers.probability == 0 and (cscv(still, 8).in_sample > 0).all()


def test_alike_trials_tie_at_the_middle():
    same = np.tile(noise(0, 160, 1), (1, 5))
    assert np.all(cscv(same, 4).logits == 0)


def test_purging_drops_the_rows_behind_every_join():
    returns = noise(0, 80, 4)
    spoiled = returns.copy()
    spoiled[[20, 21, 40, 41, 60, 61]] = 1e3 * np.arange(4)
    np.testing.assert_array_equal(cscv(spoiled, 4, purge=2).logits, cscv(returns, 4, purge=2).logits)
    assert not np.array_equal(cscv(spoiled, 4).logits, cscv(returns, 4).logits)


@pytest.mark.parametrize("returns, settings, why", [
    (noise(0, 80, 4), {"blocks": 5}, "halved"), (noise(0, 80, 1), {}, "one trial"),
    (noise(0, 80, 4), {"blocks": 16, "purge": 4}, "purged"), (noise(0, 80, 4) * np.nan, {}, "row 0")])
def test_what_cannot_be_split_is_refused(returns, settings, why):
    with pytest.raises(Refusal, match=why):
        cscv(returns, **settings)
