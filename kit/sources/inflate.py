"""Recordings as streams of bytes: plain, gzip or a zip of one member, inflated as they are read."""

from __future__ import annotations

import io
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

from isal import igzip, isal_zlib

from kit.refusal import Refusal

CHUNK = 1 << 18
DEFLATED = 1 << 16
"""Bytes inflated at a time: at deflate's extreme of 1032 to 1 they become 68 MB."""
RATIO = 200
"""Largest believable ratio of inflated to deflated size: market data reach 4 to 20, a zip bomb 1000."""


def opened(path) -> io.BufferedReader:
    """Inflated bytes of a recording, as a file opened for reading.

    Parameters
    ----------
    path : path-like
        ``*.gz``, ``*.zip`` (one member, named like the zip but for the ending) or anything else, read as is.

    Returns
    -------
    io.BufferedReader
        Whose reads raise `Refusal` where the file is empty, truncated, corrupt, or inflates beyond `RATIO`.

    Raises
    ------
    FileNotFoundError
    Refusal
        A zip that is not one, or whose members are not one deflated file of the zip's name.
    """
    path = Path(path)
    if path.stat().st_size == 0:
        raise Refusal("empty file, 0 bytes", file=path, remedy="download it again")
    chunks = {".gz": _gunzip, ".zip": _unzip}.get(path.suffix, _plain)(path)
    return io.BufferedReader(_Chunks(chunks), CHUNK)


def ahead(items):
    """The same items in the same order; the next one is made, in a second thread, while this one is used.

    Abandoned, it may be closed by whatever thread collects garbage, even one that is just being started: it waits for
    the item under way, but joins no thread, which there would never return.
    """
    thread = ThreadPoolExecutor(max_workers=1)
    following = thread.submit(next, items, None)
    try:
        while (item := following.result()) is not None:
            following = thread.submit(next, items, None)
            yield item
    finally:
        if not following.cancel():
            wait([following])
        thread.shutdown(wait=False)


class _Chunks(io.RawIOBase):
    """An iterator of bytes, as a file."""

    def __init__(self, chunks):
        self._chunks, self._rest = chunks, memoryview(b"")

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        n = min(len(buffer), len(self._rest))
        buffer[:n], self._rest = self._rest[:n], self._rest[n:]
        return n

    def close(self):
        self._chunks.close()
        super().close()


def _plain(path):
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _gunzip(path):
    try:
        with igzip.open(path, "rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
    except (EOFError, igzip.BadGzipFile, isal_zlib.error) as error:
        raise Refusal(f"truncated or corrupt gzip: {error}", file=path, remedy="download it again") from error


def _unzip(path):
    """The one member's bytes; zipfile would inflate with zlib, at half the speed."""
    member = _member(path)
    inflater, crc, size = isal_zlib.decompressobj(-15), 0, 0
    for chunk in _deflated(path, member):
        chunk = _inflated(inflater, chunk, path) if member.compress_type == zipfile.ZIP_DEFLATED else chunk
        crc, size = isal_zlib.crc32(chunk, crc), size + len(chunk)
        if size > member.file_size:
            raise Refusal(f"zip bomb: inflates beyond its declared {member.file_size} bytes", file=path,
                          remedy="download it again from the venue")
        if chunk:
            yield chunk
    if crc != member.CRC or size != member.file_size:
        raise Refusal("corrupt zip: checksum or size differs from the one declared", file=path,
                      remedy="download it again")


def _inflated(inflater, chunk, path):
    try:
        return inflater.decompress(chunk)
    except isal_zlib.error as error:
        raise Refusal(f"corrupt zip: {error}", file=path, remedy="download it again") from error


def _member(path):
    """The zip's only member, if it is what it should be."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Refusal(f"truncated or corrupt zip: {error}", file=path, remedy="download it again") from error
    if [member.filename for member in members] != [f"{path.stem}.csv"]:
        names = ", ".join(member.filename for member in members[:3]) or "none"
        raise Refusal(f"{len(members)} members: {names}", file=path, remedy=f"a zip of {path.stem}.csv alone")
    member = members[0]
    if member.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED) or member.flag_bits & 1:
        raise Refusal("the member is encrypted or not deflated", file=path, remedy="zip it with deflate")
    if member.file_size > RATIO * max(member.compress_size, 1):
        raise Refusal(f"zip bomb: {member.compress_size} bytes claim to inflate to {member.file_size}",
                      file=path, remedy="download it again from the venue")
    return member


def _deflated(path, member):
    """The member's bytes as they lie in the zip, behind its local header."""
    with open(path, "rb") as file:
        file.seek(member.header_offset + 26)
        name, extra = struct.unpack("<2H", file.read(4))
        file.seek(name + extra, io.SEEK_CUR)
        left = member.compress_size
        while left and (chunk := file.read(min(DEFLATED, left))):
            left -= len(chunk)
            yield chunk
