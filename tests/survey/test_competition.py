"""Competition for places, at known answers: fees are compared within a block, and what a window over several mixes."""

import numpy as np
import pytest

from kit.chain import gas
from kit.survey import competition
from tests.chain.gas_market import GWEI, block, paying

SORTED = [5, 4, 3, 2]


def chain(*fees):
    """Consecutive blocks of these base fees, whose transactions pay alike."""
    blocks = [block(number, base_fee=fee * GWEI) for number, fee in enumerate(fees)]
    return blocks, [t for one in blocks for t in paying(*SORTED, of=one)]


def test_blocks_without_a_time_are_left_out_and_counted():
    blocks = [block(1), block(2, timestamp=None)]
    assert competition.timed(blocks) == blocks[:1]
    assert "1 of 2 blocks have no time" in competition.left_out(blocks)
    assert "all 1 blocks have a time" in competition.left_out(blocks[:1])


def test_places_and_ranks_are_within_the_block():
    placed = competition.placed(*chain(20, 40))
    assert placed["place"].tolist() == [0.125, 0.375, 0.625, 0.875] * 2
    assert placed["rank"].tolist() == [0.875, 0.625, 0.375, 0.125] * 2
    np.testing.assert_allclose(placed["fee"], SORTED * 2)
    np.testing.assert_allclose(placed["relative"], np.array(SORTED * 2) / 3.5)
    bands = competition.by_place(placed, bins=4)
    assert bands["rank"].tolist() == [0.875, 0.625, 0.375, 0.125] and bands["50%"].tolist() == pytest.approx(
        [fee / 3.5 for fee in SORTED])


def test_a_base_fee_that_rises_is_variance_between_blocks():
    """Means of blocks are 5 from the mean of all; within, the variance is 1.25."""
    sketched = competition.sketched(competition.placed(*chain(20, 30)), n=8)
    assert sketched["framework"].iloc[:-1].isna().all()
    last = sketched.iloc[-1]
    assert last["framework"] == pytest.approx(np.sqrt(8 * (25 + 1.25) / 7))
    assert last["between"] == pytest.approx(25 / 26.25) and last["within"] == pytest.approx(np.std(SORTED, ddof=1))


def test_a_window_never_reaches_over_blocks_that_are_not_there():
    blocks, transactions = chain(20, 20, 20)
    hole = [one for one in transactions if one.block != 1]
    sketched = competition.sketched(competition.placed([blocks[0], blocks[2]], hole), n=4)
    assert sketched["framework"].notna().tolist() == [False] * 3 + [True] + [False] * 3 + [True]
    assert sketched["between"].isna().all()
    assert competition.mixture(sketched).loc["variance between blocks", "transactions"] == 0


def test_the_excerpt_is_around_the_jump():
    fees = [20] * 30 + [60] + [60] * 30
    sketched = competition.sketched(competition.placed(*chain(*fees)), n=6)
    shown = competition.excerpt(sketched, blocks=4)["block"].unique()
    assert len(shown) == 4 and 30 in shown


def test_prices_that_are_all_alike_have_no_variance_to_share():
    one = block()
    placed = competition.placed([one], paying(*[2] * 5, of=one))
    assert competition.sketched(placed, n=3)["framework"].dropna().tolist() == [0, 0, 0]


def test_measures_are_apart_before_and_since_london():
    blocks = [block(1, base_fee=0), block(2), block(3)]
    found = competition.measures(blocks, [t for one in blocks for t in paying(*SORTED, of=one)])
    assert found.loc[("rank correlation with place", "before London"), ["mean", "blocks"]].tolist() == [-1, 1]
    assert found.loc[("rank correlation with place", "since London"), ["mean", "blocks"]].tolist() == [-1, 2]


def test_what_followed_is_told_of_neighbours_only():
    full = block(1, gas_used=30_000_000)
    blocks = [full, block(2, base_fee=gas.next_base_fee(full)), block(4), block(5, base_fee=21 * GWEI)]
    found = competition.followed(blocks)
    assert found["block"].tolist() == [1, 4] and found["deviates"].tolist() == [False, True]
    assert found["full"].tolist() == [1, 0.5] and found["change"].iloc[0] == pytest.approx(0.125)
    assert competition.followed([full, block(3)]).empty and len(competition.path(blocks)) == 4
