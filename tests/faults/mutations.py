"""The real code with one safeguard taken out, in memory: what the suite has to notice.

A mutation wraps a function of a freshly loaded instance, or changes a workflow's definition. The
names it wraps are those that hold a promise; if one of them goes, the mutation fails loudly.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from unittest import mock

from gacha import engine, snowflake
from gacha.banner import Banner, Multi, Step
from tests.faults import asl, template
from tests.faults.clock import current

Modules = Mapping[str, ModuleType]


@dataclass(frozen=True)
class Mutant:
    """One change. `modules` gets each instance's modules, `machines` replaces definitions."""

    modules: Callable[[Modules], None] | None = None
    machines: Callable[[], dict[str, asl.Definition]] = field(default=dict)
    only: str | None = None
    rate: float | None = None
    """Where faults meet it, so that few seeds are enough; by default as in any run."""
    first: int = 0
    """The seed to begin with, where few of them meet it."""
    giving: int | None = None
    """How often something is given, where more of it meets it sooner."""


def _wrap(modules: Modules, module: str, name: str, around: Callable[..., Any]) -> None:
    """`module.name(...)` becomes `around(the original, ...)`, in the instances that have it."""
    if module in modules:
        original = getattr(modules[module], name)
        setattr(modules[module], name, lambda *args, **more: around(original, *args, **more))


# --- conditions -----------------------------------------------------------------------------------


def _no_condition_on_the_row(modules: Modules) -> None:
    """The ledger's row is put whether or not the interaction has one."""

    def put(original: Callable[..., Any], *args: Any) -> Any:
        action = original(*args)
        del action["Put"]["ConditionExpression"]
        del action["Put"]["ReturnValuesOnConditionCheckFailure"]
        return action

    _wrap(modules, "adapters.tables.items", "put_once", put)


def _no_version_check(modules: Modules) -> None:
    """A player's row is put whatever happened since it was read."""

    def transaction(original: Callable[..., Any], *args: Any) -> Any:
        actions = original(*args)
        player = next(
            a["Put"]
            for a in actions
            if "version" in a.get("Put", {}).get("Item", {}) and "timestamp" not in a["Put"]["Item"]
        )
        for name in ("ConditionExpression", "ExpressionAttributeValues"):
            player.pop(name, None)
        return actions

    _wrap(modules, "adapters.tables.transactions", "_transaction", transaction)


def _ended_is_open(modules: Modules) -> None:
    """What is over, hidden or planned is pulled all the same."""

    def to_pull(original: Callable[..., Any], asked: Any, game: Any) -> Any:
        own = [replace(each, starts_ms=None, ends_ms=None) for each in game.offers]
        return own[0] if own else original(asked, game)

    _wrap(modules, "commands.offers", "to_pull", to_pull)


def _pause_ignored(modules: Modules) -> None:
    """A paused server's members pull on."""

    def game(original: Callable[..., Any], *args: Any) -> Any:
        return replace(original(*args), pause="")

    _wrap(modules, "adapters.tables.settings", "game", game)


def _no_owner_check(modules: Modules) -> None:
    """Whoever presses a button owns it."""

    def read(original: Callable[..., Any], interaction: Any) -> Any:
        interaction = copy.deepcopy(interaction)
        message, member = interaction.get("message"), interaction.get("member")
        if isinstance(message, dict) and isinstance(member, dict):
            message["interaction_metadata"] = {"user": member.get("user")}
        return original(interaction)

    _wrap(modules, "router", "read", read)
    _wrap(modules, "app", "read", read) if "router" in modules else None


# --- the player's row -----------------------------------------------------------------------------


def _pulled(**changed: Callable[[Any, Any], Any]) -> Callable[[Modules], None]:
    """A pull after which these fields of the player are wrong: `field=(before, after) → value`."""

    def mutate(modules: Modules) -> None:
        def pull(original: Callable[..., Any], *args: Any) -> Any:
            drawn = original(*args)
            if not hasattr(drawn, "after"):
                return drawn
            wrong = {name: of(drawn.before, drawn.after) for name, of in changed.items()}
            return replace(drawn, after=replace(drawn.after, **wrong))

        if plan := modules.get("commands.pull.plan"):
            real = plan.pulling
            plan.pulling = SimpleNamespace(  # type: ignore[attr-defined]
                **{**vars(real), "pull": lambda *args: pull(real.pull, *args)}
            )

    return mutate


