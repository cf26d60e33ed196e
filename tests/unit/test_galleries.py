"""How galleries are sent: by address, or as files that go along, and what follows a publishing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import pytest
import responses

from adapters import aws, files
from commands import kit
from commands.admin_banner_list import plan
from gacha.making.edits import Pictures
from local import discord_form
from tests import rights
from tests.cloudformation import Resolved
from tests.conftest import load_function
from tests.judge import Judge
from tests.support import GUILD, TOKEN, order, rows, workflow_input
from tests.unit.commands.admin_banner_list.test_banners import SUMMER
from tests.unit.commands.pictured import Pictured
from tests.unit.test_announce import BASE, URL, pull_message
from tests.unit.test_authorization import policies

PICTURES: Final = [f"RIFF{number:04}WEBP".encode() for number in range(10)]
FOLLOW: Final = f"{BASE}/webhooks/1290000000000000001/{TOKEN}"


@pytest.fixture
def announce(tables: Any, monkeypatch: pytest.MonkeyPatch, modules: dict[str, ModuleType]) -> Any:
    """With the right that the template gives it where pictures go along."""
    files._kept.clear()
    held = policies(Resolved(PicturesBy="FILE"), "AnnounceRole")
    monkeypatch.setattr(rights, "_held", lambda *_: held)
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE)
    monkeypatch.setenv("GALLERIES", "file")
    return load_function("announce", own_modules=modules).handler


@pytest.fixture
def modules() -> dict[str, ModuleType]:
    """The function's own."""
    return {}


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.add_passthru("https://dynamodb")
        mock.add_passthru("https://secretsmanager")
        yield mock


def pulled(*contents: bytes) -> tuple[dict[str, Any], list[str]]:
    """A ten-pull with these pictures, and their hashes."""
    arts = [files.put(files.ART, content) for content in contents]
    message = pull_message(10)
    for card, art in zip(message["cards"], arts, strict=False):
        card["art"] = art
    return order(workflow_input(), {**message, "undelivered": True}), arts


def sent(request: Any) -> tuple[dict[str, Any], list[bytes]]:
    """The message of a request, and the files with it."""
    message, uploads = discord_form.read(request.headers["Content-Type"], request.body)
    return message, [each.fp.getvalue() for each in uploads]


def shown(message: dict[str, Any]) -> list[str]:
    """The addresses in its galleries."""
    galleries = [each for each in kit._parts(message["components"]) if each["type"] == 12]
    return [item["media"]["url"] for gallery in galleries for item in gallery["items"]]


def judged(request: Any) -> list[str]:
    """What Discord would not take of it."""
    judge = Judge()
    path = request.url.removeprefix(BASE)
    judge.ask(request.method, path, request.headers["Content-Type"], request.body)
    return judge.refused


def test_pictures_go_along_and_each_edit_says_which_it_has(
    announce: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, json={})
    event, arts = pulled(*PICTURES)
    assert announce(event, None)["outcome"] == "delivered"
    [call] = api.calls
    message, contents = sent(call.request)
    assert shown(message) == [f"attachment://{art}.webp" for art in arts]
    assert contents == PICTURES
    assert message["attachments"] == [
        {"id": number, "filename": f"{art}.webp"} for number, art in enumerate(arts)
    ]
    assert judged(call.request) == []


def test_the_same_picture_twice_goes_along_once(announce: Any, api: responses.RequestsMock) -> None:
    api.patch(URL, json={})
    event, arts = pulled(PICTURES[0], PICTURES[0])
    announce(event, None)
    message, contents = sent(api.calls[0].request)
    assert shown(message) == [f"attachment://{arts[0]}.webp"] * 2 and contents == PICTURES[:1]


def test_what_was_taken_away_meanwhile_is_left_out(
    announce: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, json={})
    event, arts = pulled(*PICTURES[:3])
    files.block(files.ART, arts[1])
    announce(event, None)
    message, contents = sent(api.calls[0].request)
    assert shown(message) == [f"attachment://{arts[at]}.webp" for at in (0, 2)]
    assert len(contents) == 2 and judged(api.calls[0].request) == []


def test_a_gallery_of_which_nothing_is_left_goes_with_it(
    announce: Any, api: responses.RequestsMock
) -> None:
    api.patch(URL, json={})
    event, arts = pulled(PICTURES[0])
    files.block(files.ART, arts[0])
    announce(event, None)
    message = json.loads(api.calls[0].request.body or b"")
    assert shown(message) == [] and message["attachments"] == []


