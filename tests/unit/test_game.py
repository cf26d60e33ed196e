"""A server's game: what is open when, and how it is stored within 4 KB."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tables import items, settings
from adapters.tables.items import to_item
from benchmarks.write_units import item_size
from gacha.errors import GameError
from gacha.game import (
    KEY_BYTES,
    MAX_BYTES,
    MAX_CURRENCY,
    MAX_EMOJI,
    MAX_OFFERS,
    MAX_PAUSE,
    MAX_VERSIONS,
    Game,
    Offer,
    Version,
    version_at,
    version_before,
    versions_after,
)
from tests.recording import commits
from tests.support import GUILD

RULES: Final = "0f" * 32
SAMPLE: Final = (Offer("starlit-atelier", RULES),)
FOUR_BYTES: Final = "\U00020bb7"
LATEST_MS: Final = 253_402_300_799_999


def longest(offers: int = MAX_OFFERS) -> Game:
    """Every field at its longest value."""
    return Game(
        guild_id="1" * 20,
        version=10**6 - 1,
        offers=tuple(
            Offer(f"b{90_000 + n}", "e7" * 32, "5c" * 32, LATEST_MS - 1, LATEST_MS, is_hidden=True)
            for n in range(offers)
        ),
        default="b90000",
        currency=FOUR_BYTES * MAX_CURRENCY,
        emoji="x" * MAX_EMOJI,
        start_balance=999_999_999,
        language="ja",
        timezone="America/Argentina/ComodRivadavia",
        reset_hour=6,
        is_public=False,
        is_compact=True,
        min_account_days=3_650,
        min_member_days=3_650,
        pause=FOUR_BYTES * MAX_PAUSE,
        leaving=LATEST_MS,
        editors="9" * 20,
        managers="9" * 20,
        published_ms=LATEST_MS,
        has_sample=False,
    )


# --- stored ---------------------------------------------------------------------------------------


def stored(of: Game) -> dict[str, Any]:
    [put, _] = settings.put_game(of, {each.id: {"ja": "あ", "en": "a"} for each in of.offers})
    item: dict[str, Any] = put["Put"]["Item"]
    return item


def test_the_longest_game_takes_one_unit_of_a_consistent_read() -> None:
    of_new = Game("")
    same = [
        each.name
        for each in fields(Game)
        if getattr(longest(), each.name) == getattr(of_new, each.name)
    ]
    assert same == ["sample", "other"], "a field that this test does not fill"
    assert item_size(stored(longest())) <= MAX_BYTES == 4_096


def test_one_that_is_longer_is_refused_by_the_size_that_dynamodb_counts() -> None:
    base = longest()
    size = item_size(stored(base))
    fits = replace(base, other={"x": "y" * (MAX_BYTES - size - 1)})
    assert item_size(stored(fits)) == MAX_BYTES
    with pytest.raises(GameError, match="4097 bytes"):
        replace(fits, other={"x": "y" * (MAX_BYTES - size)}).written()


TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TIME: Final = st.none() | st.integers(0, LATEST_MS)
HASH: Final = st.binary(min_size=32, max_size=32).map(bytes.hex)
OTHER: Final = st.dictionaries(
    st.sampled_from(["later", "新"]),
    st.integers(-(10**12), 10**12) | TEXT | st.lists(TEXT, max_size=2),
)
OFFERS: Final = st.builds(
    Offer,
    id=st.from_regex(r"b[0-9]{1,5}", fullmatch=True),
    rules=HASH,
    look=st.just("") | HASH,
    starts_ms=TIME,
    ends_ms=TIME,
    is_hidden=st.booleans(),
    is_shared=st.booleans(),
    other=OTHER,
)
GAMES: Final = st.builds(
    Game,
    guild_id=st.just(GUILD),
    version=st.integers(1, 10**6),
    offers=st.lists(OFFERS, max_size=4, unique_by=lambda each: each.id).map(tuple),
    default=st.from_regex(r"b[0-9]{0,5}|", fullmatch=True),
    currency=TEXT,
    start_balance=st.integers(0, 10**9),
    is_public=st.booleans(),
    is_compact=st.booleans(),
    has_sample=st.booleans(),
    pause=TEXT,
    published_ms=st.integers(0, LATEST_MS),
    other=OTHER,
)


@given(GAMES)
def test_a_game_comes_back_as_it_was_stored(of: Game) -> None:
    """Through DynamoDB's form, by S, N, L and M alone, which is all that a workflow writes."""
    item = json.loads(json.dumps(stored(of)))
    assert set(_types(item)) <= {"S", "N", "L", "M"}
    assert settings.game_of(GUILD, items.from_item(item)) == of
    key = {name: item[name] for name in ("server_id", "setting")}
    assert item_size(key) <= KEY_BYTES


