"""Nothing that anybody does in one server reads or changes another's.

Two servers are made by the real rooms: one with secrets, and one whose admins, former admins and
members try every command and every custom id that a room reads, with the other's numbers, names,
hashes, members and receipt numbers in it. Every request to DynamoDB and S3 is looked at on its way,
whatever the rooms do with what comes back.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

import pytest

from adapters import banners, files, http1
from adapters.tables import ledger, settings
from commands import offers, registry
from commands.asked import Asked
from commands.command import (
    ATTACHMENT,
    INTEGER,
    MANAGE_GUILD,
    ROLE,
    USER,
    Control,
    Option,
)
from commands.message import Message
from commands.render import render
from gacha.game import Version
from gacha.making.stored import DraftPointer, draft_setting
from tests import aws as test_aws
from tests import custom_ids
from tests.conftest import load_function
from tests.recording import commits, record
from tests.support import rows
from tests.unit.commands.test_drafting import CDN, NEW, Owner, at_work, picture, slash
from tests.unit.test_interactions import button, command, option, signed

HERE: Final = "1290000000000000002"
THERE: Final = "1290000000000000444"
MEMBER: Final = "1290000000000000555"
"""Of both servers: the other's player."""
SECRET: Final = "ひみつ"
"""In every text that the other server's people chose."""
PART: Final = SECRET[:2]
"""What is typed here: it finds them, and is none."""
BALANCE: Final = 765_432
TABLES: Final = ("discord_users", "gacha_history", "server_settings", "gacha_collection")
SEED: Final = 13
TRIES: Final = 2
"""Of each control and command."""

Sent = dict[str, Any]


class Somebody(Owner):
    """An admin of a server, or somebody who was one: by then they have no right, and no role."""

    guild = HERE
    permissions = MANAGE_GUILD
    roles: tuple[str, ...] = ()

    def __init__(self, *made: Any) -> None:
        super().__init__(*made)
        self.started: set[str] = set()
        self.outcomes: set[str] = set()
        self._workers: dict[str, Any] = {}

    def _mine(self, interaction: Sent) -> Sent:
        mine = super()._mine(interaction)
        mine["guild_id"] = self.guild
        mine["member"] |= {"permissions": str(self.permissions), "roles": list(self.roles)}
        return mine

    def does(self, interaction: Sent) -> list[str]:
        """All that comes of an interaction, to its end: the texts that somebody sees of it."""
        self.bot.starter.asked.clear()
        body = json.dumps(self._mine(interaction)).encode()
        answer = self.bot.receive(
            {"body": body.decode(), "headers": signed(body), "isBase64Encoded": False}
        )
        seen = [answer["body"]]
        for machine, _, text in self.bot.starter.asked:
            workflow = machine.rpartition(":")[2].rpartition("-")[2]
            seen += self._works(workflow, json.loads(text))
        return seen

    def _works(self, workflow: str, given: Sent) -> Iterator[str]:
        self.started.add(given["command"])
        if workflow == "workshop":
            decided, given = self.planned(given)
        else:
            name = {"pull": "draw", "change": "plan", "reply": "answer"}[workflow]
            del given["received_at"]  # by the clock that stands still
            if name not in self._workers:
                self._workers[name] = load_function(name).handler
            worked = self._workers[name]({"interaction": given}, None)
            decided = json.loads(json.dumps(worked))
        self.outcomes.add(decided["outcome"])
        if "transaction" in decided:
            assert record(given, decided)
        asked = Asked.read(given)
        content = Message.read(decided["message"]).content
        if content["kind"] != "text" and registry.definition(asked.command).has_file:
            content, file = registry.file(asked.command).attach(asked, content)
            yield file.content.decode("utf-8", "replace") if file else ""
        for language in ("ja", "en"):
            body = render(asked.command, content, language, asked.interaction_id)
            yield json.dumps(body, ensure_ascii=False)

    def publishes(self, name: str, *banner: str) -> None:
        """A banner of three cards, with pictures, for everybody."""
        made = self.sends(
            self.opens(slash("banner", "new")), {**NEW, "name": name, "kind": "simple"}
        )
        form = self.opens(made.button("まとめて追加"))
        lines = "\n".join(f"{name}{each}, {each}" for each in ("SSR", "SR", "R"))
        colours = ("blue", "navy", "teal") if SECRET in name else ("red", "pink", "gold")
        self.sends(form, {"cards": lines}, *((f"{each}.png", picture(each)) for each in colours))
        for each in banner:
            version = DraftPointer.read(settings.setting(self.guild, draft_setting(each))).version
            self.does(button(f"admin banner list:publish:{each}:{version}:yes"))
            assert settings.game(self.guild).own(each)


