"""/gacha-admin panel: a message that stays, whose buttons are everybody's."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

import pytest

from adapters import banners, files, inline
from adapters.tables import items
from commands import render
from commands.admin_panel.show import more
from commands.admin_present_new import show as admin_present_new
from commands.command import MANAGE_GUILD
from gacha import snowflake
from gacha.game import Offer
from gacha.making.stored import CARDS, CardsPointer
from local.messages import components, text_of
from tests import giving
from tests.support import content, rows
from tests.unit.commands.server import Server
from tests.unit.commands.test_offers import LATER, NAMES, NOW, Publish, offer, publish, pull, said
from tests.unit.test_interactions import ID, OTHER, Bot, bot, button, output

__all__ = ["bot", "output", "publish"]

PICTURE: Final = "0a" * 16
LOOK: Final = {
    "v": 1,
    "picture": PICTURE,
    "description": "**夏**だけの\nガチャです",
    "rarities": {"ssr": {"colour": 0x123456}},
}
PLEDGED: Final = {"do": "pledge", "banner": "starlit-atelier"}
PLEDGE: Final = "admin present new:pledge:starlit-atelier"
BUTTONS: Final = ["pull:panel:b1:1", "pull:panel:b1:10", "rates:panel:b1"]


@pytest.fixture
def server(tables: Any) -> Server:
    giving.pledge()
    return Server()


def looking(banner_id: str, **more: Any) -> Offer:
    look = files.put(files.LOOKS, json.dumps(LOOK).encode())
    return offer(banner_id, look=look, **more)


def panel(server: Server, lang: str = "ja", **options: Any) -> dict[str, Any]:
    message = server.do(99, "admin panel", **options)["message"]
    return render.render("admin panel", content(message), lang, "1")


def ids(body: dict[str, Any]) -> list[str]:
    """What the buttons carry, but for the mark of what was drawn."""
    found = [each["custom_id"] for each in components(body["components"]) if "custom_id" in each]
    return [re.sub("((pull|rates):panel:.*):[0-9a-f]{8}", r"\1", each) for each in found]


# --- the message ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_it_shows_the_banner_as_its_owner_made_it(
    server: Server, publish: Publish, tables: Any, lang: str
) -> None:
    publish(looking("b1", ends_ms=LATER), offer("b2"))
    body = panel(server, lang, banner=NAMES["b1"]["ja"])
    text = text_of(body)
    shown = (NAMES["b1"][lang], LOOK["description"], f"<t:{LATER // 1000}:R>", "160", "1,600")
    assert all(str(each) in text for each in shown)
    assert ids(body) == BUTTONS
    frame, _ = body["components"]
    assert frame["accent_color"] == 0x123456
    [item] = [each for part in frame["components"] for each in part.get("items", ())]
    assert item["media"]["url"].endswith(PICTURE)
    assert rows(tables) == []


def test_without_a_picture_of_its_own_it_shows_its_foremost_card(
    server: Server, publish: Publish
) -> None:
    """The featured one of the highest rarity, or the next that has one."""
    banner = banners.offered("2", offer("b1"))
    foremost, second, *_ = (card.id for card in banner.rarities[0].cards)
    for pictures, shown in (
        ({foremost: "1b" * 16, second: "2c" * 16}, "1b" * 16),
        ({banner.rarities[2].cards[0].id: "3d" * 16, second: "2c" * 16}, "2c" * 16),
    ):
        look = files.put(files.LOOKS, json.dumps({"v": 1, "cards": pictures}).encode())
        publish(offer("b1", look=look))
        frame, _ = panel(server)["components"]
        [item] = [each for part in frame["components"] for each in part.get("items", ())]
        assert item["media"]["url"].endswith(shown)


def test_who_posts_it_learns_alone_how_it_gets_a_picture(server: Server, publish: Publish) -> None:
    publish(looking("b1"), offer("b2"))
    for banner, words in (("b1", "変えられます"), ("b2", "付けられます")):
        message = content(server.do(99, "admin panel", banner=banner)["message"])
        [body] = more(message, "ja")
        assert words in text_of(body) and "/ガチャ管理 ガチャ 一覧" in text_of(body)
        assert ids(body) == [f"admin banner new:look:{banner}"]
        assert words not in text_of(render.render("admin panel", message, "ja", "1"))
    drawn = server.do(99, "admin panel", banner="b2", drawn="0123abcd")["message"]
    for lang, words in (("ja", "もう一度押すと"), ("en", "Press once more")):  # it looked broken
        [body] = more(content(drawn), lang)
        assert words in text_of(body) and ids(body) == []
    assert more(content(server.do(99, "admin panel", banner="b9")["message"]), "en") == []


def test_without_a_look_or_an_option_it_is_the_default_in_words(
    server: Server, publish: Publish
) -> None:
    sample = panel(server)
    assert ids(sample) == [
        "pull:panel:starlit-atelier:1",
        "pull:panel:starlit-atelier:10",
        "rates:panel:starlit-atelier",
    ]
    publish(offer("b2"), offer("b1"), default="b1")
    body = panel(server)
    assert ids(body) == BUTTONS and "期限なし" in text_of(body)


def test_one_that_is_planned_says_from_when_and_one_that_is_over_is_refused(
    server: Server, publish: Publish
) -> None:
    publish(offer("b1", starts_ms=LATER), offer("b2", ends_ms=NOW))
    assert f"開始：<t:{LATER // 1000}:R>" in text_of(panel(server, banner="b1"))
    assert "終了しているため" in panel(server, banner="b2")["content"]
    assert "is over" in panel(server, "en", banner="b2")["content"]
    assert panel(server, banner="b9")["content"].startswith("「b9」というガチャはありません")


def test_of_a_draft_it_says_how_it_is_published(server: Server, publish: Publish) -> None:
    publish(offer("b1"))
    drafts = CardsPointer(drafts={"b1": NAMES["b1"]["ja"], "b7": "クリスマス"}, version=1)
    giving.put(CARDS, {"version": 1, **drafts.content()})
    for typed in ("クリスマス", "b7"):
        refused = panel(server, banner=typed)["content"]
        assert "まだ公開されていません" in refused and "/ガチャ管理 ガチャ 一覧" in refused
        assert "not published yet" in panel(server, "en", banner=typed)["content"]
    assert panel(server, banner="存在しない")["content"].startswith("「存在しない」という")


# --- a press --------------------------------------------------------------------------------------


def test_whoever_presses_pulls_for_themselves_and_alone_sees_it(bot: Bot) -> None:
    """The panel's owner is somebody else, or, long after, unknown."""
    for press in (button(BUTTONS[1], OTHER), button(BUTTONS[1], message={})):
        bot.app._presses._last.clear()
        assert bot.send(press) == {"type": 5, "data": {"flags": 64}}
    for _, name, text in bot.starter.asked:
        started = json.loads(text)
        assert name == ID and started["command"] == "pull" and "admin_id" not in started
        assert started["options"] == {"private": "panel", "banner": "b1", "count": 10}


