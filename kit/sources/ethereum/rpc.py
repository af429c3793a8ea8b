"""Blocks asked of a node over JSON-RPC and kept as files that `node.read` reads, one a block.

- A block, its receipts and its traces are asked for one by one: they are kept only if all name the same block's hash.
- One process at a time fetches into a folder.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import requests
from rich.console import Console
from rich.progress import Progress

from kit.refusal import Refusal
from kit.sources.download import BUSY, TIMEOUT
from kit.sources.ethereum.node import load

PASSING_CODES = {429, -32005, -32016}
PASSING_WORDS = re.compile(r"rate.?limit|too many requests|time[d ]?.?out|capacity|try again", re.IGNORECASE)
"""How nodes say that they would answer later."""

UNKNOWN_CODE = -32601
UNKNOWN_WORDS = re.compile(r"(unsupported|unknown) method|method .*(not found|not supported|not available|not exist)",
                           re.IGNORECASE)
"""How they say that they know no such question."""


def fetch(url, first, last, into, traces=False, *, batch=20, tries=5, pause=1.0) -> list[Path]:
    """Have every block of a range in a folder.

    Parameters
    ----------
    url : str
        Of a node that speaks JSON-RPC over HTTP.
    first, last : int
        Numbers of the first and the last block, both included.
    into : path
        Folder, made if need be. Blocks that it holds are not asked for again.
    traces : bool, optional
        Ask for the calls within transactions too (``trace_block``); blocks held without them are asked for again.
    batch : int, optional
        Requests that are sent together.
    tries : int, optional
        Failures in a row, with nothing gained, before giving up.
    pause : float, optional
        Seconds (give or take half) after the first failure; twice as long after each further one, at most a minute.

    Returns
    -------
    list of pathlib.Path
        A file a block, in order: ``<number>.json.gz``.

    Raises
    ------
    Refusal
        No connection; the node does not have a block, its receipts or its traces, or does not let itself be asked.
        Blocks that were complete by then stay; nothing else is visible.
    """
    if not 0 <= first <= last:
        raise Refusal(f"there are no blocks from {first} to {last}", remedy="first and last are both included")
    node, paths = _Node(url, batch, tries, pause), {n: Path(into) / f"{n}.json.gz" for n in range(first, last + 1)}
    missing = [number for number, path in paths.items() if not _at_hand(path, traces)]
    Path(into).mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("blocks", total=len(paths), completed=len(paths) - len(missing))
        for start in range(0, len(missing), batch):
            for number, block in _blocks(node, missing[start:start + batch], traces):
                _write(paths[number], block)
                progress.advance(task)
    return list(paths.values())


def _at_hand(path, traces) -> bool:
    return path.exists() and (not traces or "traces" in load(path))


def _write(path, block):
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(gzip.compress(json.dumps(block).encode(), mtime=0))
    os.replace(part, path)


def _blocks(node, numbers, traces):
    """Blocks with all that belongs to them, each as a file keeps it; those that changed meanwhile are asked anew."""
    for _ in range(node.tries):
        headers = node.results([("eth_getBlockByNumber", [hex(number), True]) for number in numbers],
                               lack="ask for blocks up to the newest that the node has")
        receipts = node.receipts(headers)
        called = node.traces(numbers) if traces else [None] * len(numbers)
        changed = []
        for number, *parts in zip(numbers, headers, receipts, called, strict=True):
            if _of_one_block(*parts):
                yield number, _kept(number, *parts)
            else:
                changed.append(number)
        if not changed:
            return
        numbers = changed
    raise Refusal(f"block {numbers[0]} changed {node.tries} times while it was asked for", file=node.name,
                  remedy="ask for blocks that are final")


def _of_one_block(header, receipts, traces) -> bool:
    told = [part["blockHash"] for part in receipts + (traces or [])]
    return len(receipts) == len(header["transactions"]) and set(told) <= {header["hash"]}


def _kept(number, header, receipts, traces):
    block = {"block_number": number, "data": header, "receipts": receipts}
    return block if traces is None else block | {"traces": traces}


class _Node:
    """A node, and how patiently it is asked."""

    def __init__(self, url, batch, tries, pause):
        from web3 import HTTPProvider  # takes more than a second

        self.name = urlsplit(url).hostname or url  # the rest of an address may be a key
        if not re.match("https?://", url):
            raise Refusal("is not an address", file=self.name, remedy="as in http://localhost:8545")
        self.provider = HTTPProvider(url, {"timeout": TIMEOUT}, exception_retry_configuration=None)
        self.batch, self.tries, self.pause = batch, tries, pause
        self.receipts_by_block = True

    def results(self, questions, lack) -> list:
        """What the node answers; `lack` is what to do where it has none."""
        return [self._result(question, answer, lack)
                for question, answer in zip(questions, self.ask(questions), strict=True)]

    def receipts(self, headers) -> list[list]:
        """Receipts of each block, block by block, or of a node that cannot, transaction by transaction."""
        lack = "ask an archive node: this one may have pruned it"
        if self.receipts_by_block:
            questions = [("eth_getBlockReceipts", [header["number"]]) for header in headers]
            answers = self.ask(questions)
            self.receipts_by_block = not any(map(_is_unknown, answers))
        if self.receipts_by_block:
            return [self._result(*pair, lack) for pair in zip(questions, answers, strict=True)]
        hashes = [each["hash"] for header in headers for each in header["transactions"]]
        found = iter(self.results([("eth_getTransactionReceipt", [each]) for each in hashes], lack))
        return [[next(found) for _ in header["transactions"]] for header in headers]

    def traces(self, numbers) -> list[list]:
        return self.results([("trace_block", [hex(number)]) for number in numbers],
                            "ask a node that traces calls (Erigon, Nethermind, Reth), or do without traces")

    def _result(self, question, answer, lack):
        method, (subject, *_) = question
        if "error" in answer:
            error = answer["error"]
            raise Refusal(f"{method} {subject}: {error.get('message')} ({error.get('code')})", file=self.name,
                          remedy=lack)
        if answer.get("result") is None:
            raise Refusal(f"{method} {subject}: there is none", file=self.name, remedy=lack)
        return answer["result"]

    def ask(self, questions) -> list[dict]:
        """Answers in the order of the questions; what fails for the moment is asked again after a pause."""
        answers, failures = {}, 0
        while open_ones := [n for n in range(len(questions)) if n not in answers][:self.batch]:
            gained, reason = self._attempt({n: questions[n] for n in open_ones})
            answers |= gained
            failures = 0 if reason is None else 1 if gained else failures + 1
            if failures >= self.tries:
                raise Refusal(f"given up after {failures} failures in a row, the last: {reason}", file=self.name,
                              remedy="see that a node listens there; what has come in good order is kept")
            if failures:
                time.sleep(min(60, self.pause * 2 ** (failures - 1)) * random.uniform(0.5, 1.5))
        return [answers[n] for n in range(len(questions))]

    def _attempt(self, questions):
        """Answers by number as far as they come, and why some did not."""
        try:
            replies = self._post(list(questions.values()))
        except requests.HTTPError as error:
            if error.response.status_code not in BUSY:
                raise Refusal(f"answers {error.response.status_code} {error.response.reason}", file=self.name,
                              remedy="see whether the address, and the key in it, are right") from error
            return {}, f"it answers {error.response.status_code} {error.response.reason}"
        except (requests.RequestException, json.JSONDecodeError) as error:
            return {}, f"no connection, or half an answer ({type(error).__name__})"
        if len(replies) != len(questions):
            return {}, f"it answered {len(replies)} of {len(questions)}"
        passing = [reply for reply in replies if _passes(reply)]
        return ({n: reply for n, reply in zip(questions, replies, strict=True) if not _passes(reply)},
                passing[0]["error"].get("message") if passing else None)

    def _post(self, questions) -> list[dict]:
        if len(questions) == 1:
            return [self.provider.make_request(*questions[0])]
        replies = self.provider.make_batch_request(questions)
        if isinstance(replies, list):
            return replies
        if _passes(replies):
            return [replies] * len(questions)
        raise Refusal(f"takes no {len(questions)} requests together: {replies}", file=self.name,
                      remedy="ask in smaller batches, of one if need be")


def _is_unknown(answer) -> bool:
    """Whether a node knows no such method."""
    return _fails(answer, {UNKNOWN_CODE}, UNKNOWN_WORDS)


def _passes(answer) -> bool:
    """Whether an answer is a failure that may pass."""
    return _fails(answer, PASSING_CODES, PASSING_WORDS)


def _fails(answer, codes, words) -> bool:
    error = answer.get("error")
    return error is not None and (error.get("code") in codes or bool(words.search(str(error.get("message")))))
