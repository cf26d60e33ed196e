"""People play in the simulated Discord, in a real browser, with the deployed system behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from commands import sentences
from local.client import command
from local.cloud import LocalCloud
from local.discord_application import NAME
from local.players import Player, World
from local.playground.cast import ENGLISH, JAPANESE, OWNER, conversation
from local.playground.elsewhere import Elsewhere
from local.playground.relay import PYTHON, Playground
from tests.browser import PATIENCE, needs_chromium
from tests.playing import DESKTOP, PHONE, Client, playable, shows
from tests.sentences import SENTENCES

pytestmark = [
    needs_chromium,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]

WIDTH: Final = "document.documentElement.scrollWidth"
SIDEWAYS: Final = """
  [...document.querySelectorAll("#preview-shell *")]
    .filter(each => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
    .filter(each => !each.closest("pre, code"))
    .map(each => each.outerHTML.slice(0, 200))
"""
"""What reaches beyond the right edge. A block of code may be scrolled by itself."""


@pytest.fixture(scope="module")
def playground(cloud: LocalCloud, world: World) -> Playground:
    """Of the tests' local cloud, once people can play in it."""
    return playable(cloud)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="ja", viewport=DESKTOP) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


@pytest.fixture
def japanese(context: BrowserContext, playground: Playground) -> Client:
    return Client.open(context, playground, "server").be(JAPANESE.name)


@pytest.fixture
def owner(context: BrowserContext, playground: Playground) -> Client:
    return Client.open(context, playground, "server").be(OWNER.name)


def grant(owner: Client, amount: int) -> Locator:
    """The owner gives currency to the Japanese player, chosen from the members."""
    return owner.use("ガチャ管理 付与", メンバー=JAPANESE.name, 額=str(amount))


def test_a_japanese_player_pulls_once_ten_times_and_again(japanese: Client) -> None:
    once = japanese.use("ガチャ 引く", 回数="1")
    shows(once, "通貨を 160 使いました")
    shows(once, f"@{JAPANESE.name} の結果")
    ten = japanese.press(once, "10連")
    shows(ten, "通貨を 1,600 使いました")
    again = japanese.press(ten, "1連")
    shows(again, "通貨を 160 使いました")
    shows(japanese.press(once, "1連"), SENTENCES["pull/stale_pull"].said("ja"))
    receipts = [re.search(r"受付番号 (\d+)", each.inner_text()) for each in (once, ten, again)]
    assert len({receipt[1] for receipt in receipts if receipt}) == 3


def test_whoever_presses_a_button_below_a_result_pulls_for_themselves(
    japanese: Client, context: BrowserContext, playground: Playground
) -> None:
    pull = japanese.use("ガチャ 引く", 回数="1")
    other = Client.open(context, playground, "server").be(ENGLISH.name)
    seen = other.message(pull.get_attribute("data-message-id"))
    shows(other.press(seen, "1連"), f"Pulled by @{ENGLISH.name}")


def test_an_owner_grants_through_the_picker(owner: Client, japanese: Client) -> None:
    shows(grant(owner, 500), f"@{JAPANESE.name} に")
    shows(japanese.use("ガチャ 履歴"), "500")


def test_a_japanese_player_opens_the_history_and_turns_its_pages(
    japanese: Client, world: World
) -> None:
    guild = str(conversation("server").guild_id)
    to, owner = (Player(world, str(each.id), guild_id=guild) for each in (JAPANESE, OWNER))
    for number in range(11):  # through the page each would take five seconds
        world.record(owner.grant(to, 1000 + number))
    history = japanese.use("ガチャ 履歴")
    shows(history, "1,010")
    japanese.click(history, "古い履歴へ")
    shows(history, "新しい履歴へ")
    assert "1,010" not in history.inner_text()
    japanese.click(history, "新しい履歴へ")
    shows(history, "1,010")
    assert "新しい履歴へ" not in history.inner_text()


def test_a_japanese_player_reads_the_rates(japanese: Client) -> None:
    rates = japanese.use("ガチャ 提供割合")
    shows(rates, "SSR")
    shows(rates, "%")
    shows(rates, "Only you can see this")


def test_an_english_player_sees_english(context: BrowserContext, playground: Playground) -> None:
    english = Client.open(context, playground, "server").be(ENGLISH.name)
    pull = english.use("gacha pull", count="1")
    shows(pull, "Paid 160")
    shows(pull, f"Pulled by @{ENGLISH.name}")
    assert not re.search("[ぁ-んァ-ヶ一-龠]", pull.inner_text().split("@", 1)[1])


def test_dates_are_written_in_the_language_of_whoever_looks(japanese: Client) -> None:
    pull = japanese.use("ガチャ 引く", 回数="1")
    id_ = pull.get_attribute("data-message-id")
    shows(pull.locator(".message-header time"), re.compile(r"^\d{4}/\d\d?/\d\d? "))
    seen = japanese.be(ENGLISH.name).message(id_)
    shows(seen.locator(".message-header time"), re.compile(r"^\d\d?/\d\d?/\d\d, .* [AP]M"))
    shows(seen, NAME)


