"""Small builders that several test modules use."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from adapters import sealing
from commands import registry
from commands.asked import Asked
from commands.message import Content, Message
from gacha import server, snowflake

GUILD: Final = "1290000000000000002"
USER: Final = "1290000000000000009"
PLAYER_KEY: Final = f"{USER}@{GUILD}"
TOKEN: Final = "canary-token-that-must-not-leak"
SEALING_SECRET: Final = "what the tests' and the sample events' tokens are sealed for"
SEALING_KEY: Final = sealing.private_key(SEALING_SECRET)
SEALING_PUBLIC_KEY: Final = bytes(SEALING_KEY.public_key).hex()
SEALED_TOKEN: Final = sealing.seal(SEALING_KEY.public_key, TOKEN)
FIRST_ID: Final = 1_574_629_893_929_968_613


def workflow_input(
    number: int = 0, command: str = "pull", /, *, admin: str | None = None, **options: Any
) -> dict[str, Any]:
    """What `interactions` starts a workflow with; `number` tells interactions apart. A grant is
    asked for by the `admin`, and so is what is of the server."""
    defaults = {"banner": "starlit-atelier", "count": 1} if command == "pull" else {}
    interaction_id = str(FIRST_ID + (number << 22))
    of_server = registry.is_room(command) and registry.definition(command).of_server
    return {
        "interaction_id": interaction_id,
        "ledger_key": snowflake.key_text(interaction_id),
        "application_id": "1290000000000000001",
        "sealed_token": SEALED_TOKEN,
        "guild_id": GUILD,
        "user_id": server.ID if of_server else USER,
        "language": "ja",
        "command": command,
        "options": defaults | options,
        **({"admin_id": admin} if admin else {}),
    }


def asked(number: int = 0, command: str = "pull", **options: Any) -> Asked:
    """The same, as a worker reads it."""
    return Asked.read(workflow_input(number, command, **options))


def order(
    interaction: Mapping[str, Any],
    message: Mapping[str, Any],
    figures: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """What the workflow asks of Announce at first."""
    return {
        "interaction": dict(interaction),
        "receipt_number": interaction["interaction_id"],
        "message": dict(message),
        "figures": dict(figures or {}),
        "attempt": 0,
        "patience_s": 840,
    }


def content(message: Mapping[str, Any]) -> Content:
    """What a worker handed over, without what is said of it as a message."""
    return Message.read(message).content


def room_of(message: Mapping[str, Any]) -> str:
    """The room whose message it is; of a sentence, one that has it."""
    if message["kind"] != "text":
        kinds = {"fair": "fair show", "receipts": "fair receipts", "reach": "rates"}
        kinds |= {"privacy list": "privacy show"}
        return kinds.get(message["kind"], str(message["kind"]))
    owners = (r for r in registry.rooms() if message["sentence"] in registry.texts(r).SENTENCES)
    return next(owners, "pull")


def sort_key(number: int = 0) -> Decimal:
    return snowflake.sort_key(str(FIRST_ID + (number << 22)))


def rows(client: Any, table: str = "gacha_history") -> list[dict[str, Any]]:
    """All items of a small table, as Python values."""
    from adapters.tables.items import from_item

    return [from_item(item) for item in client.scan(TableName=table)["Items"]]
