"""The one read that a room's inline.py may make: what a form or a list of choices begins with.

Discord takes an answer for three seconds. So the read has two, all included: names, connection,
TLS, and a second connection where AWS had closed the kept one. It runs in a thread of its own,
because none of Python's time limits covers the look-up of a name or an answer that drips.
"""

from __future__ import annotations

import http.client
import json
import os
from threading import Thread
from typing import Final

from adapters import aws
from adapters.logs import log
from adapters.tables import items
from commands.command import NotReadyError

PATIENCE_S: Final = 2.0

_kept: Final[list[aws.Connection]] = []
"""At most one connection that nobody uses, kept for the next read. It is not opened while the
function starts: most first answers need none."""


def setting(guild_id: str, name: str, again: str = "") -> items.Row | None:
    """An item of the server's settings as it is now, or None where there is none.

    Raises NotReadyError if it is not there within two seconds, or AWS refuses. `again` is the
    control that opens the form then (`NotReadyError.custom_id`).
    """
    key = items.to_item({"server_id": guild_id, "setting": name})
    request = {
        "TableName": os.environ["DYNAMODB_SETTINGS_TABLE"],
        "Key": key,
        "ConsistentRead": True,
    }
    came: list[aws.Answer | str] = []
    reader = Thread(target=lambda: came.append(_read(json.dumps(request).encode())), daemon=True)
    reader.start()
    reader.join(PATIENCE_S)
    # What comes later is nobody's any more; the thread keeps its connection to itself.
    answer = came[0] if came else "late"
    if isinstance(answer, str):
        log("a setting could not be read", level="ERROR", guild_id=guild_id, error=answer)
        raise NotReadyError(again)
    item = answer.get("Item")
    return None if item is None else items.from_item(item)


def _read(body: bytes) -> aws.Answer | str:
    """The answer, or the name of what went wrong."""
    while True:
        connection = _kept.pop() if _kept else _new()
        was_open = connection.is_open
        try:
            answer = aws.read(connection.post("GetItem", body))
        except (OSError, http.client.HTTPException, aws.AwsError) as failure:
            connection.close()
            if was_open and isinstance(failure, aws.CLOSED):
                continue  # AWS closes a connection that slept too long
            return failure.code if isinstance(failure, aws.ServiceError) else type(failure).__name__
        if not _kept:
            _kept.append(connection)
        return answer


def _new() -> aws.Connection:
    return aws.Connection(aws.DYNAMODB, PATIENCE_S, PATIENCE_S)
