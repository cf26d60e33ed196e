"""Every command has all its parts, and every kind of event somebody who knows it: what is forgotten
of a new one is named here."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from commands import events, parts, redactions, registry
from commands.asked import Asked
from commands.command import CHANGE, MANAGE_GUILD, PULL, REPLY, USER, WORKSHOP
from commands.message import Message
from commands.render import plain, render
from commands.sentences import LANGUAGES, SENTENCES
from gacha import kinds
from local.messages import components, text_of
from tests import custom_ids
from tests.conftest import ROOT, load_function
from tests.support import room_of
from tests.unit import test_announce, test_interactions

PACKAGE: Final = ROOT / "layers/gacha/python/commands"
ROOMS: Final = list(registry.rooms())
FOLDERS: Final = {room: PACKAGE / room.replace(" ", "_") for room in ROOMS}
FORMS: Final[dict[str, type]] = {
    "plan": parts.Plan,
    "answer": parts.Answer,
    "show": parts.Show,
    "file": parts.File,
    "event": parts.Event,
    "inline": parts.Inline,
    "edit": parts.Edit,
}
OF_WORKFLOWS: Final = {"voided", "unclear"}
"""Sentences that statemachines/change.asl.json is given by the template."""
RECORDS: Final = {each.room: kind for kind, each in events.KINDS.items() if each.room}
"""The kind of event that each room records."""


@pytest.fixture(params=ROOMS)
def room(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def files(room: str) -> set[str]:
    return {path.stem for path in FOLDERS[room].glob("*.py")}


# --- parts ----------------------------------------------------------------------------------------


def test_the_registry_lists_the_folders() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert {path.name for path in FOLDERS.values()} == folders


def test_tests_of_a_room_lie_in_a_folder_of_its_name() -> None:
    """Or of its group's, where they are about several rooms of it."""
    here = {path.name for path in Path(__file__).parent.iterdir() if path.is_dir()}
    assert here - {"__pycache__"} <= {path.name for path in FOLDERS.values()} | set(registry.GROUPS)


def test_a_room_is_named_after_its_words_and_stands_under_one_root(room: str) -> None:
    *group, word = registry.root(room).words(room)
    assert registry.definition(room).name[1] == word
    assert all(each in registry.GROUPS for each in group)
    under = [room in (*root.rooms, *root.behind) for root in registry.ROOTS]
    assert under.count(True) == 1


def test_a_group_has_rooms() -> None:
    words = [registry.root(room).words(room) for room in ROOMS]
    assert {first for first, *more in words if more} == set(registry.GROUPS)


def test_an_admins_command_may_have_the_words_of_a_players() -> None:
    """Both will have `settings`."""
    player, admin = registry.ROOTS
    assert (player.room(["settings"]), admin.room(["settings"])) == ("settings", "admin settings")
    assert admin.words("admin banner list") == ["banner", "list"]
    assert player.words("fair show") == ["fair", "show"]


def test_a_room_has_the_files_that_its_definition_needs(room: str) -> None:
    command = registry.definition(room)
    changes = command.workflow != REPLY
    assert command.workflow in (PULL, CHANGE, REPLY, WORKSHOP)
    needed = {"definition", "texts", "plan" if changes else "answer"}
    if room in RECORDS:
        of_server = RECORDS[room] in kinds.OF_SERVER
        assert of_server == command.of_server
        needed |= {"event"} if of_server else {"event", "replay"}
    if command.has_file:
        needed.add("file")
    if _opens(room):
        needed.add("inline")
    by_button = any(each.workflow == WORKSHOP for each in command.controls)
    edits = (command.workflow == WORKSHOP and command.opens) or by_button
    if edits and room not in redactions.ROOMS:  # those edit no draft
        needed.add("edit")
    if any(each.completes for each in command.options):
        needed.add("inline")
    assert needed <= files(room)
    assert files(room) - needed <= {"show"}  # a room that says sentences only has none
    assert (room in RECORDS) == changes


def test_a_file_of_a_room_has_its_form(room: str) -> None:
    """mypy cannot look through `import_module`, so this does."""
    for name in files(room) & FORMS.keys():
        module = importlib.import_module(f"commands.{FOLDERS[room].name}.{name}")
        form: type = FORMS[name]
        if name == "show" and registry.definition(room).workflow != REPLY:
            form = parts.Result
        if name == "inline" and not _opens(room):
            form = parts.Choices
        if name == "event" and events.KINDS[RECORDS[room]].is_present:
            form = parts.Present
        if registry.definition(room).of_server:
            form = {"plan": parts.ServerPlan, "event": parts.Logged}.get(name, form)
        for function, expected in _functions(form):
            found = inspect.signature(getattr(module, function))
            annotations = [each.annotation for each in expected.parameters.values()][1:]
            assert [each.annotation for each in found.parameters.values()] == [
                _SAME.get(each, each) for each in annotations
            ], f"{name}.{function}"


_SAME: Final = {"EventData": "Event"}
"""Where parts.py has another name for it."""


