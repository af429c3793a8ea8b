"""Competition for gas and for blocks, and dealers, as known answers: what was planted is recovered."""

import math
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from kit.sources import datasets


@pytest.fixture(scope="module")
def chain():
    return datasets.load("synthetic-chain", "SIM-CHAIN")


def test_tips_disperse_as_planted_and_stand_in_order_as_planted(chain):
    planted, fees = chain.planted, {block.block: block.base_fee for block in chain.events("blocks")}
    scenes = {one for label in chain.events("labels") for one in label.hashes + label.victims}
    tips = defaultdict(list)
    for one in chain.events("transactions"):
        if one.hash not in scenes and one.gas_price > fees[one.block]:
            tips[one.block - min(fees)].append(one.gas_price - fees[one.block])
    spread = {number: np.log(np.array(block, float)) for number, block in tips.items()}
    for number in (100, 250, 400):
        ours = np.concatenate([spread[one] - spread[one].mean() for one in range(number - 50, number + 50)])
        assert ours.std() == pytest.approx(planted.gas.dispersion(number), rel=4 / math.sqrt(2 * len(ours)) + 0.02)
    order = [spearmanr(block, np.arange(len(block))).statistic for block in tips.values()]
    assert np.mean(order) == pytest.approx(planted.gas.order, abs=4 * np.std(order) / math.sqrt(len(order)) + 0.01)


def test_builders_of_the_chain_are_those_of_its_blocks(chain):
    table = chain.tables["builder_blocks"]
    blocks = pd.DataFrame(chain.events("blocks"))
    assert list(table["block"]) == list(blocks["block"]) and list(table["fee_recipient"]) == list(blocks["producer"])
    assert list(table["base_fee"]) == list(blocks["base_fee"]) and list(table["gas_used"]) == list(blocks["gas_used"])


@pytest.fixture(scope="module")
def builders():
    return datasets.load("synthetic-builders", "SIM-CHAIN")


@pytest.mark.parametrize("done", [0.05, 0.5, 0.95])
@pytest.mark.parametrize("key", ["label", "fee_recipient", "pubkey"])
def test_builders_are_as_concentrated_as_planted(builders, done, key):
    table = builders.tables["builder_blocks"]
    part = table[int((done - 0.05) * len(table)):int((done + 0.05) * len(table))]
    part = part[part["mev_boost"]]
    shares = part[key].value_counts(normalize=True)
    assert (shares**2).sum() == pytest.approx(builders.planted.concentration(done, key), rel=0.05)
    if key == "label":
        planted = pd.Series(builders.planted.shares(done), builders.planted.labels)
        np.testing.assert_allclose(shares[planted.index], planted, atol=4 * 0.5 / math.sqrt(len(part)))


def test_blocks_built_at_home_are_as_many_as_planted_and_have_no_bid(builders):
    table, law = builders.tables["builder_blocks"], builders.planted
    home = table[~table["mev_boost"]]
    assert len(home) / len(table) == pytest.approx(law.local, abs=4 * math.sqrt(law.local / len(table)))
    assert home["value_gwei"].isna().all() and home["pubkey"].isna().all()


def test_bids_have_the_planted_tail_and_arrive_when_planted(builders):
    table, law = builders.tables["builder_blocks"], builders.planted
    built = table[table["mev_boost"]]
    bids = np.sort(built["value_gwei"].astype(float).to_numpy())[-5000:]
    assert 1 / np.log(bids / bids[0])[1:].mean() == pytest.approx(law.tail, rel=0.06)
    arrives = built.groupby("label", observed=True)["slot_ms"].mean()
    late = dict(zip(law.labels, law.hurry, strict=True))
    assert arrives.idxmax() == max(late, key=late.get) and arrives.idxmin() == min(late, key=late.get)


def test_the_hub_has_the_planted_share_of_clients_deals():
    deals = datasets.load("synthetic-deals", "SIM-CHAIN")
    table, law = deals.tables["deals"], deals.planted
    sells, buys = (table[side].isin(law.core) for side in ("seller", "buyer"))
    assert (sells & buys).mean() == pytest.approx(law.among, abs=0.015)
    assert (~sells & ~buys).mean() == pytest.approx(law.aside, abs=0.006)
    served = table[sells ^ buys]
    hub = (served["seller"] == law.core[0]) | (served["buyer"] == law.core[0])
    for done in (0.05, 0.5, 0.95):
        part = hub[int((done - 0.05) * len(hub)):int((done + 0.05) * len(hub))]
        assert part.mean() == pytest.approx(law.hub_share(done), abs=4 * 0.5 / math.sqrt(len(part)))


def test_shares_move_evenly_from_the_first_to_the_last_ones(builders):
    dealers, law = datasets.load("synthetic-deals", "SIM-CHAIN").planted, builders.planted
    assert [dealers.hub_share(done) for done in (0, 1)] == pytest.approx([0.85 * 0.5 + 0.15 / 8, 0.85 * 0.3 + 0.15 / 8])
    assert list(law.shares(0)) == list(law.first) and list(law.shares(1)) == pytest.approx(law.last)
    assert law.concentration(0) == pytest.approx(0.45**2 + 0.15**2 + 0.2**2 + 0.12**2 + 0.08**2)
    assert law.concentration(1, "pubkey") == pytest.approx(0.3**2 / 8 + 0.4**2 / 6 + 0.15**2 / 5 + 0.1**2 / 4
                                                           + 0.05**2 / 2)


def test_nobody_deals_with_himself_and_all_dealers_deal_with_each_other():
    deals = datasets.load("synthetic-deals", "SIM-CHAIN")
    table, core = deals.tables["deals"], deals.planted.core
    assert (table["seller"] != table["buyer"]).all()
    among = table[table["seller"].isin(core) & table["buyer"].isin(core)]
    assert len(among.groupby(["seller", "buyer"])) == len(core) * (len(core) - 1)
