"""Makes pictures out of what was uploaded, a few in each run, and notes of each what became of it.

A note is there before a picture is decoded. So a picture that ends the whole function, as one that
takes its memory may, is tried once more and then left out, and the others are not made again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import pictures
from adapters import files
from commands.asked import Asked
from refused import RefusedError
from unpack import JSON, picture

BATCH: Final = 8
"""Pictures of one run: at three seconds for the largest, half of the function's time."""
TRIES: Final = 2
PATIENCE_S: Final = 40
"""After so many seconds a run begins no other picture; the next one goes on."""


class Result(NamedTuple):
    """What became of a picture: `art` is what it is stored under, empty where it is not, and then
    `key` and `values` say why."""

    art: str = ""
    size: int = 0
    is_moving: bool = False
    key: str = ""
    values: Mapping[str, Any] = MappingProxyType({})
    tries: int = 0


def batches(count: int) -> list[int]:
    """The number of the first picture of each run."""
    return list(range(0, count, BATCH))


def make(asked: Asked, first: int, count: int) -> bool:
    """Make the pictures from number `first` on; whether none of them is left. Raises AwsError."""
    until = time.monotonic() + PATIENCE_S
    for number in range(first, min(first + BATCH, count)):
        if time.monotonic() > until:
            return False
        before = _noted(asked, number)
        if before is not None and (before.art or before.key):
            continue
        tries = 1 if before is None else before.tries + 1
        if tries > TRIES:
            _note(asked, number, Result(key="picture_damaged", values={"kind": ""}))
            continue
        _note(asked, number, Result(tries=tries))
        content = files.get_upload(asked.interaction_id, picture(number))
        _note(asked, number, _made(content, asked.guild))
    return True


def results(asked: Asked, count: int) -> list[Result]:
    """What became of them all. One of which nobody knows ended every function that tried it."""
    lost = Result(key="picture_damaged", values={"kind": ""})
    found = []
    for number in range(count):
        noted = _noted(asked, number)
        found.append(noted if noted is not None and (noted.art or noted.key) else lost)
    return found


def _made(content: bytes, guild_id: str) -> Result:
    """One picture, made and stored. Raises AwsError."""
    try:
        source = pictures.source(content)
        before = files.made_of(source)
        if before == "" or (before and files.has_removed(before, guild_id)):
            raise RefusedError("picture_blocked")
        if _is_ours(content):
            return Result(files.ART.hash(content), len(content))
        made = pictures.made(content)
        art = files.ART.hash(made.content)
        if files.is_blocked(files.ART, art) or files.has_removed(art, guild_id):
            raise RefusedError("picture_blocked")
    except RefusedError as refusal:
        return Result(key=refusal.key, values=dict(refusal.problem.values))
    # Noted before it is there: who removes it meanwhile blocks this upload, too.
    files.note_use(art, guild_id, source)
    files.put(files.ART, made.content)
    files.note_source(source, art)
    return Result(art, len(made.content), made.is_moving)


def _is_ours(content: bytes) -> bool:
    """Whether it is a picture as we made it, in an export: it stays what it is, and under its hash.
    Raises RefusedError for one that was taken away, or AwsError."""
    if len(content) > files.ART.most or pictures.kind(content) != "webp":
        return False
    art = files.ART.hash(content)
    if files.is_blocked(files.ART, art):
        raise RefusedError("picture_blocked")
    try:
        return files.read(files.ART, art) == content
    except files.MissingError:
        return False


def _note(asked: Asked, number: int, result: Result) -> None:
    content = json.dumps({**result._asdict(), "values": dict(result.values)}).encode()
    files.put_upload(asked.interaction_id, _name(number), content, JSON)


def _noted(asked: Asked, number: int) -> Result | None:
    try:
        stored = files.get_upload(asked.interaction_id, _name(number))
    except files.MissingError:
        return None
    return Result(**json.loads(stored))


def _name(number: int) -> str:
    return f"result-{number:03}.json"
