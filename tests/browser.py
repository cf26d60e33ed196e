"""A browser for tests: Playwright with the Chromium that is installed. Nothing is downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM: Final = next(filter(None, map(shutil.which, NAMES)), None)
PATIENCE: Final = 60
"""Seconds that one thing on a page may take, on a busy machine."""

needs_chromium: Final = pytest.mark.skipif(CHROMIUM is None, reason=f"none of {NAMES} is installed")


@contextmanager
def started() -> Iterator[Browser]:
    """A headless Chromium. The test is skipped where there is none that starts."""
    if CHROMIUM is None:
        pytest.skip(f"none of {NAMES} is installed")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[
                    "--no-sandbox",  # it opens pages of ours; and roots and containers need it
                    "--disable-dev-shm-usage",
                    "--disable-quic",
                ],
            )
        except Error as error:  # such as a stub that wants to install something
            pytest.skip(f"{CHROMIUM} does not start: {error.message.splitlines()[0]}")
        with browser:
            yield browser
