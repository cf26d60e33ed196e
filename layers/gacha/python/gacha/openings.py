"""What of a server can be taken, by id: its presents, its codes. Decides; writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final, Generic, Self, TypeVar

from . import snowflake

Beside = TypeVar("Beside")

_LATE_MS: Final = snowflake.TOKEN_LIFE_S * 1000
"""How long after its end something is still listed: until nothing that was made before can come."""


@dataclass(frozen=True, slots=True)
class Openings(Generic[Beside]):
    """`open` has of each the end, in Unix milliseconds, and what is known of it beside, oldest
    first. `next_number` makes the next one's id; `version` is the setting's, 0 where there is none
    yet."""

    PREFIX: ClassVar[str]

    version: int = 0
    next_number: int = 1
    open: Mapping[str, tuple[int, Beside]] = field(default_factory=dict)

    def at(self, at_ms: int) -> list[str]:
        """The ids of those that can be taken at a time."""
        return [id_ for id_, (ends_ms, _) in self.open.items() if at_ms < ends_ms]

    @property
    def next_id(self) -> str:
        return f"{self.PREFIX}{self.next_number}"

    def opened(self, id_: str, ends_ms: int, beside: Beside, at_ms: int) -> Self:
        """With one more, and without those that are long over."""
        kept = {of: each for of, each in self.open.items() if at_ms < each[0] + _LATE_MS}
        return replace(
            self,
            version=self.version + 1,
            next_number=self.next_number + 1,
            open={**kept, id_: (ends_ms, beside)},
        )

    def less(self, ids: Collection[str]) -> Self:
        """Without these, before the change that makes the next version."""
        return replace(self, open={of: each for of, each in self.open.items() if of not in ids})

    def without(self, id_: str) -> Self:
        kept = {of: each for of, each in self.open.items() if of != id_}
        return replace(self, version=self.version + 1, open=kept)
