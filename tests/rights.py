"""What a function's role lets it do to the stack's files: asked wherever a test's function reads or
writes one, so that no code of a function gets ahead of template.yaml."""

from __future__ import annotations

import os
from contextvars import ContextVar
from functools import cache
from typing import Final

from tests.iam import Policy, Request, is_allowed

running: Final[ContextVar[str]] = ContextVar("running", default="")
"""The function whose handler runs, by its folder; empty in a test's own code."""


def may(function: str, action: str, key: str, bucket: str = "") -> bool:
    """Whether the function may do it (`GetObject`, `PutObject`) to the file of this key, in the
    stack's own bucket if no other is named."""
    from tests.unit.test_authorization import FILES

    is_own = bucket in ("", os.environ.get("BUCKET"))
    held = _held(function, "PHASE" if is_own else "DAILY")
    place = FILES if is_own else f"arn:aws:s3:::{bucket}/"
    return held is None or is_allowed(Request(f"s3:{action}", place + key), held)


@cache
def _held(function: str, analytics: str) -> list[Policy] | None:
    """None of a function that is not deployed yet."""
    from tests.cloudformation import Resolved
    from tests.unit.test_authorization import policies

    role, stack = f"{function.title()}Role", Resolved(Analytics=analytics)
    return [*policies(stack, role)] if role in stack.types() else None
