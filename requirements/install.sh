#!/usr/bin/env bash
# Fill .venv from a hashed lock: `install.sh run` for reports, `install.sh dev` for tests and benches as well.
# `install.sh which run|dev` only prints the lock that this machine would get, and why.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    printf 'kit: %s\n' "$@" >&2
    exit 1
}

suitable() { # is this a Python that runs, of a version that the kit's libraries exist for?
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null
}

make_venv() {
    local candidate python=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if suitable "$candidate"; then python=$candidate && break; fi
    done
    [ -n "$python" ] || fail "no Python 3.11, 3.12 or 3.13 found (looked at: ${PYTHON:-python3 python3.13 python3.12 python3.11})" \
        "remedy: install one, for instance 'apt install python3 python3-venv', or name it: make PYTHON=/path/to/python3 ..."
    "$python" -c 'import ensurepip, venv' 2>/dev/null || fail "$python comes without venv" \
        "remedy: 'apt install python3-venv' (Debian, Ubuntu), or name another: make PYTHON=/path/to/python3 ..."
    echo "kit: making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

driver() { # major version of the NVIDIA driver; nothing without one
    { nvidia-smi --query-gpu=driver_version --format=csv,noheader || cat /proc/driver/nvidia/version; } 2>/dev/null |
        grep -oE '\b[0-9]{3}\.[0-9]+' | head -n 1 | cut -d. -f1
}

lock_for() { # sets lock and why
    local major
    major=$(driver) || true
    lock=$([ "$1" = run ] && echo cpu || echo dev)
    if [ "${KIT_BACKEND:-auto}" = cpu ]; then
        why="KIT_BACKEND=cpu"
    elif [ -z "$major" ]; then
        why="no NVIDIA driver found, so no GPU package is installed"
    elif [ "$major" -ge 580 ]; then
        lock=gpu-cu13 why="NVIDIA driver $major runs CUDA 13"
    elif [ "$major" -ge 525 ]; then
        lock=gpu-cu12 why="NVIDIA driver $major runs CUDA 12; 580 is needed for CUDA 13"
    else
        why="NVIDIA driver $major is too old for CUDA 12; 525 is needed"
    fi
}

if [ "$1" = which ]; then
    lock_for "$2"
    echo "$lock: $why"
    exit
fi

purpose=$1
[ ! -e .venv/.dev ] || purpose=dev
lock_for "$purpose"
suitable .venv/bin/python || make_venv
echo "kit: installing requirements/$lock.txt ($why)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
.venv/bin/uv pip sync --python .venv/bin/python --quiet --require-hashes "requirements/$lock.txt"
.venv/bin/uv pip install --python .venv/bin/python --quiet --offline --no-deps -e .
.venv/bin/python -m ipykernel install --sys-prefix --name kit --display-name kit >/dev/null
touch .venv/.run
if [ "$lock" != cpu ]; then touch .venv/.dev; fi
