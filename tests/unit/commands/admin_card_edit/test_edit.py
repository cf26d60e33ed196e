"""A card's form with what it is, and what comes of it: by the real workers, as in test_drafting."""

from __future__ import annotations

from typing import Any, Final

import pytest

from adapters import files, inline
from adapters.tables import settings
from commands.command import NotReadyError
from gacha.making.draft import Draft
from gacha.making.stored import CARDS, CardsPointer, draft_setting
from tests.unit.commands.test_drafting import (
    OTHER,
    Owner,
    filled,
    owner,
    picture,
    slash,
)
from tests.unit.test_interactions import GUILD, option

__all__ = ["owner"]

LILY: Final = {"name": "リリィ", "rarity": "SSR", "weight": "2", "featured": "yes"}


class Reader:
    """What `inline.read` hands in, without its thread."""

    def setting(self, guild_id: str, name: str) -> Any:
        return settings.setting(guild_id, name)

    def file(self, kind: files.Kind, hash_: str) -> bytes:
        return files.get(kind, hash_)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline, "read", lambda _guild, what, again="": what(Reader()))


def edit(card: str | None = None, banner: str | None = None) -> dict[str, Any]:
    given = [] if card is None else [option("card", card)]
    return slash("card", "edit", *given, *([option("banner", banner)] if banner else []))


def with_cards(owner: Owner) -> None:
    owner.new()
    owner.sends(owner.opens(slash("card", "add")), LILY, ("lily.png", picture()))
    owner.sends(owner.opens(slash("card", "add")), {**LILY, "name": "ミラ", "rarity": "SR"})
    owner.sends(owner.opens(slash("card", "add")), {**LILY, "name": "ミルカ", "rarity": "R"})


@pytest.mark.parametrize("wanted", ["101", "#101", "c101", "リリ", "ﾘﾘｨ", "りりぃ"])
def test_the_form_begins_with_what_the_card_is(owner: Owner, wanted: str) -> None:
    with_cards(owner)
    form = owner.opens(edit(wanted))
    assert filled(form) == {**LILY, "pictures": ""}
    assert "101" in form["title"]


def test_a_change_keeps_what_was_not_changed(owner: Owner) -> None:
    with_cards(owner)
    before = owner.cards().by_number[101]
    done = owner.sends(owner.opens(edit("101")), {"name": "リリィ・夏", "rarity": "SR"})
    assert (done.outcome, done.content["state"]) == ("planned", "taken")
    after = owner.cards().by_number[101]
    assert after.names["ja"] == "リリィ・夏" and after.art == before.art != ""
    part = owner.draft().card(101)
    assert part is not None and (part.weight, part.featured) == (2, True)
    rarity = next(each for each in owner.draft().rarities if each.id == part.rarity)
    assert rarity.shown == "SR" and len(owner.draft().cards) == 3
    assert "「リリィ」を「リリィ・夏」に変更" in done.said()
    assert [each["key"] for each in done.content["notes"]] == ["cards_changed", "card_renamed"]


def test_a_new_picture_takes_the_old_ones_place_and_a_rate_the_weights(owner: Owner) -> None:
    with_cards(owner)
    before = owner.cards().by_number[101].art
    form = owner.opens(edit("リリィ"))
    owner.sends(form, {"weight": "1.5%", "featured": "no"}, ("new.png", picture("blue")))
    assert owner.cards().by_number[101].art not in ("", before)
    assert filled(owner.opens(edit("101")))["weight"] == "1.5%"
    part = owner.draft().card(101)
    assert part is not None and not part.featured
    owner.sends(owner.opens(edit("101")), {"weight": ""})  # empty keeps
    assert filled(owner.opens(edit("101")))["weight"] == "1.5%"


def test_in_the_other_language_it_gets_a_second_name(owner: Owner) -> None:
    with_cards(owner)
    owner.language = "en-US"
    form = owner.opens(edit("101"))
    assert filled(form)["name"] == "リリィ"
    owner.sends(form, {})
    assert owner.cards().by_number[101].name == {"ja": "リリィ"}
    owner.sends(owner.opens(edit("101")), {"name": "Lily"})
    assert owner.cards().by_number[101].name == {"ja": "リリィ", "en": "Lily"}


