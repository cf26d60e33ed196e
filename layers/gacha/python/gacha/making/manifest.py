"""What the workshop made of an upload: the hand-over to the plan of the room that asked for it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Final, Self

_VERSION: Final = 1

INDEX: Final = "index.json"
"""What the workshop leaves last of an upload's pieces, beside the manifest: the list of them."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`banner` is the draft's id. `draft_version` and `cards_version` are those of the pointers
    that it began with: who changed them meanwhile was first, and this one comes too late.

    `refusal` is why nothing was made (`problems.Refusal`); else `draft` and `cards` are hashes, and
    `rules`, `look` and `preview` those of what the draft compiles to, or `unready` is why it does
    not yet. `pictures` and `size` (bytes) are what it put into the bucket; `count` are all
    cards of the draft, `name` is what it is called. `form` is what the draft's forms begin with,
    of a refusal, too, and `shown` what was understood of it (`forms.begins`, `forms.understood`).
    `export` is the export that the upload is a part of; `is_missing`: there are others to come.
    `stale` is what a card is now (`Draft.state`) whose form began with another state of it.
    `parts` are those of an export that was made: the number of the last picture of each.
    """

    NAME: ClassVar[str] = "manifest.json"

    banner: str
    draft_version: int = 0
    cards_version: int = 0
    draft: str = ""
    cards: str = ""
    rules: str = ""
    look: str = ""
    preview: str = ""
    pictures: int = 0
    size: int = 0
    count: int = 0
    name: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Mapping[str, Any]] = ()
    refusal: Mapping[str, Any] | None = None
    unready: Mapping[str, Any] | None = None
    export: str = ""
    is_missing: bool = False
    parts: Sequence[int] = ()
    stale: str = ""

    def written(self) -> bytes:
        return json.dumps({"v": _VERSION, **asdict(self)}, ensure_ascii=False).encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The manifest that `written` gave. Raises ValueError for one of another version."""
        stored = json.loads(data)
        if stored.pop("v") != _VERSION:
            raise ValueError("a manifest of another version")
        return cls(**stored)
