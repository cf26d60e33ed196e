"""Which banner somebody means: by the server's offers, at the time at which they asked."""

from __future__ import annotations

import hashlib
import importlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

import verify
from adapters import aws, banners, files, inline
from adapters.tables import items, settings
from commands import events, kit, registry
from commands.asked import Asked
from commands.message import Message
from commands.render import render
from gacha import audit, banner, names, snowflake
from gacha.game import MAX_OFFERS, Game, Offer
from local.messages import components, text_of
from tests.conftest import load_function
from tests.recording import commits, record
from tests.support import GUILD, PLAYER_KEY, content, rows, workflow_input
from tests.unit import test_interactions

NAMES: Final = {
    "b1": {"ja": "ハル祭り", "en": "Spring"},
    "b2": {"ja": "夏祭り", "en": "Summer"},
    "b3": {"ja": "夏の夜", "en": "Summer Night"},
}
NOW: Final = snowflake.created_ms(workflow_input()["interaction_id"])
LATER: Final = NOW + 10**9
SHIPPED: Final = banners.load("starlit-atelier")


def made(banner_id: str, called: dict[str, str], old: str = "", new: str = "") -> banner.Banner:
    """The sample's rules under another id and name, kept as whoever compiles them keeps them."""
    text = banners.text("starlit-atelier").replace('"starlit-atelier"', f'"{banner_id}"', 1)
    for language, name in SHIPPED.name.items():
        text = text.replace(f'"{name}"', json.dumps(called[language], ensure_ascii=False), 1)
    if old:
        assert old in text
        text = text.replace(old, new, 1)
    of = banner.parse(text.encode(), banner_id)
    assert (of.id, of.name) == (banner_id, called)
    assert files.put(files.BANNERS, text.encode()) == of.hash
    return of


CHANGED: Final = ("ceiling = 90", "ceiling = 80")

RICH_START: Final = 100_000

Publish = Callable[..., Game]


@pytest.fixture
def publish(tables: Any) -> Publish:
    """Publishes a server's banners; each call is a change of its game."""

    def publish(*changed: Offer, guild: str = GUILD, **fields: Any) -> Game:
        game = settings.game(guild)
        game = replace(game, offers=changed, has_sample=False, **fields)
        game = replace(game, version=settings.game(guild).version + 1)
        known = {each.id: NAMES.get(each.id, {"ja": each.id, "en": each.id}) for each in changed}
        assert commits(TransactItems=settings.put_game(game, known))
        return game

    return publish


def offer(banner_id: str, **more: Any) -> Offer:
    return Offer(banner_id, made(banner_id, NAMES[banner_id]).hash, **more)


def work(function: str, number: int, command: str, **options: Any) -> dict[str, Any]:
    interaction = workflow_input(number, command)
    interaction["options"] = {"count": 1} if command == "pull" else {}
    interaction["options"] |= options
    event = {"interaction": interaction}
    done: dict[str, Any] = json.loads(json.dumps(load_function(function).handler(event, None)))
    if "transaction" in done:
        assert record(interaction, done)
    return done


def pull(number: int = 0, **options: Any) -> dict[str, Any]:
    return work("draw", number, "pull", **options)


def said(output: dict[str, Any], lang: str, room: str = "pull") -> str:
    body = render(room, Message.read(output["message"]).content, lang, "1")
    return str(body["content"])


def receipt_of(drawn: dict[str, Any]) -> tuple[str, str]:
    return drawn["receipt"]["banner"], drawn["receipt"]["banner_hash"]


# --- what is pulled -------------------------------------------------------------------------------


def test_a_new_server_pulls_the_sample_and_its_own_banner_once_there_is_one(
    publish: Publish,
) -> None:
    assert receipt_of(pull(0)) == (SHIPPED.id, SHIPPED.hash)
    own = offer("b1")
    publish(own)
    assert receipt_of(pull(1)) == ("b1", own.rules)
    refused = pull(2, banner="starlit-atelier", at="0.2")
    assert refused["message"]["sentence"] == "banner_closed"
    assert SHIPPED.name["ja"] in said(refused, "ja") and "減っていません" in said(refused, "ja")


