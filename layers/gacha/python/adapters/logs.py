"""Structured logs: one JSON object a line on standard output, where CloudWatch Logs reads it."""

from __future__ import annotations

import json


def log(message: str, *, level: str = "INFO", **fields: object) -> None:
    """Write one line. The caller names ids and figures; tokens and signatures never belong here."""
    line = json.dumps({"level": level, "message": message, **fields}, ensure_ascii=False)
    # Half of a surrogate pair has no UTF-8; escaped, it is JSON again.
    print(line.encode(errors="backslashreplace").decode(), flush=True)
