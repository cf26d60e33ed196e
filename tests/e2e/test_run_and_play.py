"""`make run` with the page to play on: it follows edits, and says what it cannot show."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from local import ROOT
from local.cloud import free_port
from local.discord_standin import DiscordStandin
from local.playground.cast import ENGLISH, JAPANESE
from local.playground.relay import PYTHON, UNSIGNED, away
from tests.browser import PATIENCE, needs_chromium
from tests.e2e.test_run import Run, checkout, edit
from tests.e2e.test_run import pytestmark as of_linux
from tests.playing import DESKTOP, Client, shows

__all__ = ["checkout"]

pytestmark = [
    needs_chromium,
    of_linux,
    pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)"),
]

COMMANDS: Final = Path("layers/gacha/python/commands")


@pytest.fixture
def playable_checkout(checkout: Path) -> Path:
    (checkout / ".local/play").symlink_to(ROOT / ".local/play")
    return checkout


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="ja", viewport=DESKTOP) as context:
        context.set_default_timeout(PATIENCE * 1000)
        yield context


def start_page(run: Run) -> str:
    run.wait_until_ready()
    url = f"http://127.0.0.1:{run.port + 3}/"
    run.wait_for(f"play {url}")
    return url


def test_the_picker_lists_the_commands_as_they_are_now(
    playable_checkout: Path, tmp_path: Path, context: BrowserContext
) -> None:
    commands = playable_checkout / COMMANDS
    with Run(tmp_path / "output", playable_checkout) as run:
        client = Client.open_at(context, start_page(run), "server").be(JAPANESE.name)
        lists(client, "ガチャ 運")

        edit(commands / "luck/definition.py", '("運", "luck")', '("運勢", "luck")')
        run.wait_for("changed: layers/gacha/python/commands/luck/definition.py")
        lists(client, "ガチャ 運勢")
        lists(client, "ガチャ 運", False)
        shows(client.use("ガチャ 運勢"), re.compile(r"\S"))

        shutil.copytree(commands / "luck", commands / "omen")
        edit(commands / "omen/definition.py", '("運勢", "luck")', '("占い", "omen")')
        edit(commands / "registry.py", '"luck",', '"luck",\n            "omen",')
        run.wait_for("changed: layers/gacha/python/commands/omen/answer.py")
        client.be(ENGLISH.name)
        lists(client, "gacha omen")
        lists(client, "gacha luck")

        # It can be read, and cannot be run: the last list stays, and nothing ends.
        edit(commands / "omen/definition.py", "COMMAND: Final", "nothing.at_all\nCOMMAND: Final")
        run.wait_for("the page to play on lists the commands as they were: no commands: NameError")
        lists(client, "gacha omen")
        shows(client.use("gacha luck"), re.compile(r"\S"))


def test_where_the_messages_go_elsewhere_the_page_says_so_and_they_arrive_there(
    playable_checkout: Path, tmp_path: Path, context: BrowserContext
) -> None:
    port = free_port()
    outside = DiscordStandin(port + 5, "00" * 32)
    outside.start()
    address = f"http://127.0.0.1:{port + 5}/api/v10"
    try:
        with Run(
            tmp_path / "output", playable_checkout, port=port, DISCORD_API_BASE_URL=address
        ) as run:
            url = start_page(run)
            said(context, url, away(address).japanese)
            client = Client.open_at(context, url, "server").be(ENGLISH.name)
            client.listed("gacha daily").click()
            client.page.locator("#send-message").click()
            shows(client.messages.last, re.compile("thinking", re.I))
            deadline = time.monotonic() + PATIENCE
            while not outside.tokens:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            [token] = outside.tokens
            assert outside.read(token, PATIENCE)["message"]
            shows(client.messages.last, re.compile("thinking", re.I))
    finally:
        outside.stop()


def test_where_nobody_here_can_sign_the_page_says_so_and_nothing_is_taken(
    playable_checkout: Path, tmp_path: Path, context: BrowserContext
) -> None:
    with Run(tmp_path / "output", playable_checkout, DISCORD_PUBLIC_KEY="ab" * 32) as run:
        run.wait_for(f"play http://127.0.0.1:{run.port + 3}/")
        url = f"http://127.0.0.1:{run.port + 3}/"
        said(context, url, UNSIGNED.japanese)
        client = Client.open_at(context, url, "server").be(ENGLISH.name)
        client.listed("gacha daily").click()
        client.page.locator("#send-message").click()
        shows(client.messages.last, "401")


def lists(client: Client, command: str, is_there: bool = True) -> None:
    """The picker lists a command, or not, now or soon, to somebody who types it again."""
    deadline = time.monotonic() + PATIENCE
    while bool(client.listed(command).count()) != is_there:
        assert time.monotonic() < deadline, client.page.locator(".command-entry").all_inner_texts()
        time.sleep(0.2)


def said(context: BrowserContext, url: str, notice: str) -> None:
    page = context.new_page()
    page.goto(url)
    expect(page.locator("p.notice").get_by_text(notice)).to_be_visible()
    page.close()
