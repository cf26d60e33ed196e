"""What the command lines of the domain share: how they read and refuse."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from gacha.banner import MAX_FILE_BYTES, Banner, parse
from gacha.errors import shown

BAD_INPUT: Final = 2


def read(path: Path) -> Banner:
    """The banner of a file, of which no more is read than a banner may have.

    Raises BannerError and OSError.
    """
    with path.open("rb") as file:
        return parse(file.read(MAX_FILE_BYTES + 1), str(path))


def refusal(error: Exception) -> str:
    """One line that says what is wrong, without Python's words."""
    if isinstance(error, OSError):
        return f"{error.filename}: {(error.strerror or 'cannot be read').lower()}"
    return str(error)


def whole_number(text: str) -> int:
    """The type of an option that is a whole number of at most 18 digits."""
    digits = text.replace("_", "").replace(",", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise argparse.ArgumentTypeError(f"{shown(text)} is no whole number of at most 18 digits")
    return int(digits)
