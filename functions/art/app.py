"""Pictures: the bucket's folder `art/` at the addresses GET /art/<hash>, which Discord fetches.

What lies under a hash never changes, so whoever has it may keep it for a year. A picture that was
taken away is looked for anew in each call, and gone at once.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any, Final

from adapters import aws, files
from adapters.logs import log

PATH: Final = re.compile(r"/art/([0-9a-f]{32})")
KEPT: Final = "public, max-age=31536000, immutable"
ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
}

Answer = dict[str, Any]


def handler(event: dict[str, Any], _context: object) -> Answer:
    """An HTTP API's event of the payload format 2.0, and its answer."""
    found = PATH.fullmatch(event["rawPath"])
    try:
        picture = files.read(files.ART, found[1]) if found else None
    except files.MissingError:
        picture = None
    except (files.DamagedError, aws.AwsError) as error:
        # No error of the API's: its alarm is about commands, which do not wait for pictures.
        log("a picture could not be read", level="ERROR", path=event["rawPath"], error=str(error))
        picture = None
    if found is None or picture is None:
        return _answer(404, {"cache-control": "no-store"})
    etag = f'"{found[1]}"'
    headers = {"cache-control": KEPT, "etag": etag}
    if _has(event.get("headers", {}).get("if-none-match", ""), etag):
        return _answer(304, headers)
    headers["content-type"] = files.ART.content_type
    if event["requestContext"]["http"]["method"] == "HEAD":
        return _answer(200, headers)
    return _answer(200, headers) | {"body": b64encode(picture).decode(), "isBase64Encoded": True}


def _answer(status: int, headers: dict[str, str]) -> Answer:
    return {"statusCode": status, "headers": ALWAYS | headers, "body": ""}


def _has(asked: str, etag: str) -> bool:
    """Whether If-None-Match names it, or all (RFC 9110, 13.1.2: compared without `W/`)."""
    named = (each.strip().removeprefix("W/") for each in asked.split(","))
    return asked.strip() == "*" or etag in named
