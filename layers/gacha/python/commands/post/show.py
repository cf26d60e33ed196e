"""The result as its player saw it, with the number of its own receipt."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import registry
from commands.kit import Body
from commands.message import Content, parsed


class Post(TypedDict):
    """`result`: what a pull hands over. `number`: its receipt number."""

    kind: Literal["post"]
    number: str
    result: Content


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    of = parsed(Post, content)
    return registry.show("pull").show(of["result"], lang, of["number"])


def plain(content: Content, lang: str, _receipt_number: str, space: int) -> str:
    of = parsed(Post, content)
    return registry.result("pull").plain(of["result"], lang, of["number"], space)
