"""The whole deployed system on one machine: a local AWS, a Discord stand-in, and a client."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCAL: Final = ROOT / ".local"