def _drawn_by(**wrong: Callable[..., Any]) -> Callable[[Modules], None]:
    """A pull for which these functions of the engine are other ones: `name(the original, ...)`."""

    def mutate(modules: Modules) -> None:
        if plan := modules.get("commands.pull.plan"):
            real = plan.pulling

            def pull(*args: Any) -> Any:
                others: Any = {
                    name: partial(of, getattr(engine, name)) for name, of in wrong.items()
                }
                with mock.patch.multiple(engine, **others):
                    return real.pull(*args)

            plan.pulling = SimpleNamespace(  # type: ignore[attr-defined]
                **{**vars(real), "pull": pull}
            )

    return mutate


def _day_begun_anew(original: Callable[..., Any], banner: Any, state: Any, day: int) -> Any:
    state = original(banner, state, day)
    return state._replace(used=state.used._replace(today=0))


def _claimed(claim: Callable[..., Any]) -> Callable[[Modules], None]:
    """A day's currency by another rule: `claim(the domain's own module, player, id, zone)`."""

    def mutate(modules: Modules) -> None:
        if plan := modules.get("commands.daily.plan"):
            real = plan.daily
            plan.daily = SimpleNamespace(  # type: ignore[attr-defined]
                **{**vars(real), "claim": lambda *args: claim(real, *args)}
            )

    return mutate


def _claim_forgotten(daily: Any, player: Any, *args: Any) -> Any:
    """It is given, and the day is not noted with the player."""
    change = daily.claim(player, *args)
    return change and replace(change, after=replace(change.after, claimed=player.claimed))


def _one_day_kept(daily: Any, player: Any, *args: Any) -> Any:
    """Only the latest day is noted, so that the one before can be claimed again."""
    change = daily.claim(replace(player, claimed=player.claimed[-1:]), *args)
    return replace(change, after=replace(change.after, claimed=change.after.claimed[-1:]))


def _day_by_the_clock(daily: Any, player: Any, _id: str, *args: Any) -> Any:
    """It is of the day on which it is decided."""
    now_ms = int(current().clock.now * 1000) - snowflake.DISCORD_EPOCH_MS
    return daily.claim(player, str(now_ms << 22), *args)


def _streak_forgotten(daily: Any, player: Any, *args: Any) -> Any:
    """Each day is the first."""
    forgotten = tuple(replace(each, streak=0) for each in player.claimed)
    return daily.claim(replace(player, claimed=forgotten), *args)


def _collection_forgotten(modules: Modules) -> None:
    """Cards are drawn and never owned."""
    _wrap(modules, "adapters.tables.collection", "add", lambda *_: [])


def _always_clear(modules: Modules) -> None:
    """A message that did not arrive counts as delivered, so nobody shows it later."""

    def edit(original: Callable[..., Any], *args: Any, **more: Any) -> Any:
        delivery = original(*args, **more)
        gone = delivery.outcome == "gone"
        return replace(delivery, outcome="delivered") if gone else delivery

    _wrap(modules, "adapters.discord", "edit_original", edit)


def _void_kept_secret(modules: Modules) -> None:
    """A void whose message did not arrive is in the history only."""
    _wrap(modules, "adapters.tables.ledger", "_undelivered_voids", lambda *_: [])


def _age_ignored(modules: Modules) -> None:
    """An old input is carried out if nothing came of it before."""
    _wrap(modules, "adapters.inputs", "is_abandoned", lambda _, given: given.sweep > 0)


# --- what is given and spent ----------------------------------------------------------------------


def _counted_twice(modules: Modules) -> None:
    """Each claim of a campaign counts for two."""

    def count(original: Callable[..., Any], *args: Any) -> Any:
        action = original(*args)
        action["Update"]["ExpressionAttributeValues"][":one"] = {"N": "2"}
        return action

    _wrap(modules, "adapters.tables.claims", "count", count)


def _no_ceiling(modules: Modules) -> None:
    """A campaign is counted whatever its count is when that is written."""

    def count(original: Callable[..., Any], *args: Any) -> Any:
        action = original(*args)
        del action["Update"]["ConditionExpression"]
        del action["Update"]["ExpressionAttributeValues"][":most"]
        return action

    _wrap(modules, "adapters.tables.claims", "count", count)


