"""An owner without a file makes a banner on a phone: by forms alone, in the simulated Discord.

Without pictures: those are sent with forms in tests/e2e/test_making.py.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator

from local.cloud import LocalCloud
from local.players import World
from local.playground.cast import OWNER
from local.playground.relay import PYTHON
from tests.browser import PATIENCE, needs_chromium
from tests.playing import PHONE, Client, playable, shows

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]

TAP_S: Final = 1.5
"""Seconds that a tap takes somebody who looks for what to tap."""
SIGN_S: Final = 0.4
"""Seconds of a typed character on a phone: 150 a minute."""


class Phone:
    """Somebody's thumb, which counts what it does."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.taps = self.signs = 0
        self.waited: list[float] = []
        self._dialog = client.page.locator(".modal-dialog")

    def command(self, name: str) -> None:
        self.client.listed(name).click()
        self.client.page.locator("#send-message").click()
        self.taps += 2  # the command is chosen by its first letters
        self.signs += 4

    def press(self, message: Locator, label: str) -> None:
        self.client.click(message, label)
        self.taps += 1

    def fills(self, shot: str, /, **values: str) -> None:
        """The form that has opened; `shot` is a picture's name of it, to be looked at."""
        self._dialog.wait_for()
        look(self.client, f"{shot}-opened")
        for id_, value in values.items():
            field = self._dialog.locator(f'.modal-field[data-custom-id="{id_}"]')
            self.taps += 1
            if field.locator("input, textarea").count():
                field.locator("input, textarea").first.fill(value)
                self.signs += len(value)
            else:
                field.locator('[aria-haspopup="listbox"]').click()
                self.client.page.get_by_role("option", name=value).click()
                self.taps += 1
        look(self.client, f"{shot}-filled")
        self._dialog.locator(".modal-actions .button-primary").click()
        self.taps += 1
        self._sent = time.monotonic()

    def sees(self, message: Locator, text: str, name: str) -> None:
        shows(message, text)
        self.waited.append(time.monotonic() - self._sent)
        self.client.wait()
        look(self.client, name)

    @property
    def minutes(self) -> float:
        return (self.taps * TAP_S + self.signs * SIGN_S + sum(self.waited)) / 60


def look(client: Client, name: str) -> None:
    """Keeps what the owner sees, if somebody wants to look at it: SHOTS names the folder."""
    if folder := os.environ.get("SHOTS"):
        client.page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="ja", viewport=PHONE) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


def test_a_banner_is_made_on_a_phone_by_forms_alone(
    context: BrowserContext, cloud: LocalCloud, world: World
) -> None:
    client = Client.open(context, playable(cloud), "server").be(OWNER.name)
    phone = Phone(client)
    before = client.newest_id()
    phone.command("ガチャ管理 ガチャ 新規")
    phone.fills("1-new", name="クリスマス", prices="160 / 1600")
    message = client.answer(before)
    phone.sees(message, "下書きを作成しました", "1-new")
    shows(message, "約 33 回に 1 回")
    phone.press(message, "天井・交換")
    phone.fills("2-numbers", ceiling="80", exchange="100")
    phone.sees(message, "：80", "2-numbers")
    phone.press(message, "カードを 1 枚追加")
    phone.fills("3-card", name="リリィ", rarity="SSR")
    phone.sees(message, "カード 1 枚", "3-card")
    phone.press(message, "まとめて追加")
    phone.fills("4-cards", cards="ミラ, SR\nノア, どこか")
    phone.sees(message, "2 行目・レアリティ", "4-refused")
    phone.press(message, "入力を修正")
    phone.fills("5-again", cards="ミラ, SR\nノア, R")
    phone.sees(message, "公開の準備ができています", "5-cards")
    longest = max(phone.waited)
    print(
        f"\na banner by forms alone: {phone.taps} taps, {phone.signs} characters, "
        f"{len(phone.waited)} answers after {', '.join(f'{each:.1f}' for each in phone.waited)} s "
        f"(longest {longest:.1f}); {phone.minutes:.1f} minutes at {TAP_S} s a tap and "
        f"{SIGN_S} s a character"
    )
    assert phone.minutes < 10
