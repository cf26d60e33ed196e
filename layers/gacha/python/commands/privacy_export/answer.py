"""Which part of somebody's data is wanted; Announce reads it, since a state has no room for it."""

from __future__ import annotations

from commands import personal
from commands.asked import Asked
from commands.privacy_export.file import Wanted


def answer(asked: Asked) -> Wanted:
    return {
        "kind": "privacy export",
        "server": personal.server(asked),
        "part": int(asked.options.get("part", 1)),
        "after": str(asked.options.get("after", "")),
    }
