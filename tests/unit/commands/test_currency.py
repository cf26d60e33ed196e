"""A server's own name of its currency, in every message and in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from adapters import seeds
from commands.render import render
from commands.sentences import LANGUAGES, Currency, paying_in, speaking
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, workflow_input
from tests.unit.test_announce import LONGEST_CURRENCY, MESSAGES, rendered

NAMED = Currency("ジェム", "💎")

OF_ITS_NAME = re.compile("log|banner list: too_large")
"""Messages that speak of the currency's name itself."""

OF_SETTINGS = ("help", "settings", "admin settings")


def amounts(name: str, lang: str) -> list[str]:
    spoken = speaking({"a": ("{n:coins}", "{n:coins}"), "m": ("{n:+coins}", "{n:+coins}")})
    with paying_in(Currency(name)):
        return [
            *(spoken(lang, "a", n=number) for number in (0, 1, 1_600)),
            *(spoken(lang, "m", n=number) for number in (160, -1)),
        ]


@pytest.mark.parametrize(
    ("name", "lang", "said"),
    [
        ("", "ja", ["0", "1", "1,600", "+160", "-1"]),
        ("", "en", ["0", "1", "1,600", "+160", "-1"]),
        ("gem/gems", "en", ["0 gems", "1 gem", "1,600 gems", "+160 gems", "-1 gem"]),
        ("gem／gems", "en", ["0 gems", "1 gem", "1,600 gems", "+160 gems", "-1 gem"]),
        ("gem/gems", "ja", ["0 gem", "1 gem", "1,600 gem", "+160 gem", "-1 gem"]),
        ("gold", "en", ["0 gold", "1 gold", "1,600 gold", "+160 gold", "-1 gold"]),
        ("ジェム", "ja", ["0 ジェム", "1 ジェム", "1,600 ジェム", "+160 ジェム", "-1 ジェム"]),
        ("a/b/c", "en", ["0 a/b/c", "1 a/b/c", "1,600 a/b/c", "+160 a/b/c", "-1 a/b/c"]),
        ("gem/", "en", ["0 gem/", "1 gem/", "1,600 gem/", "+160 gem/", "-1 gem/"]),
        ("*x*", "en", [rf"{n} \*x\*" for n in ("0", "1", "1,600", "+160", "-1")]),
    ],
)
def test_an_amount_is_said_with_the_word_for_so_many(name: str, lang: str, said: list[str]) -> None:
    assert amounts(name, lang) == said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_speaks_of_currency_where_the_server_has_a_name_for_it(lang: str) -> None:
    """But for the words of the commands themselves, which Discord has for all servers alike."""
    common = re.compile("通貨|currency")
    for name, message in MESSAGES.items():
        if OF_ITS_NAME.fullmatch(name) or message["kind"] in OF_SETTINGS:
            continue
        text = text_of(rendered(message, lang, "1", currency=NAMED)).replace("所持通貨\n", "")
        assert not (found := common.search(text)), (name, text[found.start() - 40 :])


SAYING = ("pull", "single", "granted", "taken", "too much to take", "profile", "history", "refused")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_messages_about_money_say_its_name(lang: str) -> None:
    for name in (*SAYING, "help", "one banner", "receipt"):
        text = text_of(rendered(MESSAGES[name], lang, "1", currency=NAMED))
        assert re.search("💎 ([+-]?[0-9,]+ )?ジェム", text), (name, text)
        assert "💎" not in text_of(rendered(MESSAGES[name], lang, "1"))


def server(tables: Any, **settings: str) -> None:
    item = {name: {"S": value} for name, value in settings.items()}
    key = {"server_id": {"S": GUILD}, "setting": {"S": "game"}, "version": {"N": "1"}}
    tables.put_item(TableName="server_settings", Item={**key, **item})


def told(worker: str, number: int, command: str, lang: str, **options: Any) -> str:
    from commands.message import Message

    interaction = workflow_input(number, command, **options)
    decided = load_function(worker).handler({"interaction": interaction}, None)
    if worker != "answer" and decided["outcome"] in ("drawn", "planned"):
        record(interaction, decided)
    message = Message.read(decided["message"])
    return text_of(render(command, message.content, lang, "1", currency=message.currency))


def test_every_worker_hands_the_name_over(tables: Any) -> None:
    """Drawn, drawn again, refused, planned, answered."""
    seeds.secret.cache_clear()
    server(tables, currency="gem/gems", emoji="💎")
    drawn = told("draw", 0, "pull", "en", count=10)
    assert "Paid 💎 1,600 gems. You have 1,600 left." in drawn
    again = told("draw", 0, "pull", "en", count=10)
    assert "Paid 💎 1,600 gems." in again
    assert told("draw", 1, "pull", "en", count=10)
    assert "enough 💎 gems: this costs 160" in told("draw", 2, "pull", "en", count=1)
    assert "💎 gemが足りません（必要 160）" in told("draw", 2, "pull", "ja", count=1)
    assert "**💎 +160 gems** (you now have 160)" in told("plan", 3, "daily", "en")
    assert "Next streak bonus: 💎 160 gems in 2 days" in told("plan", 4, "daily", "en")
    assert "💎 160 gems" in told("answer", 5, "profile", "en")
    server(tables, currency="gem/gems", pause="Later.")
    assert "gemは減っていません" in told("draw", 6, "pull", "ja", count=1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ten_lines_at_the_longest_name_still_fit_the_history(lang: str) -> None:
    from commands import events, kit

    rows: list[Any] = [*MESSAGES["history"]["rows"], *MESSAGES["grants"]["rows"]]
    with paying_in(LONGEST_CURRENCY):
        for row in rows:
            assert kit.length(events.line(row, lang)) <= kit.MAX_LINE
