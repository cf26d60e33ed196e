"""The step viewer in a real browser, over the deployed system: as an operator opens it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from local.client import snowflake
from local.players import Player, Sent, World
from local.playground import pulls
from scripts.stack import Deployment
from scripts.viewer.server import server
from tests.browser import PATIENCE, needs_chromium

pytestmark = needs_chromium

DESKTOP: Final = 1280
PHONE: Final = 390
EVIL: Final = "<script>alert(1)</script><img src=x onerror=alert(2)>"

Opening = Callable[..., Page]


@pytest.fixture
def address(deployment: Deployment) -> Iterator[str]:
    made, url = server(lambda: deployment)
    made.start()
    yield url
    made.stop()


@pytest.fixture
def opened(chromium: Browser, address: str) -> Iterator[Opening]:
    """Opens a page in a language and width. Whatever a test does with it, it scrolls downwards
    alone, opens no dialog, and its console stays empty."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_(path: str = "", locale: str = "en-US", width: int = DESKTOP) -> Page:
        context = chromium.new_context(locale=locale, viewport={"width": width, "height": 844})
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto(f"{address}{path}")
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.wait_for_load_state()  # with its style
        page.evaluate("document.querySelectorAll('details').forEach((each) => each.open = true)")
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1], page.url
        page.context.close()
    assert complaints == []


def find(page: Page, sent: Sent) -> Page:
    """Look an interaction up, as somebody does who was sent its receipt number."""
    page.get_by_role("textbox").fill(f"Receipt number {sent.id}")
    page.get_by_role("search").get_by_role("button").click()
    expect(page.locator("h1")).to_contain_text(sent.id)
    return page


def states(page: Page) -> list[str]:
    return page.locator(".steps > li > .head > b").all_inner_texts()


@pytest.mark.parametrize(
    ("locale", "width", "words"),
    [
        ("ja", PHONE, ["そのときの確率", "プレイヤーに見えた内容", "書き込みユニット"]),
        ("en-US", DESKTOP, ["The odds that held", "What the player saw", "write units"]),
    ],
)
def test_a_ten_pull_is_found_by_its_receipt_number(
    world: World, english: Player, opened: Opening, locale: str, width: int, words: list[str]
) -> None:
    sent = english.pull(10)
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    page = find(opened(locale=locale, width=width), sent)
    assert states(page) == ["Draw", "Record", "Announce"]
    for each in words:
        expect(page.locator("main")).to_contain_text(each)
    message = page.locator(".message")
    expect(message).to_contain_text("Paid 1,600. You have 1,600 left.")  # the player's language
    expect(message).to_contain_text("Pull ×10")
    expect(page.locator("svg.odds")).to_have_count(10)
    row = english.ledger[-1]
    for number, card in enumerate(row["cards"], 1):
        marked = page.locator(f"#draw-{number} svg.odds line.mark:not(.under)")
        assert marked.count() == 2, card  # on the line, and on the enlarged part of it
    assert not page.locator("main").get_attribute("data-every")
    page.locator("#row-ledger > summary").click()
    expect(page.locator("#row-ledger pre")).to_contain_text(sent.id)


def test_the_list_is_live(world: World, player: Player, opened: Opening) -> None:
    page = opened(locale="ja", width=PHONE)
    sent = player.use("pull", count=1)
    row = page.locator(f'.runs a[href$="/{sent.id}"]')
    expect(row).to_contain_text("星あかりのアトリエ", timeout=PATIENCE * 1000)
    expect(row).to_contain_text("引いた", timeout=PATIENCE * 1000)
    row.click()
    expect(page.locator("h1")).to_contain_text(sent.id)


