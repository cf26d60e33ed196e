"""The command definitions: what Discord's bulk overwrite accepts, and what our code relies on."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from commands import forms, registry, sentences
from commands.command import (
    ADMINISTRATOR,
    CHANGE,
    INTEGER,
    MANAGE_GUILD,
    PULL,
    REPLY,
    STRING,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
    USER,
    WORKSHOP,
)
from commands.given_options import GIFT
from gacha.changes import MOST_GRANTED
from tests import discord_schemas
from tests.judge import refusal_of_answer
from tests.over import over

Definition = dict[str, Any]

COMMANDS = registry.discord()
ROOMS = {room: registry.definition(room) for room in registry.rooms()}

CHAT_COMMAND = 1
WITH_CHOICES = {STRING, INTEGER, 10}
GUILD = 0
LOCALES = discord_schemas.LOCALES


def below(definition: Definition) -> Iterator[Definition]:
    """The definition and all options in it."""
    yield definition
    for option in definition.get("options", []):
        yield from below(option)


def choices() -> Iterator[tuple[Definition, Definition]]:
    for each in named():
        for choice in each.get("choices", []):
            yield each, choice


def named() -> list[Definition]:
    return [each for command in COMMANDS for each in below(command)]


def subcommands() -> dict[str, Definition]:
    """By the words after the command, such as "pull" or "fair show"."""
    found: dict[str, Definition] = {}
    for command in COMMANDS:
        for option in command["options"]:
            if option["type"] == SUBCOMMAND_GROUP:
                found |= {f"{option['name']} {each['name']}": each for each in option["options"]}
            else:
                found[option["name"]] = option
    return found


def is_name(text: str) -> bool:
    r"""Discord's ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$, which `re` cannot express."""
    return 1 <= len(text) <= 32 and all(
        letter in "-_'"
        or unicodedata.category(letter)[0] in "LN"
        or unicodedata.name(letter, "").startswith(("DEVANAGARI", "THAI"))
        for letter in text
    )


@pytest.mark.parametrize("text", ["gacha", "ガチャ", "引く", "プロフィール", "a-b_c'd", "ไทย", "กิ"])
def test_a_name_of_discords_form(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", "a b", "a" * 33, "a/b", "a.b", "💎", "a\n", "・"])
def test_not_a_name_of_discords_form(text: str) -> None:
    assert not is_name(text)


def test_names_have_discords_form_and_are_lowercase() -> None:
    for each in named():
        for name in (each["name"], *each.get("name_localizations", {}).values()):
            assert is_name(name), name
            assert name == name.lower()


def test_names_are_unique_among_their_siblings_in_every_language() -> None:
    for siblings in (COMMANDS, *(each.get("options", []) for each in named())):
        for locale in (None, *LOCALES):
            names = [
                each.get("name_localizations", {}).get(locale, each["name"]) for each in siblings
            ]
            assert len(set(names)) == len(names)


def test_descriptions_are_there_and_short_enough() -> None:
    for each in named():
        for text in (each["description"], *each.get("description_localizations", {}).values()):
            assert 1 <= len(text) <= 100, text
            assert text == text.strip()


def test_choices_are_short_enough_unique_and_of_their_options_type() -> None:
    for option, choice in choices():
        assert option["type"] in WITH_CHOICES
        assert "autocomplete" not in option
        assert type(choice["value"]) is {STRING: str, INTEGER: int}[option["type"]]
        for name in (choice["name"], *choice.get("name_localizations", {}).values()):
            assert 1 <= len(name) <= 100
    for each in named():
        for key in ("name", "value"):
            used = [choice[key] for choice in each.get("choices", [])]
            assert len(set(used)) == len(used)


@over("lang", ("ja", "en"))
def test_discord_takes_each_field_of_a_form(lang: str) -> None:
    """With its hint; a form's fields are bounded one by one."""
    fields = [
        (room, field)
        for room in registry.rooms()
        for control in registry.definition(room).controls
        for field in control.fields
        if control.is_form
    ]
    assert len(fields) > 40
    hints = {room: getattr(registry.texts(room), "HINTS", {}) for room, _ in fields}
    for room, field in fields:
        hint = sentences.word(hints[room].get(field.id, ("", "")), lang)
        form = forms.modal(f"{room}:x", "x", [forms.Field(field, 10, hint)], {}, lang)
        assert refusal_of_answer({"type": 9, "data": form}) == "", (room, field.id)


def test_no_more_than_25_options_and_choices_and_100_commands() -> None:
    assert len(COMMANDS) <= 100
    for each in named():
        assert len(each.get("options", [])) <= 25
        assert len(each.get("choices", [])) <= 25


def longest(of: Definition, key: str) -> int:
    return max(map(len, (of[key], *of.get(f"{key}_localizations", {}).values())))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command["name"])