def _claim_overwritten(modules: Modules) -> None:
    """A claim is put where there is one."""

    def put(original: Callable[..., Any], *args: Any) -> Any:
        action = original(*args)
        del action["Put"]["ConditionExpression"]
        return action

    _wrap(modules, "adapters.tables.claims", "put", put)


def _claim_unwritten(modules: Modules) -> None:
    """That there is no claim is checked, and none is put."""

    def put(original: Callable[..., Any], *args: Any) -> Any:
        put = original(*args)["Put"]
        key = {name: put["Item"][name] for name in ("server_id", "setting")}
        return {"ConditionCheck": {**put, "Key": key}} if put.pop("Item") else None

    _wrap(modules, "adapters.tables.claims", "put", put)


def _spent_whatever_there_is(modules: Modules) -> None:
    """A card counts as owned and unlocked by whoever takes one, when they look and when it is
    written."""

    def held(original: Callable[..., Any], *args: Any) -> Any:
        found = original(*args)
        return {
            card: of._replace(copies=of.copies or 1, is_locked=False) for card, of in found.items()
        }

    def move(original: Callable[..., Any], *args: Any) -> Any:
        actions = original(*args)
        for each in actions:
            each["Update"].pop("ConditionExpression", None)
            for of in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
                used = each["Update"][of]
                each["Update"][of] = {k: v for k, v in used.items() if k[1:].isdigit()}
        return actions

    if plan := modules.get("commands.admin_take.plan"):
        real = plan.collection
        plan.collection = SimpleNamespace(  # type: ignore[attr-defined]
            **{**vars(real), "held": lambda *args: held(real.held, *args)}
        )
    _wrap(modules, "adapters.tables.collection", "move", move)


def _bought(room: str, name: str, *kept: str) -> Callable[[Modules], None]:
    """A card is taken, and what pays for it is kept."""

    def mutate(modules: Modules) -> None:
        def take(original: Callable[..., Any], player: Any, *args: Any) -> Any:
            change = original(player, *args)
            before = {field: getattr(player, field) for field in kept}
            return replace(change, after=replace(change.after, **before))

        if plan := modules.get(f"commands.{room}.plan"):
            real = plan.changes
            taken = {name: lambda *args: take(getattr(real, name), *args)}
            plan.changes = SimpleNamespace(**{**vars(real), **taken})  # type: ignore[attr-defined]

    return mutate


def _points_outlive_their_shards(modules: Modules) -> None:
    """Points that became shards are still there."""

    def converted(original: Callable[..., Any], player: Any, *args: Any) -> Any:
        return replace(original(player, *args), states=player.states)

    if decisions := modules.get("commands.decisions"):
        real = decisions.points
        decisions.points = SimpleNamespace(  # type: ignore[attr-defined]
            **{**vars(real), "converted": lambda *args: converted(real.converted, *args)}
        )


# --- workflows ------------------------------------------------------------------------------------


def _without_void() -> dict[str, asl.Definition]:
    """ "Nothing was charged" is said without taking the interaction's place in the ledger."""

    def change(states: dict[str, Any]) -> None:
        states["Void"] = {**states["Void"], "Type": "Pass"}
        for name in ("Resource", "Arguments", "TimeoutSeconds", "Retry", "Catch", "Comment"):
            states["Void"].pop(name)

    return _changed(change)


def _void_over_everything() -> dict[str, asl.Definition]:
    """A void is put whether or not the interaction has a row."""

    def change(states: dict[str, Any]) -> None:
        for action in states["Void"]["Arguments"]["TransactItems"]:
            del action["Put"]["ConditionExpression"]

    return _changed(change)


def _look_away() -> dict[str, asl.Definition]:
    """What could not be voided counts as void."""

    def change(states: dict[str, Any]) -> None:
        states["Void"]["Catch"][0] = {
            **states["Void"]["Catch"][0],
            "Output": states["Void"]["Output"],
            "Next": "Apologise",
        }

    return _changed(change)


def _show_before_record() -> dict[str, asl.Definition]:
    """What was drawn is shown although it is not recorded."""

    def change(states: dict[str, Any]) -> None:
        states["Record"]["Catch"][0] = {
            "ErrorEquals": ["States.ALL"],
            "Output": {
                "outcome": "{% $states.input.decision.outcome %}",
                "message": "{% $states.input.decision.message %}",
                "figures": {},
            },
            "Next": "Announce",
        }

    return _changed(change)


