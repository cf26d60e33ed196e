"""What a banner publishes: every rate, exactly as it is drawn, and the player's own next pull.

Every item's rate is what Japan asks for (CESA 2016); how earlier pulls change later ones, and any
ceiling, is what Korea does (2024).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gacha import engine
from gacha import rules as banner_rules
from gacha.banner import TEN, Banner, Card, Rarity, check_together, located, parse
from gacha.errors import BannerError, GachaError, OddsError
from gacha.rules import percent as percent

if TYPE_CHECKING:
    from gacha.chains import Work
    from gacha.shared_box import Box

Consolidated = Mapping[str, Mapping[str, str | None]]
"""How pulls are paid ("single", "ten" or another size) → rarity → percent, or None."""

MOST_STATES: Final = 10_000
MOST_WORK: Final = 400_000
"""A banner with more states, or more to compute, has no consolidated rate here: it would take a
function too long. `python -m gacha.odds` knows it."""

_FOLDER: Final = "banners"

_STANDING: Final = (
    *("limit_today", "limit", "next_price"),
    *("step", "box", "box_reset", "box_reset_after", "not_yet"),
)
"""How rules stand that are no rarity's, and of no single pull."""


def table(banner: Banner, state: engine.State) -> dict[str, Any]:
    """The published table of `banner`, beside what holds for the next pull from `state`.

    `base` is the rate of a first pull, `consolidated` the long-run share with ramps, ceilings and
    guarantees, `ten` that of ten-pulls where they have rules of their own, `multis` those of other
    multi-pulls, with how many cards each has, `next` that of the player's next single pull; all in
    percent, as text, or None. Where no single pulls are sold, `consolidated` is of the smallest
    multi-pull, of `size` cards, and `next_multi` the chance that the player's next one has such a
    card. `featured_next` says that the player's next one is featured, or how likely, where that is
    not as ever. `changes` are the pulls since the
    last of the rarity from which its rate is another, the last of them the ceiling if it has one; a
    long ramp's middle is None; a card of any of `counted_from` begins that count again. `featured`
    is the featured cards' part, and `featured_changes` the losses, of which no guarantee decided
    any, after which it is another; `guarantee` the losses in a row after which it is all.
    """
    start = engine.start(banner)
    base, own = engine.rates(banner, start), engine.rates(banner, state)
    certain = banner_rules.ceilings(banner, state)
    featured = banner_rules.featured_next(banner, state)
    shares = _consolidated(banner)
    has = {} if banner.sells(1) else _in_next(banner, state)
    return {
        "rarities": [
            {
                "rarity": rarity.id,
                "name": dict(rarity.name),
                "base": percent(base[rarity.id]),
                "consolidated": shares["single"][rarity.id],
                "ten": shares["ten"][rarity.id],
                "multis": [
                    [int(size), each[rarity.id]]
                    for size, each in shares.items()
                    if size not in ("single", "ten")
                ],
                "size": banner.sizes[0],
                "next": percent(own[rarity.id]) if banner.sells(1) else None,
                **({"next_multi": has[rarity.id]} if rarity.id in has else {}),
                "certain_within": certain.get(rarity.id),
                **({"featured_next": featured[rarity.id]} if rarity.id in featured else {}),
                **_own_rules(banner, rarity),
            }
            for rarity in banner.rarities
            if not _is_of_last_ticket(banner, rarity)
        ],
        "standing": [
            each for each in banner_rules.standing(banner, state) if each["kind"] in _STANDING
        ],
    }


def _own_rules(banner: Banner, rarity: Rarity) -> dict[str, Any]:
    """What a rarity has beside its rates: `or_better`, where its last change is a ceiling that a
    higher rarity takes precedence over, and the rest as `table` says."""
    return {
        "changes": _changes(rarity.schedule, first=2),
        "or_better": rarity.ceiling is not None and rarity is not banner.rarities[0],
        "counted_from": [
            dict(each.name)
            for each in banner.rarities
            if each is rarity or each.id in rarity.reset_by
        ],
        "featured": percent(rarity.shares[0]) if rarity.shares else None,
        "featured_changes": _changes(rarity.shares, first=1),
        "guarantee": rarity.guarantee,
    }


