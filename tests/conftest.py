"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def kit_data():
    """Folder of the real recordings, named by KIT_DATA."""
    folder = os.environ.get("KIT_DATA")
    if not folder:
        pytest.skip("KIT_DATA is unset: the real recordings are not at hand")
    assert Path(folder).is_dir(), f"KIT_DATA={folder} is not a folder"
    return Path(folder).resolve()