def test_a_refused_pull_says_so(world: World, english: Player, opened: Opening) -> None:
    for _ in range(2):
        english.pull(10)
    refused = english.use("pull", count=10)
    world.record(refused)
    assert world.execution(refused, wait=60) == "SUCCEEDED"
    row = opened(width=PHONE).locator(f'.runs a[href$="/{refused.id}"]')
    expect(row.locator(".status.warn")).to_have_text("refused")
    main = find(opened(width=PHONE), refused).locator("main")
    expect(main).to_contain_text("You do not have enough currency")
    expect(main).to_contain_text("Record only checked, and changed nothing")
    expect(main).to_contain_text("The ledger has no row of this receipt number.")
    expect(main.locator("svg.odds")).to_have_count(0)


def broken(world: World, player: Player) -> Callable[[], None]:
    """Make Draw fail for this player; the value mends it."""
    database, table = world.stack.client("dynamodb"), world.stack.outputs["UsersTable"]
    key = {"user_id": {"S": player.key}}
    good: dict[str, Any] = database.get_item(TableName=table, Key=key)["Item"]
    database.put_item(TableName=table, Item={**good, "states": {"S": EVIL}})

    def mend() -> None:
        database.put_item(TableName=table, Item=good)

    return mend


def has_failed(world: World, sent: Sent) -> bool:
    """Whether a try of its Draw has failed."""
    machine = world.stack.outputs["PullStateMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{sent.id}"
    history = world.stack.client("stepfunctions").get_execution_history(executionArn=arn)
    return any(event["type"] == "TaskFailed" for event in history["events"])


def test_a_retry_is_shown_where_it_was(world: World, player: Player, opened: Opening) -> None:
    player.pull(1)
    mend = broken(world, player)
    sent = player.use("pull", count=1)
    deadline = time.monotonic() + PATIENCE
    while not has_failed(world, sent):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    mend()
    assert world.execution(sent, wait=60) == "SUCCEEDED"
    page = find(opened(width=PHONE), sent)
    draw = page.locator(".steps > li.retried")
    expect(draw.locator("> .head")).to_contain_text("Draw")
    expect(draw).to_contain_text("try 1 failed")
    expect(draw.locator(".tag.warn")).to_have_count(1)
    expect(page.locator("svg.odds")).to_have_count(1)


def test_a_void_shows_its_catch_and_its_apology(
    world: World, player: Player, opened: Opening
) -> None:
    player.pull(1)
    mend = broken(world, player)
    sent = player.use("pull", count=10)
    assert world.execution(sent, wait=90) == "FAILED"
    mend()
    page = find(opened(locale="ja", width=PHONE), sent)
    draw = page.locator(".steps > li.bad").first
    expect(draw).to_contain_text("捕捉（Catch）→ Void")
    expect(draw).to_contain_text("4 回目の試行で失敗")
    assert states(page)[:4] == ["Draw", "Void", "Apologise", "Failed"]
    expect(page.locator(".message")).to_contain_text("通貨は減っていません")
    expect(page.locator(".facts")).to_contain_text("無効になりました")
    page.locator("#row-ledger > summary").click()
    expect(page.locator("#row-ledger pre")).to_contain_text('"kind": "void"')


def test_what_people_wrote_stays_text(world: World, player: Player, opened: Opening) -> None:
    """The fixture holds the page to it: no dialog, and nothing in the console."""
    admin = Player(world, snowflake())
    granted = admin.grant(player, 100, reason=EVIL)
    seeded = player.use("fair seed", text=EVIL[:64])
    for sent in (granted, seeded):
        world.record(sent)
        page = find(opened(width=PHONE), sent)
        page.locator("#run-0-input > summary").click()
        expect(page.locator("#run-0-input pre")).to_contain_text("<script>alert(1)</script>")
    opened()


def test_the_playground_has_the_same_page(world: World, player: Player, chromium: Browser) -> None:
    sent = player.pull(1)
    with chromium.new_context(locale="ja") as context:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{world.stack.port + 3}/")
        page.locator(f'a[href="{pulls.FOLDER}"]').click()
        find(page, sent)
        expect(page.locator("svg.odds")).to_have_count(1)
