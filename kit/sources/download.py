"""Day and month files of Binance's public data, fetched once, verified, and never visible before they are whole.

Lies under `into` as it lies at the vendor: ``futures/um/daily/bookTicker/BTCUSDT/BTCUSDT-bookTicker-2024-03-01.zip``,
its ``.CHECKSUM`` beside it, and while it comes a ``.part`` that the next call goes on with.

- One process at a time fetches into a folder.
- The vendor replaces files after the fact: `refresh` asks whether a file at hand is still the one published.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import requests
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

from kit.refusal import Refusal

VENDOR = "https://data.binance.vision"
MARKETS = {"um": "futures/um", "cm": "futures/cm", "spot": "spot"}
PUBLISHED_UNTIL = {("um", "bookTicker"): "2024-03-30"}
"""Last day of the datasets that Binance no longer publishes."""

CONNECTIONS = 4
TIMEOUT = 10, 60
"""Seconds to connect, and between two pieces of an answer."""
CHUNK = 1 << 16


def days(dataset, symbol, start, end, into, market="um", base=VENDOR, *,
         tries=5, pause=1.0, refresh=False) -> list[Path]:
    """Fetch a file a day.

    Parameters
    ----------
    dataset : str
        As the vendor names it: ``bookTicker``, ``trades``, ``aggTrades``, ``bookDepth``, ``metrics`` ..., with the
        interval for candles: ``klines/1m``, ``markPriceKlines/1h``.
    symbol : str
        ``BTCUSDT``; ``BTCUSD_PERP`` in the COIN-M market.
    start, end : str or datetime.date
        First and last day (UTC), both included.
    into : path
        Folder, made if need be.
    market : str, optional
        ``um``, ``cm`` (futures) or ``spot``.
    base : str, optional
        Address of the vendor or of a mirror.
    tries : int, optional
        Failures in a row, with nothing gained, before giving up.
    pause : float, optional
        Seconds (give or take half) after the first failure; twice as long after each further one, at most a minute.
    refresh : bool, optional
        Ask the vendor also for files at hand, and fetch those that it has replaced.

    Returns
    -------
    list of pathlib.Path
        One zip a day, in order, each of the published SHA-256.

    Raises
    ------
    Refusal
        A day is not published; the vendor cannot be reached; a file is not what its checksum says. Files that were
        complete by then stay; nothing else is visible.
    """
    first, last = _date(start), _date(end)
    if last < first:
        raise Refusal(f"the last day {last} is before the first, {first}", remedy="start and end are both included")
    dates = [str(first + datetime.timedelta(n)) for n in range((last - first).days + 1)]
    return _fetch_all([_place(dataset, symbol, date, market) for date in dates], into, base, tries, pause, refresh)


def months(dataset, symbol, start, end, into, market="um", base=VENDOR, *,
           tries=5, pause=1.0, refresh=False) -> list[Path]:
    """Fetch a file a month, from the month of `start` to that of `end`, both included; all else is as in `days`."""
    first, last = (12 * date.year + date.month - 1 for date in (_date(start), _date(end)))
    if last < first:
        raise Refusal(f"the last month, of {end}, is before the first, of {start}", remedy="both are included")
    dates = [f"{n // 12}-{n % 12 + 1:02d}" for n in range(first, last + 1)]
    return _fetch_all([_place(dataset, symbol, date, market) for date in dates], into, base, tries, pause, refresh)


def _date(day) -> datetime.date:
    if isinstance(day, datetime.date) and not isinstance(day, datetime.datetime):
        return day
    try:
        return datetime.date.fromisoformat(day)
    except (TypeError, ValueError) as unreadable:
        raise Refusal(f"{day!r} is not a day", remedy="write it as 2024-03-01") from unreadable


def _place(dataset, symbol, date, market) -> str:
    """Path of a file at the vendor, below ``data/``; a date without a day is a month."""
    if market not in MARKETS:
        raise Refusal(f"market {market!r} is unknown", remedy=f"one of {', '.join(MARKETS)}")
    for name in (symbol, *dataset.split("/")):
        if not re.fullmatch(r"\w[\w.-]*", name):
            raise Refusal(f"{name!r} cannot be part of an address", remedy="name dataset and symbol as the vendor does")
    family, _, interval = dataset.partition("/")
    every = "daily" if len(date) == 10 else "monthly"
    folder = "/".join(filter(None, [MARKETS[market], every, family, symbol, interval]))
    return f"{folder}/{symbol}-{interval or family}-{date}.zip"


def _fetch_all(places, into, base, tries, pause, refresh) -> list[Path]:
    """The files at `places`, a few at a time; what is refused stops the others where they are."""
    if not re.match("https?://", base):
        raise Refusal(f"base {base!r} is not an address", remedy=f"as in {VENDOR}")
    console, stop = Console(stderr=True), threading.Event()
    columns = ["{task.description}", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn()]
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        pool = ThreadPoolExecutor(CONNECTIONS)
        try:
            fetches = [_Fetch(place, Path(into), base, progress, stop) for place in places]
            begun = [pool.submit(fetch.run, tries, pause, refresh) for fetch in fetches]
            for done in as_completed(begun):
                done.result()
            return [fetch.target for fetch in fetches]
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)


class _Broken(Exception):
    """A failure that may pass."""


PASSING = (_Broken, requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
BUSY = {408, 425, 429, 500, 502, 503, 504}


class _Fetch:
    """One file on its way."""

    def __init__(self, place, into, base, progress, stop):
        self.address = f"{base.rstrip('/')}/data/{place}"
        self.target = into / place
        self.part = self.target.with_name(f"{self.target.name}.part")
        self.checksum = self.target.with_name(f"{self.target.name}.CHECKSUM")
        self.progress, self.stop = progress, stop

    def run(self, tries, pause, refresh) -> None:
        """Have the verified file in its place."""
        if not refresh and self.checksum.exists() and self._at_hand(self.checksum.read_text()):
            return
        self.target.parent.mkdir(parents=True, exist_ok=True)
        failures = 0
        while True:
            before = self._size()
            try:
                return self._attempt()
            except PASSING as broken:
                failures = 1 if self._size() > before else failures + 1
                if failures == tries:
                    raise Refusal(f"given up after {tries} failures in a row, the last: {broken}", file=self.address,
                                  remedy="try again later; what has come in good order is kept") from broken
            if self.stop.wait(min(60, pause * 2 ** (failures - 1)) * random.uniform(0.5, 1.5)):
                raise Refusal("stopped", file=self.address, remedy="ask again")

    def _attempt(self) -> None:
        """Go on with the part, and give it its name once it is what the vendor published."""
        with self._ask(self.checksum.name) as answer:
            published = answer.text
        expected = _stated(published)
        if expected is None:
            raise _Broken(f"not a checksum: {published[:80]!r}")
        if self._at_hand(published):
            return
        self._go_on()
        found = _sha256(self.part)
        if found != expected:
            self.part.unlink()
            raise _Broken(f"SHA-256 expected {expected}, found {found}")
        self.checksum.write_text(published)
        os.replace(self.part, self.target)

    def _at_hand(self, published) -> bool:
        return self.target.exists() and _sha256(self.target) == _stated(published)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _ask(self, name, begin=0):
        """The vendor's answer for a file beside this one, from byte `begin` if it can."""
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begin}-"} if begin else {})
        address = f"{self.address.rpartition('/')[0]}/{name}"
        answer = requests.get(address, headers=headers, stream=True, timeout=TIMEOUT)
        if answer.status_code in (200, 206, 416):
            return answer
        answer.close()
        if answer.status_code == 404:
            raise Refusal("not published (404)", file=address, remedy=_advice(self.target))
        if answer.status_code in BUSY:
            raise _Broken(f"the vendor answers {answer.status_code} {answer.reason}")
        raise Refusal(f"the vendor answers {answer.status_code} {answer.reason}", file=address,
                      remedy="see whether the address opens in a browser")

    def _go_on(self) -> None:
        """Append to the part what it lacks; begin again where the vendor sends the whole."""
        begin = self._size()
        with self._ask(self.target.name, begin) as answer:
            if answer.status_code == 416:  # nothing lies beyond it: the checksum will judge
                return
            begin *= answer.status_code == 206
            task = self.progress.add_task(self.target.name, total=begin + int(answer.headers.get("Content-Length", 0)))
            self.progress.update(task, completed=begin)
            try:
                self._receive(answer, "ab" if begin else "wb", task)
            finally:
                self.progress.remove_task(task)

    def _receive(self, answer, mode, task) -> None:
        with self.part.open(mode) as file:
            for piece in answer.iter_content(CHUNK):
                if self.stop.is_set():
                    raise Refusal("stopped", file=self.address, remedy="ask again: it will go on from here")
                file.write(piece)
                self.progress.advance(task, len(piece))
            file.flush()
            os.fsync(file.fileno())


def _stated(checksum) -> str | None:
    """The SHA-256 that a ``.CHECKSUM`` states: ``<64 hex digits>  <file name>``."""
    match = re.match(r"[0-9a-f]{64}\b", checksum)
    return match and match[0]


def _sha256(path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _advice(target) -> str:
    for (market, dataset), last in PUBLISHED_UNTIL.items():
        if MARKETS[market] in target.as_posix() and f"-{dataset}-" in target.name:
            return f"the vendor publishes {dataset} of this market until {last} only"
    return "see whether the symbol was listed then; a day appears on the next day, a month after its end"