@given(GAMES)
def test_its_size_is_the_one_that_dynamodb_counts(of: Game) -> None:
    size = item_size(to_item({"server_id": "1" * 20, "setting": "game", **of.written()}))
    too_much = replace(of, other={**of.other, "z": "z" * (MAX_BYTES - size)})
    with pytest.raises(GameError, match=f"{MAX_BYTES + 1} bytes"):
        too_much.written()


def _types(item: dict[str, Any]) -> Iterator[str]:
    for value in item.values():
        [(kind, content)] = value.items()
        yield kind
        if kind == "M":
            yield from _types(content)
        elif kind == "L":
            yield from _types(dict(enumerate(content)))  # type: ignore[arg-type]


def test_a_server_that_stored_nothing_has_a_new_game(tables: Any) -> None:
    assert settings.game(GUILD, SAMPLE) == Game(GUILD, sample=SAMPLE)
    assert Game(GUILD).written() == {}


def test_a_change_is_written_if_nobody_changed_it_in_between(tables: Any) -> None:
    first = settings.game(GUILD).changed(currency="星石")
    assert commits(TransactItems=settings.put_game(first, {}))
    assert settings.game(GUILD) == first
    assert not commits(TransactItems=settings.put_game(first, {})), (
        "of a game that is there already"
    )
    one, two = (settings.game(GUILD).changed(currency=name) for name in ("月", "日"))
    assert commits(TransactItems=settings.put_game(one, {}))
    assert not commits(TransactItems=settings.put_game(two, {}))
    assert settings.game(GUILD).currency == "月"


def test_what_is_completed_has_the_games_offers_and_their_names(tables: Any) -> None:
    names = {"b1": {"ja": "春", "en": "Spring"}, "b2": {"ja": "夏", "en": "Summer"}}
    of = Game(GUILD).published(Offer("b1", RULES), 7)
    assert commits(TransactItems=settings.put_game(of, names))
    assert settings.names(GUILD) == {"b1": names["b1"]}
    row = items.get("DYNAMODB_SETTINGS_TABLE", {"server_id": GUILD, "setting": "names"})
    assert row is not None and settings.game_of(GUILD, row) == of


# --- versions -------------------------------------------------------------------------------------


def test_versions_are_kept_with_their_times(tables: Any) -> None:
    assert settings.versions(GUILD, "b1") == ()
    for number, at_ms in enumerate((5, 8, 9)):
        before = settings.versions(GUILD, "b1")
        rules = f"{number:02x}" * 32
        assert commits(TransactItems=[settings.put_versions(GUILD, "b1", before, rules, at_ms)])
    found = settings.versions(GUILD, "b1")
    assert found == tuple(Version(f"{n:02x}" * 32, at_ms) for n, at_ms in enumerate((5, 8, 9)))
    assert [version_at(found, at_ms) for at_ms in (4, 5, 7, 8, 100)] == [
        None,
        found[0],
        found[0],
        found[1],
        found[2],
    ]
    assert versions_after(found, found[-1].rules, 10) == found, "published again as it is"
    many: tuple[Version, ...] = ()
    for n in range(MAX_VERSIONS + 3):
        many = versions_after(many, f"{n:064x}", n)
    assert (len(many), many[-1].since_ms, many[0].since_ms) == (MAX_VERSIONS, MAX_VERSIONS + 2, 3)


# --- what is open ---------------------------------------------------------------------------------


def ids(offers: tuple[Offer, ...]) -> list[str]:
    return [each.id for each in offers]