def _opens(room: str) -> bool:
    command = registry.definition(room)
    return command.opens or any(each.opens for each in command.controls)


def _functions(form: type) -> Iterator[tuple[str, inspect.Signature]]:
    for each in form.__mro__:
        for name, function in vars(each).items():
            if inspect.isfunction(function) and not name.startswith("_"):
                yield name, inspect.signature(function)


def test_the_subject_of_a_command_is_an_option_that_names_somebody(room: str) -> None:
    command = registry.definition(room)
    if command.subject:
        option = command.option(command.subject)
        assert option.required and option.type == 6
        assert registry.permissions(room)  # nobody acts on another by a player's command
        assert {"to_a_bot", "to_no_member", "perhaps_started"} <= set(
            registry.texts(room).SENTENCES
        )


def test_who_is_named_is_a_member_or_it_is_said(room: str) -> None:
    """`interactions` refuses a bot, and who is not in the server, with the room's own words."""
    if any(option.type == USER for option in registry.definition(room).options):
        assert {"to_a_bot", "to_no_member"} <= set(registry.texts(room).SENTENCES)


def test_who_may_is_said_by_the_refusal(room: str) -> None:
    """The common sentence names the permission that the admins' commands need."""
    if registry.permissions(room) not in (0, MANAGE_GUILD):
        assert "not_allowed" in registry.texts(room).SENTENCES


# --- sentences ------------------------------------------------------------------------------------


def said(path: Path) -> Iterator[str]:
    """The sentences that a file names: where it says one, hands one over, or refuses with one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        at = {"say": 1, "text": 0, "Refusal": 0}.get(name)
        if at is None or len(node.args) <= at:
            continue
        key = node.args[at]
        for each in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
            if isinstance(each, ast.Constant):
                yield str(each.value)


def test_every_sentence_that_is_said_is_there_and_none_is_there_for_nothing(room: str) -> None:
    own = set(registry.texts(room).SENTENCES)
    named = {key for path in FOLDERS[room].glob("*.py") for key in said(path)}
    assert named <= own | SENTENCES.keys()
    source = "".join(path.read_text("utf-8") for path in FOLDERS[room].glob("*.py"))
    elsewhere = "".join(
        path.read_text("utf-8")
        for folder in ("layers/gacha/python/gacha", "functions", "statemachines")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".json")
    )
    shared = "".join(path.read_text("utf-8") for path in PACKAGE.glob("*.py"))
    template = (ROOT / "template.yaml").read_text("utf-8")
    # Others are a common sentence in the room's own words.
    for key in own - SENTENCES.keys() - OF_WORKFLOWS:
        stem = re.sub(r"_\d+$", "_", key)
        quoted = len(re.findall(rf"[\"']{stem}", source)) > 1
        assert quoted or re.search(rf"\b{key}\b", elsewhere + shared + template), key


def test_a_refusal_of_the_domain_is_a_sentence_of_its_command() -> None:
    named = set(said(ROOT / "layers/gacha/python/gacha/pulling.py"))
    assert len(named) > 3
    assert named <= {*registry.texts("pull").SENTENCES, *SENTENCES}


def test_a_rooms_own_words_have_the_blanks_of_the_common_sentence(room: str) -> None:
    blanks = re.compile(r"\{(\w+)")
    for key, both in registry.texts(room).SENTENCES.items():
        if key in SENTENCES:
            assert set(blanks.findall(both[1])) == set(blanks.findall(SENTENCES[key][1])), key


# --- what it comes to -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_event_of_every_command_goes_through_its_workers(
    tables: Any, room: str, language: str
) -> None:
    event = json.loads((ROOT / f"events/rooms/{FOLDERS[room].name}.json").read_text("utf-8"))
    asked = Asked.read(event["interaction"])
    assert asked.command == room
    command = registry.definition(room)
    given = {name for name in asked.options if name != command.subject}
    of_controls = {each.id for control in command.controls for each in control.fields}
    of_ids = {name for each in command.controls for name in re.compile(each.pattern).groupindex}
    assert given <= {each.id for each in command.options} | of_controls | of_ids
    functions = {PULL: "draw", CHANGE: "plan", WORKSHOP: "plan", REPLY: "answer"}
    function = functions[registry.definition(room).workflow]
    result = load_function(function).handler(event, None)
    message = Message.read(json.loads(json.dumps(result["message"])))
    content = message.content
    if content["kind"] != "text" and registry.definition(room).has_file:
        content, _ = registry.file(room).attach(asked, content)
    assert text_of(render(room, content, language, asked.interaction_id))
    assert plain(room, content, language, asked.interaction_id)["content"]


def test_there_is_no_sample_event_of_something_else() -> None:
    names = {path.stem for path in (ROOT / "events/rooms").iterdir()}
    assert names == {path.name for path in FOLDERS.values()}


def test_every_kind_of_event_is_known() -> None:
    assert set(events.KINDS) == set(kinds.KINDS)
    replayed = set(kinds.KINDS) - {kinds.OPENING, kinds.VOID, *kinds.OF_SERVER}
    assert set(events.replays()) == replayed


def test_every_message_is_among_those_that_are_held_against_discords_bounds() -> None:
    shown = {room_of(each) for each in test_announce.MESSAGES.values() if each["kind"] != "text"}
    assert shown == {room for room in ROOMS if "show" in files(room)}


@pytest.mark.parametrize("name", test_announce.MESSAGES)
def test_every_button_of_a_message_comes_back_as_its_own_command(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = test_announce.MESSAGES[name]
    body = test_announce.rendered(message, "en", test_announce.RECEIPT)
    for each in components(body["components"]):
        custom_id = each.get("custom_id", "")
        room, _, rest = custom_id.partition(":")
        if not custom_id or any(
            control.opens and re.fullmatch(control.pattern, rest)
            for control in registry.definition(room).controls
        ):
            continue  # what opens a form is the room's own to test
        press = test_interactions.button(custom_id)
        press["member"]["permissions"] = str(MANAGE_GUILD)
        press["message"]["flags"] = 64 if message.get("is_private") else 0
        if "options" in each:
            press["data"] |= {"component_type": 3, "values": [each["options"][0]["value"]]}
        with test_interactions.running(monkeypatch) as bot:
            bot.send(press)
            [(_, _, text)] = bot.starter.asked
        assert json.loads(text)["command"] == room


def test_every_button_and_select_that_a_room_reads_is_in_some_message() -> None:
    """Nobody can press another. Forms apart, and what opens one: those stand in first answers."""
    made = {
        each["custom_id"].partition(":")[::2]
        for message in test_announce.MESSAGES.values()
        for each in components(
            test_announce.rendered(message, "en", test_announce.RECEIPT)["components"]
        )
        if "custom_id" in each
    }
    unused = [
        f"{room}:{control.pattern}"
        for room, control in custom_ids.controls()
        if not (control.is_form or control.opens)
        and not any(of == room and re.fullmatch(control.pattern, rest) for of, rest in made)
    ]
    assert not unused


def test_the_longest_custom_id_that_a_room_reads_is_one_that_discord_takes() -> None:
    """Whatever stands in one, none is longer than what its pattern takes: every one that a test
    sees is read again."""
    too_long = {
        f"{room}:{control.pattern}": length
        for room, control in custom_ids.controls()
        if (length := custom_ids.longest(room, control)) > custom_ids.MOST
    }
    assert not too_long


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_custom_id_of_the_longest_messages_is_read(language: str) -> None:
    for message in test_announce.MESSAGES.values():
        body = test_announce.rendered(message, language, test_announce.RECEIPT)
        for each in components(body["components"]):
            custom_id = each.get("custom_id")
            assert custom_id is None or custom_ids.is_read(custom_id), custom_id


# --- what `interactions` loads --------------------------------------------------------------------

LOADED: Final = """
import gc, json, sys
sys.path[:0] = sys.argv[1:3]
import app
app._key = type("Key", (), {"verify": lambda *_: None})
app._workflows = type("Starter", (), {"start": lambda *_: "accepted"})
app.time.time = lambda: 0.0
headers = {"x-signature-ed25519": "0" * 128, "x-signature-timestamp": "0"}
for body in sys.argv[3:]:
    answer = app.handler({"headers": headers, "body": body}, None)
    assert json.loads(answer["body"])["type"] in (5, 6), answer