def highest(banner: Banner, rarity: Rarity) -> str:
    """What a line says of a banner's highest rarity: its base rate, or where no single pulls are
    sold its consolidated one; empty where that takes too long."""
    if banner.sells(1):
        return percent(rarity.rate)
    return _consolidated(banner)["single"][rarity.id] or ""


def of_next_ticket(banner: Banner, rarity: Rarity, box: Box) -> str:
    """The rate of a rarity on the next ticket of a box that the server shares; empty where none of
    it is left."""
    if box.is_sold_out(banner):
        return ""
    rate = engine.rates(banner, box.state(banner))[rarity.id]
    return percent(rate) if rate else ""


def rules(banner: Banner) -> list[dict[str, Any]]:
    """The rules beside the rates (see `gacha.rules`), their rates and chances in percent, as
    text."""
    return [banner_rules.in_percent(each) for each in banner_rules.rules(banner)]


def rules_of_rarities(banner: Banner) -> list[dict[str, Any]]:
    """Those that `table` has beside each rarity's rates, as rules for a message without it."""
    found = []
    for rarity in banner.rarities:
        own = _own_rules(banner, rarity)
        for key in ("changes", "featured_changes"):  # as JSON has them
            own[key] = [None if each is None else list(each) for each in own[key]]
        has = {
            "rule_changes": rarity.counts,
            "rule_featured": bool(rarity.shares),
            "rule_guarantee": rarity.guarantee > 0,
        }
        for kind in (each for each, is_there in has.items() if is_there):
            fields = {name: own[name] for name in _FIELDS[kind]}
            found.append({"kind": kind, "rarity": dict(rarity.name), **fields})
    return found


_FIELDS: Final = {
    "rule_changes": ("changes", "or_better", "counted_from"),
    "rule_featured": ("featured", "featured_changes", "guarantee"),
    "rule_guarantee": ("guarantee",),
}
"""What a rule's sentence takes (`commands.rules`); a message has room for so much."""


def _in_next(banner: Banner, state: engine.State) -> dict[str, str]:
    """By rarity, the chance that the next pull of the fewest cards that are sold has one of it, in
    percent; left out from where it takes more than MOST_STATES or MOST_WORK."""
    from gacha import chains, odds

    work, found = chains.Work(MOST_WORK, MOST_STATES), dict[str, str]()
    with suppress(OddsError):
        for rarity in banner.rarities:
            of = chains.members(rarity)
            found[rarity.id] = percent(odds.in_one(banner, of, banner.sizes[0], work, state))
    return found


def of_card(banner: Banner, card: str, state: engine.State) -> tuple[str | None, str | None]:
    """Where no single pulls are sold: a card's part of very many of the smallest multi-pulls, and
    the chance that the next one from `state` has it; in percent, or None where it takes more than
    MOST_STATES or MOST_WORK."""
    from gacha import chains, odds

    work, size, of = chains.Work(MOST_WORK, MOST_STATES), banner.sizes[0], frozenset({card})
    part = has = None
    with suppress(OddsError):
        part = percent(odds.long_run(banner, of, size, work))
        has = percent(odds.in_one(banner, of, size, work, state))
    return part, has


def cards(banner: Banner) -> list[dict[str, Any]]:
    """Each card's rate on a first pull, in percent, as text; the highest rarity first. Where no
    single pulls are sold, its part of very many of the smallest multi-pulls, or None where that
    takes more than MOST_STATES or MOST_WORK. `is_last`: it has none, since it comes with the last
    ticket of a box that the server shares."""
    rates = _drawn(banner) if banner.sells(1) else _in_packs(banner)
    return [
        {
            "name": dict(card.name),
            "rarity": dict(rarity.name),
            "rank": rank,
            "rate": None if rates is None else percent(rates.get(card.id, Fraction(0))),
            **({"is_last": True} if is_last_alone(banner, card) else {}),
        }
        for rank, rarity in enumerate(banner.rarities)
        for card in rarity.cards
    ]


