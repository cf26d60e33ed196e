"""Takes a picture out of a server's looks, previews, drafts and cards, or puts it back: the files
only, to which pointers move later (`commands.redactions`).

What goes for good is gone from the bucket first: where pointers cannot move, because somebody
published meanwhile, it is better gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from adapters import banners, files
from adapters.tables import settings
from gacha.game import Game, version_before
from gacha.making import redaction
from gacha.making.cards import Cards
from gacha.making.redaction import Redaction
from gacha.making.stored import (
    CARDS,
    PICTURES,
    CardsPointer,
    DraftPointer,
    PicturesPointer,
    Reported,
    draft_setting,
)


class _Made(NamedTuple):
    """A banner's file and its look: of what is offered, of a draft, or of the version before."""

    banner: str
    rules: str
    look: str


class Server:
    """Of one server all that may show a picture."""

    def __init__(self, guild_id: str, game: Game, art: str) -> None:
        self._guild, self._game, self._art = guild_id, game, art
        self._without = art
        """The picture that goes; empty where it comes back."""
        self._pointer = CardsPointer.read(settings.setting(guild_id, CARDS))
        self._cards = Cards.none()
        if self._pointer.file:
            self._cards = Cards.read(files.get(files.CARDS, self._pointer.file))
        self._drafts = {
            banner: DraftPointer.read(settings.setting(guild_id, draft_setting(banner)))
            for banner in self._pointer.drafts
        }

    def taken_out(self, number: int = 0, *, for_good: bool) -> Redaction:
        """From all that shows it. `number`: the card on which somebody saw it, 0 for none.
        `for_good`: from the bucket, too (`files.remove`)."""
        looks = {each.look for each in self._looks()}
        in_looks = [redaction.showing(files.get(files.LOOKS, each), self._art) for each in looks]
        of_cards = redaction.having(self._cards, self._art)
        found = {number for numbers in (of_cards, *in_looks) for number in numbers}
        reported = self._reported
        if not found and not (for_good and reported):  # a hidden one can still be removed
            return Redaction(self._art, problem="gone")
        before = reported.cards if reported else ()
        numbers = tuple(sorted(found - {0})) or before
        if first := next((each for each in (number, *before) if each in numbers), 0):
            numbers = (first, *(each for each in numbers if each != first))
        made = self._made(
            redaction.pictured(self._cards, of_cards, "") if of_cards else None,
            lambda look, _: redaction.look_without(look, self._art),
        )
        size, is_shared = 0, False
        if for_good:
            size = len(_content(self._art))
            is_shared = files.remove(self._art, self._guild)
        name = self._name(numbers) or (reported.name if reported else self._latest)
        return Redaction(self._art, numbers, name, **made, size=size, is_shared=is_shared)

    def shown_again(self) -> Redaction:
        """For the cards from which it was hidden, and which have no other one by now."""
        self._without = ""
        reported = self._reported
        if reported is None or files.is_blocked(files.ART, self._art):
            return Redaction(self._art, problem="gone")
        known = self._cards.by_number
        bare = [each for each in reported.cards if each in known and not known[each].art]
        numbers = bare if reported.is_hidden else []

        def with_it(look: bytes, of: _Made) -> bytes:
            banner = banners.load_version(self._guild, of.banner, of.rules)
            there = [card.id for card in banner.cards if card.number in numbers]
            return redaction.look_with(look, self._art, there) if there else look

        cards = redaction.pictured(self._cards, numbers, self._art) if numbers else None
        return Redaction(self._art, reported.cards, reported.name, **self._made(cards, with_it))

    @property
    def _reported(self) -> Reported | None:
        row = settings.setting(self._guild, PICTURES)
        return PicturesPointer.read(row).reported.get(self._art)

    def _name(self, numbers: tuple[int, ...]) -> Mapping[str, str]:
        """Of the first card; empty of a banner's own picture, and where the card is gone."""
        first = self._cards.by_number.get(numbers[0]) if numbers else None
        return first.names if first else {}

    @property
    def _latest(self) -> Mapping[str, str]:
        """The name of a banner, for its own picture."""
        return dict.fromkeys(("ja", "en"), next(iter(self._pointer.drafts.values()), "?"))

    def _made(self, cards: Cards | None, change: Callable[[bytes, _Made], bytes]) -> dict[str, Any]:
        """The files that change, and what of them the hand-over holds. `cards` are the server's as
        they are to be, None where they stay."""
        changed: dict[str, str] = {}
        seen = [self._pointer.file] if self._pointer.file else []
        if cards is not None:
            changed[self._pointer.file] = files.put(files.CARDS, cards.written())
        for of in self._looks():
            if of.look not in seen:
                seen.append(of.look)
                look = files.get(files.LOOKS, of.look)
                after = change(look, of)
                if after != look:
                    changed[of.look] = files.put(files.LOOKS, after)
        for pointer in self._drafts.values():
            for of_draft in (pointer.content(), pointer.published):
                self._change_draft(of_draft, changed)
        banners_ = [
            banner
            for banner, pointer in self._drafts.items()
            if changed.keys() & {*_hashes(pointer.content()), *_hashes(pointer.published)}
        ]
        return {"files": changed, "seen": tuple(seen), "banners": tuple(banners_)}

    def _change_draft(self, of: Mapping[str, object], changed: dict[str, str]) -> None:
        preview, draft = str(of.get("preview") or ""), str(of.get("file") or "")
        if preview and preview not in changed:
            shown = files.get(files.PREVIEWS, preview)
            after = redaction.preview_without(shown, self._without, changed)
            if after != shown:
                changed[preview] = files.put(files.PREVIEWS, after)
        if draft and draft not in changed and self._without:
            content = files.get(files.DRAFTS, draft)
            after = redaction.draft_without(content, self._without)
            if after != content:
                changed[draft] = files.put(files.DRAFTS, after)

    def _looks(self) -> Iterator[_Made]:
        for offer in self._game.offers:
            if offer.look:
                yield _Made(offer.id, offer.rules, offer.look)
            before = version_before(settings.versions(self._guild, offer.id), offer.rules)
            if before is not None and before.look:
                yield _Made(offer.id, before.rules, before.look)
        for banner, pointer in self._drafts.items():
            for of in (pointer.content(), pointer.published):
                if of.get("look"):
                    yield _Made(banner, str(of["rules"]), str(of["look"]))


def _hashes(of: Mapping[str, object]) -> set[object]:
    return {of.get(name) for name in ("file", "look", "preview")} - {""}


def _content(art: str) -> bytes:
    try:
        return files.read(files.ART, art)
    except (files.MissingError, files.DamagedError):
        return b""
