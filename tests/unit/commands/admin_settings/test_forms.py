"""The forms of /gacha-admin settings: what they hold when they open, and what comes back."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest

from adapters import aws, inline
from adapters.tables import items
from commands import registry
from commands.admin_settings.definition import FIELDS
from commands.admin_settings.texts import HINTS
from gacha import settings
from gacha.economy import Economy
from gacha.game import Game
from tests import discord_schemas
from tests.aws import RealConnection
from tests.scripted_http import Answer, Drop, Server, Step
from tests.unit.test_interactions import GUILD, USER, Bot, button, command, running

MODAL: Final = discord_schemas.validator(discord_schemas.MODAL)
ROLE: Final = "1290000000000000055"
PRESENT: Final = Game(
    GUILD,
    version=3,
    currency="星のかけら",
    language="ja",
    timezone="UTC+05:30",
    reset_hour=4,
    is_compact=True,
    min_member_days=7,
    pause="メンテナンス中",
    managers=ROLE,
)

GIVEN: Final = Economy(GUILD, version=2, daily=200, ticket_days=7, streak_7=0, starter_tickets=10)


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    monkeypatch.setattr(aws, "Connection", RealConnection)
    monkeypatch.setenv("DYNAMODB_SETTINGS_TABLE", "server_settings")
    inline._kept.clear()
    with running(monkeypatch) as bot:
        yield bot
    for each in inline._kept:
        each.close()
    inline._kept.clear()


def stored(row: dict[str, Any] | None) -> Answer:
    item = {} if row is None else {"Item": items.to_item(row)}
    return Answer(200, json.dumps(item).encode())


GAME: Final = stored({"server_id": GUILD, "setting": "game", **PRESENT.written()})


def asked_of(server: Server) -> list[str]:
    """The settings that were read."""
    return [json.loads(each.body)["Key"]["setting"]["S"] for each in server.received]


def by_admin(interaction: dict[str, Any], locale: str = "ja") -> dict[str, Any]:
    interaction["member"]["permissions"] = "32"
    return interaction | {"locale": locale}


def press(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, custom_id: str, *answers: Step, locale: str = "ja"
) -> tuple[dict[str, Any], list[str]]:
    """The answer to a press, and the settings that it read."""
    group = custom_id.partition("pick:")[2]
    interaction = button(custom_id if not group else "admin settings:pick")
    if group:
        interaction["data"] |= {"component_type": 3, "values": [group]}
    with Server([*answers]) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{server.host}")
        answer = bot.send(by_admin(interaction, locale))
    while inline._kept:  # the next server is another
        inline._kept.pop().close()
    return answer, asked_of(server)


@pytest.mark.parametrize("locale", ["ja", "en-US"])
@pytest.mark.parametrize("group", settings.GROUPS)
def test_a_form_opens_with_what_holds_now(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, group: str, locale: str
) -> None:
    of = GIVEN if group in settings.OF_ECONOMY else PRESENT
    name = "economy" if of is GIVEN else "game"
    row = stored({"server_id": GUILD, "setting": name, **of.written()})
    answer, read = press(bot, monkeypatch, f"pick:{group}", row, locale=locale)
    assert (answer["type"], read) == (9, [name])
    MODAL.validate(answer["data"])
    seen = settings.seen(of, group)
    assert answer["data"]["custom_id"] == f"admin settings:form:{group}:{seen}"
    found = {}
    for label in answer["data"]["components"]:
        component = label["component"]
        match component["type"]:
            case 3:
                [chosen] = [each["value"] for each in component["options"] if each["default"]]
            case 6:
                chosen = "".join(each["id"] for each in component["default_values"])
            case _:
                chosen = component.get("value", "")
        found[component["custom_id"]] = chosen
    assert found == settings.typed(of, group)
    assert bot.starter.asked == []


def test_a_new_servers_forms_open_too(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    for group in settings.GROUPS:
        answer, _ = press(bot, monkeypatch, f"pick:{group}", stored(None))
        MODAL.validate(answer["data"])


def test_what_a_form_does_not_touch_comes_back_as_it_was(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Discord sends it: what was typed, what was chosen, and nothing chosen."""
    answer, _ = press(bot, monkeypatch, "pick:roles", GAME)
    sent = {
        "custom_id": answer["data"]["custom_id"],
        "components": [
            {"type": 18, "component": {"type": 6, "custom_id": "editors", "values": []}},
            {"type": 18, "component": {"type": 6, "custom_id": "managers", "values": [ROLE]}},
        ],
    }
    assert bot.send(by_admin(command(type=5, data=sent, message={"id": "1"}))) == {"type": 6}
    [(_, _, text)] = bot.starter.asked
    options = json.loads(text)["options"]
    assert options.pop("seen") == settings.seen(PRESENT, "roles")
    assert options == {"group": "roles", **settings.typed(PRESENT, "roles")}
    assert (json.loads(text)["user_id"], json.loads(text)["admin_id"]) == ("server", USER)


