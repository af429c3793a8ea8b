"""The maker: the minimum sizes that fill, and what delays, queues and policies may and may not do."""

from dataclasses import replace

import numpy as np
import pytest

from kit.execution import (
    Adaptive,
    Constant,
    Fees,
    Gated,
    Log,
    Log2,
    Power,
    Power2,
    Power3,
    RiskAverse,
    Signal,
    Symmetric,
    TradeThrough,
    maker,
    market,
)
from kit.kernels.replay_queue import LOG, LOG_2, POWER, POWER_2, POWER_3, RISK_AVERSE, resized
from kit.mirror import mirror
from kit.refusal import Refusal
from kit.sources.synthetic import generate
from tests.execution.plain_market import at, orders, quotes, trades

NOW, FREE = Constant("0ms"), Fees(0.0, 0.0)
TEN_AHEAD = [(0, 100, 10, 101, 50)]
QUEUED = [*TEN_AHEAD, (1, 100, 15, 101, 50), (2, 100, 9, 101, 50), (9, 100, 9, 101, 50)]
LONG = Signal(at(0.5), np.ones(1), 0.5)


def bought(rows, prints=((8.9, 200, 1, 1),), signal=LONG, **options):
    """Fills of a maker of 1 lot at 100, of no delay unless told."""
    m = market(quotes(rows), trades(prints), tick=1, lot=1)
    return maker(m, signal, **{"latency": NOW, "fees": FREE, "notional": 100.0} | options).fills


@pytest.mark.parametrize(("queue", "least"), [
    (RiskAverse(), 10), (Power(1), 7), (Power(3), 6), (Log(), 8), (Log2(), 9), (Power2(2), 6), (Power3(3), 9)])
def test_smallest_print_that_fills(queue, least):
    """1 lot behind 10 displayed; 5 join behind; 6 are cancelled; one print at the price."""
    assert len(bought(QUEUED, [(3, 100, least - 1, -1)], queue=queue)) == 0
    assert list(bought(QUEUED, [(3, 100, least, -1)], queue=queue)["price"]) == [100]


@pytest.mark.parametrize(("kind", "power", "ahead"), [
    (RISK_AVERSE, 0, 9), (POWER, 1, 6), (POWER, 3, 4.667), (LOG, 0, 6.566), (LOG_2, 0, 7.877), (POWER_2, 2, 4.667),
    (POWER_3, 3, 8.222)])
def test_lots_ahead_by_hand(kind, power, ahead):
    assert resized(kind, float(power), 10.0, 15.0, 9.0, 0.0) == pytest.approx(ahead, abs=5e-4)


def test_reaching_the_front_is_no_fill():
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    assert len(bought(rows, [(3, 100, 10, -1)])) == 0
    assert len(bought(rows, [(3, 100, 11, -1)])) == 1


@pytest.mark.parametrize("queue", [RiskAverse(), TradeThrough()])
def test_through_the_price_or_crossed_fills_whatever_the_queue(queue):
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    assert list(bought(rows, [(3, 99, 1, -1)], queue=queue)["price"]) == [100]
    crossed = [*TEN_AHEAD, (4, 99, 10, 100, 50)]
    assert list(bought(crossed, queue=queue)["price"]) == [100]


def test_trade_through_is_never_filled_at_its_price():
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    assert bought(rows, [(3, 100, 1e6, -1)], queue=TradeThrough()).empty


def test_prints_explain_their_own_fall_of_the_size():
    """4 of 10 are printed and the size falls by these 4: nobody cancelled, 6 are ahead."""
    rows = [*TEN_AHEAD, (4, 100, 6, 101, 50), (9, 100, 6, 101, 50)]
    for queue in (RiskAverse(), Power(1), Log()):
        assert len(bought(rows, [(3, 100, 4, -1), (5, 100, 6, -1)], queue=queue)) == 0
        assert len(bought(rows, [(3, 100, 4, -1), (5, 100, 7, -1)], queue=queue)) == 1


def test_prints_beyond_the_queue_fill_lot_by_lot():
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    fills = bought(rows, [(3, 100, 12, -1), (4, 100, 2, -1), (5, 100, 9, -1)], notional=500.0)
    assert list(fills["size"]) == [2, 2, 1]


def test_buyers_and_prints_of_unknown_side_fill_no_bid():
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    assert bought(rows, [(3, 100, 99, 1), (4, 99, 99, 0)]).empty


def test_an_order_counts_the_queue_when_it_arrives():
    rows = [*TEN_AHEAD, (1, 100, 3, 101, 50), (9, 100, 3, 101, 50)]
    assert len(bought(rows, [(3, 100, 4, -1)], latency=Constant("1s"))) == 1
    assert bought(rows, [(3, 100, 3, -1)], latency=Constant("1s")).empty
    assert bought(rows, [(3, 100, 99, -1)], latency=Constant("3s")).empty


