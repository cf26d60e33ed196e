"""What the server's settings hold of its cards and drafts: pointers, and nothing of the files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Self

from gacha import names

CARDS: Final = "cards"
"""The setting of the server's cards."""

MOST_PICTURES: Final = 2_000
MOST_BYTES: Final = 500 * 1024 * 1024
"""What a server's pictures may take in the bucket."""


MOST_DRAFTS: Final = 100
"""Banners of a server, published or not."""


MOST_IMPORTS: Final = 20
"""Exports that a server waits for the rest of; of more, the oldest are forgotten."""


def is_draft(text: str) -> bool:
    """Whether it is a draft's id."""
    return re.fullmatch("b[1-9][0-9]{0,4}", text) is not None


def draft_setting(banner_id: str) -> str:
    """The setting of a banner's draft."""
    return f"draft#{banner_id}"


@dataclass(frozen=True, slots=True)
class CardsPointer:
    """`version` counts its changes; 0 means that nothing is stored. `file` is the hash of the file
    of cards, empty without one. `next_banner` is the number of the next new banner. `pictures` and
    `size` (bytes) are what its uploads have put into the bucket, a card's former picture included.
    `drafts` are their names by id, so that one read lists them, those that were published
    included: the next version begins with it. `latest` is the one that was changed last, and `form`
    what its forms begin with (`forms.begins`). `rights` is the id of the admin who confirmed,
    before the first pictures were published, that they may be; empty before. `imports` are the
    drafts of exports of which some parts have not come, by the export.
    """

    version: int = 0
    file: str = ""
    next_banner: int = 1
    pictures: int = 0
    size: int = 0
    drafts: Mapping[str, str] = field(default_factory=dict)
    rights: str = ""
    latest: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)
    imports: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        return cls(**_known(cls, row))

    def content(self) -> dict[str, Any]:
        """As a setting's, beside its version."""
        return _content(self)

    def changed(self, **changes: Any) -> Self:
        return replace(self, version=self.version + 1, **changes)

    def find(self, wanted: str) -> str:
        """The draft that somebody names: its id, or a part of its name; empty where there is
        none."""
        if is_draft(wanted):
            return wanted if wanted in self.drafts else ""
        found = names.matching(wanted, {key: {"": name} for key, name in self.drafts.items()})
        return found[0] if found else ""

    def imports_after(self, export: str, banner: str, *, is_missing: bool) -> dict[str, str]:
        """`imports`, after a part of this export came to this draft."""
        others = {key: each for key, each in self.imports.items() if key != export}
        if export and is_missing:
            others[export] = banner
        return dict([*others.items()][-MOST_IMPORTS:])


@dataclass(frozen=True, slots=True)
class DraftPointer:
    """`file` is the hash of the draft. `rules`, `look` and `preview` are those of what it compiles
    to, empty while it does not. `by` is who changed it last. `form` is what its forms begin with
    (`forms.begins`), since who opens one reads no file. `published` has those of these that were
    published last, to which discarding goes back.
    """

    version: int = 0
    file: str = ""
    rules: str = ""
    look: str = ""
    preview: str = ""
    by: str = ""
    published: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        return cls(**_known(cls, row))

    def content(self) -> dict[str, Any]:
        """As a setting's, beside its version."""
        return _content(self)

    def changed(self, **changes: Any) -> Self:
        return replace(self, version=self.version + 1, **changes)

    @property
    def is_open(self) -> bool:
        """Whether there is anything of it that was not published."""
        here = {name: getattr(self, name) for name in ("file", "rules", "look")}
        return bool(self.file) and here != {name: self.published.get(name) for name in here}

    def once_published(self, by: str) -> Self:
        return self.changed(by=by, published={name: getattr(self, name) for name in _KEPT})

    def discarded(self, by: str) -> Self:
        """As it was published last; empty where it never was."""
        return self.changed(by=by, **{**dict.fromkeys(_COMPILED, ""), "form": {}, **self.published})


PICTURES: Final = "pictures"
"""The setting of what members reported."""

MOST_REPORTED: Final = 50
"""Pictures that are kept in mind at once, and of those that somebody looked at the latest."""

REPORTERS: Final = 3
"""So many members hide a picture until an admin looked at it."""


@dataclass(frozen=True, slots=True)
class Reported:
    """Of a picture: by how many members it was reported since somebody looked, of which cards it
    was, what the first of them is called, and whether it is hidden."""

    count: int
    cards: tuple[int, ...]
    name: Mapping[str, str]
    is_hidden: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["n"], tuple(stored["c"]), dict(stored["name"]), bool(stored["h"]))

    def written(self) -> dict[str, Any]:
        hidden = int(self.is_hidden)
        return {"n": self.count, "c": list(self.cards), "name": dict(self.name), "h": hidden}


@dataclass(frozen=True, slots=True)
class PicturesPointer:
    """`version` counts its changes; 0 means that nothing is stored. `reported` are those that wait
    for an admin, by their art, the oldest first. `looked` are those that an admin looked at and
    shows: they are not hidden again."""

    version: int = 0
    reported: Mapping[str, Reported] = field(default_factory=dict)
    looked: tuple[str, ...] = ()

    @classmethod
    def read(cls, row: Mapping[str, Any] | None) -> Self:
        if row is None:
            return cls()
        # In a list: the order of a stored mapping's keys is nobody's.
        reported = {art: Reported.read(each) for art, each in row["reported"]}
        return cls(row["version"], reported, tuple(row["looked"]))

    def content(self) -> dict[str, Any]:
        reported = [[art, each.written()] for art, each in self.reported.items()]
        return {"reported": reported, "looked": list(self.looked)}

    def with_report(self, art: str, reported: Reported) -> Self:
        """Where there are too many, the oldest that is not hidden is forgotten."""
        after = {**self.reported, art: reported}
        rest = [key for key, each in after.items() if not each.is_hidden and key != art]
        for key in rest[: max(0, len(after) - MOST_REPORTED)]:
            del after[key]
        return replace(self, version=self.version + 1, reported=after)

    def without(self, art: str, *, is_looked: bool) -> Self:
        """Once an admin decided."""
        reported = {key: each for key, each in self.reported.items() if key != art}
        others = tuple(each for each in self.looked if each != art)
        looked = (*others, art)[-MOST_REPORTED:] if is_looked else others
        return replace(self, version=self.version + 1, reported=reported, looked=looked)


_COMPILED: Final = ("file", "rules", "look", "preview")
_KEPT: Final = (*_COMPILED, "form")


def seen(form: Mapping[str, Any]) -> str:
    """Tells whether a draft is still as a form of it began: eight hex digits of what that shows."""
    shown = json.dumps([form.get("name"), form.get("fields")], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:8]


def _known(cls: type, row: Mapping[str, Any] | None) -> dict[str, Any]:
    return {each.name: row[each.name] for each in fields(cls) if row and each.name in row}


def _content(pointer: CardsPointer | DraftPointer) -> dict[str, Any]:
    return {name: value for name, value in asdict(pointer).items() if name != "version"}
