"""A server with its admins at the handlers' doors, for the tests of their rooms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from adapters import banners
from commands import events, registry, render
from commands.command import PULL, REPLY
from commands.message import Message
from commands.sentences import LANGUAGES
from gacha import audit
from tests.conftest import load_function
from tests.recording import record
from tests.support import PLAYER_KEY, rows, workflow_input

ADMIN: Final = "1290000000000000077"


class Server:
    """What is done in one server, by its player or by `admin`."""

    def __init__(self, admin: str = ADMIN) -> None:
        self._workers = {name: load_function(name).handler for name in ("draw", "plan", "answer")}
        self._admin = admin

    def asked(self, number: int, room: str, /, **options: Any) -> dict[str, Any]:
        command = registry.definition(room)
        admin = self._admin if command.of_server or command.subject else None
        return workflow_input(number, room, admin=admin, **options)

    def work(self, interaction: Mapping[str, Any]) -> dict[str, Any]:
        """What the interaction's first worker returns."""
        workflow = registry.definition(interaction["command"]).workflow
        worker = {PULL: "draw", REPLY: "answer"}.get(workflow, "plan")
        returned = self._workers[worker]({"interaction": dict(interaction)}, None)
        worked: dict[str, Any] = json.loads(json.dumps(returned))
        for language in LANGUAGES:  # whatever is handed over, Announce can say
            of = interaction["command"], Message.read(worked["message"]).content, language, "1" * 19
            render.render(*of), render.plain(*of)
        return worked

    def do(self, number: int, room: str, /, **options: Any) -> dict[str, Any]:
        """A change, recorded if there is something to record, or what is shown."""
        interaction = self.asked(number, room, **options)
        returned = self.work(interaction)
        if "transaction" in returned:
            assert record(interaction, returned)
        return returned

    def sure(self, number: int, room: str, /, **options: Any) -> dict[str, Any]:
        """The same of what is asked first, with the press of its button at once; the question is
        not recorded, so that both may be of one number."""
        first = self.do(number, room, **options)
        if first["outcome"] != "asked":
            return first
        return self.do(number, room, seen=self.seen(first))

    @staticmethod
    def seen(asking: Mapping[str, Any]) -> str:
        """What the question's button says of what was typed."""
        return str(asking["message"]["again"].rpartition(":")[2])


def audited(tables: Any) -> list[str]:
    """What the audit finds wrong with the player of these tests."""
    [stored] = rows(tables, "discord_users")
    found = audit.check(
        PLAYER_KEY,
        rows(tables),
        stored,
        rows(tables, "gacha_collection"),
        banners.load_version,
        0,
        events.replays(),
    )
    return [str(each) for each in found if each.violation]


def put_back(tables: Any, restored: int, epoch: int) -> None:
    """Leave what scripts.restore leaves, in Unix seconds: as of when the tables are, and when they
    were restored."""
    item = {"user_id": {"S": "*"}, "epoch": {"N": str(epoch)}, "restored": {"N": str(restored)}}
    tables.put_item(TableName="discord_users", Item=item)
