"""Discord's HTTP rules, in one place: editing the answer that was deferred, and what came of it.

A delivery's outcome is data, not an exception, so that the workflow can wait as long as Discord
asked. Nothing here, and no error raised here, names the URL: the interaction token is part of it.
"""

from __future__ import annotations

import json
import math
import os
import random
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from typing import Any, Final, Literal
from urllib.parse import quote

import requests

from gacha import snowflake

Outcome = Literal["delivered", "wait", "rejected", "gone"]

TOKEN_LIFE_S: Final = 15 * 60
"""How long an interaction token is good for (Discord API reference, "Receiving and Responding")."""

MAX_TRIES: Final = 10
"""Edits of one answer before it is given up; a 5xx can last for ever (discord-api-docs 8554)."""

_TIMEOUT_S: Final = (3.05, 8)  # to connect, to read
_MAX_PAUSE_S: Final = 60
_USER_AGENT: Final = "DiscordBot (https://github.com/discord-gacha, 0.1.0)"

# Discord's JSON error codes (API reference, "Opcodes and Status Codes").
_UNKNOWN_WEBHOOK: Final = 10015
_ALREADY_ACKNOWLEDGED: Final = 40060
_INVALID_BODY: Final = frozenset({50006, 50035, 50045, 50109, 40005})


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of an edit.

    "delivered"; "wait" `seconds` and try again; "rejected": Discord refuses this body, another
    may do; "gone": it cannot be delivered any more. `status` is the HTTP status (None without an
    answer), `code` Discord's own error code (None without one).
    """

    outcome: Outcome
    seconds: int = 0
    status: int | None = None
    code: int | None = None


def edit_original(
    application_id: str,
    token: str,
    message: dict[str, Any],
    *,
    file: tuple[str, bytes] | None = None,
    attempt: int,
    seconds_left: float,
) -> Delivery:
    """Replace the deferred answer by `message`. Idempotent, and needs no bot token.

    `file` is a name and a content to attach.

    `attempt` counts the tries before this one; `seconds_left` is how long waiting still makes
    sense, from now (at or below 0: this is the last try).
    """
    path = f"/webhooks/{quote(application_id, safe='')}/{quote(token, safe='')}/messages/@original"
    try:
        response = _session().patch(
            os.environ["DISCORD_API_BASE_URL"].rstrip("/") + path,
            **_body(message, file),
            timeout=_TIMEOUT_S,
            allow_redirects=False,
        )
    except requests.RequestException:
        return _later(attempt, seconds_left)
    return _judge(response, attempt, seconds_left)


def _body(message: dict[str, Any], file: tuple[str, bytes] | None) -> dict[str, Any]:
    """What `requests` is to send: JSON, or with a file the multipart form that Discord takes."""
    if file is None:
        return {"json": message}
    attached = {**message, "attachments": [{"id": 0, "filename": file[0]}]}
    parts = {
        "payload_json": (None, json.dumps(attached), "application/json"),
        "files[0]": (file[0], file[1], guess_type(file[0])[0]),
    }
    return {"files": parts}


def _judge(response: requests.Response, attempt: int, seconds_left: float) -> Delivery:
    status, body = response.status_code, _json(response)
    code = body.get("code") if isinstance(body.get("code"), int) else None
    if status < 300 or code == _ALREADY_ACKNOWLEDGED:
        return Delivery("delivered", status=status, code=code)
    if status == 429:
        # Without `Via` it is Cloudflare that refuses, whose body may be HTML.
        asked = body.get("retry_after") if "Via" in response.headers else None
        return _later(attempt, seconds_left, asked=asked, status=status, code=code)
    if status >= 500 or (status == 404 and code in (_UNKNOWN_WEBHOOK, None)):
        # The workflow can outrun the first answer, for seconds (discord-api-docs 6851, 7220).
        return _later(attempt, seconds_left, status=status, code=code)
    if status == 413 or code in _INVALID_BODY:
        return Delivery("rejected", status=status, code=code)
    return Delivery("gone", status=status, code=code)


def _later(
    attempt: int,
    seconds_left: float,
    *,
    asked: object = None,
    status: int | None = None,
    code: int | None = None,
) -> Delivery:
    """Wait as long as was asked, else twice as long each time; give up when it cannot help."""
    if isinstance(asked, int | float) and 0 <= asked < TOKEN_LIFE_S:
        seconds = math.ceil(asked)
    else:
        seconds = min(_MAX_PAUSE_S, 2**attempt)
    seconds = max(1, seconds) + random.randint(0, 1)
    if attempt + 1 >= MAX_TRIES or seconds > seconds_left:
        return Delivery("gone", status=status, code=code)
    return Delivery("wait", seconds, status, code)


def seconds_left(interaction_id: str, patience_s: int, now: float) -> float:
    """How long after `now` (Unix seconds) a try still makes sense, `patience_s` seconds after the
    interaction was made; never beyond its token's life."""
    return snowflake.created_ms(interaction_id) / 1000 + min(patience_s, TOKEN_LIFE_S) - now


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


@cache
def _session() -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = _USER_AGENT
    return session
