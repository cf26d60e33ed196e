"""Somebody who presses a button again and again floods no channel, and is never charged for it."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from itertools import pairwise
from types import ModuleType

import pytest

from tests.conftest import load_function
from tests.support import GUILD
from tests.unit.test_interactions import ID, NOW, OTHER, USER, Bot, bot, button, output, running

__all__ = ["bot", "output"]

TEN = "pull:starlit-atelier:10:0.130"
ONE = "pull:starlit-atelier:1:0.130"


@pytest.fixture
def presses(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    with running(monkeypatch):
        own: dict[str, ModuleType] = {}
        load_function("interactions", own_modules=own)
        yield own["presses"]


class Presser:
    """Presses buttons, each press an interaction of its own, as time goes by."""

    def __init__(self, bot: Bot) -> None:
        self.bot, self.pressed = bot, 0

    def __call__(self, custom_id: str, after_s: float = 0, **changes: object) -> int:
        """The type of the first answer: 5 is public “thinking…”, 4 a private sentence."""
        now = self.bot.app.time.time() + after_s
        self.bot.app.time.time = lambda: now
        self.pressed += 1
        kind = self.bot.send(button(custom_id) | {"id": str(int(ID) + self.pressed)} | changes)
        return int(kind["type"])


@pytest.fixture
def press(bot: Bot) -> Presser:
    return Presser(bot)


def test_of_a_hundred_presses_one_is_public_and_the_purse_of_commands_stays_full(
    press: Presser, bot: Bot
) -> None:
    assert [press(TEN, 0.1) for _ in range(100)] == [5] + [4] * 99
    assert len(bot.starter.asked) == 1
    assert press("pull:starlit-atelier:10:0.140") == 5  # the next result's button


@pytest.mark.parametrize(("locale", "says"), [("ja", "さきほど"), ("en-US", "a moment ago")])
def test_the_sentence_is_private_and_in_the_players_language(
    bot: Bot, locale: str, says: str
) -> None:
    bot.send(button(TEN, locale=locale))
    assert says in bot.told(button(TEN, locale=locale) | {"id": str(int(ID) + 1)})


def test_what_is_no_impatience_is_heard(press: Presser) -> None:
    assert press(TEN) == 5
    assert press(ONE) == 5  # ten were too expensive
    assert press(TEN, 5) == 5  # the day's currency has come meanwhile
    assert press(TEN, 4.9) == press(TEN, 4.9) == 4  # who goes on pressing goes on waiting
    assert press(TEN, 5) == 5
    assert press(TEN, -60) == 5  # a clock that was set back


def test_a_button_is_its_pressers_and_its_servers(press: Presser, bot: Bot) -> None:
    assert press(TEN) == 5
    theirs = button(TEN, owner=OTHER)
    theirs["member"] = {**theirs["member"], "user": {"id": OTHER, "username": "o"}}
    theirs["id"] = str(int(ID) + 500)
    assert bot.send(theirs)["type"] == 5
    assert press(TEN, guild_id=str(int(GUILD) + 1)) == 5


def test_an_interaction_is_told_the_same_however_often_it_is_delivered(bot: Bot) -> None:
    first, second = button(TEN), button(TEN) | {"id": str(int(ID) + 1)}
    for _ in range(3):
        assert bot.send(first)["type"] == 5
        bot.told(second)
    bot.app.time.time = lambda: float(NOW + 200)
    bot.told(second)
    assert {name for _, name, _ in bot.starter.asked} == {ID}


def test_a_press_that_started_nothing_is_forgotten(press: Presser, bot: Bot) -> None:
    """It says that one may try again."""
    bot.starter.answer = "refused"
    assert press(TEN) == 4
    bot.starter.answer = "accepted"
    assert press(TEN) == 5


def test_buttons_that_count_again_and_private_ones_are_not_held(press: Presser, bot: Bot) -> None:
    for _ in range(5):
        press("history:older:1732420000000.0000001")
    assert len(bot.starter.asked) == 5


def test_its_memory_is_bounded(presses: ModuleType) -> None:
    of = presses.Presses()
    most = presses.MAX_REMEMBERED
    for number in range(most + 500):
        name = f"{USER} {GUILD} pull starlit-atelier 10 0.{number}"
        assert not of.is_again(name, f"{number:020}", 1.0)
        of.took(name, f"{number:020}", 1.0)
        assert of.is_again(name, f"{number + most:021}", 2.0)
    assert len(of._last) == len(of._refused) == most
    kept = [*of._last.items(), *of._refused.items()]
    size = sum(sys.getsizeof(name) + sys.getsizeof(value) for name, value in kept)
    size += sum(
        sys.getsizeof(each.interaction_id) + sys.getsizeof(each.at) for each in of._last.values()
    )
    assert size + sys.getsizeof(of._last) + sys.getsizeof(of._refused) < 8_000_000


def test_two_starts_of_one_button_are_five_seconds_apart(presses: ModuleType) -> None:
    chosen = random.Random(7)
    of, now, started = presses.Presses(), 1_700_000_000.0, list[float]()
    for number in range(5_000):
        now += chosen.choice([0, 0.2, 1, 4.9, 5, 7])
        if not of.is_again("x", str(number), now):
            of.took("x", str(number), now)
            started.append(now)
    assert all(after - before >= presses.WITHIN_S for before, after in pairwise(started))
    assert len(started) > 500
