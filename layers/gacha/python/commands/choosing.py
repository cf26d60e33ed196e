"""What is decided where a player takes a card of their own choice (`commands.counter` shows it): of
which banner, which card, and whether what they were asked still holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from adapters import banners
from adapters.tables import collection, ledger
from commands import counter, decisions, offers
from commands.asked import Asked
from commands.cards import card as card_of
from commands.counter import Counter, Other, Rest, Taken, Ware
from commands.decisions import Decided, Shown
from commands.events import Row
from gacha import purse, snowflake
from gacha.banner import Banner, Card
from gacha.changes import Change
from gacha.game import Game, Offer
from gacha.player import Player
from gacha.pulling import Refusal

_LATEST: Final = 10
"""Rows of the ledger in which a purchase is looked for that was made already."""


class Place(NamedTuple):
    """A banner of which cards can be taken: at which `prices`, by the card's id, and how much the
    player `has` to pay with. Of some cards so many are `left` to the player."""

    offer: Offer
    banner: Banner
    cards: Sequence[Card]
    prices: Mapping[str, int]
    has: int
    left: Mapping[str, int] = {}

    @property
    def reaches(self) -> bool:
        """Whether the player has enough for any card."""
        prices = self.prices.items()
        return any(self.has >= price and self.left.get(card) != 0 for card, price in prices)

    @property
    def is_all_taken(self) -> bool:
        """Whether the player has taken as many copies of each card as they may."""
        return all(self.left.get(card) == 0 for card in self.prices)

    @property
    def named(self) -> Other:
        named: Other = {"id": self.offer.id, "name": dict(self.banner.name)}
        return {**named, "is_all_taken": True} if self.is_all_taken else named


class Desk(NamedTuple):
    """One of the rooms, for one player: `places` are where they can choose now, the first where
    none is named. `take` makes the change; `rest` says what becomes of what is left."""

    asked: Asked
    current: Player
    game: Game
    places: Sequence[Place]
    take: Callable[[Place, Card], Change]
    recorded: Callable[[Row], Taken]
    rest: Callable[[Place], Rest] | None = None


def decided(desk: Desk) -> Decided:
    """What is shown is as of now. What is done is done as somebody saw it, or not at all."""
    asked = desk.asked
    place = _place(desk)
    if isinstance(place, Refusal):
        return place
    if "card" not in asked.options:
        return Shown(_page(desk, place))
    number = asked.text("card")
    card = next((each for each in place.cards if str(each.number) == number), None)
    if card is None:
        return Refusal("not_offered", {"banner": dict(place.banner.name)}, is_stale=True)
    if "has" not in asked.options:
        return Shown({**_page(desk, place), "asks": _ware(desk, place, card)})
    price, has = place.prices[card.id], place.has
    if (asked.text("price"), asked.text("has")) != (str(price), str(has)):
        return _done(desk, place, card) or Refusal("stale_offer", {"has": has}, is_stale=True)
    if place.left.get(card.id) == 0:
        return Refusal("all_taken", {"has": has})
    if has < price:
        is_over = desk.rest is not None and desk.rest(place).get("is_over")
        values = {"price": price, "has": has, "short": price - has}
        return Refusal("too_few_over" if is_over else "too_few", values)
    return decisions.recording(asked, desk.take(place, card), desk.recorded)


def _done(desk: Desk, place: Place, card: Card) -> Refusal | None:
    """What the ledger's latest rows have of just this: so many paid, so many left, and this card.
    Then the question was answered before, by a press that perhaps nobody saw arrive."""
    asked = desk.asked
    left = int(asked.text("has")) - int(asked.text("price"))
    for row in ledger.page(desk.current.key, _LATEST).rows:
        is_it = row["kind"] == asked.command and row["banner"] == place.offer.id
        if is_it and row["left"] == left and [each.card for each in purse.given(row)] == [card.id]:
            at = snowflake.created_ms(row["interaction_id"]) // 1000
            return Refusal("already_done", {"done": row["interaction_id"], "at": at}, is_stale=True)
    return None


def taken(row: Row, price: int) -> Taken:
    """What was done, by the ledger's row, with the look of now: a picture may have been taken
    away."""
    banner = banners.load_version(row["guild_id"], row["banner"], row["banner_hash"])
    [copy] = purse.given(row)
    offer = banners.game(row["guild_id"]).offer(row["banner"])
    look = banners.look(offer) if offer else {}
    card = card_of(banner, copy.card, look)
    ware: Ware = {"card": card, "number": copy.number, "price": price, "copies": 0}
    return {"kind": row["kind"], "banner_id": banner.id, "taken": ware, "left": row["left"]}


def _place(desk: Desk) -> Place | Refusal:
    if not desk.places:
        return Refusal("nowhere", {})
    if "banner" not in desk.asked.options:
        return desk.places[0]
    there = [each.offer for each in desk.places]
    named = offers.among(desk.asked, desk.game, there)
    if isinstance(named, Refusal):
        return named
    if named is None:
        return Refusal("not_here", {"banner": desk.asked.text("banner")})
    return next(each for each in desk.places if each.offer == named)


def _page(desk: Desk, place: Place) -> Counter:
    pages = -(-len(place.cards) // counter.PAGE)
    page = min(int(str(desk.asked.options.get("page", 0))), pages - 1)
    here = place.cards[page * counter.PAGE :][: counter.PAGE]
    shown: Counter = {
        "kind": desk.asked.command,
        "banner": {"id": place.offer.id, "name": dict(place.banner.name)},
        "others": [each.named for each in desk.places if each.offer.id != place.offer.id],
        "has": place.has,
        "page": page,
        "pages": pages,
        "wares": _wares(desk, place, here),
    }
    prices = [price for card, price in place.prices.items() if place.left.get(card) != 0]
    if place.is_all_taken:
        shown["is_all_taken"] = True
    elif len({*place.prices.values()}) > 1:
        shown["cheapest"] = min(prices)
    return {**shown, "rest": desk.rest(place)} if desk.rest else shown


def _wares(desk: Desk, place: Place, cards: Sequence[Card]) -> list[Ware]:
    current = desk.current
    held = collection.held(current.key, cards) if current.version else {}
    wares = list[Ware]()
    for each in cards:
        ware = Ware(
            card=card_of(place.banner, each.id),
            number=each.number,
            price=place.prices[each.id],
            copies=held.get(each.id, collection.NONE).copies,
        )
        if each.id in place.left:
            ware["left"] = place.left[each.id]
        wares.append(ware)
    return wares


def _ware(desk: Desk, place: Place, card: Card) -> Ware:
    [ware] = _wares(desk, place, [card])
    return {**ware, "card": card_of(place.banner, card.id, banners.look(place.offer))}
