"""The one router: who may press, what a select and a form hold, what is answered at once; with a
room that is registered for these tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any, Final

import jsonschema
import pytest

import commands
from commands import registry
from commands.command import ADMINISTRATOR, MANAGE_GUILD
from commands.sentences import LANGUAGES
from tests import discord_schemas
from tests.conftest import ROOT, load_function
from tests.judge import refusal
from tests.unit.test_interactions import (
    CHANGE,
    ID,
    OTHER,
    USER,
    Bot,
    button,
    command,
    in_dm,
    option,
    running,
    without,
)

Interaction = dict[str, Any]


@pytest.fixture
def bot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bot]:
    gacha, *others = registry.ROOTS
    roots = (gacha._replace(rooms=(*gacha.rooms, "sample")), *others)
    monkeypatch.setattr(registry, "ROOTS", roots)
    monkeypatch.setitem(registry._ROOT_OF, "sample", roots[0])
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(ROOT / "tests/rooms")])
    registry._part.cache_clear()
    with running(monkeypatch) as bot:
        yield bot
    registry._part.cache_clear()


def asked(bot: Bot) -> dict[str, Any]:
    [(machine, name, text)] = bot.starter.asked
    assert (machine, name) == (CHANGE, ID)
    started: dict[str, Any] = json.loads(text)
    assert started["command"] == "sample"
    return started


def pressed(custom_id: str, owner: str = USER, **data: Any) -> Interaction:
    interaction = button(custom_id, owner)
    interaction["data"] |= data
    return interaction


def sent(custom_id: str, *components: Any, **changes: Any) -> Interaction:
    """A form, as Discord sends what somebody typed."""
    return command(type=5, data={"custom_id": custom_id, "components": list(components)}) | changes


def field(value: object, custom_id: object = "card") -> dict[str, Any]:
    return {"type": 18, "component": {"type": 4, "custom_id": custom_id, "value": value}}


@pytest.mark.parametrize(
    ("custom_id", "owner", "options"),
    [
        ("sample:mine:3", USER, {"amount": 3}),
        ("sample:all:3", OTHER, {"amount": 3}),
        (f"sample:for:{USER}:3", OTHER, {"user": USER, "amount": 3}),
        (f"sample:for:0{USER}:3", OTHER, {"user": f"0{USER}", "amount": 3}),
    ],
)
def test_who_may_press_is_declared(
    bot: Bot, custom_id: str, owner: str, options: dict[str, Any]
) -> None:
    assert bot.send(pressed(custom_id, owner)) == {"type": 6}
    assert asked(bot)["options"] == options
    assert asked(bot)["user_id"] == USER  # whoever pressed


@pytest.mark.parametrize(
    ("custom_id", "owner"), [("sample:mine:3", OTHER), (f"sample:for:{OTHER}:3", USER)]
)
def test_nobody_else_may(bot: Bot, custom_id: str, owner: str) -> None:
    assert "Only the person" in bot.told(pressed(custom_id, owner))
    assert bot.starter.asked == []


@pytest.mark.parametrize(
    "custom_id",
    [
        *("sample", "sample:", "sample:mine", "sample:mine:x", "sample:all:3:", "sample:all:3\n"),
        *("sample:all:10", "sample:all:٣", "sample:all:" + "9" * 80),  # beyond the option's bounds
        *("Sample:all:3", "gacha sample:all:3", "commands.sample:all:3", "../sample:all:3"),
        *("registry:all:3", "kit:all:3", "__init__:x", "sample.inline:all:3"),
    ],
)
def test_a_custom_id_that_means_nothing_is_stale(bot: Bot, custom_id: str) -> None:
    assert "no longer works" in bot.told(pressed(custom_id))
    assert bot.starter.asked == []


def test_a_select_fills_in_its_field(bot: Bot) -> None:
    bot.send(pressed("sample:pick", component_type=3, values=["one"]))
    assert asked(bot)["options"] == {"card": "one"}


@pytest.mark.parametrize("values", [["two"], [1], [None]])
def test_a_select_that_holds_something_else_is_refused(bot: Bot, values: list[object]) -> None:
    assert "card" in bot.told(pressed("sample:pick", component_type=3, values=values))
    assert bot.starter.asked == []


def test_a_form_is_opened_at_once_and_starts_nothing(
    bot: Bot,
) -> None:
    answer = bot.send(pressed("sample:form:one"))
    assert (answer["type"], answer["data"]["custom_id"]) == (9, "sample:form:one")
    assert bot.starter.asked == []


def test_a_form_that_was_sent_starts_the_workflow(bot: Bot) -> None:
    of_message = sent("sample:form:one", field("Lumi"), message={"id": "1"})
    assert bot.send(of_message) == {"type": 6}
    assert asked(bot)["options"] == {"page": "one", "card": "Lumi"}


def test_a_form_that_a_command_opened_is_answered_by_a_message_of_its_own(bot: Bot) -> None:
    """There is none that could be updated: Discord answers 404 to an edit after a type 6."""
    answer = bot.send(sent("sample:form:one", field("Lumi")))
    assert answer == {"type": 5, "data": {"flags": 64}}


def test_a_form_in_rows_as_older_ones_are(bot: Bot) -> None:
    row = {"type": 1, "components": [field("Lumi")["component"]]}
    bot.send(sent("sample:form:one", row))
    assert asked(bot)["options"] == {"page": "one", "card": "Lumi"}


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ([field("x" * 81)], "1 to 80"),
        ([field("  ")], "1 to 80"),
        ([field(None)], "1 to 80"),
        ([field("x", "amount")], "no option"),
        ([field("x", None)], "no option"),
    ],
)
def test_what_is_typed_into_a_form_is_checked_as_an_option_is(
    bot: Bot, fields: list[Any], part: str
) -> None:
    assert part in bot.told(sent("sample:form:one", *fields))
    assert bot.starter.asked == []


def test_every_field_that_must_be_filled_in_says_so(bot: Bot) -> None:
    """Of the real rooms: a form may have a field without bounds of its own."""
    not_allowed = load_function("interactions", "router")._not_allowed
    for room in registry.rooms():
        command = registry.definition(room)
        fields = [field for control in command.controls for field in control.fields]
        for each in (*command.options, *fields):
            for language in LANGUAGES:
                said = not_allowed(each, language).said(language)
                assert "None" not in said, (room, each.id)


def test_a_form_that_is_not_ready_is_a_private_button_that_opens_it(bot: Bot) -> None:
    data = bot.send(pressed("sample:slow"))["data"]
    assert data["flags"] == 64
    [row] = data["components"]
    [opener] = row["components"]
    assert bot.send(pressed(opener["custom_id"]))["data"]["custom_id"] == "sample:form:late"
    assert refusal({"content": "c", "components": [row]}) == ""


def typing(value: object, name: str = "card", **more: Any) -> Interaction:
    options = [{**option(name, value), "focused": True}, *more.pop("options", [])]
    return command("sample", options, type=4, **more)


def test_what_is_typed_is_completed_by_the_room(bot: Bot) -> None:
    answer = bot.send(typing("Lu"))
    assert answer == {"type": 8, "data": {"choices": [{"name": "Lu!", "value": "Lu"}]}}
    assert bot.starter.asked == []


@pytest.mark.parametrize(
    "interaction",
    [
        typing(3, "amount"),
        typing("x", "nothing"),
        typing(None),
        command("sample", [option("card", "x")], type=4),
        command("pull", [{**option("banner", "x"), "focused": True}], type=4),
        without(typing("x"), "token"),
        without(typing("x"), "data"),
    ],
)
def test_whatever_else_is_typed_has_no_choices(bot: Bot, interaction: Interaction) -> None:
    assert bot.send(interaction) == {"type": 8, "data": {"choices": []}}


@pytest.mark.parametrize(
    "interaction",
    [pressed("sample:all:3"), pressed("sample:form:one"), sent("sample:form:one", field("x"))],
)
def test_nothing_of_it_works_outside_a_server(bot: Bot, interaction: Interaction) -> None:
    assert "inside a server" in bot.told(in_dm(interaction))
    assert bot.starter.asked == []


# --- who may --------------------------------------------------------------------------------------

MANAGE_EVENTS: Final = 1 << 33
WAYS: Final[list[Interaction]] = [
    command("sample"),
    pressed("sample:all:3"),
    pressed("sample:pick", component_type=3, values=["one"]),
    pressed("sample:form:one"),
    sent("sample:form:one", field("x")),
    typing("Lu"),
]
"""Each way into a room."""


@pytest.fixture
def guarded(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> Bot:
    """The sample says itself who may, though it stands among everybody's commands."""
    module = import_module("commands.sample.definition")
    of = module.COMMAND._replace(permissions=MANAGE_EVENTS)
    monkeypatch.setattr(module, "COMMAND", of)
    return bot