def test_without_an_option_it_is_the_default_and_else_the_first_that_is_open(
    publish: Publish,
) -> None:
    one, two = offer("b1", ends_ms=LATER), offer("b2")
    publish(one, two, default="b2")
    assert receipt_of(pull(0))[0] == "b2"
    publish(one, replace(two, ends_ms=NOW), default="b2")
    assert receipt_of(pull(1))[0] == "b1"


def test_a_pull_that_runs_ends_on_the_version_that_held_when_it_was_made(
    publish: Publish,
) -> None:
    """Also where it is drawn again, after somebody published in between."""
    first, second = made("b1", NAMES["b1"]), made("b1", NAMES["b1"], *CHANGED)
    for of, at_ms in ((first, NOW - 5), (second, NOW + 2)):
        before = settings.versions(GUILD, "b1")
        assert commits(TransactItems=[settings.put_versions(GUILD, "b1", before, of.hash, at_ms)])
        publish(Offer("b1", of.hash), published_ms=at_ms)
    assert receipt_of(pull(1))[1] == first.hash  # made a millisecond before the second
    assert receipt_of(pull(2))[1] == second.hash
    assert receipt_of(pull(3))[1] == second.hash


def test_a_pull_that_runs_is_of_nothing_that_was_published_after_it(publish: Publish) -> None:
    """The sample, as it would have been at once, and no banner that nobody could have meant: else
    who publishes would draw anew what is not recorded yet."""
    own = made("b1", NAMES["b1"])
    assert commits(TransactItems=[settings.put_versions(GUILD, "b1", (), own.hash, NOW + 2)])
    publish(Offer("b1", own.hash), published_ms=NOW + 2)
    running = pull(1)
    assert receipt_of(running) == (SHIPPED.id, SHIPPED.hash)
    assert "others" not in content(running["message"])
    assert pull(1_000, banner="b1")["outcome"] == "drawn"
    assert receipt_of(pull(2))[0] == "b1"


def test_the_amounts_of_shards_are_of_the_same_version_as_the_rules(publish: Publish) -> None:
    """Who publishes others changes neither what a pull that runs gives, nor what a card costs."""
    looks = [
        files.put(files.LOOKS, json.dumps({"v": 1, "shop": {"ssr": price}}).encode())
        for price in (70, 90)
    ]
    rules = [made("b1", NAMES["b1"]).hash, made("b1", NAMES["b1"], *CHANGED).hash]
    for of, look, at_ms in zip(rules, looks, (NOW - 5, NOW + 2), strict=True):
        before = settings.versions(GUILD, "b1")
        assert commits(TransactItems=[settings.put_versions(GUILD, "b1", before, of, at_ms, look)])
        publish(Offer("b1", of, look=look), published_ms=at_ms)
    for number, price in ((1, 70), (2, 90)):
        [ware, *_] = content(work("plan", number, "shop")["message"])["wares"]
        assert ware["price"] == price


@pytest.mark.parametrize(
    ("period", "is_open"),
    [
        ({"starts_ms": NOW, "ends_ms": NOW + 1}, True),
        ({"ends_ms": NOW}, False),
        ({"starts_ms": NOW + 1}, False),
        ({"is_hidden": True}, False),
    ],
)
@pytest.mark.parametrize("typed", ["b1", "ハル祭り"])
def test_the_interactions_own_time_decides_and_not_when_it_is_drawn(
    publish: Publish, period: dict[str, Any], is_open: bool, typed: str
) -> None:
    publish(replace(offer("b1"), **period))
    drawn = pull(0, banner=typed)
    if is_open:
        assert drawn["outcome"] == "drawn"
        return
    assert drawn["outcome"] == "refused"
    for lang, text in (("ja", "通貨は減っていません"), ("en", "Nothing was charged")):
        assert text in said(drawn, lang) or drawn["message"]["sentence"] == "no_banner"
    nothing = pull(0)
    assert nothing["message"]["sentence"] == "nothing_open"
    assert "減っていません" in said(nothing, "ja") and "/gacha banners" in said(nothing, "en")


