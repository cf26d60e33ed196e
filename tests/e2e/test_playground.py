"""People play in the simulated Discord, in a real browser, with the deployed system behind it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Final, Self

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from local.cloud import LocalCloud
from local.players import World
from local.playground.relay import PYTHON, Playground
from tests.browser import PATIENCE, needs_chromium

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]

DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def playground(cloud: LocalCloud, world: World) -> Playground:
    """Of the tests' local cloud, once people can play in it."""
    assert cloud.playground, "the cloud said why there is none"
    deadline = time.monotonic() + PATIENCE
    while not cloud.playground.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return cloud.playground


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="ja", viewport=DESKTOP) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


class Client:
    """Somebody's Discord: the page of a conversation."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator(".channel-message")

    @classmethod
    def open(cls, context: BrowserContext, playground: Playground, conversation: str) -> Self:
        """By the start page, as a person would."""
        start = context.new_page()
        start.goto(playground.url)
        with context.expect_page() as opened:
            start.locator(f"#{conversation} a.open").click()
        start.close()
        client = cls(opened.value)
        client.wait()
        return client

    def wait(self) -> None:
        """Until the page shows all there is, and takes something new."""
        self.until("window.simcordPreview?.ready === true")

    def until(self, condition: str) -> None:
        """A JavaScript expression is true. The page forbids what Playwright's own waiting does."""
        deadline = time.monotonic() + PATIENCE
        while not self.page.evaluate(condition):
            assert time.monotonic() < deadline, condition
            time.sleep(0.05)

    def be(self, name: str) -> Self:
        """Look through somebody else's eyes."""
        self.page.get_by_label("Viewing as").select_option(label=name)
        picked = "document.querySelector('#viewer-picker').selectedOptions[0]?.label"
        self.until(f"window.simcordPreview.ready && {picked} === {json.dumps(name)}")
        return self

    def use(self, command: str, **options: str) -> Locator:
        """Choose a command and its options, send it, and wait for what it ends in."""
        before = self.messages.count()
        box = self.page.locator("#channel-composer-input")
        box.fill("")
        box.press_sequentially(f"/{command}")
        self.page.locator(".command-entry").filter(
            has=self.page.get_by_text(f"/{command}", exact=True)
        ).click()
        for name, value in options.items():
            field = self.page.locator(f'.command-option-input[data-option="{name}"]')
            if not field.count():
                self.page.locator(f'.command-suggestion[data-value="{name}"]').click()
            field.fill(value)
            choice = self.page.locator(".command-suggestion").filter(
                has=self.page.get_by_text(value, exact=True)
            )
            if choice.count():
                choice.first.click()
        self.page.locator("#send-message").click()
        return self.answer(before)

    def press(self, message: Locator, label: str) -> Locator:
        before = self.messages.count()
        self.wait()
        message.get_by_role("button", name=label, exact=True).click()
        return self.answer(before)

    def answer(self, before: int) -> Locator:
        """The newest message, once it is there and no longer says “thinking…”."""
        expect(self.messages).to_have_count(before + 1, timeout=PATIENCE * 1000)
        newest = self.messages.nth(before)
        expect(newest).not_to_contain_text(re.compile("thinking", re.I), timeout=PATIENCE * 1000)
        self.wait()
        return newest


def test_a_japanese_player_pulls_once_and_ten_times(
    context: BrowserContext, playground: Playground
) -> None:
    client = Client.open(context, playground, "server")
    once = client.use("gacha pull", count="1")
    expect(once).to_contain_text("通貨を 160 使いました")
    expect(once).to_contain_text("受付番号")
    ten = client.press(once, "もう10連")
    expect(ten).to_contain_text("通貨を 1,600 使いました")