class There(Somebody):
    guild = THERE


class Member(There):
    permissions = 0


class Both(Somebody):
    """The other server's player, who plays here, too."""

    permissions = 0


# --- two servers ----------------------------------------------------------------------------------


class Servers:
    """Both, and what may be known of the other one from outside."""

    def __init__(self, here: Somebody, there: There, member: Member) -> None:
        self.here = here
        there.publishes(f"{SECRET}のガチャ", "b1")
        there.publishes(f"{SECRET}の下書き")
        form = there.opens(slash("banner", "new"))
        there.sends(form, {**NEW, "name": f"{SECRET}の書きかけ", "rarities": "?"})
        grant = [option("user", MEMBER, 6), option("amount", BALANCE, 4)]
        there.does(admin("grant", *grant, option("reason", f"{SECRET}の理由")))
        assert "planned" in there.outcomes
        for _ in range(2):
            member.does(command(options=[option("count", 10, 4)]))
        assert member.outcomes == {"drawn"}
        self._pauses(f"{SECRET}の工事")
        self.files = _files(there.tables)
        here.publishes("あさひ", "b1")
        here.does(command(options=[option("count", 1, 4)]))
        Both(here.bot, here.tables, here._number, MEMBER).does(command("daily"))
        self.files -= _files(there.tables, written_by=HERE)
        [self.rules] = [each.rules for each in settings.versions(THERE, "b1")]
        self.known = self._known()

    def _pauses(self, reason: str) -> None:
        game, names = settings.game(THERE), settings.names(THERE)
        paused = replace(game, pause=reason, editors="77", version=game.version + 1)
        assert commits(TransactItems=settings.put_game(paused, names))

    def _known(self) -> dict[str, list[str]]:
        """By the name of a group or option: what somebody of the other server could tell."""
        history = [row for row in rows(self.here.tables) if row["user_id"].endswith(f"@{THERE}")]
        stored = rows(self.here.tables, "server_settings")
        there = [row for row in stored if row["server_id"] == THERE]
        keys = [str(row["timestamp"]) for row in history]
        versions = sorted({str(row["version"]) for row in there if "version" in row})
        hashes = sorted(each.rpartition("/")[2].partition(".")[0] for each in self.files)
        receipts = [row["interaction_id"] for row in history if "interaction_id" in row]
        banner_ids = ["b1", "b2", "b3", PART]
        short = [each[:8] for each in hashes]
        return {
            "banner": banner_ids,
            "draft": [*versions, "1"],
            "number": ["101", "102", "103", "104", *receipts],
            "rules": [self.rules[:16]],
            "user": [MEMBER],
            "member": [MEMBER],
            "art": [each for each in hashes if len(each) == 32],
            "older": [*keys, "9999999999999.0000000"],
            "newer": keys,
            "seen": [*short, *versions],
            "name": [PART, "101", "104"],
            "at": ["0.0", "0.1", "0.20"],
            "text": [f"{each}.." for each in short],
        }


def admin(*words: Any) -> Sent:
    name, *given = words
    interaction = command()
    below = {"name": name, "type": 1, "options": given}
    interaction["data"] |= {"name": "gacha-admin", "options": [below]}
    if any(each["name"] == "user" for each in given):
        interaction["data"]["resolved"] = RESOLVED
    return interaction


RESOLVED: Final = {
    "users": {MEMBER: {"id": MEMBER, "username": "both"}},
    "members": {MEMBER: {"roles": []}},
}


def _files(_tables: Any, written_by: str = "") -> set[str]:
    """What lies in the bucket by now; with `written_by`, what a server's own settings name."""
    import boto3

    listed = boto3.client("s3").list_objects_v2(Bucket="the-stacks-bucket").get("Contents", ())
    keys = {str(each["Key"]) for each in listed}
    if not written_by:
        return keys
    stored = [row for row in rows(_tables, "server_settings") if row["server_id"] == written_by]
    text = json.dumps(stored, default=str)
    return {key for key in keys if key.rpartition("/")[2].partition(".")[0] in text}


@pytest.fixture
def servers(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Servers]:
    with at_work(tables, monkeypatch, f"{HERE},{THERE}") as owner:
        made = (owner.bot, tables, owner._number)
        yield Servers(Somebody(*made), There(*made), Member(*made, MEMBER))


# --- everything that can be sent ------------------------------------------------------------------


