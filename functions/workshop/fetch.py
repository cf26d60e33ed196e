"""Fetches what somebody uploaded, from Discord and nowhere else.

An address comes signed from Discord, but it says where this function opens a connection to. So its
host is one of two, or, in the local cloud, the one that stands in for them. No redirect is
followed, nothing is read beyond a bound, and however slowly it drips, it ends.
"""

from __future__ import annotations

import http.client
import os
import re
import ssl
import threading
import time
from contextlib import suppress
from functools import cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

import certifi

from adapters import files
from refused import RefusedError

HOSTS: Final = frozenset({"cdn.discordapp.com", "media.discordapp.net"})
PATHS: Final = ("/ephemeral-attachments/", "/attachments/")

SILENCE_S: Final = 5
"""How long Discord may take to connect, and for each next piece."""
LIMIT_S: Final = 20
"""For all of one file, tries included: 25 MiB at 10 Mbit/s, and Lambda has more."""
TRIES: Final = 3
PAUSE_S: Final = 1.0

_ADDRESS: Final = re.compile(r"[!#-;=?-\[\]_a-z~%]{1,2000}")  # RFC 3986's signs
_CHUNK: Final = 64 * 1024


def fetch(address: str) -> bytes:
    """The file at an address of Discord's. Raises RefusedError.

    It is read in a thread, because none of Python's time limits covers the look-up of a name, or a
    handshake or an answer of which a byte comes now and then.
    """
    parts = _judged(address)
    until = time.monotonic() + LIMIT_S
    came: list[bytes | RefusedError] = []
    reader = threading.Thread(target=lambda: came.append(_tried(parts, until)), daemon=True)
    reader.start()
    reader.join(LIMIT_S)
    result = came[0] if came else RefusedError("fetch_slow", seconds=LIMIT_S)
    if isinstance(result, RefusedError):
        raise result
    return result


def is_allowed(address: str) -> bool:
    """Whether it may be fetched at all."""
    with suppress(RefusedError):
        return bool(_judged(address))
    return False


def _judged(address: str) -> SplitResult:
    try:
        parts = urlsplit(address if _ADDRESS.fullmatch(address) else "")
        port = parts.port
    except ValueError:
        raise RefusedError("fetch_address") from None
    is_plain = "@" not in parts.netloc and ".." not in parts.path and not parts.fragment
    if is_plain and _is_discords(parts, port):
        return parts
    raise RefusedError("fetch_address")


def _is_discords(parts: SplitResult, port: int | None) -> bool:
    if _is_local(parts):
        return True
    if not parts.path.startswith(PATHS):
        return False
    # The name as it stands: another writing of it, or one with a dot behind, is not Discord's way.
    return parts.scheme == "https" and parts.netloc in HOSTS and port is None


def _is_local(parts: SplitResult) -> bool:
    """Whether it lies below the address that the local cloud names: whoever serves files there
    chooses their paths."""
    local = os.environ.get("DISCORD_CDN_BASE_URL", "")
    scheme, netloc, path, _, _ = urlsplit(local)
    is_there = bool(local) and (parts.scheme, parts.netloc) == (scheme, netloc)
    return is_there and parts.path.startswith(path.rstrip("/") + "/")


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.netloc, timeout=SILENCE_S, context=_roots())
    return http.client.HTTPConnection(parts.netloc, timeout=SILENCE_S)


@cache
def _roots() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certifi.where())


def _tried(parts: SplitResult, until: float) -> bytes | RefusedError:
    """The file, or why not; what may pass is tried again."""
    for attempt in range(TRIES):
        try:
            return _content(parts, until)
        except RefusedError as refusal:
            status = refusal.problem.values.get("status")
            passes = status is not None and (status in (0, 429) or status >= 500)
            if not passes or attempt + 1 == TRIES:
                return refusal
            time.sleep(PAUSE_S)
    raise AssertionError("it was tried at least once")


def _content(parts: SplitResult, until: float) -> bytes:
    connection = _connection(parts)
    try:
        return _read(connection, parts, until)
    except TimeoutError:
        raise RefusedError("fetch_slow", seconds=SILENCE_S) from None
    except http.client.IncompleteRead:
        raise RefusedError("fetch_cut") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise _failed(0) from None
    finally:
        connection.close()


def _read(connection: http.client.HTTPConnection, parts: SplitResult, until: float) -> bytes:
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers={"Accept-Encoding": "identity"})
    response = connection.getresponse()
    if response.status in (403, 404, 410):
        raise RefusedError("fetch_gone")
    if response.status != 200 or response.headers.get("Content-Encoding", "identity") != "identity":
        raise _failed(response.status)
    said = response.headers.get("Content-Length", "")
    if said.isdecimal() and int(said[:20]) > files.MOST_UPLOADED:
        raise _large()
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > files.MOST_UPLOADED:
            raise _large()
        if time.monotonic() > until:
            raise TimeoutError
    if said.isdecimal() and len(content) < int(said):
        raise RefusedError("fetch_cut")
    return bytes(content)


def _large() -> RefusedError:
    return RefusedError("fetch_large", most=files.MOST_UPLOADED // 2**20)


def _failed(status: int) -> RefusedError:
    return RefusedError("fetch_failed", status=status)
