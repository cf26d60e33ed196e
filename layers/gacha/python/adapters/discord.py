"""Discord's HTTP rules, in one place: how it is asked, and what its answers ask of us.

Here is also the edit of the answer that was deferred. Its outcome is data, not an exception, so
that the workflow can wait as long as Discord asked. Nothing here, and no error raised here, names
the URL: the interaction token is part of it. `adapters.application` asks in the bot's name.
"""

from __future__ import annotations

import json
import math
import os
import random
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from typing import Any, Final, Literal
from urllib.parse import quote

import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ProtocolError
from urllib3.util import create_urllib3_context

from adapters.aws import CLOSED
from gacha import snowflake

Outcome = Literal["delivered", "wait", "rejected", "gone"]

MAX_TRIES: Final = 10
"""Edits of one answer before it is given up; a 5xx can last for ever (discord-api-docs 8554)."""

CONNECT_S: Final = 3.05
MAX_PAUSE_S: Final = 60
"""The longest pause of our own choice."""

_READ_S: Final = 8
_EARLY_S: Final = 1.0  # to connect while the function starts, which may take no more than 10 s
_TICKETS_S: Final = 0.05
"""Longer than a way to Discord and back takes."""
_EPHEMERAL: Final = 1 << 6
_USER_AGENT: Final = "DiscordBot (https://github.com/discord-gacha, 0.1.0)"

# Discord's JSON error codes (API reference, "Opcodes and Status Codes").
_ALREADY_ACKNOWLEDGED: Final = 40060
_UNKNOWN_WEBHOOK: Final = 10015  # the workflow outran the first answer, or the token is too old
_OVERLOADED: Final = 130000
# Unknown message (somebody deleted "thinking…"), unknown interaction, invalid token, and the cap
# on follow-ups of an app that only the user has installed: no other body would help.
_PERMANENT: Final = frozenset({10008, 10062, 50027, 40094})
# Too large, empty, invalid form, invalid JSON, file too large.
_INVALID_BODY: Final = frozenset({40005, 50006, 50035, 50109, 50045})


class UnreachableError(Exception):
    """No answer came. The text names what happened, and no address."""


def send(
    method: str,
    address: str,
    *,
    read_s: float,
    connect_s: float = CONNECT_S,
    through_proxies: bool = False,
    **body: Any,
) -> requests.Response:
    """Discord's answer to one request. Raises UnreachableError.

    `through_proxies`: as the environment says, where a person runs a tool. A function goes
    straight there, whatever its environment says.

    No redirect is followed: Discord redirects nobody, and the address would take a token along.

    A kept connection that Discord closed while the function slept is opened anew, and the request
    sent once more: at once, and only where doing it twice does no harm.
    """

    def once() -> requests.Response:
        return _session(through_proxies).request(
            method, address, timeout=(connect_s, read_s), allow_redirects=False, **body
        )

    try:
        try:
            return once()
        except requests.ConnectionError as error:
            if method == "POST" or not _was_closed(error):
                raise
            return once()
    except requests.RequestException as error:
        raise UnreachableError(type(error).__name__) from None


def _was_closed(error: requests.ConnectionError) -> bool:
    """Whether the other side hung up instead of an answer."""
    match error.args:
        case (ProtocolError(args=(_, cause)),):
            return isinstance(cause, CLOSED)
    return False


def read(response: requests.Response) -> Any:
    """The JSON in an answer; None where there is none that Python reads."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def retry_after(response: requests.Response) -> float | None:
    """The seconds that Discord asks to wait: from the body, which is the finer, or the header.

    None where it does not say. An answer without `Via` is Cloudflare's, whose body may be HTML:
    after that our own pace is kept.
    """
    if "Via" not in response.headers:
        return None
    body = read(response)
    in_body = body.get("retry_after") if isinstance(body, dict) else None
    for asked in (in_body, response.headers.get("Retry-After")):
        try:
            seconds = float(asked)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            continue
        if seconds >= 0 and type(asked) is not bool:
            return seconds
    return None


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


class PatienceError(Exception):
    """Discord asks for a longer wait than a function sleeps, before the try number `attempt` (from
    0).

    The workflow's catch reads both out of the text, so its form is part of the definitions.
    """

    outcome = "waits"  # for the log: nothing failed

    def __init__(self, delivery: Delivery, attempt: int) -> None:
        super().__init__(f"wait {delivery.seconds} s, then try {attempt}")
        self.figures = {"status": delivery.status, "code": delivery.code}
        """For the log, too."""


def edit_original(
    application_id: str,
    token: str,
    message: dict[str, Any],
    *,
    files: Sequence[tuple[str, bytes]] = (),
    attempt: int,
    seconds_left: float,
) -> Delivery:
    """Replace the deferred answer by `message`. Idempotent, and needs no bot token.

    `files` are names and contents to attach, in the place of all that an earlier edit attached.

    `attempt` counts the tries before this one; `seconds_left` is how long waiting still makes
    sense, from now (at or below 0: this is the last try).
    """
    if token in (".", ".."):  # no quoting keeps them from leading to another resource
        return Delivery("gone")
    path = f"/webhooks/{quote(application_id, safe='')}/{quote(token, safe='')}/messages/@original"
    try:
        response = send(
            "PATCH",
            os.environ["DISCORD_API_BASE_URL"].rstrip("/") + path,
            read_s=_READ_S,
            **_body(message, files),
        )
    except UnreachableError:
        return _later(attempt, seconds_left)
    return _judge(response, attempt, seconds_left)


def follow_up(
    application_id: str,
    token: str,
    message: dict[str, Any],
    *,
    files: Sequence[tuple[str, bytes]] = (),
) -> int | None:
    """A private message beside the answer, sent once and never again, since a second POST would be
    a second message; Discord's status, None without an answer."""
    if token in (".", ".."):
        return None
    path = f"/webhooks/{quote(application_id, safe='')}/{quote(token, safe='')}"
    private = {**message, "flags": message.get("flags", 0) | _EPHEMERAL}
    address = os.environ["DISCORD_API_BASE_URL"].rstrip("/") + path
    try:
        return send("POST", address, read_s=_READ_S, **_body(private, files)).status_code
    except UnreachableError:
        return None


