"""X-Ray's subsegments, without its SDK: one datagram to the daemon that Lambda runs beside a
function, and nothing at all where the run is not sampled.

The SDK is in maintenance since 2026-02, needs botocore, and takes longer to import than a cold
function takes for its work. Source: AWS X-Ray's developer guide, "Segment documents" and "Sending
segment documents to the X-Ray daemon".
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

_HEADER: Final = b'{"format": "json", "version": 1}\n'
_LONGEST_MESSAGE: Final = 500

_open: Final[list[str]] = []
"""The ids of the subsegments that are open, the innermost last. A function does one thing at a
time."""


@contextmanager
def subsegment(
    name: str,
    *,
    annotations: Mapping[str, str | None] | None = None,
    namespace: str | None = None,
    aws: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Time a part of a sampled run. `annotations` are what it is found by, those that are None left
    out; `namespace` is "aws" for a call of AWS, "remote" for another's, and `aws` describes it."""
    trace = _trace()
    if trace is None:
        yield
        return
    root, parent = trace
    id_ = os.urandom(8).hex()
    document: dict[str, Any] = {
        "name": name,
        "id": id_,
        "trace_id": root,
        "parent_id": _open[-1] if _open else parent,
        "type": "subsegment",
        "start_time": time.time(),
    }
    if annotations:
        values = {key: value for key, value in annotations.items() if value is not None}
        document["annotations"] = values
    if namespace is not None:
        document["namespace"] = namespace
    if aws is not None:
        document["aws"] = dict(aws)
    _open.append(id_)
    try:
        yield
    except BaseException as error:
        document["fault"] = True
        exception = {
            "id": os.urandom(8).hex(),
            "type": type(error).__name__,
            "message": str(error)[:_LONGEST_MESSAGE],
        }
        document["cause"] = {"exceptions": [exception]}
        raise
    finally:
        _open.pop()
        document["end_time"] = time.time()
        _send(document)


def _trace() -> tuple[str, str] | None:
    """The trace's id and the id of Lambda's own segment of this run; None where it is not sampled,
    and outside Lambda."""
    header = os.environ.get("_X_AMZN_TRACE_ID", "")
    if "Sampled=1" not in header or "AWS_XRAY_DAEMON_ADDRESS" not in os.environ:
        return None
    fields = dict(part.partition("=")[::2] for part in header.split(";"))
    if fields.get("Sampled") != "1" or not fields.get("Root") or not fields.get("Parent"):
        return None
    return fields["Root"], fields["Parent"]


def _send(document: Mapping[str, Any]) -> None:
    """Never an error, and never a wait: a trace matters less than what is traced."""
    host, _, port = os.environ["AWS_XRAY_DAEMON_ADDRESS"].rpartition(":")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
            daemon.setblocking(False)
            daemon.sendto(_HEADER + json.dumps(document).encode(), (host, int(port)))
    except (OSError, ValueError, TypeError, OverflowError):
        return