def attempts(known: Mapping[str, list[str]], chance: random.Random, tries: int) -> Iterator[Sent]:
    """Every command and what is typed into it, and every custom id as a button, select and form."""
    for room in registry.rooms():
        for _ in range(tries):
            yield _command(room, known, chance)
        for each in registry.definition(room).options:
            if each.completes:
                yield _typed(room, each)
    for room, control in custom_ids.controls():
        for _ in range(tries):
            custom_id = custom_ids.made(room, control, known, chance)
            yield from _presses(custom_id, control, known, chance)


def _command(room: str, known: Mapping[str, list[str]], chance: random.Random) -> Sent:
    given, resolved = [], dict[str, Any](RESOLVED)
    for each in registry.definition(room).options:
        if each.required or chance.random() < 0.7:
            value = _value(each, known, chance)
            given.append(option(each.id, value, each.type))
            if each.type == ATTACHMENT:
                resolved["attachments"] = _attachment()
    return _of(room, given, resolved)


def _typed(room: str, of: Option) -> Sent:
    typed = {**option(of.id, PART, of.type), "focused": True}
    return {**_of(room, [typed], {}), "type": 4}


def _of(room: str, given: list[Sent], resolved: Mapping[str, Any]) -> Sent:
    root = registry.root(room)
    *group, name = root.words(room)
    below: Sent = {"name": name, "type": 1, "options": given}
    for each in group:
        below = {"name": each, "type": 2, "options": [below]}
    interaction = command()
    interaction["data"] |= {"name": root.name[1], "options": [below], "resolved": resolved}
    return interaction


def _value(of: Option, known: Mapping[str, list[str]], chance: random.Random) -> Any:
    if of.choices:
        return chance.choice(of.choices).value
    if of.type == INTEGER:
        return chance.randint(of.low or 0, of.high or 9)
    if of.type == USER:
        return MEMBER
    if of.type == ROLE:
        return "77"
    if of.type == ATTACHMENT:
        return "70"
    texts = known.get(of.id, known["name"])
    return chance.choice(texts)[: of.high or 100].ljust(of.low or 1, "x")


def _attachment() -> dict[str, Any]:
    content = picture("lime")
    sent = {"id": "70", "filename": "a.png", "size": len(content), "url": f"{CDN}a.png"}
    return {"70": sent}


def _presses(
    custom_id: str, control: Control, known: Mapping[str, list[str]], chance: random.Random
) -> Iterator[Sent]:
    press = button(custom_id)
    press["message"]["flags"] = 64  # which opens what is below a private result, too
    if len(control.fields) == 1:
        value = str(_value(control.fields[0], known, chance))
        press["data"] |= {"component_type": 3, "values": [value]}
    yield press
    if control.fields:
        sent = button(custom_id)
        sent["type"] = 5
        sent["data"] = {
            "custom_id": custom_id,
            "components": [_field(each, known, chance) for each in control.fields],
            "resolved": {"attachments": _attachment()},
        }
        yield sent


def _field(of: Option, known: Mapping[str, list[str]], chance: random.Random) -> Sent:
    value = _value(of, known, chance)
    if of.type == ATTACHMENT:
        inside: Sent = {"type": 19, "values": ["70"]}
    elif of.type == ROLE:
        inside = {"type": 6, "values": [value]}
    elif of.choices:
        inside = {"type": 3, "values": [str(value)]}
    else:
        inside = {"type": 4, "value": str(value)}
    return {"type": 18, "component": {**inside, "custom_id": of.id}}


# --- what is held ---------------------------------------------------------------------------------


