"""The body of a request for a message: JSON, or a form with files (multipart/form-data).

The standard library only, because the simulated Discord reads it, too.
"""

from __future__ import annotations

import base64
import email
import io
import json
from typing import Any, Final, NamedTuple

FORM: Final = "multipart/form-data"


class Upload(NamedTuple):
    """A file of a form, under SimCord's names for what it takes of one."""

    name: str  # of the form's part: files[<the attachment's id>]
    fp: io.BytesIO
    filename: str
    description: str | None


def read(content_type: str, body: bytes) -> tuple[Any, list[Upload]]:
    """The message and the files with it, in the form's order. ValueError where there is no JSON;
    of nothing at all, the message is None."""
    if not content_type.startswith(FORM):
        return (json.loads(body) if body else None), []
    form = email.message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    message: Any = None
    parts: dict[str, tuple[str, bytes]] = {}
    for part in form.walk():
        if part.is_multipart():
            continue
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "payload_json":
            message = json.loads(content)
        else:
            parts[name] = (part.get_filename() or name, content)
    described = {f"files[{each.get('id')}]": each.get("description") for each in noted(message)}
    return message, [
        Upload(name, io.BytesIO(content), filename, described.get(name))
        for name, (filename, content) in parts.items()
    ]


def noted(message: Any) -> list[dict[str, Any]]:
    """What a message says of its attachments, as far as it makes sense."""
    notes = message.get("attachments") if isinstance(message, dict) else None
    return [each for each in notes if isinstance(each, dict)] if isinstance(notes, list) else []


def joined(content_type: str, body: bytes) -> Any:
    """The message with what its files hold: each attachment has its `size` and its `content` as
    text, or as `base64` where it is none. ValueError where it is no JSON, or an attachment has no
    file."""
    message, uploads = read(content_type, body)
    files = {each.name: each.fp.getvalue() for each in uploads}
    if content_type.startswith(FORM):
        for attachment in noted(message):
            content = files.get(f"files[{attachment.get('id')}]")
            if content is None:
                raise ValueError("an attachment without a file")
            attachment |= {"size": len(content), **_content(content)}
    return message


def _content(content: bytes) -> dict[str, str]:
    try:
        return {"content": content.decode()}
    except UnicodeDecodeError:  # a ZIP, a workbook
        return {"base64": base64.b64encode(content).decode()}
