"""The page as the book itself answers it, of nobody but who asked."""

from __future__ import annotations

from commands import registry
from commands.asked import Asked
from commands.message import Content
from commands.share.show import Shared


def answer(asked: Asked) -> Shared | Content:
    page = registry.answer("collection").answer(asked)
    return page if page["kind"] == "text" else Shared(kind="share", book=page)
