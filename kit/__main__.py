"""``python -m kit``: the same commands as ``kit``."""

from kit.cli import main

main()
