"""A player's buckets: forty at once, of which twenty change something, then one every 90 seconds;
in a bounded memory."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from commands import registry
from commands.command import REPLY
from commands.help.texts import say
from tests.conftest import load_function
from tests.unit.test_interactions import (
    GUILD,
    ID,
    OTHER,
    Bot,
    button,
    command,
    grant,
    in_dm,
    option,
    running,
)

ELSEWHERE = "1290000000000000777"


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    with running(monkeypatch):
        own: dict[str, ModuleType] = {}
        load_function("interactions", own_modules=own)
        yield own["buckets"]


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    with running(monkeypatch) as bot:
        yield bot


def nth(number: int, **changes: Any) -> dict[str, Any]:
    return command("pull", **changes) | {"id": str(int(ID) + number)}


# --- the bucket -----------------------------------------------------------------------------------


def test_forty_at_once_of_which_twenty_change_something_then_one_every_90_seconds(
    buckets: ModuleType,
) -> None:
    """Held against plain counts: in any span, no more than so many and one for each 90 seconds."""
    assert (buckets.CAPACITY, buckets.CHANGES, buckets.REFILL_S) == (40, 20, 90)
    dice = random.Random(28)
    of, now = buckets.Buckets(), 1_700_000_000.0
    taken: dict[bool, list[float]] = {False: [], True: []}
    for number in range(3_000):
        now += dice.choice([0.0, 0.1, 1.0, 30.0, 60.0, 400.0])
        changes = dice.random() < 0.6
        wait_s = of.take("player", str(number), now, changes=changes)
        assert 0 <= wait_s <= 90
        if not wait_s:
            taken[changes].append(now)
    for times, most in ((sorted(taken[False] + taken[True]), 40), (taken[True], 20)):
        assert len(times) > 300
        for first, begun in enumerate(times):
            for last in range(first, min(first + 80, len(times))):
                assert last - first + 1 <= most + (times[last] - begun) / 90
    fresh = buckets.Buckets()

    def told(number: int, *, changes: bool) -> list[int]:
        return [fresh.take("p", f"{changes}{n}", 0.0, changes=changes) for n in range(number)]

    assert told(25, changes=True) == [0] * 20 + [90] * 5
    assert told(25, changes=False) == [0] * 20 + [90] * 5  # a refusal takes none of them
    for changes in (False, True):
        assert fresh.take("p", f"b{changes}", 89.9, changes=changes) == 1
    assert fresh.take("p", "c", 90.0, changes=True) == 0
    assert fresh.take("p", "d", 90.0, changes=False) == 90


def test_a_lively_evening_is_not_stopped(buckets: ModuleType) -> None:
    """Within a quarter of an hour, one thing every twenty seconds: the day, presents, pulls and
    what one looks at between them, with the book leafed through."""
    looks = ("now", "help", "card", "card", "rates", "profile", "luck", *["history"] * 3)
    book = ["collection"] * 16
    acts = ("daily", "presents", "presents", *["pull"] * 10, "wishlist", "wishlist", "shop", "lock")
    evening = [(registry.definition(each).workflow != REPLY) for each in (*looks, *book, *acts)]
    assert (len(evening), sum(evening)) == (43, 17)
    random.Random(14).shuffle(evening)
    of = buckets.Buckets()
    told = [
        of.take("p", str(number), number * 20.0, changes=changes)
        for number, changes in enumerate(evening)
    ]
    assert not any(told)


def test_waiting_as_long_as_told_is_enough(buckets: ModuleType) -> None:
    of, now = buckets.Buckets(), 5.25
    for number in range(90):
        changes = number % 3 == 0
        if wait_s := of.take("p", str(number), now, changes=changes):
            now += wait_s
            assert of.take("p", f"again {number}", now, changes=changes) == 0


def test_a_redelivery_counts_once_and_is_told_the_same(buckets: ModuleType) -> None:
    of = buckets.Buckets()

    def take(id_: str, now: float) -> int:
        told: int = of.take("p", id_, now, changes=True)
        return told

    assert not any(take("same", float(second)) for second in range(100))
    assert [take(f"n{n}", 0.0) for n in range(20)] == [0] * 19 + [90]
    assert take("n19", 10_000.0) == 1  # still a no, whatever the clock says by then
    assert take("same", 10_000.0) == 0


def test_players_have_buckets_of_their_own(buckets: ModuleType) -> None:
    of = buckets.Buckets()
    for number in range(50):
        of.take("eager", str(number), 0.0, changes=True)
    assert of.take("other", "x", 0.0, changes=True) == 0


def test_a_clock_that_is_set_back_locks_nobody_out(buckets: ModuleType) -> None:
    of = buckets.Buckets()
    for number in range(40):
        of.take("p", str(number), 1_000_000.0, changes=number < 20)
    for changes in (False, True):
        assert 0 < of.take("p", f"x{changes}", 0.0, changes=changes) <= 90
    assert of.take("p", "y", 90.0, changes=True) == 0


def test_its_memory_is_bounded(buckets: ModuleType) -> None:
    of = buckets.Buckets()
    for number in range(buckets.MAX_PLAYERS + 5_000):
        user = str(1_290_000_000_000_000_000 + number)
        of.take(user, str(10**18 + number), 0.0, changes=True)
    assert len(of._full_at) == buckets.MAX_PLAYERS
    assert len(of._decided) == buckets.MAX_INTERACTIONS
    kept = [*of._full_at.items(), *of._decided.items()]
    size = sum(sys.getsizeof(name) + sys.getsizeof(value) for name, value in kept)
    size += sum(sys.getsizeof(each) for value in of._full_at.values() for each in value)
    size += sys.getsizeof(of._full_at) + sys.getsizeof(of._decided)
    assert size < 5_000_000


# --- in the first function ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "says", "what_next"),
    [("ja", "受け付けませんでした", "もう一度お試しください"), ("en-US", "not taken", "try again")],
)
def test_beyond_it_there_is_a_private_sentence_and_no_workflow(
    bot: Bot, locale: str, says: str, what_next: str
) -> None:
    for number in range(20):
        assert bot.send(nth(number))["type"] == 5
    text = bot.told(nth(20, locale=locale))
    assert says in text and what_next in text and "90" in text
    assert len(bot.starter.asked) == 20
    assert bot.send(nth(3))["type"] == 5  # delivered again
    theirs = {"user": {"id": OTHER, "username": "o"}, "permissions": "0", "roles": []}
    assert bot.send(nth(21, member=theirs))["type"] == 5


def test_buttons_count_and_what_starts_nothing_does_not(bot: Bot) -> None:
    """Those of pages are of what only reads."""
    for number in range(50):
        bot.told(command("no-such") | {"id": str(int(ID) + 100 + number)})
    for number in range(40):
        bot.send(button() | {"id": str(int(ID) + number)})
    bot.told(button() | {"id": str(int(ID) + 40)})
    assert len(bot.starter.asked) == 40


def test_who_has_pulled_as_often_as_they_may_can_still_look(bot: Bot) -> None:
    for number in range(21):
        bot.send(nth(number))
    assert len(bot.starter.asked) == 20
    for number in range(20):
        assert bot.send(command("now") | {"id": str(int(ID) + 30 + number)})["type"] == 5
    bot.told(command("now") | {"id": str(int(ID) + 60)})


def test_an_admin_has_one_bucket_however_many_they_give_to(bot: Bot) -> None:
    for number in range(25):
        to = option("user", str(int(OTHER) + number), 6)
        asked = grant(to, option("amount", 1, 4))
        bot.send(asked | {"id": str(int(ID) + number)})
    assert len(bot.starter.asked) == 20


# --- servers that the owner chose -----------------------------------------------------------------


@pytest.mark.parametrize("ids", [GUILD, f"{OTHER},{GUILD}", f"{GUILD},{GUILD}"])
def test_other_servers_get_a_sentence_and_no_workflow(
    monkeypatch: pytest.MonkeyPatch, ids: str
) -> None:
    with running(monkeypatch, guilds=ids) as bot:
        assert bot.send(command())["type"] == 5
        for foreign in (
            command(guild_id=ELSEWHERE),
            button(guild_id=ELSEWHERE),
            command(guild_id=GUILD[:-1]),
            command("no-such", guild_id=ELSEWHERE),
            {**command(guild_id=ELSEWHERE), "type": 5},
        ):
            assert "owner" in bot.told(foreign)
        assert "運営者" in bot.told(command(guild_id=ELSEWHERE, locale="ja"))
        assert len(bot.starter.asked) == 1
        assert bot.send(in_dm(command("help")))["type"] == 5  # changes nothing, belongs nowhere
        completing = bot.send({**command(guild_id=ELSEWHERE), "type": 4})
        assert completing == {"type": 8, "data": {"choices": []}}
        assert bot.send({"type": 1}) == {"type": 1}


def test_any_is_every_server(bot: Bot) -> None:
    assert bot.send(command(guild_id=ELSEWHERE))["type"] == 5


@pytest.mark.parametrize(
    ("language", "document", "said"),
    [
        ("ja", "README.ja.md", ("{} 回", "{} 回まで", "90 秒に 1 回")),
        ("en", "README.md", ("{} commands in a row", "{} of which", "one every 90 seconds")),
    ],
)
def test_the_help_and_the_readme_have_the_buckets_sizes(
    buckets: ModuleType, language: str, document: str, said: tuple[str, str, str]
) -> None:
    assert buckets.REFILL_S == 90  # as `said`
    all_, changes, refill = said
    shown = say(language, "rules", banner="#", one=160, ten=1600, start=3200)
    readme = (Path(__file__).parents[2] / document).read_text("utf-8")
    for text in (shown, readme):
        assert all_.format(buckets.CAPACITY) in text
        assert changes.format(buckets.CHANGES) in text
        assert refill in text