def test_the_rates_come_apart_from_the_panel(bot: Bot) -> None:
    """An update would put one member's page in its place, for good."""
    for rates in (f"{BUTTONS[2]}:0123abcd", "rates:b1"):  # now, and of a panel of before
        assert bot.send(button(rates, OTHER)) == {"type": 5, "data": {"flags": 64}}


def test_a_second_press_at_once_is_no_second_pull(bot: Bot) -> None:
    """Else a tap too many costs a ten-pull. Somebody else's is their own."""
    now = bot.app.time.time()
    bot.send(button(BUTTONS[1], OTHER))
    again = button(BUTTONS[1], OTHER) | {"id": str(int(ID) + 1)}
    assert "さきほど" in bot.told(again | {"locale": "ja"})
    theirs = button(BUTTONS[1], OTHER) | {"id": str(int(ID) + 2)}
    theirs["member"] = {**theirs["member"], "user": {"id": OTHER, "username": "o"}}
    assert bot.send(theirs)["type"] == 5
    bot.app.time.time = lambda: now + 6
    later = button(BUTTONS[1], OTHER) | {"id": str(int(ID) + 3)}
    assert bot.send(later)["type"] == 5
    assert len(bot.starter.asked) == 3


def test_what_comes_of_it_leads_on_in_private(publish: Publish, bot: Bot) -> None:
    """Its buttons carry that, also those of another banner: the first answer decides."""
    publish(offer("b1"), offer("b2"))
    body = render.render(
        "pull", content(pull(0, banner="b1", private="panel")["message"]), "ja", "1"
    )
    one, ten, _, _, other = ids(body)
    assert all(each.endswith(":private") for each in (one, ten, other))
    for number, press in enumerate((button(one), button(ten), button(other))):
        if press["data"]["custom_id"] == other:
            press["data"] |= {"component_type": 3, "values": ["b2"]}
        assert bot.send(press | {"id": str(int(ID) + number)}) == {"type": 5, "data": {"flags": 64}}
    again = json.loads(bot.starter.asked[0][2])["options"]
    assert pull(1, **again)["outcome"] == "drawn"
    public = render.render("pull", content(pull(2, banner="b1")["message"]), "ja", "1")
    assert not any("private" in each for each in ids(public))


