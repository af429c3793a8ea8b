"""The embedded datasets: synthetic markets with known answers, played when they are asked for."""

from __future__ import annotations

from kit import clock
from kit.sources import synthetic
from kit.sources.dataset import Dataset
from kit.sources.synthetic import behind, chain, days, minutes, options, venues

DAY, CRASH, NEXT = "2025-01-06", "2025-10-10", "2025-10-11"


def _ticks(title, first, last, edge=1.0, crash=None, **more):
    """The embedded market, by default from `first` to `last`."""
    def batches(folder, symbol, start, end, seed):
        begin, stop = start or clock.instant(first), end or clock.instant(last)
        return synthetic.batches(symbol, begin, stop, seed=seed, edge=edge, crash=crash)
    return Dataset("embedded", title, synthetic.SYMBOLS, batches, stale="60s", edge=None if crash else edge, **more)


def _book(first, last):
    """The embedded market with levels behind its touch."""
    def batches(folder, symbol, start, end, seed):
        begin, stop = start or clock.instant(first), end or clock.instant(last)
        return behind.batches(synthetic.batches(symbol, begin, stop, seed=seed), symbol, seed)
    return batches


def _days(title, laws, **more):
    """Years of daily bars whose volatility follows `laws`."""
    def batches(folder, symbol, start, end, seed):
        return days.batches(laws, symbol, start, end, seed)
    return Dataset("embedded", title, tuple(laws), batches, kinds=("days",), laws=laws, **more)


def _made(by):
    """What a module of the embedded market makes."""
    return lambda folder, symbol, start, end, seed: by.batches(symbol, start, end, seed)


EMBEDDED = {
    "synthetic": _ticks("Synthetic perpetuals with planted predictability, twelve hours",
                        f"{DAY}T00:00Z", f"{DAY}T12:00Z"),
    "synthetic-null": _ticks("The same market in which nothing can be predicted", f"{DAY}T00:00Z", f"{DAY}T12:00Z",
                             edge=0.0, extra=True),
    "synthetic-crash": _ticks("The same market, half a day with a flash crash", f"{CRASH}T12:00Z", f"{NEXT}T00:00Z",
                              crash=CRASH, extra=True),
    "synthetic-depth": Dataset("embedded", "Synthetic perpetuals with a book of known slope, two hours",
                               synthetic.SYMBOLS, _book(f"{DAY}T12:00Z", f"{DAY}T14:00Z"), stale="60s",
                               edge=1.0, kinds=("depth",)),
    "synthetic-days": _days("Six years of synthetic days with two planted volatility regimes", days.REGIMES),
    "synthetic-garch": _days("Six years of synthetic days with a planted GARCH process", days.GARCH),
    "synthetic-minutes": Dataset("embedded", "Half a year of synthetic minutes with planted variance, noise and jumps",
                                 tuple(minutes.MINUTES), _made(minutes), kinds=("bars",), laws=minutes.MINUTES),
    "synthetic-options": Dataset("embedded", "Two hundred daily option chains with planted term structure and premium",
                                 options.SYMBOLS, _made(options), kinds=("chain",)),
    "synthetic-venues": Dataset("embedded", "Three synthetic venues: one leads, one follows, one is noisy; six hours",
                                tuple(venues.FRAGMENTED), _made(venues), kinds=("venues",),
                                laws=venues.FRAGMENTED),
    "synthetic-chain": Dataset("embedded", "Two hours of a synthetic chain with planted attacks and decoys",
                               chain.SYMBOLS, _made(chain), kinds=("transactions", "swaps"), laws=chain.CHAINS),
    "synthetic-gas": Dataset("embedded", "The same two hours, their headers and all their transactions",
                             chain.SYMBOLS, _made(chain), kinds=("blocks", "transactions"), laws=chain.CHAINS),
    "synthetic-builders": Dataset("embedded", "A week of synthetic blocks whose builders' shares drift",
                                  chain.SYMBOLS, _made(chain.builders), kinds=("builder_blocks",),
                                  laws=chain.builders.BUILDERS),
    "synthetic-deals": Dataset("embedded", "A week of synthetic deals with a planted core and hub",
                               chain.SYMBOLS, _made(chain.deals), kinds=("deals",), laws=chain.deals.DEALERS),
}