def _changed(change: Callable[[dict[str, Any]], None]) -> dict[str, asl.Definition]:
    changed = {}
    for name in ("pull", "change"):
        _, definition = template.machine(name, "STANDARD")
        states = json.loads(json.dumps(definition.states))
        change(states)
        changed[name] = replace(definition, states=states)
    return changed


MANY: Final = 30

# --- wishes ---------------------------------------------------------------------------------------


def _never_listed(modules: Modules) -> None:
    """Who lets wishes be known is not named."""
    _wrap(modules, "adapters.tables.wishers", "listed", lambda *_, **__: [])


def _never_taken_off(modules: Modules) -> None:
    """Who lets wishes be known no longer stays named."""

    def listed(original: Callable[..., Any], *args: Any, is_listed: bool) -> Any:
        return original(*args, is_listed=is_listed) if is_listed else []

    _wrap(modules, "adapters.tables.wishers", "listed", listed)


MUTANTS: Final[Mapping[str, Mutant]] = {
    "no condition on the history row": Mutant(
        _no_condition_on_the_row, only="Record", rate=0.6, first=32
    ),
    "no version check": Mutant(_no_version_check, first=10),
    "no void": Mutant(machines=_without_void, only="Record", rate=0.6),
    "void over everything": Mutant(machines=_void_over_everything, only="Record", rate=0.6),
    "void that nobody looked after": Mutant(machines=_look_away, only="Record", rate=0.6),
    "banner that is over pulled": Mutant(_ended_is_open, first=13),
    "paused server pulled": Mutant(_pause_ignored, first=27),
    "nonce forgotten": Mutant(_pulled(nonce=lambda before, _: before.nonce), first=1),
    "price forgotten": Mutant(_pulled(balance=lambda before, _: before.balance), first=1),
    "ceiling forgotten": Mutant(_pulled(states=lambda before, _: before.states), first=1),
    "chain of receipts broken": Mutant(
        _pulled(last_receipt=lambda before, _: before.last_receipt), first=1
    ),
    "claim forgotten": Mutant(_claimed(_claim_forgotten), first=3),
    "day by the clock": Mutant(_claimed(_day_by_the_clock), first=3),
    "collection forgotten": Mutant(_collection_forgotten, first=1),
    "undelivered counts as delivered": Mutant(_always_clear, only="PATCH", rate=0.3),
    "void kept secret": Mutant(_void_kept_secret, first=39),
    "claim counted twice": Mutant(_counted_twice, giving=MANY),
    "claim not kept": Mutant(_claim_unwritten, giving=MANY),
    "copy spent whatever there is": Mutant(_spent_whatever_there_is, giving=MANY, first=15),
    "points kept at an exchange": Mutant(
        _bought("exchange", "exchange", "states"), giving=MANY, first=51
    ),
    "shards kept at a purchase": Mutant(_bought("shop", "buy", "shards"), giving=MANY, first=1),
    "points kept beside their shards": Mutant(_points_outlive_their_shards, giving=MANY, first=26),
    "age of an input ignored": Mutant(_age_ignored, rate=0.02, first=97),
    "shown before it is recorded": Mutant(machines=_show_before_record),
}

OF_LIMITS: Final[Mapping[str, Callable[[Modules], None]]] = {
    "limit ignored": _drawn_by(left=lambda *_: None),
    "day of a limit begun anew": _drawn_by(on_day=_day_begun_anew),
}
"""What is noticed where one player pulls a limited banner more often than it leaves."""


def _drawn_from(change: Callable[[Multi], Multi]) -> Callable[[Modules], None]:
    """A pull from a banner whose packs are other ones than the file says."""

    def mutate(modules: Modules) -> None:
        if plan := modules.get("commands.pull.plan"):
            real = plan.pulling

            def pull(player: Any, banner: Banner, *args: Any) -> Any:
                other = replace(banner, multis=tuple(map(change, banner.multis)))
                _forget()
                try:
                    return real.pull(player, other, *args)
                finally:
                    _forget()

            plan.pulling = SimpleNamespace(  # type: ignore[attr-defined]
                **{**vars(real), "pull": pull}
            )

    return mutate


def _forget() -> None:
    """What the engine keeps of a banner: these two count as the same, since their file is."""
    for each in vars(engine).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def _with_steps(**changed: Callable[[Multi, Step], Any]) -> Callable[[Modules], None]:
    """Packs in whose steps these fields are others."""

    def change(multi: Multi) -> Multi:
        steps = [
            replace(step, **{name: of(multi, step) for name, of in changed.items()})
            for step in multi.steps
        ]
        return replace(multi, steps=tuple(steps))

    return _drawn_from(change)