def test_a_press_on_a_banner_that_is_over_or_hidden_says_so_and_costs_nothing(
    publish: Publish, tables: Any
) -> None:
    gone, there = offer("b1", ends_ms=NOW), offer("b2")
    for number, state in enumerate((gone, replace(gone, ends_ms=None, is_hidden=True))):
        publish(state, there)
        refused = pull(number, banner="b1", private="panel")
        assert refused["outcome"] == "refused"
        for lang, sentence in (("ja", "現在開催していません"), ("en", "is not open right now")):
            assert NAMES["b1"][lang] in said(refused, lang) and sentence in said(refused, lang)
    assert rows(tables) == []


def test_a_press_long_after_is_a_pull_by_the_rules_of_now(publish: Publish) -> None:
    """It carries no draw's number, so none makes it stale."""
    publish(offer("b1"))
    for number in range(3):
        assert pull(number, banner="b1", private="panel")["outcome"] == "drawn"


# --- a panel that is outdated ---------------------------------------------------------------------


def some(banner_id: str, look: str = "") -> Offer:
    """An offer whose files nobody asks for."""
    return Offer(banner_id, "0c" * 32, look)


def pressed_by(
    bot: Bot,
    monkeypatch: pytest.MonkeyPatch,
    custom_id: str,
    offers: Any,
    permissions: str = str(MANAGE_GUILD),
) -> dict[str, Any]:
    """The first answer to a press, where the server offers this."""
    stored = items.to_item({"offers": [each.written() for each in offers]})
    monkeypatch.setattr(bot.app._visibility, "_get", lambda *_: stored)
    press = button(custom_id, OTHER)
    press["member"]["permissions"] = permissions
    bot.app._presses._last.clear()
    return bot.send(press)


