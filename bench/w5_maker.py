"""W5: a maker with its place in the queue, against hftbacktest in an environment of its own.

Equivalent work: both sides quoted at the touch, decided every 100 ms, 50 ms until an order or a cancellation is in the
market, risk-averse queue, post only. Orders are smaller than a lot, so that both fill them whole. After each
decision's time the position, the number of fills and the value traded must be the same, or the bench stops. Both run
on one thread and are timed by the processor's clock, as they cannot be interleaved.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from statistics import median

import numpy as np

from kit.execution import Constant, Signal, Symmetric, maker, market
from kit.kernels.launch import threads
from kit.sources.synthetic import generate

PEER = "hftbacktest==2.4.4", "numpy<2.3"
HOME = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kit" / "bench" / "hftbacktest-2.4.4"
STEP, DELAY, CAP, REPEAT, GOAL = 100_000_000, 50_000_000, 3.0, 3, 10


def environment() -> Path:
    """The peer's Python, installed once.

    Raises
    ------
    subprocess.CalledProcessError
        It cannot be installed.
    """
    python = HOME / "bin" / "python"
    if not (HOME / "ready").exists():
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER], check=True, capture_output=True, text=True)
        (HOME / "ready").touch()
    return python


def told(m, moments, notional) -> dict:
    """What the peer is told: prices in ticks."""
    per, q, t = m.tick.denominator, m.quotes, m.trades
    ticks = lambda prices: np.rint(prices * per).astype(np.int64)  # noqa: E731
    return {"clock": q.time, "bid": ticks(q.bid), "bid_size": q.bid_size, "ask": ticks(q.ask), "ask_size": q.ask_size,
            "prints": t.time, "price": ticks(t.price), "size": t.size, "side": t.side, "moments": moments, "per": per,
            "lot": float(m.lot), "notional": notional, "cap": CAP, "delay": DELAY, "repeat": REPEAT}


def by_peer(python, question) -> dict:
    """The peer's answer."""
    with tempfile.TemporaryDirectory() as folder:
        source, answer = Path(folder) / "market.npz", Path(folder) / "answer.npz"
        np.savez(source, **question)
        subprocess.run([python, Path(__file__).with_name("peer_hftbacktest.py"), source, answer], check=True)
        return dict(np.load(answer))


def timed(call):
    """Median seconds of the processor of a few calls, and the answer."""
    taken = []
    for _ in range(REPEAT + 1):
        start = time.process_time()
        answer = call()
        taken.append(time.process_time() - start)
    return median(taken[1:]), answer


def agree(replayed, moments, out) -> None:
    """Stop unless positions, fills and values traded are the peer's after every decision's time."""
    fills = replayed.fills
    row = np.searchsorted(fills["time"].astype("int64"), moments[:len(out)], side="right")
    size, price = fills["size"].to_numpy(), fills["price"].to_numpy()
    ours = [np.append(0.0, np.cumsum(x)) for x in (fills["side"] * size, np.ones(len(fills)), size * price)]
    for name, series, theirs in zip(("position", "fills", "value"), ours, out.T, strict=True):
        off = np.abs(series[row] - theirs)
        differs = off > 1e-9 * np.abs(theirs).max()
        assert not differs.any(), f"{name} differs from decision {np.argmax(differs)} on"


def main(days=4) -> None:
    try:
        python = environment()
    except subprocess.CalledProcessError as error:
        print(f"skipped: hftbacktest cannot be installed: {error.stderr.strip().splitlines()[-1]}")
        return
    g = generate("SIM-LTC", "2025-03-01T00:00Z", f"2025-03-{1 + days:02d}T00:00Z")
    m = market(g["quotes"], g["trades"], tick=0.01, lot=0.001)
    q, t = m.quotes, m.trades
    moments = np.arange(m.start + STEP, m.end, STEP)
    notional = 0.8 * float(m.lot) * float(q.bid[0])
    signal = Signal(moments, np.full(len(moments), np.nan))
    options = {"policy": Symmetric(CAP), "latency": Constant("50ms"), "notional": notional, "follows": False}
    threads(1)
    theirs = by_peer(python, told(m, moments, notional))
    ours, replayed = timed(lambda: maker(m, signal, **options))
    agree(replayed, moments, theirs["out"])
    slow = median(theirs["seconds"])
    print(f"maker, {len(q.time):,} quotes, {len(t.time):,} prints, {len(moments):,} decisions: equal, "
          f"{len(replayed.fills):,} fills\n  ours {ours:.3f} s, fills as a frame; hftbacktest 2.4.4 "
          f"(ROIVector, {int(theirs['events']):,} events) {slow:.3f} s\n  ours faster by {slow / ours:.1f} x, "
          f"goal >= {GOAL} x: {'yes' if slow >= GOAL * ours else 'NO'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
