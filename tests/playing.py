"""Somebody plays in the simulated Discord with a real browser."""

from __future__ import annotations

import json
import re
import time
from typing import Final, Self

from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect

from local.cloud import LocalCloud
from local.playground.cast import ENGLISH, JAPANESE, OWNER
from local.playground.relay import Playground
from tests.browser import PATIENCE

MEMBERS: Final = {each.name for each in (JAPANESE, ENGLISH, OWNER)}
DESKTOP: Final[ViewportSize] = {"width": 1280, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}


def playable(cloud: LocalCloud) -> Playground:
    """The cloud's page to play on, once people can."""
    assert cloud.playground, "the cloud said why there is none"
    deadline = time.monotonic() + PATIENCE
    while not cloud.playground.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return cloud.playground


class Client:
    """Somebody's Discord: the page of a conversation."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages = page.locator(".channel-message")

    @classmethod
    def open(cls, context: BrowserContext, playground: Playground, conversation: str) -> Self:
        """By the start page, as a person would."""
        return cls.open_at(context, playground.url, conversation)

    @classmethod
    def open_at(cls, context: BrowserContext, url: str, conversation: str) -> Self:
        """By the start page at this address."""
        start = context.new_page()
        start.goto(url)
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

    def listed(self, command: str) -> Locator:
        """A command in the picker, when that much is typed."""
        box = self.page.locator("#channel-composer-input")
        box.fill("")
        box.press_sequentially(f"/{command}")
        return self.page.locator(".command-entry").filter(
            has=self.page.get_by_text(f"/{command}", exact=True)
        )

    def use(self, command: str, **options: str) -> Locator:
        """Choose a command and its options, send it, and wait for what it ends in."""
        before = self.newest_id()
        self.listed(command).click()
        for name, value in options.items():
            field = self.page.locator(f'.command-option-input[data-option="{name}"]')
            if not field.count():
                self.page.locator(f'.command-suggestion[data-value="{name}"]').click()
            field.press_sequentially(value)
            if value in MEMBERS:  # a choice that is typed in full is made; a member is picked
                self.page.locator(".command-entity-suggestion").filter(has_text=value).click()
        self.page.locator("#send-message").click()
        return self.answer(before)

    def press(self, message: Locator, label: str) -> Locator:
        """What a button's press is answered with."""
        before = self.newest_id()
        self.click(message, label)
        return self.answer(before)

    def click(self, message: Locator, label: str) -> None:
        self.wait()
        message.get_by_role("button", name=label, exact=True).click()

    def newest_id(self) -> str:
        """Of the newest message; ids grow."""
        self.wait()
        ids = self.messages.evaluate_all("all => all.map(each => each.dataset.messageId)")
        return str(ids[-1]) if ids else "0"

    def message(self, id_: str | None) -> Locator:
        return self.page.locator(f'.channel-message[data-message-id="{id_}"]')

    def answer(self, before: str) -> Locator:
        """The newest message, once it is there and no longer says “thinking…”."""
        deadline = time.monotonic() + PATIENCE
        while (newest := self.newest_id()) == before:
            assert time.monotonic() < deadline, "nothing was answered"
            time.sleep(0.05)
        message = self.message(newest)
        shows(message, re.compile(r"\S"))
        expect(message).not_to_contain_text(re.compile("thinking", re.I), timeout=PATIENCE * 1000)
        self.wait()
        return message


def shows(message: Locator, text: str | re.Pattern[str]) -> None:
    """What somebody sees of a message, now or soon."""
    expect(message).to_contain_text(text, timeout=PATIENCE * 1000)
