"""The one place that sends galleries, in one of two ways (the template's parameter `PicturesBy`).

By address, Discord fetches each picture from where the stack serves it; one that it has not cached
may not appear at first (discord-api-docs 8072). As a file, the pictures go along with the message,
which takes longer, and each edit says explicitly which files it has (7529).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from adapters import aws, files
from adapters.logs import log
from commands.kit import Attachment, Body, Component

MOST_FILES: Final = 10
"""Of a message, as Discord counts them."""

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of all files together: Discord takes 10 MiB, in a body that has more than these."""

PATIENCE_S: Final = 3.0
"""How long pictures are read; then all are sent by address, for the player is waiting."""

_GALLERY: Final = 12


class Sent(NamedTuple):
    """A body as it is sent, and the files that go along."""

    body: Body
    files: tuple[Attachment, ...] = ()


def are_files() -> bool:
    return os.environ["GALLERIES"] == "file"


def sent(body: Body) -> Sent:
    """The body with its pictures as files, where that is the way and they have room; else as it is.
    One that was taken away meanwhile is left out of its gallery."""
    arts = list(dict.fromkeys(_arts(body["components"])))
    if not are_files() or not 0 < len(arts) <= MOST_FILES:
        return by_address(body)
    until, found = time.monotonic() + PATIENCE_S, dict[str, bytes]()
    try:
        for art in arts:
            if time.monotonic() > until:
                return by_address(body)
            try:
                found[art] = files.read(files.ART, art)
            except files.MissingError:
                found[art] = b""
    except (files.DamagedError, aws.AwsError) as error:
        log("a gallery goes by address", level="WARNING", error=type(error).__name__)
        return by_address(body)
    if sum(map(len, found.values())) > MOST_BYTES:
        return by_address(body)
    attached = tuple(Attachment(_name(art), found[art]) for art in arts if found[art])
    components = list(_filed(body["components"], found))
    return Sent({**body, "components": components, "attachments": []}, attached)


def by_address(body: Body) -> Sent:
    """Without files; where some may have come with an earlier edit, it says that there are none."""
    return Sent({**body, "attachments": []} if are_files() else body)


def _arts(components: list[Component]) -> Iterator[str]:
    for each in components:
        if each["type"] == _GALLERY:
            yield from filter(None, map(_art, each["items"]))
        yield from _arts(each.get("components", []))


def _art(item: Mapping[str, Any]) -> str:
    """The picture of ours that an item of a gallery shows; empty for another's."""
    address, ours = str(item["media"]["url"]), os.environ["ART_URL"]
    return address.removeprefix(ours) if address.startswith(ours) else ""


def _filed(components: list[Component], found: Mapping[str, bytes]) -> Iterator[Component]:
    for each in components:
        if each["type"] == _GALLERY:
            items = [item for item in each["items"] if found.get(_art(item), b" ")]
            if items:  # an empty gallery would be refused
                yield {**each, "items": [_item(item, found) for item in items]}
        elif "components" in each:
            yield {**each, "components": list(_filed(each["components"], found))}
        else:
            yield each


def _item(item: Mapping[str, Any], found: Mapping[str, bytes]) -> dict[str, Any]:
    art = _art(item)
    return {**item, "media": {"url": f"attachment://{_name(art)}"}} if art in found else {**item}


def _name(art: str) -> str:
    return f"{art}.{files.ART.suffix}"
