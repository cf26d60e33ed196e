"""What `make asl` installs for Node, and tests/verifier beside it."""

from __future__ import annotations

import shutil
from typing import Final

from tests.conftest import ROOT

_FOLDER: Final = ROOT / ".local/asl"
PLACE: Final = _FOLDER / "verifier"
"""Where tests/verifier is run: Node looks for packages above a module."""


def installed(package: str) -> bool:
    """Whether it is there; the verifier is put beside it then."""
    if not (_FOLDER / "node_modules" / package).is_dir():
        return False
    shutil.copytree(ROOT / "tests/verifier", PLACE, dirs_exist_ok=True)
    return True
