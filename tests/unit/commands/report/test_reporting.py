"""通報: noted once for a member and a picture, told to the admins, and three hide it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from adapters import files
from commands import redactions, render
from commands.message import Message
from gacha import snowflake
from gacha.making.edits import Pictures
from gacha.making.stored import MOST_REPORTED, PicturesPointer, Reported
from local.messages import components, text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import GUILD, rows
from tests.unit.commands.admin_banner_list.test_banners import typed
from tests.unit.commands.pictured import ROOM, Pictured
from tests.unit.commands.server import Server


@pytest.fixture
def owner(tables: Any) -> Iterator[Pictured]:
    files._kept.clear()
    yield Pictured(tables)
    files._kept.clear()


def words(room: str, said: dict[str, Any], lang: str) -> str:
    content = {name: value for name, value in said.items() if name != "outcome"}
    return text_of(render.render(room, content, lang, "1574629893929968613"))


def test_a_card_has_a_button_by_which_its_picture_is_reported(owner: Pictured) -> None:
    answer = Server().work(Server().asked(900, "card", name="101"))
    body = render.render("card", Message.read(answer["message"]).content, "ja", "1")
    assert f"report:open:101:{owner.red}" in [
        each.get("custom_id") for each in components(body["components"])
    ]
    owner.remove(owner.red)
    answer = Server().work(Server().asked(901, "card", name="101"))
    assert "report:" not in json.dumps(
        render.render("card", Message.read(answer["message"]).content, "ja", "1")
    )


def test_a_report_is_confirmed_and_noted_in_the_servers_log(owner: Pictured) -> None:
    said = owner.report(1, owner.red, reason="私の絵です")
    assert (said["outcome"], said["sentence"]) == ("planned", "reported")
    assert "アリス" in words("report", said, "ja") and "アリス" in words("report", said, "en")
    japanese, english = owner.log()[:2]
    assert "私の絵です" in japanese and "reported" in english
    assert "1290000000000001001" not in japanese + english  # who reports is not shown to admins
    [row] = [each for each in rows(owner.tables) if each["kind"] == "report"]
    assert (row["user_id"], row["by"]) == (f"server@{GUILD}", "1290000000000001001")
    assert owner.audited() == []


def test_of_two_cards_with_one_picture_the_one_is_named_that_somebody_saw(owner: Pictured) -> None:
    owner.edit("b1", Pictures({101: owner.red, 102: owner.red}))
    owner.publish()
    for member, number, name in ((1, 102, "カイ"), (2, 101, "アリス"), (3, 102, "カイ")):
        said = owner.report(member, owner.red, number)
        assert f"「{name}」" in words("report", said, "ja")
        assert f"「{name}」（No. {number}）" in owner.log()[0]
        [entry] = owner.does(ROOM)["entries"]
        assert (entry["number"], entry["name"]["ja"]) == (number, name)
    assert owner.red not in owner.drawn()


def test_three_members_hide_it_until_an_admin_shows_it_again(owner: Pictured) -> None:
    for member in (1, 2):
        assert owner.report(member, owner.red)["sentence"] == "reported"
        assert owner.red in owner.drawn()
    assert owner.report(3, owner.red)["sentence"] == "reported_hidden"
    assert owner.red not in owner.drawn() and not files.is_blocked(files.ART, owner.red)
    [entry] = owner.does(ROOM)["entries"]
    assert (entry["number"], entry["count"], entry["hidden"]) == (101, 3, True)
    [picture] = owner.does(ROOM, card="101")["pictures"]
    assert picture == {"art": owner.red, "count": 3, "hidden": True}
    owner.edit("b1", typed(rarities="SSR 50%\nR 残り"))  # nor does an edit bring it back
    owner.publish()
    assert owner.red not in owner.drawn()
    said = owner.does(ROOM, do="show", art=owner.red, number="101")
    assert said["sentence"] == "shown"
    assert owner.red in owner.drawn() and not owner.draft("b1").is_open
    assert owner.does(ROOM)["entries"] == []
    for member in (4, 5, 6, 7):  # who looked has decided
        assert owner.report(member, owner.red)["sentence"] == "reported"
    assert owner.red in owner.drawn()
    assert owner.audited() == []


def test_a_hidden_picture_can_be_removed(owner: Pictured) -> None:
    for member in (1, 2, 3):
        owner.report(member, owner.red)
    assert owner.remove(owner.red)["sentence"] == "removed"
    assert files.is_blocked(files.ART, owner.red) and owner.pictures.reported == {}
    assert owner.audited() == []


def test_what_the_operator_removed_waits_for_nobody(owner: Pictured) -> None:
    for member in (1, 2, 3):
        owner.report(member, owner.red)
    files.block(files.ART, owner.red)
    assert owner.does(ROOM, do="show", art=owner.red, number="101")["sentence"] == "removed"
    assert owner.pictures.reported == {} and owner.audited() == []


def test_a_member_reports_a_picture_once(owner: Pictured) -> None:
    owner.report(1, owner.red)
    for _ in range(3):
        assert owner.report(1, owner.red)["sentence"] == "before"
    assert owner.pictures.reported[owner.red].count == 1 and owner.audited() == []


def test_two_reports_at_once_are_both_counted(owner: Pictured) -> None:
    """Whose Record comes second is cancelled, and decided anew."""
    asked = []
    for member in (1, 2):
        by = f"129000000000000100{member}"
        each = owner.asked("report", by, art=owner.red, number="101")
        owner.workshop(each)
        each["options"]["manifest"] = "made"
        asked.append((each, owner._server.work(each)))
    (first, decided), (second, also) = asked
    assert record(first, decided) and not record(second, also)
    assert record(second, owner._server.work(second))
    assert owner.pictures.reported[owner.red].count == 2 and owner.audited() == []


def test_the_same_report_twice_at_once_is_one(owner: Pictured) -> None:
    asked = []
    for _ in range(2):
        each = owner.asked("report", "1290000000000001001", art=owner.red, number="101")
        owner.workshop(each)
        each["options"]["manifest"] = "made"
        asked.append((each, owner._server.work(each)))
    (first, decided), (second, also) = asked
    assert record(first, decided) and not record(second, also)
    again = owner._server.work(second)
    assert again["message"]["sentence"] == "before" and record(second, again)


def test_a_member_reports_a_few_pictures_a_day(owner: Pictured) -> None:
    arts = [owner.stored(colour) for colour in ("white", "black", "green", "yellow")]
    from gacha.making.edits import Pictures

    for art in arts[: redactions.MOST_A_DAY]:
        owner.edit("b1", Pictures({102: art}))
        assert owner.report(1, art, 102)["sentence"] == "reported"
    owner.edit("b1", Pictures({102: arts[3]}))
    said = owner.report(1, arts[3], 102)
    assert said["sentence"] == "too_often" and said["values"]["most"] == 3
    assert owner.report(2, arts[3], 102)["sentence"] == "reported"
    counted = [each for each in rows(owner.tables, "server_settings") if "expires_at" in each]
    assert len(counted) == 4  # and they go by themselves, once nothing counts them
    now = snowflake.created_ms(owner.asked("report")["interaction_id"]) // 1000
    assert all(now + 24 * 3600 <= each["expires_at"] for each in counted)


def test_a_young_account_reports_nothing_where_the_server_wants_older_ones(
    owner: Pictured,
) -> None:
    owner.change(game=owner.game.changed(min_account_days=3_000))
    assert owner.report(1, owner.red)["sentence"] == "young_account"
    assert owner.pictures.reported == {}


def test_the_operator_is_told_of_each_report_that_counts_and_of_no_other(
    owner: Pictured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the end of the workshop's workflow (PictureReportedRule in template.yaml)."""
    monkeypatch.setenv("CHANGE_STATE_MACHINE_ARN", "arn:aws:states:::stateMachine:change")
    app = load_function("workshop")
    monkeypatch.setattr(app.executions, "start", lambda *_: True)

    def ends(by: str, art: str, manifest: str = "made") -> str:
        asked = owner.asked("report", by, art=art, number="101")
        owner.workshop(asked)
        event = {"step": "change", "manifest": manifest, "interaction": asked}
        outcome = str(app.handler(event, None)["outcome"])
        asked["options"]["manifest"] = manifest
        assert record(asked, owner._server.work(asked))
        return outcome

    somebody = "1290000000000001001"
    assert ends(somebody, owner.red, "failed") != "reported"
    assert ends(somebody, owner.blue) == "reported"
    assert ends(somebody, owner.blue) == "started"  # once for a member and a picture
    assert ends(somebody, "0" * 32) == "started"


def test_what_is_not_in_use_is_not_reported(owner: Pictured) -> None:
    assert owner.report(1, "0" * 32)["sentence"] == "gone"


def test_the_oldest_of_too_many_is_forgotten_but_never_a_hidden_one() -> None:
    pictures = PicturesPointer()
    hidden = Reported(3, (101,), {"ja": "a", "en": "a"}, True)
    pictures = pictures.with_report("hidden", hidden)
    for number in range(MOST_REPORTED + 5):
        pictures = pictures.with_report(str(number), Reported(1, (102,), {"ja": "b", "en": "b"}))
    assert len(pictures.reported) == MOST_REPORTED and "hidden" in pictures.reported
    assert str(MOST_REPORTED + 4) in pictures.reported and "0" not in pictures.reported
    read = PicturesPointer.read({"version": pictures.version, **pictures.content()})
    assert read == pictures
