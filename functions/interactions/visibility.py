"""Who may see an answer, where a server or its player may want it private: Discord takes that in
the first answer and never again, so it is read while the workflow is being started.

Custom ids say it of what they lead to (`private`); this is about what says nothing: a command, and
a button that all see. What the same item says of a refusal holds, too: while the server is paused,
or of a banner that is over or hidden, nobody else has to read why nothing was drawn. And before a
server's first panel its admin is asked something alone; nor is it anybody else's why there is no
panel of what they named.

It is read beside the start, for 0.3 seconds at most, and what cannot be read is as it was known
before, or public: an answer never waits for it and never fails of it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from adapters import inline
from adapters.logs import log
from router import Request

PATIENCE_S: Final = 0.3
"""From the beginning of the read on, which is that of the workflow's start."""

BEFORE_S: Final = 0.2
"""For a read that has to end before a start, whose own tries may take 2.7 s of Discord's three."""

KEPT_S: Final = 60
"""How long what a server settled is taken for true."""

MAX_REMEMBERED: Final = 10_000
"""Servers, and as many players: about 3 MB together; the oldest are forgotten first."""

_OF_SERVER: Final = "is_public, pause, leaving, offers"
_SETTINGS: Final = "DYNAMODB_SETTINGS_TABLE"
_PLAYERS: Final = "DYNAMODB_USERS_TABLE"
_PLEDGE: Final = "pledge"  # `gacha.presents.PLEDGE`, which loads more
_NAMES: Final = "names"  # `adapters.tables.settings.NAMES`, likewise


class Known(NamedTuple):
    """Of a server: whether its results are private, and when that was read (Unix seconds). While it
    `is_paused` nothing comes of a pull; nor of one of a banner that is `closed`, by its id."""

    is_private: bool
    at: float
    is_paused: bool = False
    closed: frozenset[str] = frozenset()

    def hides(self, request: Request) -> bool:
        """Whether the answer is for who asked alone."""
        is_refused = self.is_paused or request.options.get("banner") in self.closed
        return self.is_private or is_refused


class Look:
    """A look that may be under way still."""

    def __init__(self, visibility: Visibility, request: Request, now: float) -> None:
        self._visibility, self._request, self._now = visibility, request, now
        self._until = time.monotonic() + PATIENCE_S
        self._reading = None if visibility.knows(request, now) else inline.Reading(self._read)

    def _read(self) -> None:
        self._visibility.read(self._request, self._now)

    def is_private(self) -> bool:
        """Whether only who asked may see the answer, as far as it is known in time."""
        if self._reading is not None:
            self._reading.wait(self._until - time.monotonic())
        return self._visibility.is_private(self._request)


