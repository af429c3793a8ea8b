"""Uniswap v2 as it was published: compiled contracts from its npm packages, fetched once and verified always."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

PUBLISHED = {
    "@uniswap/v2-core@1.0.1":
        "MtybtkUPSyysqLY2U210NBDeCHX+ltHt3oADGdjqoThZaFRDKwM6k1Nb3F0A3hk5hwuQvytFWhrWHOEq6nVJ8Q==",
    "@uniswap/v2-periphery@1.1.0-beta.0":
        "6dkwAMKza8nzqYiXEr2D86dgW3TTavUvCR0w2Tu33bAbM8Ah43LKAzH7oKKPRT5VJQaMi1jtkGs1E8JPor1n5g==",
}
"""SHA-512 of the packages, as lock files state them."""

FOLDER = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "kit" / "npm"
NPM = Path(sys.executable).with_name("npm")


def uniswap() -> dict[str, dict]:
    """ABI and bytecode by the name of the contract; skips the test where they are neither kept nor to be had."""
    core, periphery = (_fetched(package) for package in PUBLISHED)
    return {name: _contract(core, name) for name in ("UniswapV2Factory", "UniswapV2Pair", "ERC20")} | {
        name: _contract(periphery, name) for name in ("UniswapV2Router02", "WETH9")}


def _contract(path, name):
    with tarfile.open(path) as package:
        return json.load(package.extractfile(f"package/build/{name}.json"))


def _fetched(package):
    name, _, version = package.rpartition("@")
    path = FOLDER / f"{name.strip('@').replace('/', '-')}-{version}.tgz"
    if not path.exists():
        _fetch(package, path.name)
    digest = hashlib.sha512(path.read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PUBLISHED[package], f"{path} is not {package}: delete it"
    return path


def _fetch(package, name):
    """Have npm pack it beside its place, and move it there whole."""
    if not NPM.exists():
        pytest.skip(f"no npm beside {sys.executable}, and {name} is not kept in {FOLDER}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as part:
        asked = subprocess.run([NPM, "pack", package, "--pack-destination", part, "--fetch-retries=1"],
                               capture_output=True, text=True, timeout=120)
        if asked.returncode:
            pytest.skip(f"npm cannot fetch {package}: {asked.stderr.strip()[-200:]}")
        os.replace(Path(part) / name, FOLDER / name)
