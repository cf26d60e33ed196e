"""Takes a picture out of all that shows it, or puts it back: files in, files out.

Looks, previews, drafts and the server's cards lie under their hashes, so one without a picture is
another file, and pointers move to it. Banner files name no pictures, so no odds change.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Final, Self

from gacha.making.cards import Cards, canonical
from gacha.making.draft import Draft
from gacha.making.problems import Names

_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Redaction:
    """What was made of it: the hand-over to the plan of the room that asked for it.

    `cards` are the numbers of those that have the picture, or get it back; the first is the one on
    which somebody saw it, and `name` is its. `files` has the hash of each changed file by the hash
    of what it was. `seen` are all that were looked through: who points to another one meanwhile has
    to be looked at anew. `banners` are those whose draft changed. `size` is that of the picture in
    bytes. `is_shared`: another server has it, too, and so it stays in the bucket. `problem` is why
    nothing was made: "gone" or "refused", else empty.
    """

    NAME: ClassVar[str] = "redaction.json"

    art: str
    cards: tuple[int, ...] = ()
    name: Names = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    banners: tuple[str, ...] = ()
    size: int = 0
    is_shared: bool = False
    problem: str = ""

    def written(self) -> bytes:
        return json.dumps({"v": _VERSION, **asdict(self)}, ensure_ascii=False).encode()

    @classmethod
    def read(cls, data: bytes) -> Self:
        """What `written` gave. Raises ValueError for one of another version."""
        stored: dict[str, Any] = json.loads(data)
        if stored.pop("v") != _VERSION:
            raise ValueError("a redaction of another version")
        lists = {name: tuple(stored[name]) for name in ("cards", "seen", "banners")}
        return cls(**{**stored, **lists})

    def now(self, hash_: str) -> str:
        """To what a pointer moves."""
        return self.files.get(hash_, hash_)


def look_without(look: bytes, art: str) -> bytes:
    """The look of a banner without this picture, its own or a card's."""
    return _look(
        look, lambda cards: {card: each for card, each in cards.items() if each != art}, art
    )


def look_with(look: bytes, art: str, cards: Iterable[str]) -> bytes:
    """The look with this picture for those of these cards (their ids) that have none."""
    return _look(look, lambda known: {**dict.fromkeys(cards, art), **known})


def _look(look: bytes, of_cards: Any, art: str = "") -> bytes:
    parsed: dict[str, Any] = json.loads(look)
    parsed["cards"] = of_cards(parsed.get("cards", {}))
    if art and parsed.get("picture") == art:
        del parsed["picture"]
    return canonical({name: value for name, value in parsed.items() if value})


def preview_without(preview: bytes, art: str, files: Mapping[str, str]) -> bytes:
    """A draft's preview with the look that it has now, and without this picture among its new ones;
    unchanged where neither is another."""
    parsed: dict[str, Any] = json.loads(preview)
    banner = parsed["banner"]
    look = files.get(banner["look"], banner["look"])
    new = [each for each in parsed["new_pictures"] if each != art]
    if look == banner["look"] and new == parsed["new_pictures"]:
        return preview
    changed = {**parsed, "banner": {**banner, "look": look}, "new_pictures": new}
    return json.dumps(changed, ensure_ascii=False).encode()


def draft_without(draft: bytes, art: str) -> bytes:
    """A draft without this picture of the banner's own."""
    parsed = Draft.read(draft)
    return replace(parsed, picture="").written() if parsed.picture == art else draft


def having(cards: Cards, art: str) -> list[int]:
    """The numbers of the cards that have this picture."""
    return [number for number, card in sorted(cards.by_number.items()) if card.art == art]


def showing(look: bytes, art: str) -> list[int]:
    """The numbers of a banner's cards that look so; 0 is the banner itself."""
    parsed: Mapping[str, Any] = json.loads(look)
    own = [0] if parsed.get("picture") == art else []
    cards = [card for card, each in parsed.get("cards", {}).items() if each == art]
    return own + [int(card.removeprefix("c")) for card in cards]


def pictured(cards: Cards, numbers: Collection[int], art: str) -> Cards:
    """The cards with this picture, or none (empty), for those of these numbers that are there."""
    there = [cards.by_number[number] for number in numbers if number in cards.by_number]
    return cards.with_cards(replace(card, art=art) for card in there)
