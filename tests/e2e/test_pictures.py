"""The README's pictures show what the code shows today: the same pull is played and read again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from local.playground.relay import PYTHON
from tests import pictures
from tests.browser import needs_chromium

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]


def test_the_pictures_show_what_is_shown_today(chromium: Browser) -> None:
    """Where this fails and the change is meant, `make pictures` makes them anew."""
    read = {each.name: each.text for each in pictures.pictures(chromium)}
    assert len(read) == 2 * len(pictures.STORIES)
    assert {name: pictures.text_of(name) for name in read} == read