print(gc.get_freeze_count())
print(*sorted(each for each in sys.modules if each.startswith(("adapters.", "commands."))))
"""
SHARED: Final = {"asked", "command", "registry", "sentences"}
ADAPTERS: Final = {"aws", "http1", "inline", "logs", "sealing", "sigv4", "xray"}
"""Not `tables` and what they need."""


@pytest.mark.parametrize(
    ("interactions", "rooms"),
    [
        ([test_interactions.command("pull")], {"pull"}),
        ([test_interactions.button()], {"history"}),
        ([test_interactions.command("help"), test_interactions.button()], {"help", "history"}),
    ],
)
def test_only_the_definition_that_was_asked_for_is_loaded(
    interactions: list[dict[str, Any]], rooms: set[str]
) -> None:
    """Forty commands must not make the first answer later than one does. That of a pull, which most
    commands are, is there already."""
    machines = dict.fromkeys((PULL, CHANGE, REPLY, WORKSHOP), "arn")
    sent = map(json.dumps, interactions)
    printed = test_interactions.in_a_process(LOADED, *sent, **machines)
    *_, frozen, loaded_modules = printed.splitlines()
    assert int(frozen) > 1_000  # no collection looks through what the start made
    modules = loaded_modules.split()
    assert {
        each.removeprefix("adapters.") for each in modules if each[:9] == "adapters."
    } == ADAPTERS
    loaded = {each.removeprefix("commands.") for each in modules if each[:9] == "commands."}
    shared = SHARED | {"options"}
    assert loaded == shared | {
        name for each in rooms | {"pull"} for name in (each, f"{each}.definition")
    }
