"""What goes with a file of somebody's data, and where to get the next one."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit
from commands.kit import Body
from commands.message import Content, parsed
from commands.personal import ending
from commands.privacy_export.texts import say


class Export(TypedDict):
    """`server`: which one, where this is a direct message. `events`: how many of the ledger are in
    this file. `next`: where the next one begins; empty after the last."""

    kind: Literal["privacy export"]
    server: str
    part: int
    events: int
    next: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Export, content)
    said = [say(lang, "file", part=of["part"], events=of["events"])]
    if of["part"] == 1:
        said.append(say(lang, "inside"))
    if not of["next"]:
        said.append(say(lang, "all"))
        return kit.body("\n".join(said))
    said.append(say(lang, "more"))
    following = f"privacy export:more:{of['part'] + 1}:{of['next']}{ending(of['server'])}"
    return kit.body(
        "\n".join(said), components=kit.rows([kit.button(say(lang, "next"), following)])
    )
