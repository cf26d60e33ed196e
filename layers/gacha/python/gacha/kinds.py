"""The kinds of events that a player's ledger holds.

Whoever reads events knows all of these, and says of no other that it was nothing: what is not known
raises `UnknownKindError`. tests/unit/test_kinds.py goes through all places with all kinds.
"""

from __future__ import annotations

from typing import Final

from .errors import GachaError

OPENING: Final = "opening"
"""What a new player begins with; at key 0, and no interaction's."""
PULL: Final = "pull"
TICKET: Final = "ticket"
"""Tickets drawn from a box that the server shares (`gacha.shared_box`)."""
DRAWN: Final = (PULL, TICKET)
"""What gives cards by luck, for the price of its banner."""
REVEAL: Final = "reveal"
"""The player had a box that the server shares closed, and its seed revealed."""
SEED: Final = "seed"
"""Another client seed."""
ROTATE: Final = "rotate"
"""The player closed an epoch."""
LAPSE: Final = "lapse"
"""An epoch was closed for the player, because a restore may have opened it again."""
GRANT: Final = "grant"
TAKE: Final = "take"
"""An admin took back what a player should not have had."""
DAILY: Final = "daily"
"""The player took what a day gives."""
PREFERENCES: Final = "preferences"
"""The player settled something for themselves."""
POST: Final = "post"
"""The player showed a private result to all."""
WISH: Final = "wish"
"""The player began or ceased to wish for a card."""
EXCHANGE: Final = "exchange"
"""The player took a card for points."""
SHOP: Final = "shop"
"""The player bought a card for shards."""
LOCK: Final = "lock"
"""The player locked a card, or unlocked it."""
BOX: Final = "box"
"""The player began their own box anew."""
PRESENT: Final = "present"
"""The player took presents of the server's."""
CODE: Final = "code"
"""The player used a code."""
SETTINGS: Final = "settings"
"""An admin settled something of the server's game; in the server's own ledger."""
UPLOAD: Final = "upload"
"""An admin's file was taken into a draft; in the server's own ledger."""
DRAFT: Final = "draft"
"""The same of the forms of a draft, "cards" of a form of cards, and "paste" of pasted rows."""
CARDS: Final = "cards"
PASTE: Final = "paste"
CARD: Final = "card"
"""The same of a card that was changed by its form."""
EXPORT: Final = "export"
"""An admin took a banner along as files; in the server's own ledger."""
BANNER: Final = "banner"
"""An admin published a banner of the server's, ended it, or did something else with it; in the
server's own ledger."""
PICTURE: Final = "picture"
"""An admin removed a picture, or showed one again that was hidden; in the server's own ledger."""
REPORT: Final = "report"
"""A member reported a picture; in the server's own ledger."""
GIFT: Final = "gift"
"""An admin made a present for players, withdrew one, or confirmed that nothing is sold; in the
server's own ledger."""
CAMPAIGN: Final = "campaign"
"""An admin made codes, or ended them; in the server's own ledger."""
RESET: Final = "reset"
"""An admin asked that all that is kept of the server be erased, or undid that; in the server's own
ledger."""
LEAVE: Final = "leave"
"""The player, or the operator for them, asked for all of their data to be erased."""
STAY: Final = "stay"
"""The player, or the operator, undid that."""
VOID: Final = "void"
"""Takes an interaction's place, so that nothing can come of it any more; changes no player."""

OF_SERVER: Final = (
    SETTINGS,
    UPLOAD,
    DRAFT,
    CARDS,
    PASTE,
    CARD,
    EXPORT,
    BANNER,
    PICTURE,
    REPORT,
    GIFT,
    CAMPAIGN,
    RESET,
)
"""Those of a server's own ledger (`gacha.server`), which are no player's."""

KINDS: Final = (
    OPENING,
    PULL,
    TICKET,
    REVEAL,
    SEED,
    ROTATE,
    LAPSE,
    GRANT,
    TAKE,
    DAILY,
    WISH,
    PREFERENCES,
    POST,
    EXCHANGE,
    SHOP,
    LOCK,
    BOX,
    PRESENT,
    CODE,
    LEAVE,
    STAY,
    *OF_SERVER,
    VOID,
)


BY: Final = ("by", "granted_by", "taken_by")
"""The fields of an event that say which admin did it."""


class UnknownKindError(GachaError):
    """An event is of a kind that this code does not know: a newer version wrote it, or somebody
    added a kind and forgot a place that reads events."""

    def __init__(self, kind: object) -> None:
        super().__init__(f"{kind!r} is no kind of event that is known here; known: {KINDS}")
        self.kind = kind
