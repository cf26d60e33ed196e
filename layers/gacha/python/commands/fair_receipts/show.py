"""What goes with a file of receipts."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit
from commands.fair_receipts.texts import say
from commands.kit import Body
from commands.message import Content, parsed


class Receipts(TypedDict):
    """`next`: the part with which to go on; None after the last."""

    kind: Literal["receipts"]
    epoch: int
    pulls: int
    next: int | None


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    receipts = parsed(Receipts, content)
    said = [say(lang, "receipts", epoch=receipts["epoch"], pulls=receipts["pulls"])]
    if receipts["next"] is not None:
        said.append(say(lang, "more_parts", next=receipts["next"]))
    return kit.body("\n".join(said))
