"""What a function's role lets it do to the stack's files: asked wherever a test's function reads or
writes one, so that no code of a function gets ahead of template.yaml."""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from typing import Final

from tests.iam import Policy, Request, is_allowed

running: Final[ContextVar[str]] = ContextVar("running", default="")
"""The function whose handler runs, by its folder; empty in a test's own code."""


def may(function: str, action: str, key: str) -> bool:
    """Whether the function may do it (`GetObject`, `PutObject`) to the file of this key."""
    from tests.unit.test_authorization import FILES

    held = _held(function)
    return held is None or is_allowed(Request(f"s3:{action}", FILES + key), held)


@cache
def _held(function: str) -> list[Policy] | None:
    """None of a function that is not deployed yet."""
    from tests.cloudformation import Resolved
    from tests.unit.test_authorization import policies

    role, stack = f"{function.title()}Role", Resolved()
    return [*policies(stack, role)] if role in stack.types() else None