SINGLE: Final = 160
"""What a single pull costs on the suite's banners."""

OF_PACKS: Final[Mapping[str, Callable[[Modules], None]]] = {
    "pack charged card by card": _with_steps(price=lambda multi, _: multi.size * SINGLE),
    "price of a pack never falls": _with_steps(price=lambda multi, _: multi.steps[0].price),
    "minimum of a pack ignored": _with_steps(minima=lambda *_: ()),
    "slot's own rates ignored": _with_steps(slots=lambda *_: {}),
    "whole-pack table ignored": _drawn_from(lambda multi: replace(multi, wholes=())),
    "whole-pack table always": _drawn_from(
        lambda multi: replace(
            multi, wholes=tuple(replace(each, chance=Fraction(1)) for each in multi.wholes)
        )
    ),
    "frozen rates move": _drawn_from(lambda multi: replace(multi, is_frozen=False)),
    "step of a pack kept": _pulled(states=lambda before, after: _with_step(before, after)),
}
"""What is noticed where one player buys packs of every kind."""


def _with_step(before: Any, after: Any) -> dict[str, Any]:
    """The states after it, at the steps that they had before it."""
    return {
        key: {**state, "step": before.states.get(key, {}).get("step", 0)}
        for key, state in after.states.items()
    }


OF_CROWDS: Final[Mapping[str, Callable[[Modules], None]]] = {
    "ceiling overstepped": _no_ceiling,
    "single code for several": _claim_overwritten,
}
"""What only those notice who come at once."""

OF_WISHES: Final[Mapping[str, Callable[[Modules], None]]] = {
    "wishes told of nobody": _never_listed,
    "wishes told for ever": _never_taken_off,
}
"""What is noticed where players wish, and settle who sees it."""


def _unclaimed(modules: Modules) -> None:
    """Claims stay when the events that they name go."""
    _wrap(modules, "people", "_unclaim", lambda *_: None)


def _unblanked(modules: Modules) -> None:
    """Nobody looks through what is not the player's own."""
    _wrap(modules, "blanks", "blank", lambda *_: 0)


def _cards_stay(modules: Modules) -> None:
    """The collection is not looked after."""

    def partition(original: Callable[..., Any], table: str, *args: Any) -> Any:
        return iter(()) if "COLLECTION" in table else original(table, *args)

    _wrap(modules, "rows", "partition", partition)


def _never_closed(modules: Modules) -> None:
    """The player's row stays open while the rest goes."""

    def begin(original: Callable[..., Any], due: Any) -> str:
        return "closed"

    _wrap(modules, "people", "begin", begin)


def _late_passes(modules: Modules) -> None:
    """What was asked for before the erasure is done after it."""

    def tombstone(original: Callable[..., Any], *args: Any) -> Any:
        return replace(original(*args), erased=1)

    _wrap(modules, "adapters.tables.players", "tombstone", tombstone)


def _rich_again(modules: Modules) -> None:
    """A new life begins with what anybody begins with."""

    def new_life(original: Callable[..., Any], *args: Any) -> Any:
        return replace(original(*args), balance=3_200)

    if seeds := modules.get("adapters.seeds"):
        real = seeds.player
        seeds.player = SimpleNamespace(  # type: ignore[attr-defined]
            **{**vars(real), "new_life": lambda *args: new_life(real.new_life, *args)}
        )


OF_ERASURES: Final[Mapping[str, Callable[[Modules], None]]] = {
    "claims of the erased stay": _unclaimed,
    "ids in others' rows stay": _unblanked,
    "cards of the erased stay": _cards_stay,
    "erased with an open row": _never_closed,
    "late interactions pass a tombstone": _late_passes,
    "a new life with start coins": _rich_again,
}
"""What is noticed where somebody is erased, comes late, and begins again."""

OF_STRANGERS: Final[Mapping[str, Callable[[Modules], None]]] = {"no owner check": _no_owner_check}
"""What is noticed where a stranger presses."""

OF_MIDNIGHT: Final[Mapping[str, Callable[[Modules], None]]] = {
    "one claimed day kept": _claimed(_one_day_kept),
    "streak forgotten": _claimed(_streak_forgotten),
}
"""What is noticed around midnight."""
