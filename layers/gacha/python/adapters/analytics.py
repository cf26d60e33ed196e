"""Each server's week, as Athena left it after the last export (docs/analytics.md).

One file has the weeks of all servers, each under the salted hash of its id. It is looked through
for one line, and not read as a whole, since a function has 128 MB.
"""

from __future__ import annotations

import csv
import hashlib
import os
from typing import Final

from adapters import aws

KEY: Final = "derived/stats/latest.csv"
MOST: Final = 16 * 1024 * 1024
"""Bytes of the file: of a server with ten banners, some 3 KB."""


def is_on() -> bool:
    """Whether this deployment exports its tables."""
    return "ANALYTICS_BUCKET" in os.environ


def hashed(guild_id: str) -> str:
    """A server as analyses name it (docs/decisions/0052-analytics.md)."""
    salted = f"{os.environ['ANALYTICS_SALT']}:{guild_id}"
    return hashlib.sha256(salted.encode()).hexdigest()[:16]


def week(guild_id: str) -> dict[str, str] | None:
    """The server's line, by the names of its columns; empty where nobody has played there. None
    before the first export. Raises ServiceError, UnreachableError."""
    file = aws.S3(os.environ["ANALYTICS_BUCKET"]).get_object(KEY, MOST)
    if file is None:
        return None
    head, _, rest = file.partition(b"\n")
    own = f'"{hashed(guild_id)}",'.encode()
    at = 0 if rest.startswith(own) else rest.find(b"\n" + own) + 1
    if not at and not rest.startswith(own):
        return {}
    line = rest[at:].partition(b"\n")[0]
    csv.field_size_limit(MOST)
    names, values = csv.reader([head.decode(), line.decode()])
    return dict(zip(names, values, strict=True))