def test_an_admins_press_on_an_outdated_panel_draws_it_anew_and_is_no_pull(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = some("b1", look="0a" * 32)
    as_drawn = now.mark_at(snowflake.created_ms(ID))
    pull = {"type": 5, "data": {"flags": 64}}
    press = f"pull:panel:b1:10:{as_drawn}"
    assert pressed_by(bot, monkeypatch, press, [now]) == pull  # up to date: a pull like anybody's
    changed = (
        replace(now, rules="0b" * 32),
        replace(now, look=""),
        replace(now, ends_ms=LATER),
        replace(now, starts_ms=LATER),
        replace(now, ends_ms=1),
    )
    for each in changed:
        assert pressed_by(bot, monkeypatch, press, [some("b2"), each]) == {"type": 6}
    assert pressed_by(bot, monkeypatch, "pull:panel:b1:10", [now]) == {"type": 6}  # of before marks
    for _, _, text in bot.starter.asked[1:]:
        started = json.loads(text)
        assert (started["command"], started["user_id"]) == ("admin panel", "server")
        assert started["options"]["banner"] == "b1" and started["admin_id"]
    commands = [json.loads(text)["command"] for *_, text in bot.starter.asked]
    assert commands == ["pull", *["admin panel"] * 6]


def test_a_panel_without_a_button_that_pulls_is_drawn_anew_by_its_rates(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn while a box was sold out, or the banner over: with the next rules, or another period,
    its buttons come back. To members, and as long as nothing changed, it shows the rates."""
    now = some("b1")
    press = f"rates:panel:b1:{now.mark_at(snowflake.created_ms(ID))}"
    rates = {"type": 5, "data": {"flags": 64}}
    for each, permissions, answer in (
        (now, str(MANAGE_GUILD), rates),
        (replace(now, rules="0b" * 32), "0", rates),
        (replace(now, rules="0b" * 32), str(MANAGE_GUILD), {"type": 6}),
    ):
        assert pressed_by(bot, monkeypatch, press, [each], permissions) == answer
    commands = [json.loads(text)["command"] for *_, text in bot.starter.asked]
    assert commands == ["rates", "rates", "admin panel"]


def test_an_admins_press_under_a_message_of_their_own_is_a_pull(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buttons of `/gacha now` are a panel's, and say nothing of how it was drawn."""
    press = button("pull:panel:b1:1", OTHER)
    press["member"]["permissions"] = str(MANAGE_GUILD)
    press["message"]["flags"] = 64
    stored = items.to_item({"offers": [some("b1").written()]})
    monkeypatch.setattr(bot.app._visibility, "_get", lambda *_: stored)
    assert bot.send(press) == {"type": 5, "data": {"flags": 64}}
    [(_, _, text)] = bot.starter.asked
    assert json.loads(text)["command"] == "pull"


def test_for_everybody_else_and_where_nobody_knows_it_is_a_pull(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    press, pull = "pull:panel:b1:1:0123abcd", {"type": 5, "data": {"flags": 64}}
    assert pressed_by(bot, monkeypatch, press, [some("b1")], "0") == pull
    assert pressed_by(bot, monkeypatch, press, [some("b2")]) == pull  # the sample's, or gone
    for odd in (None, {}, {"offers": {"N": "1"}}, {"offers": {"L": [{"S": "x"}]}}):
        monkeypatch.setattr(bot.app._visibility, "_get", lambda *_, odd=odd: odd)
        admin = button(press, OTHER)
        admin["member"]["permissions"] = "8"
        bot.app._presses._last.clear()
        assert bot.send(admin) == pull
    assert {json.loads(text)["command"] for *_, text in bot.starter.asked} == {"pull"}


def test_a_read_that_does_not_end_is_a_pull(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    class Reading:
        def __init__(self, _read: Any) -> None:
            pass

        def wait(self, seconds: float) -> None:
            waited.append(seconds)

    monkeypatch.setattr(inline, "Reading", Reading)
    admin = button("pull:panel:b1:1:0123abcd", OTHER)
    admin["member"]["permissions"] = "8"
    assert bot.send(admin) == {"type": 5, "data": {"flags": 64}}
    assert waited == [0.2]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_drawn_anew_it_is_as_it_is_now_also_when_it_is_over(
    server: Server, publish: Publish, lang: str
) -> None:
    publish(looking("b1"), offer("b2", ends_ms=NOW))
    again = panel(server, lang, banner="b1", drawn="0123abcd")
    assert again == panel(server, lang, banner="b1")
    over = panel(server, lang, banner="b2", drawn="0123abcd")
    assert ids(over) == ["rates:panel:b2"]
    assert {"ja": "このガチャは終了しました", "en": "This banner is over"}[lang] in text_of(over)


def test_before_the_first_its_admin_confirms_what_nobody_may_sell(tables: Any) -> None:
    """Once for a server, whether by a panel, a present or a code; who did is kept and logged."""
    server = Server()
    for lang, words in (("ja", "販売しません"), ("en", "We do not sell")):
        body = panel(server, lang)
        assert words in text_of(body) and ids(body) == [PLEDGE]
    assert (
        "ありません" in panel(server, banner="b9")["content"]
    )  # for nothing, nothing is confirmed
    confirmed = content(server.do(1, "admin present new", **PLEDGED)["message"])
    for lang in ("ja", "en"):  # with it comes the panel, and what its admin alone is told of it
        shown = render.render("admin present new", confirmed, lang, "1")
        assert shown == panel(server, lang)
        assert admin_present_new.more(confirmed, lang) == more(confirmed["panel"], lang) != []
    [row] = [row for row in rows(tables, "server_settings") if row["setting"] == "pledge"]
    assert row["by"] and row["made"]
    [logged] = [row for row in rows(tables, "server_settings") if row["setting"][:6] == "audit#"]
    assert logged["did"] == "pledged"
    again = server.do(2, "admin present new", **PLEDGED)
    assert content(again["message"])["sentence"] == "is_pledged"


def test_a_delivery_after_it_was_recorded_still_has_the_panel(
    tables: Any, publish: Publish
) -> None:
    """Unless its banner is gone by then: its confirmation stands all the same."""
    server = Server()
    publish(offer("b1"), offer("b2"))
    options = {"do": "pledge", "banner": "b1"}
    first, again = (server.do(1, "admin present new", **options) for _ in range(2))
    assert again["outcome"] == "recorded"
    assert content(again["message"]) == content(first["message"]) and "panel" in first["message"]
    publish(offer("b2"))
    gone = content(server.do(1, "admin present new", **options)["message"])
    assert gone == {"kind": "admin present new", "view": "pledged"}


def test_what_is_confirmed_of_a_banner_that_is_gone_is_not_recorded(
    tables: Any, publish: Publish
) -> None:
    server = Server()
    publish(offer("b2"))
    refused = server.do(1, "admin present new", do="pledge", banner="b1")
    assert content(refused["message"])["sentence"] == "no_banner"
    assert not any(row["setting"] == "pledge" for row in rows(tables, "server_settings"))