def test_a_stranger_is_refused(
    context: BrowserContext, playground: Playground, world: World
) -> None:
    before = world.executions()
    stranger = Client.open(context, playground, "elsewhere")
    refused = stranger.use("gacha pull", count="1")
    shows(refused, sentences.say("en", "other_server"))
    assert world.executions() == before


def test_the_endpoint_of_one_server_is_made_anew_after_a_start_and_a_deployment(
    world: World,
) -> None:
    """With KEEP=1 the function of the start before is still there."""
    for _ in range(2):
        elsewhere = Elsewhere(world.stack, conversation("server").guild_id)
        answer = elsewhere.send(world.signer, command(["gacha", "help"], locale="en-US"))
        assert sentences.say("en", "other_server") in json.dumps(json.loads(answer.content))
        asked = world.stack.client("lambda").list_functions()["Functions"]
        names = [each["FunctionName"] for each in asked if "-elsewhere" in each["FunctionName"]]
        assert len(set(names)) == 1


def test_in_a_direct_message_there_is_help(context: BrowserContext, playground: Playground) -> None:
    morgan = Client.open(context, playground, "dm-en")
    shows(morgan.use("gacha help"), "What you can do next")
    alone = Client.open(context, playground, "dm")
    shows(alone.use("ガチャ ヘルプ"), "次にできること")
    shows(alone.use("ガチャ 引く"), "サーバー内でお使いください")


def test_on_a_phone_nothing_is_wider_than_the_screen(
    chromium: Browser, playground: Playground
) -> None:
    with chromium.new_context(
        locale="ja", viewport=PHONE, is_mobile=True, has_touch=True, device_scale_factor=2
    ) as context:
        context.set_default_timeout(PATIENCE * 1000)
        start = context.new_page()
        start.goto(playground.url)
        assert start.evaluate(WIDTH) == PHONE["width"]
        client = Client.open(context, playground, "server").be(JAPANESE.name)
        for command in ("ガチャ 引く", "ガチャ 提供割合", "ガチャ 検証 表示"):
            client.use(command)
            assert client.page.evaluate(WIDTH) == PHONE["width"]
            assert client.page.evaluate(SIDEWAYS) == []


def test_a_page_may_be_reloaded_opened_twice_and_closed(
    context: BrowserContext, playground: Playground
) -> None:
    one = Client.open(context, playground, "dm")
    two = Client.open(context, playground, "dm")
    shown = one.use("ガチャ ヘルプ")
    message_id = shown.get_attribute("data-message-id")
    for client in (one, two):
        client.page.reload()
        client.wait()
        shows(client.message(message_id), "次にできること")
    one.page.close()
    shows(two.use("ガチャ ヘルプ"), "次にできること")


# --- things to try --------------------------------------------------------------------------------


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    ("experiment", "seen"),
    [
        (
            "hundred",
            ["通貨を 160 使いました（残り 3,040）", "残り 2,880", "さきほど押されています"],
        ),
        ("429", ["通貨を 160 使いました（残り 3,040）", "2.5 秒待つように言い、"]),
        ("404", ["考え中…", "履歴", "星あかりのアトリエ"]),
        ("nothing", ["通貨を 160 使いました（残り 3,040）"]),
        ("killed", ["強制終了しました", "通貨を 160 使いました（残り 3,040）"]),
    ],
)
def test_what_is_tried_with_one_press_ends_with_the_audits_verdict(
    context: BrowserContext, playground: Playground, experiment: str, seen: list[str]
) -> None:
    page = context.new_page()
    page.goto(playground.url)
    page.locator(f'form[action="/try/{experiment}"] button').click()
    expect(page.get_by_role("link", name="戻る")).to_be_visible(timeout=3 * PATIENCE * 1000)
    expect(page.locator(".whole")).to_contain_text("すべて合っています")
    expect(page.locator(".whole")).to_contain_text("違反：0", use_inner_text=True)
    expect(page.locator(".whole")).not_to_contain_text("violations", use_inner_text=True)
    expect(page.locator(".broken")).to_have_count(0)
    text = page.locator("body").inner_text()
    for each in seen:
        assert each in text
    assert "**" not in text and "`" not in text  # as Discord shows it
    steps = page.get_by_role("link", name="1 ステップずつ見る")
    with page.expect_navigation():
        steps.click()
    expect(page.locator(".steps")).to_contain_text("Announce")
    if experiment == "hundred":
        assert "残り 2,720" not in text  # of a hundred presses, one was a pull
        counts = re.findall(r"^(\d+) 回$", text, re.MULTILINE)
        assert sum(map(int, counts)) == 100
