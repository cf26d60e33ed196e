"""From the workshop's manifest to the server's pointers: what is moved, and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from adapters import files
from adapters import inline as reading
from adapters.tables import items
from commands import decisions, registry
from commands.admin_banner_upload import inline
from commands.message import Message
from commands.render import plain, render
from gacha.making.manifest import Manifest
from gacha.making.problems import FILE, SHEET, Note, Place, Problem, Refusal
from gacha.making.stored import CARDS, CardsPointer, DraftPointer, draft_setting
from tests.support import GUILD, asked

ADMIN = "1290000000000000010"
FORM = {"name": {"ja": "夏のガチャ"}, "kind": "simple", "rarities": ["SSR"], "fields": {}}
MADE = Manifest(
    "b1", draft="d" * 64, cards="c" * 64, rules="e" * 64, look="f" * 64, pictures=2, size=999,
    count=3, name="夏のガチャ", form=FORM, notes=(Note("cards_added", {"count": 3}).written(),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def bucket(tables: Any) -> None:
    files._kept.clear()


def decided(manifest: Manifest | None, number: int = 1) -> dict[str, Any]:
    of = asked(number, "admin banner upload", admin=ADMIN, file="1 a b", manifest="made")
    if manifest is not None:
        content = manifest.written()
        files.put_upload(of.interaction_id, Manifest.NAME, content, "application/json")
    return decisions.decide(of)


def written(decision: dict[str, Any]) -> dict[str, Any]:
    """The settings that Record is to put, by name, and their conditions."""
    puts = [each["Put"] for each in decision["transaction"] if "Put" in each]
    rows = [(items.from_item(each["Item"]), each.get("ConditionExpression")) for each in puts]
    return {row["setting"]: (row, condition) for row, condition in rows if "setting" in row}


def test_a_first_upload_makes_the_cards_and_the_draft() -> None:
    decision = decided(MADE)
    assert decision["outcome"] == "planned"
    settings = written(decision)
    cards, condition = settings[CARDS]
    assert condition == "attribute_not_exists(server_id)"
    assert CardsPointer.read(cards) == CardsPointer(
        *(1, "c" * 64),
        next_banner=2,
        pictures=2,
        size=999,
        drafts={"b1": "夏のガチャ"},
        latest="b1",
        form=FORM,
    )
    draft, condition = settings[draft_setting("b1")]
    assert condition == "attribute_not_exists(server_id)"
    assert DraftPointer.read(draft) == DraftPointer(
        *(1, "d" * 64, "e" * 64, "f" * 64), by=ADMIN, form=FORM
    )
    content = Message.read(decision["message"]).content
    for language, word in (("ja", "カードを 3 枚追加"), ("en", "3 cards added")):
        shown = render("admin banner upload", content, language, "1")
        assert word in str(shown) and "夏のガチャ" in str(shown)
        assert word in plain("admin banner upload", content, language, "1")["content"]


def store(tables: Any, name: str, pointer: CardsPointer | DraftPointer) -> None:
    row = {"server_id": GUILD, "setting": name, **pointer.content(), "version": pointer.version}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


def test_a_later_upload_is_on_the_versions_that_the_workshop_read(tables: Any) -> None:
    store(tables, CARDS, CardsPointer(4, "a" * 64, 7, 10, 5000, {"b1": "夏", "b6": "秋"}))
    store(tables, draft_setting("b1"), DraftPointer(3, "b" * 64, by="1"))
    from dataclasses import replace

    settings = written(decided(replace(MADE, draft_version=3, cards_version=4)))
    cards, condition = settings[CARDS]
    assert condition == "version = :version"
    assert CardsPointer.read(cards) == CardsPointer(
        *(5, "c" * 64, 7, 12, 5999, {"b1": "夏のガチャ", "b6": "秋"}), latest="b1", form=FORM
    )
    assert settings[draft_setting("b1")][0]["version"] == 4


@pytest.mark.parametrize("changed", ["draft", "cards"])
def test_who_was_faster_is_named_and_nothing_of_theirs_is_overwritten(
    tables: Any, changed: str
) -> None:
    store(tables, CARDS, CardsPointer(2 if changed == "cards" else 1, "a" * 64))
    store(tables, draft_setting("b1"), DraftPointer(2 if changed == "draft" else 1, by="99"))
    from dataclasses import replace

    decision = decided(replace(MADE, draft_version=1, cards_version=1))
    assert decision["outcome"] == "stale" and not written(decision)
    shown = str(render("admin banner upload", Message.read(decision["message"]).content, "ja", "1"))
    assert ("<@99>" in shown) == (changed == "draft")


def test_what_was_refused_is_said_by_row_and_column() -> None:
    problems = (
        Problem("not_whole", Place(SHEET, "weight", 14), {"found": "たくさん"}),
        Problem("archive_damaged", Place(FILE), {}),
    )
    decision = decided(Manifest("", refusal=Refusal(problems, more=5).written()))
    assert decision["outcome"] == "refused" and not written(decision)
    content = Message.read(decision["message"]).content
    japanese = str(render("admin banner upload", content, "ja", "1"))
    english = str(render("admin banner upload", content, "en", "1"))
    assert "14 行目・重み" in japanese and "「たくさん」は整数ではありません" in japanese
    assert "row 14, weight" in english and "and 5 more" in english


def test_what_a_draft_still_lacks_is_said() -> None:
    from dataclasses import replace

    missing = Refusal((Problem("rate_missing", Place("draft", "rarities"), {"rarities": ["SSR"]}),))
    decision = decided(replace(MADE, rules="", look="", unready=missing.written()))
    assert decision["outcome"] == "planned"
    assert DraftPointer.read(written(decision)[draft_setting("b1")][0]).rules == ""
    shown = str(render("admin banner upload", Message.read(decision["message"]).content, "en", "1"))
    assert "The rates of SSR are still missing" in shown


def test_where_the_workshop_failed_the_owner_gets_a_sentence() -> None:
    decision = decided(None)
    assert decision["outcome"] == "refused" and not written(decision)
    shown = str(render("admin banner upload", Message.read(decision["message"]).content, "ja", "1"))
    assert "何も変わっていません" in shown


def test_the_longest_message_fits(tables: Any) -> None:
    long = Problem("not_whole", Place(SHEET, "weight", 1000, "あ" * 31), {"found": "**_`" * 30})
    decision = decided(Manifest("", refusal=Refusal((long,) * 20, more=980).written()))
    content = Message.read(decision["message"]).content
    for language in ("ja", "en"):
        body = render("admin banner upload", content, language, "1" * 20)
        assert len(body["embeds"][0]["description"]) <= 4096
        assert len(plain("admin banner upload", content, language, "1" * 20)["content"]) <= 2000


def test_its_entry_in_the_log() -> None:
    event = registry.logged("admin banner upload")
    row = {"kind": "upload", "timestamp": 1_732_420_000_000, "amount": 0, "by": "1", "banner": "b1",
           "name": "夏", "cards": 3, "pictures": 1}  # fmt: skip
    assert "3 cards, 1 picture)" in event.logged(event.event(row), "server", "en")


def test_drafts_complete_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    pointer = CardsPointer(1, drafts={f"b{n}": f"ガチャ{n}" for n in range(1, 40)})
    monkeypatch.setattr(reading, "setting", lambda *_: pointer.content())
    of = asked(1, "admin banner upload", admin=ADMIN, banner="ガチャ")
    choices = inline.choices(of, "banner")
    assert len(choices) == 25 and choices[0] == {"name": "ガチャ39 (b39)", "value": "b39"}
    monkeypatch.setattr(reading, "setting", lambda *_: None)
    assert inline.choices(of, "banner") == []