def test_a_command_has_no_more_than_8000_characters(command: Definition) -> None:
    total = 0
    for each in below(command):
        total += longest(each, "name") + longest(each, "description")
        for choice in each.get("choices", []):
            total += longest(choice, "name") + len(str(choice["value"]))
    assert total <= 8_000


def test_required_options_come_first() -> None:
    for each in named():
        required = [option.get("required", False) for option in each.get("options", [])]
        assert required == sorted(required, reverse=True)


def test_locales_are_discords_and_all_is_told_in_japanese() -> None:
    everything = [*named(), *(choice for _, choice in choices())]
    for each in everything:
        for key in ("name_localizations", "description_localizations"):
            if key == "description_localizations" and "description" not in each:
                continue
            assert "ja" in each[key]
            assert set(each[key]) <= LOCALES


def test_options_have_types_and_nest_as_discord_allows() -> None:
    for command in COMMANDS:
        assert command["type"] == CHAT_COMMAND
        kinds = {option["type"] for option in command["options"]}
        nesting = {SUBCOMMAND, SUBCOMMAND_GROUP}
        assert kinds <= nesting or not kinds & nesting, "subcommands and values do not mix"
        for option in command["options"]:
            for inner in option.get("options", []):
                if option["type"] == SUBCOMMAND_GROUP:
                    assert inner["type"] == SUBCOMMAND
                    assert all(each["type"] in range(3, 12) for each in inner.get("options", []))
                else:
                    assert inner["type"] in range(3, 12)


def test_every_command_is_for_servers() -> None:
    for command in COMMANDS:
        is_players = command["name"] == "gacha"
        assert command["integration_types"] == ([0, 1] if is_players else [0])
        assert GUILD in command["contexts"]


# --- what our code relies on ----------------------------------------------------------------------


def test_the_subcommands_are_those_that_were_promised() -> None:
    assert [command["name"] for command in COMMANDS] == ["gacha", "gacha-admin"]
    """A name that players know stays; there may be more."""
    fair = {"fair show", "fair seed", "fair rotate", "fair receipts"}
    known = {"pull", "profile", "history", "rates", "daily", "luck", "help", "grant"} | fair
    assert known <= set(subcommands())
    pull = {option["name"]: option for option in subcommands()["pull"]["options"]}
    count = pull["count"]
    assert (count["min_value"], count["max_value"], count["autocomplete"]) == (1, 20, True)
    assert COMMANDS[0]["name_localizations"]["ja"] == "ガチャ"
    assert subcommands()["pull"]["name_localizations"]["ja"] == "引く"


def test_a_command_is_what_was_promised() -> None:
    assert [room for room, each in ROOMS.items() if each.is_public] == [
        "pull",
        "post",
        "share",
        "admin panel",
    ]
    assert [room for room, each in ROOMS.items() if each.may_be_private] == ["pull"]
    assert [room for room in ROOMS if not registry.is_command(room)] == [
        *("post", "report", "share", "box"),
    ]
    assert [room for room, each in ROOMS.items() if each.is_anywhere] == ["privacy show", "help"]
    assert [room for room, each in ROOMS.items() if each.is_right] == [
        *("privacy show", "privacy export", "privacy delete"),
    ]
    for each in ROOMS.values():
        assert not each.outside or ROOMS[each.outside].is_anywhere
    changing = {room: each.workflow for room, each in ROOMS.items() if each.workflow != REPLY}
    assert changing.pop("pull") == PULL
    drafts = {"banner upload", "banner export", "banner new", "banner paste", "card add"}
    drafts |= {"card edit"}
    assert {changing.pop(f"admin {each}") for each in drafts} == {WORKSHOP}
    assert changing.pop("report") == WORKSHOP
    assert set(changing.values()) == {CHANGE}


