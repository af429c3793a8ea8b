"""The 28 performances that the factor framework prints as constants, each to be measured, none to be believed.

Two of its functions return tables of strings: six strategies, four measures each; a comment adds three ranges and a
promise. The rules below were not written blind: the first panel of daily coins had been seen when they were, and two
were changed after it. `kit.claims.strategies` says what is traded, for the framework does not. What is printed here is
what was claimed.
"""

from __future__ import annotations

import math
from dataclasses import replace

from kit.claims.claim import Claim, Evidence, Rule, Verdict, below, within
from kit.claims.strategies import WORDS

VOLATILITY = {
    "realized_volatility": {"annual_return": 0.164, "sharpe": 1.02, "max_drawdown": 0.247,
                            "correlation_to_market": -0.15},
    "volatility_term_structure": {"annual_return": 0.198, "sharpe": 1.28, "max_drawdown": 0.189,
                                  "correlation_to_market": -0.08},
    "volatility_risk_premium": {"annual_return": 0.221, "sharpe": 1.45, "max_drawdown": 0.213,
                                "correlation_to_market": 0.05}}
MICROSTRUCTURE = {
    "bid_ask_spread": {"annual_return": 0.147, "sharpe": 0.89, "max_drawdown": 0.192, "turnover": 8.5},
    "order_flow_imbalance": {"annual_return": 0.183, "sharpe": 1.15, "max_drawdown": 0.221, "turnover": 12.0},
    "cross_exchange_arbitrage": {"annual_return": 0.129, "sharpe": 1.67, "max_drawdown": 0.084, "turnover": 24.0}}
RANGES = {"volatility": (tuple(VOLATILITY), (0.15, 0.25), (1.0, 1.5)),
          "microstructure": (("bid_ask_spread", "order_flow_imbalance"), (0.10, 0.20), (1.2, 1.8)),
          "cross-exchange": (("cross_exchange_arbitrage",), (0.08, 0.15), (1.5, 2.0))}
"""Of annual return and of the Sharpe ratio."""

SAID = {"annual_return": "returns {:.1%} a year", "sharpe": "has a Sharpe ratio of {:g}",
        "max_drawdown": "loses at most {:.1%} from a peak", "turnover": "turns over {:.0%} a year",
        "correlation_to_market": "correlates with the market by {:g}"}
NOTEBOOKS = {"realized_volatility": "factor_panel", "volatility_term_structure": "factor_variance",
             "volatility_risk_premium": "factor_variance",
             "bid_ask_spread": "factor_performance", "order_flow_imbalance": "factor_performance"}
"""Whose reports measure a strategy."""
UNKNOWN = {"cross_exchange_arbitrage":
           "No recording here holds quotes of two venues in one currency for as long as a week. At last prices, one of "
           "which is always older, or with stocks evened out for nothing, any return can be shown."}
"""Strategies that nothing at hand can measure, and why."""
NAMES = {"bid_ask_spread": "spread", "order_flow_imbalance": "order_flow_imbalance"}
"""Factors of the strategies by the second."""
SHORT = "Recordings by the second are too short to be annualised: a loss speaks against it, a gain would not prove it."


def holds(value) -> Rule:
    """Reproduced if the interval holds a printed number and not 0, contradicted if it does not hold the number."""
    def verdict(e):
        if not e.low <= value <= e.high:
            return Verdict.CONTRADICTED
        return Verdict.NOT_REPRODUCED if e.low <= 0 <= e.high else Verdict.REPRODUCED
    return Rule(f"reproduced if the interval holds {value:g} and not 0, contradicted if it does not hold {value:g}, "
                "else not reproduced", verdict)


def gains() -> Rule:
    """Contradicted if an interval lies below 0; nothing else is decided by what is too short to be annualised."""
    def verdict(e):
        if e.high < 0:
            return Verdict.CONTRADICTED
        return Verdict.NOT_TESTABLE if e.low > 0 else Verdict.NOT_REPRODUCED
    return Rule("contradicted if the interval lies below 0, not testable if above it, else not reproduced", verdict)


def stays_below(value) -> Rule:
    """Contradicted if a drawdown is deeper already; what is too short can only grow."""
    return Rule(f"contradicted if it is above {value:g} already, else not testable: it can only grow",
                lambda e: Verdict.CONTRADICTED if e.low > value else Verdict.NOT_TESTABLE)


def measured(strategy, measure):
    """What the reports of a strategy recorded of a measure, each with its deflated Sharpe ratio beside it."""
    def evidence(records):
        return [_deflated(records, one, rf"strategy\[{strategy} deflated_sharpe, value\]") for one in
                records.find(NOTEBOOKS[strategy], rf"strategy\[{strategy} {measure}, value\]")]
    return evidence


