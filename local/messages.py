"""What a reader sees of a message of Discord's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def text_of(message: Mapping[str, Any]) -> str:
    """Everything a reader sees in a message."""
    return "\n".join(sections(message))


def sections(message: Mapping[str, Any]) -> list[str]:
    """The same, one text for each part that stands in a frame of its own, content first."""
    parts = [[message.get("content")]]
    for embed in message.get("embeds") or []:
        fields = [each[part] for each in embed.get("fields", []) for part in ("name", "value")]
        footer = embed.get("footer", {}).get("text")
        parts.append([embed.get("title"), embed.get("description"), *fields, footer])
    for each in message.get("components") or []:
        parts.append([displayed.get("content") for displayed in components([each])])
    return [text for text in ("\n".join(filter(None, part)) for part in parts) if text]


def components(of: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Components, each followed by those within it."""
    for each in of:
        yield each
        yield from components(each.get("components") or ())