def _body(message: dict[str, Any], files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """What `requests` is to send: JSON, or with files the multipart form that Discord takes."""
    if not files:
        return {"json": message}
    names = [{"id": number, "filename": name} for number, (name, _) in enumerate(files)]
    parts: dict[str, Any] = {
        f"files[{number}]": (name, content, _content_type(name))
        for number, (name, content) in enumerate(files)
    }
    attached = json.dumps({**message, "attachments": names})
    return {"files": {"payload_json": (None, attached, "application/json"), **parts}}


def _content_type(name: str) -> str | None:
    # Not every system's list has it.
    return "image/webp" if name.endswith(".webp") else guess_type(name)[0]


def _judge(response: requests.Response, attempt: int, seconds_left: float) -> Delivery:
    status, body = response.status_code, read(response)
    code = body.get("code") if isinstance(body, dict) else None
    code = code if type(code) is int else None
    if status < 300 or code == _ALREADY_ACKNOWLEDGED:
        return Delivery("delivered", status=status, code=code)
    if code in _PERMANENT:
        return Delivery("gone", status=status, code=code)
    if status == 429:
        asked = retry_after(response)
        return _later(attempt, seconds_left, asked=asked, status=status, code=code)
    if status == 413 or code in _INVALID_BODY:
        return Delivery("rejected", status=status, code=code)
    if (
        status >= 500
        or status == 408
        or code == _OVERLOADED
        # Right after the deferral, for seconds (discord-api-docs 6851, 7220).
        or (status == 404 and code in (_UNKNOWN_WEBHOOK, None))
        # Discord redirects nobody, so something before it does, and may stop.
        or 300 <= status < 400
    ):
        return _later(attempt, seconds_left, status=status, code=code)
    if status == 400:
        return Delivery("rejected", status=status, code=code)  # a code that we do not know
    return Delivery("gone", status=status, code=code)


def _later(
    attempt: int,
    seconds_left: float,
    *,
    asked: float | None = None,
    status: int | None = None,
    code: int | None = None,
) -> Delivery:
    """Wait as long as was asked, else twice as long each time; give up when it cannot help.

    Whole seconds, since a workflow's Wait takes no others, and a random part on top, so that those
    who were refused together do not come back together.
    """
    pause = max(1.0, min(MAX_PAUSE_S, 2**attempt) if asked is None else asked)
    if attempt + 1 >= MAX_TRIES or pause > math.floor(seconds_left):
        return Delivery("gone", status=status, code=code)
    seconds = math.ceil(pause)
    seconds += random.randint(0, 1 if asked is not None else (seconds + 1) // 2)
    return Delivery("wait", min(seconds, math.floor(seconds_left)), status, code)


def seconds_left(interaction_id: str, patience_s: int, now: float) -> float:
    """How long after `now` (Unix seconds) a try still makes sense, `patience_s` seconds after the
    interaction was made; never beyond its token's life."""
    return (
        snowflake.created_ms(interaction_id) / 1000 + min(patience_s, snowflake.TOKEN_LIFE_S) - now
    )


def connect() -> None:
    """Open the connection that the first edit will use, while the function starts and has a whole
    processor. Where that fails, the edit tries, and answers for it."""
    base = os.environ["DISCORD_API_BASE_URL"]
    session = _session(False)  # as `send` asks for it: a cache takes a keyword for another call
    request = session.prepare_request(requests.Request("PATCH", base, json={}))
    try:
        pool: Any = session.get_adapter(base).get_connection_with_tls_context(request, verify=True)  # type: ignore[attr-defined]
        connection = pool._get_conn()
        connection.timeout = _EARLY_S
        try:
            connection.connect()
            if isinstance(connection.sock, ssl.SSLSocket):
                _take_tickets(connection.sock)
        except BaseException:
            connection.close()  # half open, it would be taken for one to send by
            raise
        finally:
            pool._put_conn(connection)
    except (OSError, HTTPError):
        return


def _take_tickets(sock: ssl.SSLSocket) -> None:
    """Read what TLS 1.3 sends after its handshake: unread, it looks to the pool as if the other
    side had hung up."""
    sock.settimeout(_TICKETS_S)
    with suppress(TimeoutError):
        sock.recv(1)
    sock.settimeout(_EARLY_S)


class _Adapter(HTTPAdapter):
    """Trusts the roots of the certifi in requirements.txt, whatever the environment says, and
    parses them once: a connection that does so itself takes ten times as long. Discord's own few
    are no choice: it stands behind Cloudflare, which changes its issuers without notice."""

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"ssl_context": _roots()}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """The context does."""


@cache
def _roots() -> ssl.SSLContext:
    context = create_urllib3_context()
    context.load_verify_locations(certifi.where())
    return context


@cache
def _session(through_proxies: bool) -> requests.Session:
    session = requests.Session()
    session.headers["User-Agent"] = _USER_AGENT
    session.trust_env = through_proxies
    if not through_proxies:
        session.mount("https://", _Adapter())
    return session
