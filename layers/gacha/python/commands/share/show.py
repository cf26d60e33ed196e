"""A page of somebody's book, by their name and without what turns it."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit, registry
from commands.kit import Body
from commands.message import Content, parsed


class Shared(TypedDict):
    """`book` is what `/gacha collection` hands over."""

    kind: Literal["share"]
    book: Content


def show(content: Content, lang: str, receipt_number: str) -> Body:
    page = {**parsed(Shared, content)["book"], "is_own": False}
    [frame, *_] = registry.show("collection").show(page, lang, receipt_number)["components"]
    return kit.layout(frame)