def test_a_banner_is_named_by_its_id_or_its_name_however_it_is_written(publish: Publish) -> None:
    publish(*map(offer, NAMES))
    for number, (typed, meant) in enumerate(
        {
            "b2": "b2",
            "はる祭り": "b1",
            "ﾊﾙ": "b1",
            "ＳＰＲ": "b1",
            "summer": "b2",  # exactly its name; of the other it is a part
            "の夜": "b3",
            "夏祭": "b2",
        }.items()
    ):
        assert receipt_of(pull(number, banner=typed))[0] == meant, typed


def test_a_name_that_fits_several_names_them_and_one_that_fits_none_says_so(
    publish: Publish,
) -> None:
    publish(*map(offer, NAMES))
    several = pull(0, banner="夏")
    assert several["outcome"] == "refused"
    assert "夏祭り、夏の夜" in said(several, "ja") and "Summer, Summer Night" in said(several, "en")
    none = pull(0, banner="**冬**")
    assert "“\\*\\*冬\\*\\*”" in said(none, "en") and "/ガチャ 開催中" in said(none, "ja")
    assert rows_of_pulls() == 0


def rows_of_pulls() -> int:
    found = aws.dynamodb().query(
        TableName="gacha_history",
        KeyConditionExpression="user_id = :user",
        ExpressionAttributeValues={":user": {"S": PLAYER_KEY}},
    )
    return len(found["Items"])


def test_a_name_means_what_is_open_where_it_fits_what_is_over_as_well(publish: Publish) -> None:
    publish(offer("b3", ends_ms=NOW), offer("b2"))
    assert receipt_of(pull(0, banner="夏"))[0] == "b2"


def test_a_paused_server_says_so_to_everybody_and_charges_nobody(publish: Publish) -> None:
    publish(offer("b1"), pause="20 時まで*お待ち*ください")
    for function, command in (("draw", "pull"), ("plan", "daily"), ("plan", "fair rotate")):
        refused = work(function, 0, command)
        assert refused["outcome"] == "paused"
        shown = said(refused, "ja", command)
        assert "20 時まで\\*お待ち\\*ください" in shown and "通貨は減っていません" in shown
    assert rows_of_pulls() == 0
    publish(offer("b1"), pause="")
    assert pull(0)["outcome"] == "drawn"


def test_a_new_player_begins_with_what_the_server_gives(publish: Publish) -> None:
    publish(offer("b1"), start_balance=500)
    assert work("answer", 0, "profile")["message"]["balance"] == 500
    assert work("answer", 0, "help")["message"]["start"] == 500
    drawn = pull(0)
    assert drawn["balance"] == {"before": 500, "after": 340}


# --- the result's select --------------------------------------------------------------------------


def test_a_result_offers_the_other_open_banners_and_pulls_as_many_of_one(
    publish: Publish,
) -> None:
    publish(offer("b1"), offer("b2"), offer("b3", starts_ms=LATER))
    drawn = pull(0, banner="b1", count=10)
    body = render("pull", Message.read(drawn["message"]).content, "ja", "1")
    [[select]] = [
        row["components"] for row in body["components"] if row["components"][0]["type"] == 3
    ]
    assert [(each["label"], each["value"]) for each in select["options"]] == [("夏祭り", "b2")]
    [control, *_] = registry.definition("pull").controls
    room, _, rest = select["custom_id"].partition(":")
    match = re.fullmatch(control.pattern, rest)
    assert room == "pull" and match is not None
    said = {name: text for name, text in match.groupdict().items() if text is not None}
    assert said == {"count": "10", "at": drawn["message"]["next_draw"]}
    assert [each.id for each in control.fields] == ["banner"]


