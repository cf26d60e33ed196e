"""/gacha-admin card picture: a picture that is removed is gone at once, from all that shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from adapters import files
from adapters.tables import settings
from commands import render
from gacha.making.cards import Cards
from gacha.making.edits import Pictures
from local.messages import components, text_of
from tests.conftest import load_function
from tests.support import GUILD
from tests.unit.commands.admin_banner_list.test_banners import EDITOR, MANAGER, typed
from tests.unit.commands.pictured import ELSEWHERE, ROOM, SOURCE, Pictured, webp
from tests.unit.test_art import event as fetched


@pytest.fixture
def owner(tables: Any) -> Iterator[Pictured]:
    files._kept.clear()
    yield Pictured(tables)
    files._kept.clear()


def shown(said: dict[str, Any], lang: str = "ja") -> dict[str, Any]:
    content = {name: value for name, value in said.items() if name not in ("outcome", "language")}
    return render.render(ROOM, content, lang, "1574629893929968613")


def controls(body: dict[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in components(body["components"]) if "custom_id" in each]


def served(art: str) -> int:
    return int(load_function("art").handler(fetched(f"/art/{art}"), None)["statusCode"])


def test_a_removed_picture_is_gone_from_the_bucket_and_every_later_message(owner: Pictured) -> None:
    pulled = {"c101": owner.red, "c102": owner.blue}
    assert owner.drawn() <= set(pulled.values()) and served(owner.red) == 200
    said = owner.remove(owner.red)
    assert (said["outcome"], said["sentence"]) == ("planned", "removed")
    assert served(owner.red) == 404 and served(owner.blue) == 200
    assert owner.red not in owner.drawn()
    look = json.loads(files.get(files.LOOKS, owner.offer.look))
    assert look["cards"] == {"c102": owner.blue}
    cards = Cards.read(files.get(files.CARDS, owner.cards().file))
    assert [card.art for _, card in sorted(cards.by_number.items())] == ["", owner.blue]
    assert owner.audited() == []
    for lang, kept in (("ja", "残ることがあります"), ("en", "may keep it")):
        assert kept in text_of(shown(said, lang))


def test_its_card_is_drawn_at_the_same_rates_and_nothing_is_left_to_publish(
    owner: Pictured,
) -> None:
    """A picture is no rule: no new version, and the draft stays the published one."""
    before = owner.offer
    owner.remove(owner.red)
    assert owner.offer.rules == before.rules and owner.offer.look != before.look
    assert len(settings.versions(GUILD, "b1")) == 1
    assert not owner.draft("b1").is_open


def test_neither_a_preview_nor_going_back_nor_an_edit_brings_it_again(owner: Pictured) -> None:
    owner.edit("b1", typed(rarities="SSR 5%\nR 残り"))
    owner.publish()
    owner.edit("b1", typed(rarities="SSR 50%\nR 残り"))
    assert owner.red in json.dumps(owner.press("sample", banner="b1"))
    owner.remove(owner.red)
    assert owner.red not in json.dumps(owner.press("sample", banner="b1"))
    [_, later] = settings.versions(GUILD, "b1")
    before = settings.versions(GUILD, "b1")[0]
    back = owner.press("back", banner="b1", rules=before.rules[:16], sure="yes")
    assert back["sentence"] == "back"
    assert owner.red not in owner.drawn()
    owner.edit("b1", typed(rarities="SSR 7%\nR 残り"))
    owner.publish()
    assert owner.red not in files.get(files.LOOKS, owner.offer.look).decode()
    assert later.rules != owner.offer.rules and owner.audited() == []


def test_of_a_picture_that_two_servers_have_one_loses_its_reference_only(owner: Pictured) -> None:
    files.note_use(owner.red, ELSEWHERE, SOURCE)
    assert owner.remove(owner.red)["sentence"] == "removed"
    assert served(owner.red) == 200 and not files.is_blocked(files.SOURCES, SOURCE)
    assert owner.red not in owner.drawn()
    assert files.has_removed(owner.red, GUILD) and not files.has_removed(owner.red, ELSEWHERE)


def test_the_hashes_before_and_after_are_blocked(owner: Pictured) -> None:
    owner.remove(owner.red)
    assert files.is_blocked(files.ART, owner.red) and files.is_blocked(files.SOURCES, SOURCE)
    files.put(files.ART, webp("red"))
    assert served(owner.red) == 404


def test_nobody_publishes_it_between_the_workshop_and_the_plan(owner: Pictured) -> None:
    """What was published meanwhile may have it: the press is asked for again, and then all is gone.
    The bucket has lost it before."""
    blue = Pictures({102: owner.stored("navy")})
    said = owner.remove(owner.red, meanwhile=lambda: owner.edit("b1", blue))
    assert (said["outcome"], said["sentence"]) == ("stale", "meanwhile")
    [again] = [each for each in controls(shown(said)) if ":remove:" in each["custom_id"]]
    assert served(owner.red) == 404
    _, do, art, number = again["custom_id"].split(":")
    assert owner.does(ROOM, do=do, art=art, number=number)["sentence"] == "removed"
    assert owner.red not in owner.drawn() and owner.audited() == []


def test_another_picture_in_its_place_is_another_picture(owner: Pictured) -> None:
    """What members see until it is published is still the old one, and can be removed."""
    green = owner.stored("green")
    owner.edit("b1", Pictures({101: green}))
    page = owner.does(ROOM, card="101")
    assert [each["art"] for each in page["pictures"]] == [green, owner.red]
    owner.remove(owner.red)
    assert served(owner.red) == 404 and served(green) == 200
    owner.publish()
    assert owner.red not in owner.drawn()
    assert json.loads(files.get(files.LOOKS, owner.offer.look))["cards"]["c101"] == green


def test_it_is_asked_before_it_is_removed(owner: Pictured) -> None:
    page = shown(owner.does(ROOM, card="アリス"))
    [ask] = [each["custom_id"] for each in controls(page) if ":ask:" in each["custom_id"]]
    assert ask == f"{ROOM}:ask:{owner.red}:101"
    question = shown(owner.does(ROOM, do="ask", art=owner.red, number="101"))
    assert served(owner.red) == 200 and "元には戻せません" in text_of(question)
    assert f"{ROOM}:remove:{owner.red}:101" in [e["custom_id"] for e in controls(question)]


@pytest.mark.parametrize("roles", [[], [EDITOR]])
def test_who_may_not_publish_removes_nothing(owner: Pictured, roles: list[str]) -> None:
    owner.change(game=owner.game.changed(editors=EDITOR, managers=MANAGER))
    asked = owner.asked(ROOM, do="remove", art=owner.red, number="101") | {"roles": roles}
    owner.workshop(asked)
    assert served(owner.red) == 200
    asked["options"]["manifest"] = "made"
    assert owner._server.work(asked)["outcome"] == "refused"


def test_another_servers_picture_is_not_there(owner: Pictured) -> None:
    """A custom id names nothing outside of the server."""
    foreign = owner.stored("white", ELSEWHERE)
    said = owner.remove(foreign)
    assert (said["outcome"], said["sentence"]) == ("refused", "gone")
    assert served(foreign) == 200 and not files.has_removed(foreign, GUILD)


def test_a_second_press_finds_it_gone(owner: Pictured) -> None:
    assert owner.remove(owner.red)["sentence"] == "removed"
    assert owner.remove(owner.red)["sentence"] == "gone"
    assert owner.audited() == []


def test_the_quota_has_room_for_another_one(owner: Pictured) -> None:
    used = owner.cards()
    owner.change(*owner_settings(owner, pictures=2, size=10_000))
    size = len(files.get(files.ART, owner.red))
    owner.remove(owner.red)
    after = owner.cards()
    assert (after.pictures, after.size) == (1, 10_000 - size) and after.version > used.version


def owner_settings(owner: Pictured, **changes: int) -> list[Any]:
    from gacha import server
    from gacha.making.stored import CARDS

    after = owner.cards().changed(**changes)
    return [server.Setting(CARDS, after.version, after.content())]


def test_the_log_says_who_removed_what(owner: Pictured) -> None:
    owner.remove(owner.red)
    japanese, english = owner.log()[:2]
    assert "アリス" in japanese and "削除しました" in japanese and "removed" in english


def test_a_card_is_found_by_its_number_or_a_part_of_its_name(owner: Pictured) -> None:
    for named in ("101", "No.101", "ｱﾘｽ", "ありす"):
        assert owner.does(ROOM, card=named)["number"] == 101
    nobody = owner.does(ROOM, card="だれか")
    assert nobody["view"] == "several" and "ありません" in text_of(shown(nobody))