def test_a_command_has_one_name_among_all() -> None:
    """The name that a workflow knows it by does not say under which root it stands."""
    names = [room for root in registry.ROOTS for room in (*root.rooms, *root.behind)]
    assert len(set(names)) == len(names)


def test_what_only_admins_may_is_a_command_of_its_own_in_servers_only() -> None:
    [public, admin] = COMMANDS
    assert "default_member_permissions" not in public
    assert admin["default_member_permissions"] == "32" == str(MANAGE_GUILD)  # a string, to Discord
    assert (admin["contexts"], ADMINISTRATOR) == ([0], 8)
    assert admin["name_localizations"]["ja"] == "ガチャ管理"
    [grant] = [each for each in admin["options"] if each["name"] == "grant"]
    options = {each["name"]: each for each in grant["options"]}
    assert [name for name, each in options.items() if each.get("required")] == ["user", "amount"]
    amount = options["amount"]
    assert (amount["min_value"], amount["max_value"]) == (1, MOST_GRANTED) == (1, 1_000_000)
    assert options["user"]["type"] == USER == 6


def test_defaults_are_values_that_their_options_allow() -> None:
    for command in ROOMS.values():
        for id_, value in command.defaults.items():
            option = command.option(id_)
            if option.choices:
                assert value in [choice.value for choice in option.choices]
            else:
                assert option.low is not None and option.high is not None
                assert isinstance(value, int) and option.low <= value <= option.high


UNSAID = {
    ("pull", "count"),  # as few as the banner sells
    ("admin take", "amount"),
    *(("rates", each) for each in ("goal", "copies")),
    *(("admin present new", each) for each in ("user", "role", "before")),
    *(("admin code new", each) for each in ("claims", "word", "singles")),
}
"""Nothing stands for these where they are left out."""


def test_every_optional_option_has_a_default() -> None:
    """The workflow gets all options, given or not. Which epoch is last, the player's row tells; a
    grant may do without a reason and without a pull that it makes up for, the settings are shown
    where none is given, a banner or a card is the server's own, and a book is one's own, of all
    rarities."""
    for room, command in ROOMS.items():
        optional = [
            each.id
            for each in command.options
            if not each.required
            and each not in GIFT
            and each.id
            not in ("epoch", "receipt", "reason", "emoji", "banner", "rarity", "member", "card")
            and (room, each.id) not in UNSAID
        ]
        assert set(optional) == set(command.defaults)


def test_a_banner_is_text_that_the_servers_own_names_complete() -> None:
    """Choices are the same in all servers, and a server's banners are its own."""
    for room in ("pull", "rates", "luck"):
        option = ROOMS[room].option("banner")
        assert (option.type, option.completes, option.choices) == (STRING, True, ())
        assert not option.required and option.default is None


# --- Discord's own schema -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def discords() -> jsonschema.Draft202012Validator:
    """Validates a bulk overwrite."""
    return discord_schemas.validator(discord_schemas.COMMANDS)


def test_discords_schema_takes_the_commands(discords: jsonschema.Draft202012Validator) -> None:
    discords.validate(COMMANDS)


def test_discords_schema_refuses_what_we_would_get_wrong(
    discords: jsonschema.Draft202012Validator,
) -> None:
    """Otherwise the test above proves nothing."""

    def spoilt(path: list[str | int], value: object) -> list[Definition]:
        commands: Any = copy.deepcopy(COMMANDS)
        inner = commands
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        return commands  # type: ignore[no-any-return]

    assert discords.is_valid(spoilt([0, "default_member_permissions"], "32"))
    wrong: list[tuple[list[str | int], object]] = [
        ([0, "nmae"], "x"),
        ([0, "name"], "x" * 33),
        ([0, "type"], 99),
        ([0, "options", 0, "type"], 0),
        ([0, "options", 0, "descriptoin"], "x"),
        ([0, "options", 0, "description"], "x" * 101),
        ([0, "options", 0, "options", 0, "autocomplete"], "yes"),
        ([0, "options", 0, "options", 1, "min_value"], "1"),
        ([0, "default_member_permissions"], 32),
    ]
    for path, value in wrong:
        assert not discords.is_valid(spoilt(path, value)), path