@contextmanager
def looked_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every request to DynamoDB and S3, as text."""
    requests: list[str] = []
    inner = test_aws._Moto.ask

    def ask(
        moto: Any,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes,
        most: int | None = None,
    ) -> http1.Answer:
        requests.append(
            f"{method} {path} {headers.get('x-amz-target', '')} {body.decode(errors='replace')}"
        )
        return inner(moto, method, path, headers, body, most)

    with monkeypatch.context() as patch:
        patch.setattr(test_aws._Moto, "ask", ask)
        yield requests


def forget() -> None:
    """A function that has just started: what it keeps is what it reads."""
    files._kept.clear()
    banners._kept.cache_clear()
    banners._look.cache_clear()
    offers._own_names.cache_clear()


def trespasses(
    servers: Servers, who: Somebody, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """What an interaction in one server asked or told of the other."""
    forget()
    # Nobody is told to be patient.
    vars(who.bot.app)["_buckets"] = SimpleNamespace(take=lambda *_, **__: 0)
    vars(who.bot.app)["_presses"] = SimpleNamespace(is_again=lambda *_: False, took=lambda *_: None)
    who.sent[f"{CDN}a.png"] = picture("lime")
    with looked_at(monkeypatch) as requests:
        seen = who.does(sent)
    found = [each for each in requests if THERE in each]
    found += [each for each in requests for key in servers.files if f"/{key} " in each]
    for custom_id in re.findall(r'"custom_id": "([^":]+:[^"]+)"', "".join(seen)):
        assert custom_ids.is_read(custom_id), f"nothing reads {custom_id}"
    return found + [f"told: {each}" for each in seen if SECRET in each or f"{BALANCE:,}" in each]


def stored(tables: Any, guild: str = "") -> list[str]:
    """All rows, or those of a server."""
    found = [row for table in TABLES for row in rows(tables, table)]
    keys = [str(row.get("server_id", row.get("user_id"))) for row in found]
    texts = (str(sorted(row.items(), key=str)) for row in found)
    return sorted(text for key, text in zip(keys, texts, strict=True) if guild in key)


@pytest.mark.long
def test_nothing_that_is_done_in_one_server_reads_or_changes_another(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, tables = servers.here, servers.here.tables
    before = stored(tables, THERE)
    assert len(before) > 10 and len(servers.files) > 5
    for sent in attempts(servers.known, random.Random(SEED), TRIES):
        what = json.dumps(sent["data"], ensure_ascii=False)
        assert not trespasses(servers, here, sent, monkeypatch), what
    assert stored(tables, THERE) == before
    assert here.started == set(registry.rooms()), "what was refused at the door proves nothing"
    assert {"planned", "drawn", "shown", "refused", "stale"} <= here.outcomes


def test_who_lost_a_right_between_opening_and_sending_changes_nothing(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another server nor their own, and is told nothing: without a role, and with one that
    the server gave no right."""
    tables, here = servers.here.tables, servers.here
    chance = random.Random(SEED)
    for roles in ((), ("78",)):
        former = Former(here.bot, tables, here._number)
        former.roles, former.sent = roles, here.sent
        before = stored(tables)
        for sent in attempts(servers.known, chance, 1):
            if sent["type"] == 4 or not registry.permissions(_room(sent)):
                continue
            assert not trespasses(servers, former, sent, monkeypatch), sent["data"]
        assert stored(tables) == before
        assert former.outcomes <= {"refused", "answered"} and bool(former.outcomes) == bool(roles)


def _room(sent: Sent) -> str:
    data = sent["data"]
    if "custom_id" in data:
        return str(data["custom_id"].partition(":")[0])
    [root] = [each for each in registry.ROOTS if each.name[1] == data["name"]]
    words, below = [], data["options"][0]
    while True:
        words.append(below["name"])
        if below["type"] == 1:
            return root.room(words)
        below = below["options"][0]


class Former(Somebody):
    """Of this server, too: an admin until a moment ago."""

    permissions = 0


# --- and what would not have been noticed ---------------------------------------------------------


def elsewhere_too(patch: pytest.MonkeyPatch, _servers: Servers) -> None:
    """A setting that this server has not is looked for in the other."""
    inner = settings.setting
    patch.setattr(settings, "setting", lambda guild, name: inner(guild, name) or inner(THERE, name))


def any_receipt(patch: pytest.MonkeyPatch, _servers: Servers) -> None:
    """A receipt number is looked up whoever's it is."""
    inner, key = ledger.load, f"{MEMBER}@{THERE}"
    patch.setattr(ledger, "load", lambda of, at: inner(of, at) or inner(key, at))


def any_version(patch: pytest.MonkeyPatch, servers: Servers) -> None:
    """The version that a custom id names is taken, and not the one before that it must be."""
    module = import_module("commands.admin_banner_list.plan")
    patch.setattr(module, "version_before", lambda *_: Version(servers.rules, 1))


def test_a_lookup_that_leaves_the_server_is_noticed(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above, over rooms that are broken."""
    for mutant, of in (
        (elsewhere_too, ":open:"),
        (any_receipt, "receipt"),
        (any_version, ":back:"),
    ):
        tried = attempts(servers.known, random.Random(SEED), 10)
        with monkeypatch.context() as patch:
            mutant(patch, servers)
            assert any(
                trespasses(servers, servers.here, sent, monkeypatch)
                for sent in tried
                if of in json.dumps(sent)
            ), mutant.__name__