@pytest.mark.parametrize(
    ("id_", "component"),
    [
        ("pause", {"type": 4, "value": ""}),
        ("pause", {"type": 4, "value": " \u3000"}),
        ("pause", {"type": 4, "value": "休" * 4000}),
        ("min_member_days", {"type": 4, "value": "七日"}),
        ("is_compact", {"type": 3, "values": ["no"]}),
    ],
)
def test_whatever_is_typed_reaches_the_plan_which_keeps_it(
    bot: Bot, id_: str, component: dict[str, Any]
) -> None:
    group = next(group for group, ids in settings.GROUPS.items() if id_ in ids)
    fields = [
        {"type": 18, "component": component | {"custom_id": id_}},
    ]
    if id_ == "is_compact":  # a choice that is left out is refused at once
        public = {"type": 3, "custom_id": "is_public", "values": ["player"]}
        fields.append({"type": 18, "component": public})
    data = {"custom_id": f"admin settings:form:{group}:01234567", "components": fields}
    bot.send(by_admin(command(type=5, data=data)))
    typed = component.get("value", "no")
    assert json.loads(bot.starter.asked[0][2])["options"][id_] == (typed if typed.strip() else "")


@pytest.mark.parametrize("group", settings.GROUPS)
def test_a_form_that_is_late_is_a_button_that_opens_it(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, group: str
) -> None:
    answer, _ = press(bot, monkeypatch, f"pick:{group}", Drop())
    assert (answer["type"], answer["data"]["flags"]) == (4, 64)
    [opener] = answer["data"]["components"][0]["components"]
    answer, _ = press(bot, monkeypatch, opener["custom_id"], GAME)
    assert answer["type"] == 9


AGAIN: Final = "admin settings:again:pause:0123abcd"


def kept(**changed: Any) -> Answer:
    row = {
        "server_id": GUILD,
        "setting": f"form#admin settings#{USER}",
        "values": {"group": "pause", "pause": "書きかけの文"},
        "expires_at": int(time.time()) + 600,
    }
    return stored(row | changed)


def test_a_refused_form_opens_as_it_was_left(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    answer, read = press(bot, monkeypatch, AGAIN, kept())
    assert read == [f"form#admin settings#{USER}"]
    assert answer["data"]["custom_id"] == "admin settings:form:pause:0123abcd"
    [label] = answer["data"]["components"]
    assert label["component"]["value"] == "書きかけの文"


@pytest.mark.parametrize(
    "row",
    [
        stored(None),
        kept(expires_at=int(time.time()) - 1),
        kept(values={"group": "roles", "editors": ROLE}),
    ],
    ids=["dropped", "older than a day", "another group since"],
)
def test_where_nothing_is_kept_a_button_opens_what_holds_now(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, row: Answer
) -> None:
    answer, _ = press(bot, monkeypatch, AGAIN, row)
    [opener] = answer["data"]["components"][0]["components"]
    assert opener["custom_id"] == "admin settings:open:pause"


def test_a_form_is_opened_and_sent_by_who_may_alone(bot: Bot) -> None:
    """Also after the right was taken away in between."""
    sent = {"custom_id": "admin settings:form:pause:01234567", "components": []}
    for interaction in (
        button(AGAIN),
        button("admin settings:open:pause"),
        command(type=5, data=sent),
    ):
        interaction["member"] |= {"permissions": "0", "roles": [ROLE]}
        assert "Manage Server" in bot.told(interaction | {"locale": "en-US"})
    assert bot.starter.asked == []


def test_custom_ids_have_room(bot: Bot) -> None:
    for group in FIELDS:
        for start in ("form", "again", "open"):
            assert len(f"admin settings:{start}:{group}:{'0' * 8}") <= 100


def test_every_field_of_a_group_is_in_its_form() -> None:
    assert {group: tuple(each.id for each in fields) for group, fields in FIELDS.items()} == (
        settings.GROUPS
    )
    for fields in FIELDS.values():
        assert 1 <= len(fields) <= 5
        for field in fields:
            chosen = [str(choice.value) for choice in field.choices]
            assert chosen == [*settings.CHOICES.get(field.id, {})]
    assert HINTS.keys() <= {field.id for fields in FIELDS.values() for field in fields}
    assert registry.definition("admin settings").of_server
