"""What a stranger's machine is given: the locks, the conda environment and the commands agree with pyproject.toml."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
BASE = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]
SETS = {"cpu": BASE, "dev": BASE + DEV, "gpu-cu13": BASE + DEV + EXTRAS["gpu"],
        "gpu-cu12": BASE + DEV + EXTRAS["gpu-cu12"], "uv": PROJECT["dependency-groups"]["uv"]}
INSTALL = ROOT / "requirements" / "install.sh"


def lock(name):
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def locked(name):
    """Versions in a lock, by package; a package may have several, for different platforms."""
    versions = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock(name), re.M):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def specifiers(requirements):
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, requirements)}


@pytest.mark.parametrize("name", SETS)
def test_lock_holds_every_dependency_at_a_version_that_pyproject_allows(name):
    versions = locked(name)
    for package, allowed in specifiers(SETS[name]).items():
        assert versions.get(package), f"{package} is not in {name}.txt: run `make lock`"
        assert all(map(allowed.contains, versions[package])), f"{package}{allowed}, but {versions[package]} in {name}"


@pytest.mark.parametrize("name", SETS)
def test_lock_is_hashed_and_names_no_index_and_no_path(name):
    entries = re.split(r"^(?=\S+==)", lock(name), flags=re.M)[1:]
    assert entries and all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|--index|--find-links|--extra|(^|\s)[./]\S*/", lock(name))


def test_one_version_of_a_package_serves_cpu_and_gpu():
    cuda = {"cuda-toolkit", "cuda-bindings"}
    for name in ("cpu", "gpu-cu12", "gpu-cu13"):
        dev = locked("dev")
        apart = {package for package, versions in locked(name).items() if dev.get(package, versions) != versions}
        assert apart == set()
    both = locked("gpu-cu12").keys() & locked("gpu-cu13").keys()
    assert {p for p in both if locked("gpu-cu12")[p] != locked("gpu-cu13")[p]} <= cuda


def test_no_gpu_package_is_installed_without_a_gpu():
    for name in ("cpu", "dev"):
        assert not [package for package in locked(name) if re.search(r"cuda|cupy|nvidia|cudf|-cu1\d", package)]


CONDA = {"python-isal": "isal", "python-duckdb": "duckdb", "python-igraph": "igraph"}
CUDA_BY_VERSION = {"cuda-toolkit", "nvidia-nvjitlink", "cuda-bindings"}


def conda():
    """Specifiers of environment.yml, under their names in pyproject."""
    found = {}
    for entry in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        for line in entry["pip"] if isinstance(entry, dict) else [entry]:
            name, _, pin = line.partition(" ")
            pin = re.sub(r"^=(?=\d)(.*)", r"==\1.*", pin)
            found[canonicalize_name(CONDA.get(name, name))] = SpecifierSet(pin)
    return found


def test_conda_environment_has_the_pins_of_pyproject():
    expected = specifiers(BASE + DEV + EXTRAS["gpu"])
    expected = {re.sub(r"-cu13$|-cuda13x$", "", name): pin for name, pin in expected.items()
                if name not in CUDA_BY_VERSION}
    expected |= {"distributed": expected["dask"], "python": SpecifierSet(PROJECT["project"]["requires-python"]),
                 "pip": SpecifierSet(), "cuda-version": SpecifierSet(">=13.0,<=13.3")}
    assert conda() == expected


def test_conda_environment_takes_rapids_from_its_own_channel_first():
    assert yaml.safe_load((ROOT / "environment.yml").read_text())["channels"] == ["rapidsai", "conda-forge"]


def test_make_alone_lists_every_target():
    said = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = set(re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text(), re.M))
    assert {"reports", "test", "lab", "bench", "gpu-check", "lint", "lock", "clean"} <= targets
    assert set(re.findall(r"^  make (\S+) +\S", said, re.M)) == targets


def program(folder, name, body):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def install(folder, *arguments, **environment):
    """Run the installer in a project of its own, with `folder`'s programs first on the path."""
    project = folder / "project"
    shutil.copytree(ROOT / "requirements", project / "requirements", dirs_exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if k not in ("KIT_BACKEND", "PYTHON")}
    path = f"{folder}:{os.environ['PATH']}"
    return subprocess.run([project / "requirements" / "install.sh", *arguments], capture_output=True, text=True,
                          env=kept | {"PATH": path} | environment)


DRIVERS = {"580.82.07": "gpu-cu13", "570.133.20": "gpu-cu12", "525.60": "gpu-cu12", "470.256.02": "dev"}


@pytest.mark.parametrize("driver", DRIVERS)
def test_driver_chooses_the_lock(driver, tmp_path):
    program(tmp_path, "nvidia-smi", f"echo {driver}")
    said = install(tmp_path, "which", "dev").stdout
    assert said.startswith(f"{DRIVERS[driver]}: NVIDIA driver {driver[:3]} ")
    assert install(tmp_path, "which", "run", KIT_BACKEND="cpu").stdout == "cpu: KIT_BACKEND=cpu\n"


@pytest.mark.skipif(Path("/proc/driver/nvidia/version").exists(), reason="this machine has an NVIDIA driver")
def test_no_driver_or_a_broken_one_means_no_gpu_package(tmp_path):
    program(tmp_path, "nvidia-smi", "echo 'NVIDIA-SMI has failed: 9 errors'; exit 9")
    assert install(tmp_path, "which", "run").stdout.startswith("cpu: no NVIDIA driver found")
    assert install(tmp_path, "which", "dev").stdout.startswith("dev: no NVIDIA driver found")


def test_python_that_is_too_old_is_refused_with_the_remedy(tmp_path):
    old = program(tmp_path, "python-old", "exit 1")
    done = install(tmp_path, "run", PYTHON=str(old))
    assert done.returncode == 1
    assert "no Python 3.11, 3.12 or 3.13 found" in done.stderr and "apt install python3" in done.stderr
    assert not (tmp_path / "project" / ".venv").exists()


def test_python_without_venv_is_refused_with_the_remedy(tmp_path):
    bare = program(tmp_path, "python-bare", f'case "$*" in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    done = install(tmp_path, "run", PYTHON=str(bare))
    assert done.returncode == 1
    assert "python-bare comes without venv" in done.stderr and "apt install python3-venv" in done.stderr
    assert not (tmp_path / "project" / ".venv").exists()


@pytest.mark.skipif(shutil.which("nvidia-smi") is not None, reason="this machine may have a GPU")
def test_gpu_check_without_a_gpu_says_so_and_fails():
    done = subprocess.run(["make", "-o", ".venv/.dev", f"PYTHON={sys.executable}", "gpu-check"], cwd=ROOT,
                          capture_output=True, text=True)
    assert done.returncode != 0
    assert "No GPU here: nothing was run, so nothing was checked." in done.stdout
    assert "passed" not in done.stdout


def test_licence_is_apache_2_in_full():
    text = (ROOT / "LICENSE").read_text()
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert text.count("\n") > 195 and "END OF TERMS AND CONDITIONS" in text
