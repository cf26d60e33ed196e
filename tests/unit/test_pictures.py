"""The README's pictures are those that `make pictures` made, with the text beside them.

Whether they show what is shown today, tests/e2e/test_pictures.py asks.
"""

from __future__ import annotations

import re
import struct
from typing import Final

import pytest

from tests import pictures

MOST: Final = 150_000  # bytes
NAMES: Final = [
    f"{of}.{each.language}" for each in pictures.STORIES for of in ("ten-pull", "steps")
]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_and_its_text_are_of_one_making(name: str) -> None:
    png = (pictures.IMAGES / f"{name}.png").read_bytes()
    whole = (pictures.IMAGES / f"{name}.txt").read_text("utf-8")
    assert whole == pictures.kept(png, pictures.text_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_small_and_as_wide_as_what_was_photographed(name: str) -> None:
    png = (pictures.IMAGES / f"{name}.png").read_bytes()
    assert len(png) <= MOST
    width, _ = struct.unpack(">II", png[16:24])
    page = pictures.CHANNEL if name.startswith("ten-pull") else pictures.VIEWER
    assert width == pictures.SCALE * page["width"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_another_each_time_is_not_in_the_text(name: str) -> None:
    text = pictures.text_of(name)
    assert text and not any(re.search(pattern, text) for pattern in pictures.CHANGING)
