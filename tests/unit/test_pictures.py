"""The README's pictures are those that `make pictures` made, with the text beside them.

Whether they show what is shown today, tests/e2e/test_pictures.py asks.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from itertools import count
from typing import Final

import pytest

from adapters import banners
from gacha import engine, fairness, player
from local.playground.cast import conversation
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


@pytest.mark.parametrize("story", pictures.STORIES, ids=lambda story: story.language)
def test_the_cards_are_those_that_are_drawn_today(story: pictures.Story) -> None:
    """A banner's odds or names that change are noticed here, before there is a browser."""
    banner = banners.load("starlit-atelier")
    key = player.key(str(story.person.id), str(conversation("server").guild_id))
    seed = fairness.server_seed(pictures.SECRET.encode(), key, 0)
    rolls, _ = engine.trace(
        banner,
        engine.start(banner),
        10,
        lambda draw: (fairness.word(seed, key, draw, cursor) for cursor in count()),
    )
    text = pictures.text_of(f"ten-pull.{story.language}")
    copies = Counter(roll.card for roll in rolls)  # which share a line, in the order of the first
    for card, times in copies.items():
        before, name, text = text.partition(card.name[story.language])
        assert name, f"{card.id} is not the next card, but {text or before}"
        assert text.lstrip().removeprefix("- text: ").startswith(f"×{times}") == (times > 1)