def by_second(strategy, column, exact=False):
    """What trading a factor by the second came to: a column of the reports' table of edges."""
    name = NAMES[strategy]

    def evidence(records):
        return [_deflated(records, one, rf"edge\[{name}, deflated\]") for one in
                records.find("factor_performance", rf"edge\[{name}, {column}\]", exact=exact)
                if not math.isnan(one.value)]
    return evidence


def _deflated(records, one, pattern) -> Evidence:
    """The evidence, its name with the deflated Sharpe ratio of the same report."""
    notebook = one.source.split("--notebooks ")[1].split(":")[0]
    found = [luck.value for luck in records.find(notebook, pattern, exact=True) if luck.of == one.of]
    return replace(one, of=f"{one.of} (deflated Sharpe ratio {found[0]:.2f})" if found else one.of)


def placed(strategies, returns, ratios):
    """Where returns and Sharpe ratios lie in their ranges, 0 and 1 being the ends."""
    def evidence(records):
        return [_place(one, strategy, measure, *span) for strategy in strategies
                for measure, span in (("annual_return", returns), ("sharpe", ratios))
                for one in measured(strategy, measure)(records)]
    return evidence


def _place(one, strategy, measure, low, high):
    name = f"{strategy} {measure}".replace("_", " ")
    said = f"{name} {one.value:.3g} [{one.low:.3g}, {one.high:.3g}], {one.of}"
    ends = ((x - low) / (high - low) for x in (one.value, one.low, one.high))
    return replace(one, **dict(zip(("value", "low", "high"), ends, strict=True)), of=said)


def _claims(prefix, where, table):
    return [_claim(f"{prefix}-{k}-{measure.split('_')[0]}", where, strategy, measure, value)
            for k, (strategy, row) in enumerate(table.items(), 1) for measure, value in row.items()]


def _claim(name, where, strategy, measure, value):
    said = f"{strategy.replace('_', ' ').capitalize()} {SAID[measure].format(value)}"
    if strategy in UNKNOWN:
        return Claim(name, where, said, measure.replace("_", " "), remark=f"{WORDS[strategy]} {UNKNOWN[strategy]}")
    rule, how, evidence, remark = _judged(strategy, measure, value)
    return Claim(name, where, said, how, rule, evidence, f"{WORDS[strategy]} {remark}".strip())


def _judged(strategy, measure, value):
    """Rule, what is measured, evidence, and what to know of it."""
    if strategy not in NAMES:
        rule = below(value) if measure == "max_drawdown" else holds(value)
        return rule, measure.replace("_", " "), measured(strategy, measure), ""
    return {"annual_return": (gains(), "net gain, bp of what is traded", by_second(strategy, "net"), SHORT),
            "sharpe": (gains(), "net gain, bp of what is traded", by_second(strategy, "net"), SHORT),
            "max_drawdown": (stays_below(value), "largest loss from a peak, share of the capital",
                             by_second(strategy, "drawdown", exact=True), SHORT),
            "turnover": (within(value / 2, 2 * value), "what is traded, multiples of the capital a year",
                         by_second(strategy, "turnover", exact=True), "")}[measure]


def _range(name, strategies, returns, ratios):
    said = (f"{name.capitalize()} strategies return {returns[0]:.0%} to {returns[1]:.0%} a year with Sharpe ratios of "
            f"{ratios[0]:g} to {ratios[1]:g}")
    if strategies[0] in UNKNOWN:
        return Claim(f"X-{name}", "performance expectations", said, remark=UNKNOWN[strategies[0]])
    if strategies[0] in NAMES:
        how = gains(), "net gain, bp of what is traded", _each(by_second, strategies, "net"), SHORT
    else:
        how = (within(0.0, 1.0), "where annual return and Sharpe ratio lie in their ranges, 0 and 1 being the ends",
               placed(strategies, returns, ratios), "")
    rule, measure, evidence, remark = how
    return Claim(f"X-{name}", "performance expectations", said, measure, rule, evidence, remark)


def _each(how, strategies, measure):
    """Evidence of several strategies, named after them."""
    return lambda records: [replace(one, of=f"{strategy.replace('_', ' ')}, {one.of}") for strategy in strategies
                            for one in how(strategy, measure)(records)]


FRAMEWORK: tuple[Claim, ...] = (
    *_claims("V", "performance of volatility factors", VOLATILITY),
    *_claims("M", "performance of microstructure factors", MICROSTRUCTURE),
    *(_range(name, *about) for name, about in RANGES.items()),
    Claim("X-stress", "performance expectations", "These strategies diversify when markets are under stress",
          "correlation with the market over its worst twentieth of days", below(0.3),
          _each(measured, VOLATILITY, "stress"),
          "Below .3 is called diversifying; the strategies on volatility alone are long enough to tell."))
"""All that the framework claims of performance: 6 strategies x 4 measures, 3 ranges, 1 promise."""
