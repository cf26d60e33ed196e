"""The part that the message hands out: the workshop has left it, for a day."""

from __future__ import annotations

from adapters import files
from commands.admin_banner_export.show import Exported
from commands.asked import Asked
from commands.kit import Attachment
from commands.message import Content, Text, parsed, text
from gacha.making.exports import part_name


def attach(_asked: Asked, content: Content) -> tuple[Exported | Text, Attachment | None]:
    of = parsed(Exported, content)
    if of["state"] != "made":
        return of, None
    try:
        part = files.get_upload(of["export"], part_name(of["part"]))
    except files.MissingError:
        return text("gone"), None
    name = f"{of['banner']}-{of['part']}-of-{len(of['parts'])}.zip"
    return of, Attachment(name, part)
