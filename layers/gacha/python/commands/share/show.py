"""A page of somebody's book, by their name and without what turns it."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

from commands import kit
from commands.collection import show as collection
from commands.kit import Body
from commands.message import Content, parsed


class Shared(TypedDict):
    """`book` is what `/gacha collection` hands over."""

    kind: Literal["share"]
    book: Content


def show(content: Content, lang: str, receipt_number: str) -> Body:
    page = {**parsed(Shared, content)["book"], "is_own": False}
    [frame, *_] = collection.show(cast(Content, page), lang, receipt_number)["components"]
    return kit.layout(frame)