@pytest.mark.parametrize("why", ["bytes", "time", "error"])
def test_what_has_no_room_or_time_goes_by_address(
    announce: Any,
    api: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    modules: dict[str, ModuleType],
    why: str,
) -> None:
    galleries = modules["galleries"]
    if why == "bytes":
        monkeypatch.setattr(galleries, "MOST_BYTES", 20)
    if why == "time":
        monkeypatch.setattr(galleries, "PATIENCE_S", -1)
    api.patch(URL, json={})
    event, arts = pulled(*PICTURES[:2])
    if why == "error":

        def broken(*_: object) -> bytes:
            raise aws.UnreachableError("no way")

        monkeypatch.setattr(files, "read", broken)
    assert announce(event, None)["outcome"] == "delivered"
    message = json.loads(api.calls[0].request.body or b"")
    assert shown(message) == [f"https://art.test/art/{art}" for art in arts]
    assert message["attachments"] == []


def test_files_that_discord_refuses_are_tried_by_address(
    announce: Any, api: responses.RequestsMock
) -> None:
    """discord-api-docs 7529."""
    api.patch(URL, status=400, json={"code": 50035})
    api.patch(URL, json={})
    event, arts = pulled(*PICTURES[:1])
    assert announce(event, None)["outcome"] == "delivered"
    message = json.loads(api.calls[1].request.body or b"")
    assert shown(message) == [f"https://art.test/art/{arts[0]}"] and message["attachments"] == []


def test_by_address_nothing_is_read(
    announce: Any, api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GALLERIES", "address")
    monkeypatch.setattr(files, "read", lambda *_: pytest.fail("it was read"))
    api.patch(URL, json={})
    event, arts = pulled(*PICTURES[:2])
    announce(event, None)
    message = json.loads(api.calls[0].request.body or b"")
    assert shown(message) == [f"https://art.test/art/{art}" for art in arts]
    assert "attachments" not in message


# --- what follows a publishing --------------------------------------------------------------------


@pytest.fixture
def published(tables: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The message of a publishing, as Plan hands it over."""
    files._kept.clear()
    owner = Pictured(tables)
    owner.edit("b2", *SUMMER, Pictures({101: owner.red, 102: owner.stored("green")}))
    said = owner.publish("b2")
    assert said.pop("outcome") == "planned"
    assert said["pictures"] == [owner.red, owner.stored("green")]
    again = owner.publish("b2")  # and nothing again of what is published
    assert "pictures" not in again
    monkeypatch.setenv("DISCORD_API_BASE_URL", BASE)
    return said


def follows(said: dict[str, Any]) -> dict[str, Any]:
    asked = workflow_input(0, "admin banner list", admin="1290000000000000077")
    return dict(load_function("announce").handler(order(asked, said), None))


def test_its_publisher_sees_each_new_picture_once_and_privately(
    published: dict[str, Any], api: responses.RequestsMock
) -> None:
    published["pictures"] = [f"{number:032x}" for number in range(45)]
    api.patch(URL, json={})
    api.post(FOLLOW, json={})
    assert follows(published)["outcome"] == "delivered"
    edit, *more = (json.loads(each.request.body or b"") for each in api.calls)
    assert not edit.get("flags", 0) & 64
    assert [len(shown(each)) for each in more] == [40, 5]
    assert all(each["flags"] == 1 << 15 | 1 << 6 for each in more)
    assert [address for each in more for address in shown(each)] == [
        f"https://art.test/art/{number:032x}" for number in range(45)
    ]
    galleries = [each for each in kit._parts(more[0]["components"]) if each["type"] == 12]
    assert [len(each["items"]) for each in galleries] == [10] * 4
    assert all(kit.fits(each) for each in more)
    assert [judged(each.request) for each in api.calls] == [[]] * 3


@pytest.mark.parametrize("status", [429, 500, 404])
def test_a_follow_up_that_fails_is_not_sent_again(
    published: dict[str, Any], api: responses.RequestsMock, status: int
) -> None:
    """It has no nonce, so that a second one would be a second message."""
    api.patch(URL, json={})
    api.post(FOLLOW, status=status, json={})
    published["pictures"] *= 30
    assert follows(published)["outcome"] == "delivered"
    assert [each.request.method for each in api.calls] == ["PATCH", "POST"]


def test_nothing_follows_what_was_not_delivered(
    published: dict[str, Any], api: responses.RequestsMock
) -> None:
    api.patch(URL, status=404, json={"code": 10008})
    assert follows(published)["outcome"] == "gone"


def test_a_publishing_that_is_announced_again_shows_them_no_more(
    published: dict[str, Any], tables: Any
) -> None:
    """The ledger's row, from which it is said again, has none."""

    [row] = [
        each for each in rows(tables) if each.get("banner") == "b2" and each["kind"] == "banner"
    ]
    assert "pictures" not in plan.recorded(row) and row["guild_id"] == GUILD
