"""What Binance sends, and recordings of it: lines of a local stamp and JSON."""

import gzip
import json

T0 = 1_723_161_256_000  # ms, 2024-08-08 23:54:16 UTC
SYMBOL = "BTCUSDT"


def line(local, stream, data):
    return f"{local} " + json.dumps({"stream": f"{SYMBOL.lower()}@{stream}", "data": data})


def quote(local, u, bid="100.10", ask="100.20", T=None, **more):
    """bookTicker; of spot where T is None."""
    clock = {} if T is None else {"e": "bookTicker", "T": T, "E": T + 1}
    return line(local, "bookTicker", {"u": u, "s": SYMBOL, "b": bid, "B": "2.5", "a": ask, "A": "0.125"} | clock | more)


def trade(local, t, T, price="100.20", size="0.5", m=False, **more):
    return line(local, "trade", {"e": "trade", "E": T + 1, "T": T, "s": SYMBOL, "t": t, "p": price, "q": size, "m": m}
                | more)


def diff(local, U, u, bids=(), asks=(), T=T0, pu=None):
    """depth; of spot where pu is None."""
    futures = {} if pu is None else {"T": T, "pu": pu}
    return line(local, "depth@100ms", {"e": "depthUpdate", "E": T + 1, "s": SYMBOL, "U": U, "u": u,
                                       "b": list(bids), "a": list(asks)} | futures)


def snapshot(local, last, bids=(), asks=(), **more):
    """REST depth, recorded without a stream."""
    return f"{local} " + json.dumps({"lastUpdateId": last} | more | {"bids": list(bids), "asks": list(asks)})


def ns(ms, past=0):
    return ms * 10**6 + past


def write(path, *lines):
    text = "".join(f"{each}\n" for each in lines).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path
