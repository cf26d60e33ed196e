"""Players and what becomes of their commands: what the demo and the tests are written in."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.client import MEMBER, Answer, Signer, Standin, command, press, send
from local.cloud import Stack
from local.messages import components, text_of

GUILD = "1290000000000000002"
LAID_OUT = 1 << 15
"""Discord's flag of a message of components V2."""
MANAGE_GUILD = "32"
"""The permission that an admin needs, as Discord writes sets of them."""


@dataclass(frozen=True)
class Sent:
    """An interaction, and what the endpoint said at once."""

    interaction: dict[str, Any]
    answer: Answer

    @property
    def id(self) -> str:
        return str(self.interaction["id"])

    @property
    def token(self) -> str:
        return str(self.interaction["token"])


@dataclass
class World:
    """The stack, the two sides of Discord, and all that was sent."""

    stack: Stack
    signer: Signer
    standin: Standin
    sent: list[dict[str, Any]] = field(default_factory=list)

    def send(self, interaction: dict[str, Any]) -> Sent:
        self.sent.append(interaction)
        answer = send(self.stack.interactions_url, self.signer, interaction)
        return Sent(interaction, answer)

    def record(self, sent: Sent, wait: float = 60) -> dict[str, Any]:
        """What the stand-in knows of the interaction, once it has a message."""
        record = self.standin.read(sent.token, wait)
        assert record["message"], f"no message for {sent.id}: {self.execution(sent)}"
        return record

    def message(self, sent: Sent, wait: float = 60) -> str:
        """All text of the message that the interaction ended in."""
        return text_of(self.record(sent, wait)["message"])

    def rows(self, table: str, player_key: str) -> list[dict[str, Any]]:
        """A player's rows in the table that the output `table` names."""
        answer = self.stack.client("dynamodb").query(
            TableName=self.stack.outputs[table],
            KeyConditionExpression="user_id = :user",
            ExpressionAttributeValues={":user": {"S": player_key}},
            ConsistentRead=True,
        )
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in row.items()} for row in answer["Items"]]

    def executions(self, machine: str = "PullStateMachineArn") -> dict[str, str]:
        """Status by name of every execution of the machine that the output names."""
        pages = (
            self.stack.client("stepfunctions")
            .get_paginator("list_executions")
            .paginate(stateMachineArn=self.stack.outputs[machine])
        )
        return {each["name"]: each["status"] for page in pages for each in page["executions"]}

    def execution(self, sent: Sent, wait: float = 0) -> str | None:
        """The pull workflow's status, after up to `wait` seconds while it runs."""
        deadline = time.monotonic() + wait
        while (status := self.executions().get(sent.id)) == "RUNNING":
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        return status


@dataclass
class Player:
    """Somebody in the server. `permissions` are those that they have where they use one of the
    admins' commands."""

    world: World
    user_id: str
    locale: str = "ja"
    guild_id: str = GUILD
    roles: Sequence[str] = ()
    permissions: str = MANAGE_GUILD

    @property
    def key(self) -> str:
        return f"{self.user_id}@{self.guild_id}"

    def command(self, name: str, /, **options: str | int) -> dict[str, Any]:
        return command(
            ["gacha", *name.split()],
            options,
            user_id=self.user_id,
            guild_id=self.guild_id,
            locale=self.locale,
            roles=self.roles,
        )

    def use(self, name: str, /, **options: str | int) -> Sent:
        return self.world.send(self.command(name, **options))

    def press(self, sent: Sent, label: str) -> Sent:
        """Press a button of the message that an interaction ended in, whosever it is."""
        message = self.world.record(sent)["message"]
        [custom_id] = [
            each["custom_id"]
            for each in components(message["components"])
            if each.get("label") == label
        ]
        return self._press(sent, custom_id)

    def choose(self, sent: Sent, custom_id: str, value: str) -> Sent:
        """Choose a value of a select."""
        return self._press(sent, custom_id, component_type=3, values=[value])

    def tap(self, sent: Sent, custom_id: str) -> Sent:
        """Press a button that the message does not have now, or never had."""
        return self._press(sent, custom_id)

    def _press(self, sent: Sent, custom_id: str, **data: Any) -> Sent:
        return self.world.send(self.pressed(sent, custom_id, **data))

    def pressed(self, sent: Sent, custom_id: str, **data: Any) -> dict[str, Any]:
        """The press as of now, to be sent whenever."""
        # What answers below a message that only one person sees is seen by one person, too.
        flags = sent.answer.json.get("data", {}).get("flags", 0)
        message = self.world.standin.read(sent.token)["message"] or {}
        flags |= message.get("flags", 0) & LAID_OUT
        interaction = press(sent.interaction, custom_id, self.user_id, flags=flags)
        member = sent.interaction.get("member")
        if member and self.user_id != member["user"]["id"]:
            interaction["member"] |= {"permissions": MEMBER, "roles": [*self.roles]}
        interaction["data"] |= data
        return interaction | {"locale": self.locale}

    def grant(self, to: "Player", amount: int, **options: str) -> Sent:
        """Give currency as an admin of the server."""
        return self.manage("grant", user=to.user_id, amount=amount, **options)

    def manage(
        self,
        name: str,
        files: Mapping[str, Mapping[str, Any]] | None = None,
        /,
        **options: str | int,
    ) -> Sent:
        """Use one of the admins' commands; `files` as in `local.client.command`."""
        return self.world.send(
            command(
                ["gacha-admin", *name.split()],
                options,
                user_id=self.user_id,
                guild_id=self.guild_id,
                locale=self.locale,
                permissions=self.permissions,
                roles=self.roles,
                files=files,
            )
        )

    def pull(self, count: int = 1) -> Sent:
        """A pull whose message has arrived."""
        sent = self.use("pull", count=count)
        self.world.record(sent)
        return sent

    @property
    def state(self) -> dict[str, Any]:
        [row] = self.world.rows("UsersTable", self.key)
        return row

    @property
    def ledger(self) -> list[dict[str, Any]]:
        """The player's events without the opening balance, oldest first."""
        return [row for row in self.world.rows("HistoryTable", self.key) if row["timestamp"]]