def test_a_new_server_has_the_sample_until_it_publishes_a_banner_of_its_own() -> None:
    new = Game(GUILD, sample=SAMPLE)
    assert ids(new.open_at(0)) == ["starlit-atelier"] and new.default_at(0) == SAMPLE[0]
    renamed = new.changed(currency="星石")
    assert ids(renamed.open_at(0)) == ["starlit-atelier"]
    own = renamed.published(Offer("b1", RULES, ends_ms=10), 0)
    assert ids(own.open_at(0)) == ["b1"] and own.offer("starlit-atelier") is None
    assert own.open_at(10) == () and own.default_at(10) is None, "its end brings no sample back"
    both = own.changed(has_sample=True)
    assert ids(both.offered) == ["b1", "starlit-atelier"]
    mine = both.published(Offer("starlit-atelier", RULES, is_hidden=True), 0)
    assert ids(mine.changed(has_sample=True).offered) == ["b1", "starlit-atelier"]


def test_a_banner_is_open_from_its_start_until_before_its_end() -> None:
    of = Game(GUILD).published(Offer("b1", RULES, starts_ms=5, ends_ms=9), 0)
    assert [bool(of.open_at(at)) for at in (4, 5, 8, 9)] == [False, True, True, False]


def test_the_default_is_the_one_that_was_chosen_while_it_is_open() -> None:
    of = Game(GUILD, offers=(Offer("b1", RULES), Offer("b2", RULES, ends_ms=9)), default="b2")
    assert [of.default_at(at).id for at in (8, 9)] == ["b2", "b1"]  # type: ignore[union-attr]
    hidden = replace(of, offers=(Offer("b1", RULES), Offer("b2", RULES, is_hidden=True)))
    assert hidden.default_at(8) == Offer("b1", RULES)


def test_publishing_again_keeps_the_place_and_notes_when_rules_changed() -> None:
    of = Game(GUILD)
    for number in (1, 2):
        of = of.published(Offer(f"b{number}", RULES), number)
    assert (of.version, of.published_ms) == (2, 2)
    postponed = of.published(Offer("b1", RULES, ends_ms=99), 7)
    assert ids(postponed.offers) == ["b1", "b2"] and postponed.published_ms == 2
    replaced = postponed.published(Offer("b1", "1e" * 32, ends_ms=99), 8)
    assert replaced.published_ms == 8 and replaced.offers[0].rules == "1e" * 32


def test_there_are_at_most_25_offers() -> None:
    of = longest()
    assert of.published(of.offers[3], 0).offers == of.offers
    with pytest.raises(GameError, match="26 banners"):
        of.published(Offer("b1", RULES), 0)


def test_a_version_has_the_last_look_that_it_was_published_with(tables: Any) -> None:
    looks = [
        ("0a" * 32, "1c" * 32),
        ("0a" * 32, "2c" * 32),
        ("0b" * 32, ""),
        ("0b" * 32, "3c" * 32),
    ]
    for at_ms, (rules, look) in enumerate(looks):
        before = settings.versions(GUILD, "b1")
        assert commits(
            TransactItems=[settings.put_versions(GUILD, "b1", before, rules, at_ms, look)]
        )
    found = settings.versions(GUILD, "b1")
    assert found == (Version("0a" * 32, 0, "2c" * 32), Version("0b" * 32, 2, "3c" * 32))
    assert version_before(found, "0b" * 32) == found[0]
    assert version_before(found[:1], "0a" * 32) is None
    again = versions_after(found, "0a" * 32, 9)
    assert version_before(again, "0a" * 32) == found[1], "back, and back again"


@given(st.integers(1, 6), st.data())
def test_a_banner_moves_among_the_others_which_keep_their_order(number: int, data: Any) -> None:
    ids = [f"b{n}" for n in range(number)]
    game = Game(GUILD, offers=tuple(Offer(each, RULES) for each in ids))
    at, by = data.draw(st.integers(0, number - 1)), data.draw(st.integers(-9, 9))
    after = [each.id for each in game.moved(ids[at], by).offers]
    assert after.index(ids[at]) == min(max(at + by, 0), number - 1)
    assert [each for each in after if each != ids[at]] == ids[:at] + ids[at + 1 :]
    assert game.without(ids[at]).own(ids[at]) is None


def test_a_period_that_was_changed_is_another_to_whoever_saw_it() -> None:
    periods = [(None, None), (1, None), (None, 1), (1, 2), (12, None), (1, 1)]
    seen = [Offer("b1", RULES, starts_ms=a, ends_ms=b).period_hash for a, b in periods]
    assert len(set(seen)) == len(periods)
    assert Offer("b1", "0e" * 32, "0d" * 32, 1, 2, is_hidden=True).period_hash == seen[3]