def test_a_refused_form_keeps_values_and_picture(owner: Owner) -> None:
    with_cards(owner)
    done = owner.sends(
        owner.opens(edit("101")),
        {"name": "ミラ", "weight": "たくさん"},
        ("new.png", picture("blue")),
    )
    assert done.content["state"] == "refused" and done.problems == ["name_taken", "not_whole"]
    again = owner.opens(done.button("入力を修正"))
    assert filled(again) == {**LILY, "name": "ミラ", "weight": "たくさん", "pictures": ""}
    before = owner.cards().by_number[101].art
    taken = owner.sends(again, {"name": "リリィ", "weight": "3"})
    assert taken.content["state"] == "taken", taken.content
    assert owner.cards().by_number[101].art not in ("", before)


def test_of_two_editors_of_a_card_the_second_is_told_by_whom(owner: Owner) -> None:
    with_cards(owner)
    mine = owner.opens(edit("101"))
    owner.user = OTHER
    owner.sends(owner.opens(edit("101")), {"weight": "9"})
    owner.user = "1290000000000000009"
    done = owner.sends(mine, {"weight": "5"})
    assert done.content["state"] == "stale" and f"<@{OTHER}>" in done.said()
    part = owner.draft().card(101)
    assert part is not None and part.weight == 9
    again = owner.opens(done.button("入力を修正"))
    assert filled(again)["weight"] == "5"
    assert owner.sends(again, {}).content["state"] == "taken"
    part = owner.draft().card(101)
    assert part is not None and part.weight == 5


def test_who_edits_other_cards_is_in_nobodys_way(owner: Owner) -> None:
    with_cards(owner)
    one, two = owner.opens(edit("101")), owner.opens(edit("102"))
    assert owner.sends(two, {"weight": "7"}).content["state"] == "taken"
    assert owner.sends(one, {"weight": "8"}).content["state"] == "taken"
    assert [each.weight for each in owner.draft().cards][:2] == [8, 7]


def test_a_card_that_left_the_draft_meanwhile_is_stale(owner: Owner) -> None:
    """And never comes back by a form."""
    with_cards(owner)
    form = owner.opens(edit("101"))
    pointer = settings.setting(GUILD, draft_setting("b1"))
    draft = owner.draft()
    less = Draft(
        **{**{n: getattr(draft, n) for n in Draft.__dataclass_fields__}, "cards": draft.cards[1:]}
    )
    assert pointer is not None
    from adapters.tables import items

    owner.tables.put_item(
        TableName="server_settings",
        Item=items.to_item({**pointer, "file": files.put(files.DRAFTS, less.written())}),
    )
    assert owner.sends(form, {}).content["state"] == "stale"
    assert len(owner.draft().cards) == 2


# --- which card -----------------------------------------------------------------------------------


def test_several_cards_are_named_with_their_numbers_and_none_says_what_to_do(owner: Owner) -> None:
    with_cards(owner)
    for lang, several, none in (
        ("ja", "102 ミラ、103 ミルカ", "ありません"),
        ("en-US", "102 ミラ, 103 ミルカ", "no card"),
    ):
        owner.language = lang
        assert several in owner.told(edit("ミ"))["content"]
        assert none in owner.told(edit("ない**"))["content"]


def test_cards_complete_the_option_by_number_and_part_of_a_name(owner: Owner) -> None:
    with_cards(owner)

    def typed(text: str) -> list[dict[str, Any]]:
        typing = slash("card", "edit", {**option("card", text), "focused": True})
        typing["type"] = 4
        choices: list[dict[str, Any]] = owner.bot.send(owner._mine(typing))["data"]["choices"]
        return choices

    assert typed("") == [
        {"name": "101 リリィ", "value": "101"},
        {"name": "102 ミラ", "value": "102"},
        {"name": "103 ミルカ", "value": "103"},
    ]
    assert [each["value"] for each in typed("みる")] == ["103"]
    assert [each["value"] for each in typed("102")] == ["102"]
    assert typed("ない") == []