def test_at_one_time_a_print_comes_before_the_quote_and_both_before_the_order():
    rows = [*TEN_AHEAD, (2, 100, 20, 101, 50), (9, 100, 20, 101, 50)]
    late = {"latency": Constant("1500ms")}  # arrives at 2 s
    assert bought(rows, [(2, 100, 99, -1), (3, 100, 20, -1)], **late).empty
    assert len(bought(rows, [(2, 100, 99, -1), (3, 100, 21, -1)], **late)) == 1


def test_an_order_that_would_cross_on_arrival_is_refused():
    rows = [*TEN_AHEAD, (1, 98, 10, 99, 50), (5, 98, 10, 99, 50), (9, 98, 10, 99, 50)]
    signal = Signal(at(0.5, 1.2), np.array([1.0, 0.0]), 0.5)
    assert bought(rows, [(3, 90, 99, -1)], latency=Constant("1s"), signal=signal).empty


def test_behind_the_touch_the_queue_is_unknown_until_it_is_the_touch_again():
    rows = [(0, 100, 10, 103, 50), (2, 101, 10, 103, 50), (5, 100, 7, 103, 50), (9, 100, 7, 103, 50)]
    stay = {"follows": False, "latency": Constant("2s")}  # arrives at 2.5 s, behind the touch
    assert bought(rows, [(3, 100, 99, -1), (6, 100, 7, -1)], **stay).empty
    assert len(bought(rows, [(6, 100, 8, -1)], **stay)) == 1
    assert len(bought(rows, [(4, 99, 1, -1)], **stay)) == 1


def test_alone_inside_the_spread_the_order_is_first():
    rows = [*TEN_AHEAD, (2, 99, 10, 101, 50), (9, 99, 10, 101, 50)]
    assert len(bought(rows, [(3, 100, 1, -1)], follows=False)) == 1


@pytest.mark.parametrize(("cancel", "filled"), [("0ms", 0), ("999ms", 0), ("2s", 1)])
def test_a_cancellation_on_its_way_does_not_protect(cancel, filled):
    """The signal is gone at 2 s; the market falls through the bid at 3 s."""
    rows = [*TEN_AHEAD, (9, 100, 10, 101, 50)]
    signal = Signal(at(0.5, 2), np.array([1.0, 0.0]), 0.5)
    assert len(bought(rows, [(3, 99, 50, -1)], signal=signal, latency=Constant("0ms", cancel))) == filled


def test_gated_follows_the_touch_and_leaves_by_waiting():
    rows = [*TEN_AHEAD, (2, 101, 5, 103, 50), (6, 101, 5, 103, 2), (9, 101, 5, 103, 2)]
    signal = Signal(at(0.5, 5), np.array([1.0, 0.0]), 0.5)
    fills = bought(rows, [(1, 100, 3, -1), (3, 101, 6, -1), (7, 103, 53, 1)], signal=signal)
    assert list(fills["side"]) == [1, -1] and list(fills["price"]) == [101, 103]
    assert (fills["maker"]).all() and list(fills["bid"]) == [101, 101]


def test_turning_round_asks_for_both_positions():
    rows = [(second, 100, 1, 101, 1) for second in range(10)]
    fills = bought(rows, [(1.5, 100, 9, -1), (4.5, 101, 99, 1)], signal=orders(1, 1, 1, -1, -1, -1, -1))
    assert list(fills["side"]) == [1, -1]
    assert fills["size"].iloc[1] == pytest.approx(1 + 100 / 101)


def test_symmetric_quotes_both_sides_within_its_cap():
    rows = [(second, 100, 1, 101, 1) for second in range(10)]
    prints = [(s + 0.5, 100, 9, -1) for s in range(6)] + [(s + 0.7, 101, 9, 1) for s in range(6, 9)]
    fills = bought(rows, prints, signal=None, policy=Symmetric(cap=3.0))
    assert list(fills["side"]) == [1, 1, 1, -1, -1, -1]
    position = (fills["side"] * fills["size"]).cumsum()
    assert position.max() == 3


def test_adaptive_stands_back_from_the_side_that_is_threatened():
    rows = [(second, 1000, 1, 1001, 1) for second in range(20)]
    prints = [(15.5, 997, 50, -1), (16.5, 1001, 50, 1)]
    fall = Signal(at(0), np.array([-0.0029]), 1.0)
    plain = bought(rows, prints, signal=fall, policy=Adaptive(toxic=0.0, pull=False), notional=1000.0)
    assert list(plain["price"]) == [1001] and list(plain["side"]) == [-1]
    deeper = [(15.5, 996, 50, -1)]
    widened = bought(rows, deeper, signal=fall, policy=Adaptive(toxic=0.0, pull=False), notional=1000.0)
    assert list(widened["price"]) == [997]
    pulled = bought(rows, deeper, signal=replace(fall, threshold=0.001), policy=Adaptive(toxic=0.0), notional=1000.0)
    assert pulled.empty


