"""The codes, opened by Announce: one in the message, many in a file."""

from __future__ import annotations

from adapters.unsealing import unsealed
from commands.asked import Asked
from commands.kit import Attachment
from commands.message import Content


def attach(_asked: Asked, content: Content) -> tuple[Content, Attachment | None]:
    if not content.get("codes"):
        return content, None
    text = unsealed(content["codes"]) or ""
    if not content["singles"]:
        return {**content, "codes": text}, None
    # Excel reads UTF-8 with its mark; the codes are ASCII, so every program reads them.
    file = Attachment(f"codes-{content['campaign']}.csv", f"code\n{text}\n".encode())
    return {**content, "codes": ""}, file