class Visibility:
    """What this process has read lately."""

    def __init__(self) -> None:
        self._servers: dict[str, Known] = {}
        self._players: dict[str, bool] = {}
        self._posted: dict[str, bool] = {}
        self._alone: dict[str, bool] = {}

    def look(self, request: Request, now: float) -> Look:
        return Look(self, request, now)

    def forget(self, request: Request) -> None:
        """Somebody is about to settle something of this server."""
        self._servers.pop(request.guild_id or "", None)

    def knows(self, request: Request, now: float) -> bool:
        """Whether there is nothing to read. A player's own choice is read each time, so that it
        holds from the next command on."""
        if request.posted:
            return request.posted in self._posted
        if request.is_first_panel:
            return False
        known = self._servers.get(request.guild_id or "")
        return known is not None and known.is_private and 0 <= now - known.at < KEPT_S

    def is_private(self, request: Request) -> bool:
        if request.posted:
            return request.posted in self._posted
        if request.is_first_panel:
            return self._alone.get(request.interaction_id, False)
        known = self._servers.get(request.guild_id or "")
        return (known is not None and known.hides(request)) or self._players.get(
            _key(request), False
        )

    def read(self, request: Request, now: float) -> None:
        """What is not known yet: of the server, and where that leaves it open, of the player.
        Half a read unit each: a choice of a moment ago may be missed, as it may by a moment."""
        guild_id = request.guild_id or ""
        if request.posted:
            name = f"posted#{request.posted}"
            if self._get(request, _SETTINGS, _setting(guild_id, name), "setting"):
                _note(self._posted, request.posted, True)
            return
        if request.is_first_panel:
            # Of just now: who confirmed a moment ago is not asked again.
            key = _setting(guild_id, _PLEDGE)
            item = self._get(request, _SETTINGS, key, "setting", ConsistentRead=True)
            if item is not None:
                # The question is for who asked; that it was answered before, for who answers again.
                is_alone = bool(item) is request.is_for_all
                is_alone = is_alone or not self._can_be_posted(request)
                _note(self._alone, request.interaction_id, is_alone)
            return
        known = self._servers.get(guild_id)
        if known is None or not 0 <= now - known.at < KEPT_S:
            item = self._get(request, _SETTINGS, _setting(guild_id, "game"), _OF_SERVER)
            if item is None:
                return
            known = Known(
                _is(item, {"is_public": {"N": "0"}}),
                now,
                not item.keys().isdisjoint(("pause", "leaving")),
                _closed(item, now),
            )
            _note(self._servers, guild_id, known)
        if not known.hides(request):
            key = {"user_id": {"S": _key(request)}}
            item = self._get(request, _PLAYERS, key, "preferences, leaving")
            if item is not None:
                # Whose data is to be erased is refused, which is nobody else's to read.
                private = {"preferences": {"M": {"results": {"S": "private"}}}}
                _note(self._players, _key(request), _is(item, private) or "leaving" in item)

    def is_outdated(self, request: Request) -> bool:
        """Whether the panel that an admin pressed would be drawn otherwise now. Where nobody knows
        in time, it is a pull like everybody's."""
        came: list[Mapping[str, Any] | None] = []
        key = _setting(request.guild_id or "", "game")
        read = inline.Reading(lambda: came.append(self._get(request, _SETTINGS, key, "offers")))
        read.wait(BEFORE_S)
        if not came or came[0] is None:
            return False
        from adapters.tables import items  # other first answers need none of it
        from gacha import snowflake
        from gacha.game import Offer

        now = snowflake.created_ms(request.interaction_id)
        try:
            offers = [Offer.read(each) for each in items.from_item(dict(came[0])).get("offers", ())]
        except (AttributeError, KeyError, TypeError, ValueError):
            return False
        marks = [each.mark_at(now) for each in offers if each.id == request.panel]
        return marks not in ([], [request.options.get("drawn")])

    def _can_be_posted(self, request: Request) -> bool:
        """Whether there is a panel of the banner that was named. Where nobody knows, there is: one
        that a single person sees is none."""
        if request.is_for_all or "banner" not in request.options:
            return True
        guild_id = request.guild_id or ""
        named = {"ExpressionAttributeNames": {"#names": "names"}}
        attributes = "offers, has_sample, #names"
        key = _setting(guild_id, _NAMES)
        item = self._get(request, _SETTINGS, key, attributes, **named, ConsistentRead=True)
        if item is None:
            return True
        from adapters.tables import items  # as below
        from commands import completion
        from gacha import snowflake

        typed, now = str(request.options["banner"]), snowflake.created_ms(request.interaction_id)
        try:
            return completion.is_one(guild_id, items.from_item(dict(item)), typed, now)
        except (AttributeError, KeyError, TypeError, ValueError):
            return True

    def _get(
        self,
        request: Request,
        table: str,
        key: Mapping[str, Mapping[str, str]],
        attribute: str,
        **more: object,
    ) -> Mapping[str, Any] | None:
        """The item with this attribute alone, which is all that is needed, and of a player all that
        the role may read; empty where there is none. None where nobody knows."""
        answer = inline.get(table, key, ProjectionExpression=attribute, **more)
        item = "" if isinstance(answer, str) else answer.get("Item", {})
        if isinstance(item, dict):
            return item
        error = answer if isinstance(answer, str) else "no item"
        log("not known who may see it", level="WARNING", guild_id=request.guild_id, error=error)
        return None


def _closed(item: Mapping[str, Any], now: float) -> frozenset[str]:
    """The banners that are over or hidden, by the short names of `gacha.game.Offer`. One that is to
    open is none: by the time it is asked for it may be."""
    match item:
        case {"offers": {"L": [*offers]}}:
            return frozenset(filter(None, (_of_closed(each, now) for each in offers)))
    return frozenset()


def _of_closed(offer: object, now: float) -> str:
    match offer:
        case {"M": {"id": {"S": str(banner)}, "h": {"N": "1"}}}:
            return banner
        case {"M": {"id": {"S": str(banner)}, "e": {"N": str(ends)}}} if ends.isdecimal():
            return banner if int(ends) <= now * 1000 else ""
    return ""


def _setting(guild_id: str, name: str) -> Mapping[str, Mapping[str, str]]:
    return {"server_id": {"S": guild_id}, "setting": {"S": name}}


def _key(request: Request) -> str:
    return f"{request.actor_id}@{request.guild_id}"  # `gacha.player.key`, which loads more


def _is(item: object, expected: object) -> bool:
    """Whether an item says this, beside whatever else it says."""
    if isinstance(item, dict) and isinstance(expected, dict):
        return all(name in item and _is(item[name], each) for name, each in expected.items())
    return item == expected


def _note(known: dict[str, Any], name: str, value: object) -> None:
    known.pop(name, None)  # dictionaries keep the order in which their keys came
    known[name] = value
    while len(known) > MAX_REMEMBERED:
        known.pop(next(iter(known)), None)