def test_adaptive_widens_with_what_moved_and_waits_until_it_knows():
    calm = [(second, 1000, 1, 1001, 1) for second in range(20)]
    wild = [(second, 1000 + 3 * (second % 2), 1, 1001 + 3 * (second % 2), 1) for second in range(20)]
    options = {"signal": None, "policy": Adaptive(lean=0.0, toxic=1.0), "notional": 1000.0}
    prints = [(15.5, 1001, 50, 1), (16.5, 1001, 50, 1)]
    assert len(bought(calm, prints, **options)) and bought(wild, prints, **options).empty
    assert bought(calm, [(5.5, 1001, 50, 1)], **options).empty


@pytest.fixture(scope="module")
def hour():
    g = generate("SIM-LTC", "2025-03-01T12:00Z", "2025-03-01T13:00Z")
    m, q = market(g["quotes"], g["trades"]), g["quotes"]
    value = 2e-4 * ((q["bid_size"] - q["ask_size"]) / (q["bid_size"] + q["ask_size"])).to_numpy()
    return m, Signal(m.quotes.time[::7], value[::7], 1.2e-4)


@pytest.mark.parametrize("policy", [Gated(), Symmetric(2.0), Adaptive(2.0, lean=0.0, toxic=0.0)])
@pytest.mark.parametrize("queue", [RiskAverse(), Power(2), TradeThrough()])
def test_the_mirrored_market_mirrors_the_fills(hour, policy, queue):
    """Prices reflected, sides turned: what was bought is sold, at the same moments and at the reflected prices.

    Sizes follow prices, as the notional is fixed; orders of less than a lot are filled whole in both worlds.
    """
    m, signal = hour
    about = 2 * round(float(m.quotes.bid[0]))
    back = market_of(m, mirror(m.quotes, about), mirror(m.trades, about))
    back = market_of(m, back.quotes._replace(bid=cents(back.quotes.bid), ask=cents(back.quotes.ask)),
                     back.trades._replace(price=cents(back.trades.price)))
    options = {"policy": policy, "queue": queue, "notional": 0.8 * float(m.lot) * about / 2}
    there = maker(m, signal, **options).fills
    turned = maker(back, replace(signal, value=-signal.value), **options).fills.sort_values(["time", "side"])
    assert len(there) > 50
    there = there.sort_values(["time", "side"], ascending=[True, False])
    np.testing.assert_array_equal(turned["time"], there["time"])
    np.testing.assert_array_equal(turned["side"], -there["side"])
    np.testing.assert_array_equal(turned["price"], cents(about - there["price"]))


def cents(prices):
    return np.round(prices, 2)


def market_of(m, quotes, trades):
    return replace(m, quotes=quotes, trades=trades, stated=(float(m.tick), float(m.lot)))


def test_nothing_of_the_future_changes_a_fill(hour):
    m, signal = hour
    cut = len(m.quotes.time) // 2
    moment = int(m.quotes.time[cut])
    short = market_of(m, type(m.quotes)(*(c[:cut + 1] for c in m.quotes)),
                      type(m.trades)(*(c[m.trades.time <= moment] for c in m.trades)))
    for policy in (Gated(), Adaptive()):
        whole, part = (maker(x, signal, policy=policy).fills for x in (m, short))
        before = whole[whole["time"].astype("int64") < moment].reset_index(drop=True)
        assert len(before) > 30
        assert part[part["time"].astype("int64") < moment].reset_index(drop=True).equals(before)


def test_more_cautious_queues_are_filled_less(hour):
    m, signal = hour
    fills = {q: maker(m, signal, policy=Symmetric(), queue=q, notional=100.0).summary()["turnover"]
             for q in (TradeThrough(), RiskAverse(), Power(3))}
    assert fills[TradeThrough()] < fills[RiskAverse()] < fills[Power(3)]


def test_symmetric_never_exceeds_its_cap(hour):
    m, signal = hour
    replayed = maker(m, signal, policy=Symmetric(1.0), latency=Constant("250ms"))
    assert (replayed.position().abs() * m.quotes.bid.min()).max() <= 10_000.0 * 1.01


def test_every_fill_is_at_a_price_that_somebody_met(hour):
    """A maker's bid is filled only when a print or an ask comes to it, at that very moment."""
    m, signal = hour
    for fill in maker(m, signal, policy=Symmetric()).fills.head(300).itertuples():
        moment = fill.time.value
        prints, shown = m.trades.time == moment, m.quotes.time == moment
        met = np.r_[m.trades.price[prints & (m.trades.side == -fill.side)],
                    (m.quotes.ask if fill.side > 0 else m.quotes.bid)[shown]]
        assert (fill.side * (fill.price - met) >= 0).any()


@pytest.mark.parametrize("wrong", [
    lambda: Power(0), lambda: Power3(-1), lambda: Symmetric(0), lambda: Adaptive(lean=-1),
    lambda: bought(QUEUED, notional=0.0)])
def test_nonsense_is_refused(wrong):
    with pytest.raises(Refusal):
        wrong()