def test_another_drafts_card_needs_that_draft(owner: Owner) -> None:
    with_cards(owner)
    owner.new(name="お正月")
    assert "banner" not in owner.told(edit("101"))["content"]
    assert filled(owner.opens(edit("101", "b1")))["name"] == "リリィ"
    assert filled(owner.opens(edit("101", "クリス")))["name"] == "リリィ"


def test_without_a_draft_it_says_how_to_make_one(owner: Owner) -> None:
    assert "新規" in owner.told(edit("101"))["content"]


def test_what_would_be_late_is_a_button_that_opens_it(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_cards(owner)
    with monkeypatch.context() as patch:

        def late(_guild: str, _what: Any, again: str = "") -> None:
            raise NotReadyError(again)

        patch.setattr(inline, "read", late)
        told = owner.told(edit("101", "b1"))
    [row] = told["components"]
    assert row["components"][0]["custom_id"] == "admin card edit:open:b1:101"
    assert filled(owner.opens(row["components"][0]["custom_id"]))["name"] == "リリィ"


# --- pictures for several -------------------------------------------------------------------------


def test_pictures_for_known_cards_by_number_or_name(owner: Owner) -> None:
    with_cards(owner)
    before = owner.cards()
    form = owner.opens(edit())
    done = owner.sends(
        form, {"cards": "ﾐﾗ\n\n#103"}, ("a.png", picture("blue")), ("b.png", picture("green"))
    )
    assert done.content["state"] == "taken", done.content
    after = owner.cards()
    assert after.by_number[101] == before.by_number[101]
    arts = [after.by_number[number].art for number in (102, 103)]
    assert all(arts) and len(set(arts)) == 2 and len(after.by_number) == 3
    assert len(owner.draft().cards) == 3


@pytest.mark.parametrize(
    ("lines", "count", "problem"),
    [
        ("ミラ\nいない", 2, "card_unknown"),
        ("ミラ\n999", 2, "card_unknown"),
        ("ミラ\n102", 2, "row_twice"),
        ("ミラ", 2, "pictures_and_lines"),
        ("ミラ\nリリィ", 1, "pictures_and_lines"),
        ("ミラ", 0, "pictures_and_lines"),
    ],
)
def test_lines_that_do_not_fit_are_refused_and_kept(
    owner: Owner, lines: str, count: int, problem: str
) -> None:
    with_cards(owner)
    before = owner.cards()
    sent = [(f"{n}.png", picture(colour)) for n, colour in enumerate(("blue", "green")[:count])]
    done = owner.sends(owner.opens(edit()), {"cards": lines}, *sent)
    assert (done.content["state"], done.problems) == ("refused", [problem])
    assert owner.cards() == before
    again = owner.opens(done.button("入力を修正"))
    assert filled(again)["cards"] == lines
    assert again["custom_id"].endswith(":kept") == (count > 0)


def test_a_name_that_looks_like_a_formula_is_a_name_in_a_form(owner: Owner) -> None:
    with_cards(owner)
    owner.sends(owner.opens(edit("101")), {"name": "=cmd|' /C calc'!A0"})
    assert owner.cards().by_number[101].names["ja"] == "=cmd|' /C calc'!A0"


def test_nobody_without_a_right_reads_a_card(owner: Owner) -> None:
    """By the form, or by what completes the option."""
    with_cards(owner)
    pointer = CardsPointer.read(settings.setting(GUILD, CARDS))
    assert pointer.drafts
    for interaction in (edit("101"), edit()):
        sent = owner._mine(interaction)
        sent["member"]["permissions"], sent["member"]["roles"] = "0", ["5"]
        answer = owner.bot.send(sent)
        assert answer["type"] == 4, answer
        sent["type"] = 4
        sent["data"]["options"][0]["options"][0]["options"] = [
            {**option("card", ""), "focused": True}
        ]
        assert owner.bot.send(sent)["data"]["choices"] == []
