"""The whole deployed system on one machine: a local AWS, a Discord stand-in, and a client."""

import os
from pathlib import Path
from typing import Final

from scripts import ROOT as ROOT  # and with it the path of the domain

LOCAL: Final = ROOT / ".local"


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
