"""A folder that is there whole or not at all: facts (JSON), tables (Parquet) and models (CatBoost's own files)."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa

from kit.model.trees import Fitted
from kit.refusal import Refusal

FACTS = "facts.json"
"""The file that says of a folder that it is an archive, and of what."""


class Archive(NamedTuple):
    """What a folder holds; names become file names."""

    facts: dict  #: JSON values; floats come back to the bit
    tables: dict[str, pd.DataFrame]  #: without their index
    models: dict[str, Fitted]
    parts: dict[str, Archive] = {}  #: folders inside


def write(folder, archive: Archive) -> None:
    """Write beside the folder's place, then rename; a folder that is there is replaced.

    Raises
    ------
    Refusal
        It cannot be written, or something else stands in its place.
    """
    folder = Path(folder)
    if folder.exists() and not (folder / FACTS).is_file():
        raise Refusal("is there, and is no archive", file=folder, remedy="name another folder")
    beside = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}.part")
    try:
        beside.mkdir(parents=True)
        _fill(beside / "new", archive)
        if folder.exists():
            os.replace(folder, beside / "old")
        os.replace(beside / "new", folder)
    except OSError as said:
        raise Refusal(f"cannot be written: {said}", file=folder, remedy="a folder with room for it") from said
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _fill(folder, archive):
    folder.mkdir()
    for name, table in archive.tables.items():
        table.to_parquet(folder / f"{name}.parquet", index=False)
    for name, model in archive.models.items():
        model.save(folder / f"{name}.cbm")
    for name, part in archive.parts.items():
        _fill(folder / name, part)
    contents = {name: list(getattr(archive, name)) for name in ("tables", "models", "parts")}
    (folder / FACTS).write_text(json.dumps({"facts": archive.facts} | contents))


def read(folder) -> Archive:
    """Read what `write` wrote.

    Raises
    ------
    Refusal
        No such folder, not an archive, or a file in it is missing or damaged.
    """
    folder = Path(folder)
    try:
        contents = json.loads((folder / FACTS).read_text())
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in contents["tables"]}
    except (OSError, json.JSONDecodeError, pa.ArrowException) as said:
        raise Refusal(f"cannot be read: {said}", file=folder, remedy="make it anew") from said
    models = {name: Fitted.load(folder / f"{name}.cbm") for name in contents["models"]}
    return Archive(contents["facts"], tables, models, {name: read(folder / name) for name in contents["parts"]})
