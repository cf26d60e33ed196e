"""Why an upload, or a part of it, is not taken."""

from __future__ import annotations

from typing import Any

from gacha.making.problems import FILE, Place, Problem


class RefusedError(Exception):
    """`problem.key` is one of `gacha.making.uploads.PROBLEMS`."""

    def __init__(self, key: str, place: Place | None = None, **values: Any) -> None:
        super().__init__(key)
        self.problem = Problem(key, place or Place(FILE), values)

    @property
    def key(self) -> str:
        return self.problem.key
