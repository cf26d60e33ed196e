"""What a first answer may read: at most a little, and for no longer than it can wait.

Discord takes an answer for three seconds. So what a form or a list of choices begins with has two,
all included: names, connection, TLS, and a second connection where AWS had closed the kept one. A
read runs in a thread of its own, because none of Python's time limits covers the look-up of a name
or an answer that drips.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from threading import Thread
from typing import TYPE_CHECKING, Final, TypeVar

from adapters import aws, http1
from adapters.logs import log
from commands.command import NotReadyError

if TYPE_CHECKING:
    from adapters import files
    from adapters.tables import items

Got = TypeVar("Got")

PATIENCE_S: Final = 2.0

_kept: Final[list[aws.Connection]] = []
"""At most one connection that nobody uses, kept for the next read."""


class Reading:
    """Something that is being read, while whoever needs it may do something else."""

    def __init__(self, read: Callable[[], None]) -> None:
        self._thread: Final = Thread(target=read, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until it is done, and no longer than that. What comes later is nobody's any more; the
        thread keeps its connection to itself."""
        self._thread.join(max(0.0, seconds))


def connect() -> None:
    """Begin to connect ahead of the first read, and wait for nothing: a start that AWS keeps
    waiting would keep a player waiting."""
    Reading(_connect)


def _connect() -> None:
    connection = _new()
    try:
        connection.connect()
    except OSError:
        connection.close()
        return
    _kept.append(connection)


def setting(guild_id: str, name: str, again: str = "") -> items.Row | None:
    """An item of the server's settings as it is now, or None where there is none.

    Raises NotReadyError if it is not there within two seconds, or AWS refuses. `again` is the
    control that opens the form then (`NotReadyError.custom_id`).
    """
    return read(guild_id, lambda reader: reader.setting(guild_id, name), again)


def read(guild_id: str, what: Callable[[Reader], Got], again: str = "") -> Got:
    """What somebody makes of what they read, all of it within the same two seconds. Raises as
    `setting` does, and whatever `what` raises."""
    came: list[Got | Exception] = []

    def work() -> None:
        try:
            came.append(what(Reader()))
        except Exception as error:  # it is the caller's
            came.append(error)

    Reading(work).wait(PATIENCE_S)
    answer = came[0] if came else FailedError("late")
    if isinstance(answer, FailedError):
        log("a setting could not be read", level="ERROR", guild_id=guild_id, error=str(answer))
        raise NotReadyError(again)
    if isinstance(answer, Exception):
        raise answer
    return answer


class FailedError(Exception):
    """AWS refused, or was not there; the text is for the log."""


class Reader:
    """What `read` lets somebody read, one after the other. Raises FailedError."""

    def setting(self, guild_id: str, name: str) -> items.Row | None:
        """An item of the server's settings, or None where there is none."""
        key = {"server_id": {"S": guild_id}, "setting": {"S": name}}
        answer = get("DYNAMODB_SETTINGS_TABLE", key, ConsistentRead=True)
        if isinstance(answer, str):
            raise FailedError(answer)
        item = answer.get("Item")
        if item is None:
            return None
        from adapters.tables import items  # most first answers need none of it

        return items.from_item(item)

    def file(self, kind: files.Kind, hash_: str) -> bytes:
        """The file of this hash. It is kept, so that whoever types on waits for it once."""
        from adapters import files

        not_there = (files.MissingError, files.DamagedError)
        bucket = aws.S3()
        try:
            return files.get(kind, hash_, bucket.get_once)
        except (OSError, http1.BrokenError, aws.AwsError, *not_there) as failure:
            raise FailedError(type(failure).__name__) from None
        finally:
            bucket.close()


def get(table: str, key: Mapping[str, Mapping[str, str]], **more: object) -> aws.Answer | str:
    """GetItem's answer, or the name of what went wrong. `table` is the environment variable that
    names it; `more` are further parameters."""
    request = {"TableName": os.environ[table], "Key": key, **more}
    body = json.dumps(request).encode()
    while True:
        connection = _kept.pop() if _kept else _new()
        was_open = connection.is_open
        try:
            answer = aws.read(connection.post("GetItem", body))
        except (OSError, http1.BrokenError, aws.AwsError) as failure:
            connection.close()
            if was_open and isinstance(failure, aws.CLOSED):
                continue  # AWS closes a connection that slept too long
            return failure.code if isinstance(failure, aws.ServiceError) else type(failure).__name__
        if not _kept:
            _kept.append(connection)
        return answer


def _new() -> aws.Connection:
    return aws.Connection(aws.DYNAMODB, PATIENCE_S, PATIENCE_S)