def holding(interaction: Interaction, permissions: int) -> Interaction:
    member = {**interaction["member"], "permissions": str(permissions)}
    return {**interaction, "member": member}


@pytest.mark.parametrize("permissions", [0, MANAGE_GUILD, MANAGE_EVENTS - 1 - ADMINISTRATOR])
@pytest.mark.parametrize("interaction", WAYS, ids=range(len(WAYS)))
def test_a_definition_says_who_may_whatever_the_way(
    guarded: Bot, interaction: Interaction, permissions: int
) -> None:
    asking = holding(interaction, permissions)
    if asking["type"] == 4:
        assert guarded.send(asking) == {"type": 8, "data": {"choices": []}}
    else:
        told = guarded.told(asking)  # the room's own words; a form's are given back below them
        assert told.partition("\n\n")[0] == "Manage Events"
    assert guarded.starter.asked == []


@pytest.mark.parametrize("permissions", [MANAGE_EVENTS, ADMINISTRATOR, 2**49 - 1])
@pytest.mark.parametrize("interaction", WAYS, ids=range(len(WAYS)))
def test_who_has_it_or_is_an_administrator_may(
    guarded: Bot, interaction: Interaction, permissions: int
) -> None:
    answer = guarded.send(holding(interaction, permissions))
    assert answer["type"] in (5, 6, 8, 9)
    assert answer.get("data", {}).get("choices") != []


def test_where_a_definition_says_nothing_its_root_does() -> None:
    assert registry.permissions("pull") == 0
    assert registry.permissions("admin grant") == MANAGE_GUILD


def test_a_room_says_a_common_sentence_in_its_own_words(bot: Bot) -> None:
    bot.starter.answer = "ambiguous"
    assert bot.told(command("sample")) == f"Sample {ID}"


def test_its_definition_is_one_that_discord_takes(
    bot: Bot,
) -> None:
    validator: jsonschema.Draft202012Validator = discord_schemas.validator(discord_schemas.COMMANDS)
    defined = registry.discord()
    validator.validate(defined)
    [sample] = [each for each in defined[0]["options"] if each["name"] == "sample"]
    assert sample["options"][0]["autocomplete"] is True