def _drawn(banner: Banner) -> dict[str, Fraction]:
    start = engine.position(banner, engine.start(banner))
    return {card.id: rate for card, rate in engine.row(banner, start)}


def _in_packs(banner: Banner) -> dict[str, Fraction] | None:
    from gacha import chains, odds

    try:
        work = chains.Work(MOST_WORK, MOST_STATES)
        return odds.card_shares(banner, banner.sizes[0], work)
    except OddsError:
        return None


def is_last_alone(banner: Banner, card: Card) -> bool:
    """Whether a card is in no ticket, and comes with the last one of a box that the server
    shares."""
    return banner.shared is not None and not card.stock


def _is_of_last_ticket(banner: Banner, rarity: Rarity) -> bool:
    return all(is_last_alone(banner, card) for card in rarity.cards)


def _changes(rates: Sequence[Fraction], first: int) -> list[tuple[int, str] | None]:
    """Where a rate is another than the one before it, the second being called `first`."""
    changes: list[tuple[int, str] | None] = [
        (number, percent(rate))
        for number, (before, rate) in enumerate(pairwise(rates), start=first)
        if rate != before
    ]
    return changes if len(changes) <= 4 else [*changes[:2], None, changes[-1]]


@cache
def _consolidated(banner: Banner) -> Consolidated:
    """As the layer's build wrote it for this version of the banner, or else computed now."""
    file = resources.files("gacha") / _FOLDER / _file_of(banner.id)
    if file.is_file():
        found = json.loads(file.read_bytes())
        if found["hash"] == banner.hash:
            rates: Consolidated = found["rates"]
            return rates
    return consolidated(banner)


def consolidated(banner: Banner) -> Consolidated:
    """The long-run share of each rarity in percent, as text: of `single` pulls, or else of the
    smallest multi-pulls; of `ten`-pulls and those of other sizes where they have rules of their
    own. None where it takes more than MOST_STATES or MOST_WORK."""
    from gacha.chains import Work

    first, *others = banner.ways
    single = _shares(banner, first)
    ten = _shares(banner, TEN) if TEN in others else dict.fromkeys(single)
    work = Work(MOST_WORK, MOST_STATES)  # of all the others together
    multis = {str(size): _shares(banner, size, work) for size in others if size != TEN}
    return {"single": single, "ten": ten, **multis}


def written(banner: Banner) -> dict[str, Any]:
    """What the layer's build writes beside a banner."""
    return {"hash": banner.hash, "rates": consolidated(banner)}


def _shares(banner: Banner, count: int, work: Work | None = None) -> dict[str, str | None]:
    # Imported here, because a banner that the build saw needs neither.
    from gacha import chains, odds

    work = chains.Work(MOST_WORK, MOST_STATES) if work is None else work
    rates: dict[str, str | None] = dict.fromkeys(rarity.id for rarity in banner.rarities)
    *higher, lowest = banner.rarities
    left = Fraction(1)
    for rarity in higher:
        try:
            rate = odds.long_run(banner, chains.members(rarity), count, work)
        except OddsError:
            return rates  # a lower rarity depends on the counts of this one, too
        rates[rarity.id] = percent(rate)
        left -= rate
    # Whatever is not of a higher rarity is of the lowest, whose own walk would be the longest.
    return {**rates, lowest.id: percent(left)}


def _file_of(banner_id: str) -> str:
    return f"{banner_id}.rates.json"


def main() -> int:
    """Write the consolidated rates beside the banners of a folder, so that no function has to
    compute them: a tenth of a second here is more than one on a function of 128 MB."""
    folder = Path(sys.argv[1])
    try:
        banners = {
            path.name: parse(path.read_bytes(), path.name) for path in sorted(folder.glob("*.toml"))
        }
        check_together(banners)
    except BannerError as error:
        print(located(error, (folder / error.source).read_bytes()), file=sys.stderr)
        return 1
    except GachaError as error:
        print(error, file=sys.stderr)
        return 1
    for banner in banners.values():
        (folder / _file_of(banner.id)).write_text(json.dumps(written(banner)))
    return 0


if __name__ == "__main__":
    from gacha.terminal import ending

    sys.exit(ending(main))
