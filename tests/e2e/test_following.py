"""The page to play on follows the conversation as Discord's does, and leaves a reader alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from local.cloud import LocalCloud
from local.players import World
from local.playground.cast import ENGLISH, JAPANESE
from local.playground.experiments import PULL
from local.playground.relay import PYTHON, Playground
from tests.browser import PATIENCE, needs_chromium
from tests.playing import PHONE, Client, playable, shows

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]

BELOW = """(() => {
  const view = document.querySelector("#channel-timeline");
  return Math.round(view.scrollHeight - view.scrollTop - view.clientHeight);
})()"""
"""Pixels of the conversation below the fold."""


@pytest.fixture(scope="module")
def playground(cloud: LocalCloud, world: World) -> Playground:
    return playable(cloud)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(
        locale="ja", viewport=PHONE, is_mobile=True, has_touch=True
    ) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


@pytest.fixture
def player(context: BrowserContext, playground: Playground) -> Client:
    return Client.open(context, playground, "server").be(JAPANESE.name)


def is_at_the_end(client: Client) -> None:
    client.until(f"{BELOW} <= 2")


def scroll_up(client: Client, pixels: int) -> int:
    """As with a wheel; how far from the end the view comes to rest."""
    client.page.locator("#channel-timeline").hover()
    client.page.mouse.wheel(0, -pixels)
    client.until(f"{BELOW} > 2")
    return int(client.page.evaluate(BELOW))


def test_whoever_does_something_is_taken_to_what_comes_of_it(player: Client) -> None:
    for command in ("ガチャ 提供割合", "ガチャ ヘルプ", "ガチャ 検証 表示", "ガチャ 引く"):
        answer = player.use(command)
        is_at_the_end(player)
    scroll_up(player, 600)
    answer = player.press(answer, "1連")
    is_at_the_end(player)
    scroll_up(player, 3000)
    player.use("ガチャ 履歴")
    is_at_the_end(player)
    player.page.reload()
    player.wait()
    is_at_the_end(player)


def test_who_has_scrolled_up_stays_there_while_others_play(
    player: Client, context: BrowserContext, playground: Playground
) -> None:
    for command in ("ガチャ 提供割合", "ガチャ ヘルプ"):
        player.use(command)
    place = scroll_up(player, 500)
    top = player.page.evaluate("document.querySelector('#channel-timeline').scrollTop")
    newest = player.newest_id()
    other = Client.open(context, playground, "server").be(ENGLISH.name)
    other.use("gacha pull", count="1")
    is_at_the_end(other)
    player.until(f"{BELOW} > {place}")
    assert player.newest_id() > newest
    assert player.page.evaluate("document.querySelector('#channel-timeline').scrollTop") == top


def test_what_a_button_changes_where_it_stands_moves_nothing(
    player: Client, playground: Playground
) -> None:
    player.be(ENGLISH.name)
    for _ in range(11):
        playground.act(ENGLISH.id, PULL)
    history = player.use("gacha history")
    player.use("gacha rates")
    scroll_up(player, 600)
    player.click(history, "Older")
    shows(history, "Newer")
    player.wait()
    assert player.page.evaluate(BELOW) > 2


def test_the_banners_to_choose_from_are_there_before_the_first_letter(player: Client) -> None:
    player.listed("ガチャ 引く").click()
    player.page.locator('.command-suggestion[data-value="ガチャ"]').click()
    choices = player.page.locator(".command-suggestion")
    expect(choices.first).to_contain_text("星あかりのアトリエ")