def test_names_are_read_once_for_a_version_of_the_game(
    publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(offer("b1"), offer("b2"))
    read: list[str] = []
    names_of = settings.names

    def noted(guild_id: str) -> settings.Names:
        read.append(guild_id)
        return names_of(guild_id)

    monkeypatch.setattr(settings, "names", noted)
    for number in range(3):
        pull(number)
    assert read == [GUILD]
    publish(offer("b1"), offer("b2"), offer("b3"))
    pull(3)
    assert read == [GUILD] * 2


# --- what it looks like ---------------------------------------------------------------------------

LOOK: Final = {
    "v": 1,
    "cards": {each.id: f"{each.number:032x}" for each in SHIPPED.cards},
    "rarities": {SHIPPED.rarities[-1].id: {"emoji": "🍓", "colour": 0x123456}},
}


def with_look(look: object) -> Offer:
    return offer("b1", look=files.put(files.LOOKS, json.dumps(look).encode()))


def test_a_result_has_the_pictures_and_signs_of_the_banners_look(publish: Publish) -> None:
    publish(with_look(LOOK))
    drawn = pull(0, count=10)
    number = {each.id: each.number for each in SHIPPED.cards}
    for each in drawn["message"]["cards"]:
        assert each["art"] == f"{number[each['id']]:032x}"
        assert ("emoji" in each) == (each["rank"] == len(SHIPPED.rarities) - 1)
    body = render("pull", Message.read(drawn["message"]).content, "ja", "1")
    [gallery] = [each for each in components(body["components"]) if each["type"] == 12]
    assert len(gallery["items"]) == 10


def test_a_result_that_is_recorded_already_is_shown_as_the_banner_looks_now(
    publish: Publish,
) -> None:
    publish(with_look(LOOK))
    first = pull(0)
    publish(with_look({"v": 1}))
    again = work("draw", 0, "pull")
    assert "art" in first["message"]["cards"][0] and "art" not in again["message"]["cards"][0]
    assert again["receipt"] == first["receipt"]


@pytest.mark.parametrize("content", [b"", b"{", b"another"])
def test_a_look_that_cannot_be_read_stops_no_pull(
    publish: Publish, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    look = hashlib.sha256(b"{").hexdigest()
    if content:
        aws.s3().put_object(files.LOOKS.key(look), content, "application/json", once=False)
    publish(offer("b1", look=look))
    drawn = pull(0)
    assert drawn["outcome"] == "drawn" and "art" not in drawn["message"]["cards"][0]
    assert "a look could not be read" in capsys.readouterr().out


def drawn(decision: Mapping[str, Any], lang: str) -> kit.Body:
    message = Message.read(decision["message"])
    return render("pull", message.content, lang, "1", currency=message.currency)


def test_a_result_is_compact_and_in_the_servers_currency_if_the_server_wants_it_so(
    publish: Publish,
) -> None:
    publish(offer("b1"), is_compact=True, currency="*星*", emoji="<:star:1290000000000000001>")
    body = drawn(pull(0), "ja")
    assert body["embeds"]
    assert r"<:star:1290000000000000001> \*星\*を 160 使いました（残り 3,040）" in text_of(body)
    publish(offer("b1"), currency="gems", emoji="")
    assert "Paid 160 gems. You have" in text_of(drawn(pull(1), "en"))


# --- rates ----------------------------------------------------------------------------------------


def rates_shown(lang: str) -> tuple[str, str]:
    """The message's last field, and the first lines of the file where there is one."""
    message = work("answer", 0, "rates", banner="b1")["message"]
    asked = Asked.read(workflow_input(0, "rates") | {"language": lang})
    content, _ = registry.file("rates").attach(asked, Message.read(message).content)
    [embed] = render("rates", content, lang, "1")["embeds"]
    whole = importlib.import_module("commands.rates.show").in_full(content, lang)
    return embed["fields"][-1]["value"], whole


def test_rates_say_since_when_they_hold_and_what_they_were_before(publish: Publish) -> None:
    first = made("b1", NAMES["b1"])
    second = made("b1", NAMES["b1"], *CHANGED)
    publish(Offer("b1", first.hash))
    assert "今のルールは" not in rates_shown("ja")[0], "nobody noted when"
    for of, at_ms in ((first, 1_795_000_000_000), (second, 1_795_100_000_000)):
        before = settings.versions(GUILD, "b1")
        assert commits(TransactItems=[settings.put_versions(GUILD, "b1", before, of.hash, at_ms)])
        publish(Offer("b1", of.hash))
        value, whole = rates_shown("ja")
        assert f"今のルールは <t:{at_ms // 1000}:f> からです" in value
        assert ("それより前" in value) is (of is second)
    assert "SSR 0.8\u00a0%（天井 90 回）・SR 9.2\u00a0%" in value
    assert first.hash[:16] in value and "2026-11-19 14:53 UTC" in whole
    value, _ = rates_shown("en")
    assert "Base rates before: SSR 0.8\u00a0% (pity at 90), SR" in value
    publish(Offer("b1", first.hash))  # back to the version before, which nobody noted yet
    assert "1795000000" in rates_shown("ja")[0]


# --- what is typed --------------------------------------------------------------------------------


def typed(text: str | None, room: str = "pull", lang: str = "ja") -> list[str]:
    interaction = workflow_input(0, room) | {"language": lang}
    interaction["options"] = {} if text is None else {"banner": text}
    choices = registry.inline(room).choices(Asked.read(interaction), "banner")
    assert len(choices) <= 25 and all(len(each["name"]) <= 100 for each in choices)
    return [f"{each['value']} {each['name']}" for each in choices]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `interactions` reads inline, from the table of the test."""
    read: list[str] = []

    def setting(guild_id: str, name: str, again: str = "") -> Any:
        read.append(name)
        return items.get("DYNAMODB_SETTINGS_TABLE", {"server_id": guild_id, "setting": name})

    monkeypatch.setattr(inline, "setting", setting)
    return read


def test_what_is_open_is_completed_in_the_members_language_by_one_read(
    publish: Publish, reads: list[str]
) -> None:
    publish(offer("b1"), offer("b2", ends_ms=NOW), offer("b3", is_hidden=True))
    assert typed("") == ["b1 ハル祭り"]
    assert typed("ﾊﾙ") == ["b1 ハル祭り"] and typed("夏") == []
    assert typed("", "rates") == ["b1 ハル祭り", "b2 夏祭り"]  # what is over can be looked up
    assert typed("SUM", "luck", "en") == ["b2 Summer"]
    assert reads == ["names"] * 5


def test_a_new_servers_sample_is_completed(tables: Any, reads: list[str]) -> None:
    assert typed("") == [f"{SHIPPED.id} {SHIPPED.name['ja']}"]


def test_what_the_shop_completes_is_sold_there(publish: Publish, reads: list[str]) -> None:
    """Cards of limited stock cannot be bought; all else of what is open can."""
    publish(offer("b1", is_shared=True), offer("b2"), offer("b3", ends_ms=NOW))
    assert typed("", "shop") == ["b2 夏祭り"] and typed("ハル", "shop") == []
    assert typed("", "pull") == ["b1 ハル祭り", "b2 夏祭り"]


def goals(text: str, lang: str = "ja", **options: str) -> list[str]:
    interaction = workflow_input(0, "rates") | {"language": lang}
    interaction["options"] = {**options, "goal": text}
    choices = registry.inline("rates").choices(Asked.read(interaction), "goal")
    assert len(choices) <= 25 and all(len(each["name"]) <= 100 for each in choices)
    return [f"{each['value']} {each['name']}" for each in choices]


def test_what_somebody_may_want_is_completed_from_the_banner_that_they_chose(
    publish: Publish, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First what most want; then what is called so, by any part of it or by its number. What is
    chosen is taken by the command itself. Of limited stock there is no answer, and so no choice."""

    class Reader:
        setting = staticmethod(lambda guild_id, name: inline.setting(guild_id, name))
        file = staticmethod(files.get)

    monkeypatch.setattr(inline, "read", lambda _guild, what: what(Reader()))
    publish(offer("b1"), offer("b2", ends_ms=NOW), offer("b3", is_shared=True))
    of = made("b1", NAMES["b1"])
    at_first = goals("")
    assert at_first[0] == "ssr.featured SSR（ピックアップ）" and "ssr SSR" in at_first
    lowest = of.rarities[-1].id
    assert not any(each.startswith(f"{lowest} ") for each in at_first), "the lowest is not far"
    card = of.cards[-1]
    called = f"{card.id} {card.name['ja']}"
    assert goals(card.name["ja"][1:]) == [called] and goals(str(card.number))[0] == called
    assert goals(card.name["en"], "en") == [f"{card.id} {card.name['en']}"]
    assert goals("そんなカードはない") == []
    assert goals("", banner="夏") == goals("", banner="b2") == at_first
    assert goals("", banner="b3") == []
    for value in (each.split()[0] for each in at_first):
        message = work("answer", 0, "rates", goal=value)["message"]
        assert (message["kind"], message["goal"]["of"]) == ("reach", value)


def test_a_new_servers_goals_are_completed_from_the_sample(
    tables: Any, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader:
        setting = staticmethod(lambda guild_id, name: inline.setting(guild_id, name))

    monkeypatch.setattr(inline, "read", lambda _guild, what: what(Reader()))
    assert goals("")[0].startswith("ssr.featured ") and reads == ["names"]


def test_a_full_server_is_completed(publish: Publish, reads: list[str]) -> None:
    of = offer("b1")
    publish(*(replace(of, id=f"b{n}") for n in range(1, MAX_OFFERS + 1)))
    assert len(typed("")) == MAX_OFFERS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｶﾞﾁｬ", "がちゃ"),
        ("ＡＢＣ", "abc"),
        ("ヴ", "ゔ"),
        ("A\u3000 b", "a b"),
        ("ﾊﾟｰﾃｨ", "ぱーてぃ"),
    ],
)
def test_width_case_and_kana_make_no_difference(one: str, other: str) -> None:
    assert names.folded(one) == names.folded(other)


# --- verified afterwards --------------------------------------------------------------------------


def test_audit_and_verifier_follow_a_players_state_through_versions_and_banners(
    publish: Publish, tables: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A kind that carries over, a state of its own, and one that lost a count and its points."""
    without = ("[exchange]\nprice = 200\n", "")
    own = ("carry_over = true", "carry_over = false")
    ways = [(), CHANGED, without, own]
    published = [made("b1", NAMES["b1"], *way) for way in ways] + [made("b2", NAMES["b2"])]
    for number, of in enumerate(published * 2):
        publish(Offer(of.id, of.hash), start_balance=RICH_START)
        assert receipt_of(pull(number, count=10 if number % 2 else 1)) == (of.id, of.hash)
    assert work("plan", 50, "fair rotate")["outcome"] == "planned"
    message = work("answer", 51, "fair receipts", part=1)["message"]
    asked = Asked.read(workflow_input(51, "fair receipts"))
    _, attached = registry.file("fair receipts").attach(asked, Message.read(message).content)
    assert attached is not None
    path = tmp_path / "receipts.json"
    path.write_bytes(attached.content)
    assert verify.main([str(path)]) == 0, capsys.readouterr().out

    def found(table: str) -> list[dict[str, Any]]:
        return [row for row in rows(tables, table) if row.get("user_id") == PLAYER_KEY]

    [player] = found("discord_users")
    findings = audit.check(
        PLAYER_KEY,
        found("gacha_history"),
        player,
        found("gacha_collection"),
        banners.load_version,
        NOW + 10**7,
        events.replays(),
        starts={RICH_START},
    )
    assert [each for each in findings if each.violation] == []


# --- another server -------------------------------------------------------------------------------


def test_no_option_of_one_server_reaches_the_banner_of_another(publish: Publish) -> None:
    """Not by id, by name, by a button's custom id, nor for looking."""
    elsewhere = "1290000000000000003"
    publish(offer("b1"))
    publish(offer("b2"), guild=elsewhere)
    assert settings.game(elsewhere).offers[0].id == "b2"
    for value in ("b2", "夏祭り", "Summer", "夏"):
        assert pull(0, banner=value)["message"]["sentence"] == "no_banner"
        for room in ("rates", "luck"):
            assert work("answer", 0, room, banner=value)["message"]["sentence"] == "no_banner"
    assert work("answer", 0, "banners", banner="b2")["message"]["chosen"] == "b1"
    assert "b2" not in json.dumps(work("answer", 0, "banners")["message"])


ELSEWHERE: Final = "1290000000000000003"
FOREIGN: Final = {
    "b7": {"ja": "極秘の七夕", "en": "Secret Tanabata"},
    "b8": {"ja": "極秘の月見", "en": "Secret Moonlight"},
}


def leaked(text: str) -> list[str]:
    """What of the other server's banners stands in an answer, beside what was typed."""
    hashes = [made(each, called).hash for each, called in FOREIGN.items()]
    return [each for each in ("極秘の", "Secret ", *hashes) if each in text]


@pytest.fixture
def two_servers(publish: Publish) -> None:
    publish(offer("b1"), offer("b2"))
    NAMES.update(FOREIGN)
    try:
        publish(*map(offer, FOREIGN), guild=ELSEWHERE)
    finally:
        for each in FOREIGN:
            del NAMES[each]


WORDS: Final = st.one_of(
    st.sampled_from([*FOREIGN, *(name for each in FOREIGN.values() for name in each.values())]),
    st.sampled_from(["極秘の七夕", "Secret", "Moonlight", "b7"]),
    st.text(st.sampled_from("極秘の七夕月見ＳＥsecrETbｂ78１"), min_size=1, max_size=6),
)


@pytest.mark.long
@settings_of_hypothesis(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(WORDS, st.sampled_from(["pull", "rates", "luck", "banners", "help", "profile", "fair show"]))
def test_no_option_or_custom_id_leads_to_another_servers_banner(
    two_servers: None, word: str, room: str
) -> None:
    """By typing, by a button or a select, made up by whoever can send what Discord would sign."""
    in_slug = re.sub("[^a-z0-9-]", "", word) or "b7"
    with pytest.MonkeyPatch.context() as patch, test_interactions.running(patch) as bot:
        named = (
            [test_interactions.option("banner", word)] if room in ("pull", "rates", "luck") else []
        )
        words = room.split()
        inner = {"name": words[-1], "type": 1, "options": named}
        if len(words) > 1:
            inner = {"name": words[0], "type": 2, "options": [inner]}
        data = {"id": "1", "name": "gacha", "type": 1, "options": [inner]}
        for sent in (
            test_interactions.command(data=data),
            test_interactions.button(f"pull:{in_slug}:1:0.0"),
            test_interactions.button(f"rates:{in_slug}"),
            chosen("pull:other_1:0.0", word),
            chosen("banners:choose", word),
        ):
            bot.send(sent)
        inputs = [json.loads(text) for _, _, text in bot.starter.asked]
    assert len(inputs) >= 4
    for each in inputs:
        assert each["guild_id"] == GUILD
        function = "draw" if each["command"] == "pull" else "answer"
        event = {"interaction": each | {"interaction_id": workflow_input()["interaction_id"]}}
        event["interaction"]["ledger_key"] = workflow_input()["ledger_key"]
        output = load_function(function).handler(event, None)
        content = Message.read(output["message"]).content
        said = json.dumps(output, ensure_ascii=False, default=str)
        if content["kind"] == "text":  # the sentence repeats what was typed
            said = said.replace(json.dumps(word, ensure_ascii=False)[1:-1], "")
        assert not leaked(said)


def chosen(custom_id: str, value: str) -> dict[str, Any]:
    pressed = test_interactions.button(custom_id)
    pressed["data"] |= {"component_type": 3, "values": [value]}
    return pressed


def test_the_list_shows_the_picture_of_the_chosen_banner(ask: Any, publish: Publish) -> None:
    look = json.dumps({"v": 1, "picture": "0b" * 16}).encode()
    first, second = offer("b1"), offer("b2")
    publish(first, replace(second, look=files.put(files.LOOKS, look)))
    assert "picture" not in ask("banners")
    assert ask("banners", banner="b2")["picture"] == "0b" * 16
    [embed] = render("banners", content(ask("banners", banner="b2")), "ja", "1")["embeds"]
    assert embed["image"]["url"].endswith("0b" * 16)
