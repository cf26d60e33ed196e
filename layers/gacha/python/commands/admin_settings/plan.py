"""A group of the server's settings, or the currency's emoji, settled anew; or how all of it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from adapters import banners
from adapters.tables import settings as stored
from commands import decisions
from commands.admin_settings.show import Month, Problem, Settings, settings_of
from commands.asked import Asked
from commands.decisions import Form, ServerDecided, Shown
from commands.events import Row
from gacha import kinds, odds, server, settings, snowflake
from gacha.chains import Work, members
from gacha.economy import MILESTONES, Economy
from gacha.errors import OddsError
from gacha.game import Game

DAYS: Final = MILESTONES[-1]
"""Of a month."""

_NO_EMOJI: Final = ("なし", "none")

_MOST_WORK: Final = 60_000
_MOST_STATES: Final = 3_000
"""What the long-run rate may cost (`gacha.chains.Work`): 5 ms on one core for the banners that we
know, a tenth of a second at a function's 128 MB."""


class _Server(NamedTuple):
    """What there is to settle."""

    game: Game
    economy: Economy

    def of(self, name: str) -> Game | Economy:
        """Where a field, or a group of them, lies."""
        is_economy = name in settings.ECONOMY or name in settings.OF_ECONOMY
        return self.economy if is_economy else self.game


def plan(asked: Asked, game: Game) -> ServerDecided:
    """A form that was opened before somebody else settled its group is stale: what was typed is
    kept, and opens again beside what holds now."""
    now = _Server(game, stored.economy(asked.guild))
    if "emoji" in asked.options:
        emoji = asked.text("emoji").strip()
        return _settled(asked, now, {settings.EMOJI: "" if emoji in _NO_EMOJI else emoji})
    if "group" not in asked.options:
        return Shown(_shown(asked, now))
    group = asked.text("group")
    typed = {name: asked.text(name) for name in settings.GROUPS[group] if name in asked.options}
    if settings.seen(now.of(group), group) != asked.text("seen"):
        fields, refused = settings.settle(typed)
        if not refused and not _moved(now, fields):  # it was sent before
            return Shown({**_shown(asked, now), "state": "same"})
        return _kept(asked, now, typed, "stale")
    return _settled(asked, now, typed)


def _settled(asked: Asked, now: _Server, typed: Mapping[str, str]) -> ServerDecided:
    fields, refused = settings.settle(typed)
    if refused:
        problems = [
            Problem(field=each.field, rule=each.rule, value=each.value, limits=dict(each.limits))
            for each in refused
        ]
        return _kept(asked, now, typed, "refused", problems)
    if not _moved(now, fields):
        return Shown({**_shown(asked, now), "state": "same"})
    first = {} if now.game.version else settings.first(asked.language)
    guessed = first.keys() - fields.keys()
    fields = {**first, **fields}
    moved = _moved(now, fields)
    event = {
        "kind": kinds.SETTINGS,
        "by": asked.admin,
        "before": {each.field: settings.as_typed(each.field, each.before) for each in moved},
        "after": {each.field: settings.as_typed(each.field, each.after) for each in moved},
    }
    if guessed:  # nobody asked for these, so they are said
        event["guessed"] = sorted(guessed)
    if "start_balance" in fields:  # the audit knows by it what a newcomer began with
        event["start_balance"] = fields["start_balance"]
    after = _after(now, moved, snowflake.created_ms(asked.interaction_id))
    if after.economy is not now.economy:  # what it gives a month stands in the message of it
        event["month"] = _month(asked, after)
    change = server.Change(
        asked.guild,
        event,
        after.game if after.game is not now.game else None,
        (_setting(after.economy),) if after.economy is not now.economy else (),
    )
    return decisions.recording_of_server(asked, change, recorded)


def _moved(now: _Server, fields: Mapping[str, Any]) -> list[settings.Moved]:
    return [each for name in fields for each in settings.moved(now.of(name), {name: fields[name]})]


def _after(now: _Server, moved: Sequence[settings.Moved], at_ms: int) -> _Server:
    """Each of both only where something of it moved. Of a changed clock the economy keeps since
    when it holds, and the one before."""
    fields = {each.field: each.after for each in moved}
    of_game = {name: value for name, value in fields.items() if now.of(name) is now.game}
    of_economy = {name: value for name, value in fields.items() if name not in of_game}
    game = now.game.changed(**of_game) if of_game else now.game
    economy = now.economy
    if fields.keys() & {"timezone", "reset_hour"}:
        economy = economy.with_clock_changed(now.game, at_ms)
    if of_economy or economy is not now.economy:
        economy = economy.changed(**of_economy)
    return _Server(game, economy)


def _setting(economy: Economy) -> server.Setting:
    return server.Setting(stored.ECONOMY, economy.version, economy.written())


def _shown(asked: Asked, now: _Server) -> Settings:
    shown: Settings = {**settings_of(now.game, now.economy), "month": _month(asked, now)}
    if not now.game.version:
        first = _moved(now, settings.first(asked.language))
        shown["first"] = {each.field: settings.as_typed(each.field, each.after) for each in first}
    return shown


def _month(asked: Asked, of: _Server) -> Month:
    """What 30 days in a row give, in pulls of the banner that is pulled where none is named, and
    how many of its highest rarity are to be expected of them, by its long-run rate."""
    given = of.economy.month
    month: Month = {
        "coins": given.coins,
        "tickets": sum(each.count for each in given.tickets),
    }
    game = banners.with_sample(of.game)
    offer = game.default_at(snowflake.created_ms(asked.interaction_id))
    if offer is None:
        return month
    banner = banners.offered(asked.guild, offer)
    limit = banner.limit
    # What a box holds is everybody's, and prices in turn are no price of each.
    if not banner.price_each or banner.shared is not None or (limit and limit.prices):
        return month
    pulls = given.coins // banner.price_each
    most = pulls + month["tickets"]
    if limit is not None:
        bounds = limit.total, limit.per_day and limit.per_day * DAYS
        most = min(most, *(bound for bound in bounds if bound is not None))
        pulls = most - month["tickets"]  # the two are shown together
    month |= {"banner": dict(banner.name), "pulls": pulls}
    top = banner.rarities[0]
    with suppress(OddsError):
        rate = odds.long_run(banner, members(top), banner.ways[0], Work(_MOST_WORK, _MOST_STATES))
        tenths = round(most * rate * 10)
        expected = f"{tenths // 10:,}.{tenths % 10}"
        month |= {"rarity": dict(top.name), "expected": expected}
    return month


def _kept(
    asked: Asked,
    now: _Server,
    typed: Mapping[str, str],
    outcome: str,
    problems: list[Problem] | None = None,
) -> Shown:
    """Not done, and why. What was typed into a form is kept for a day; an option of the command
    stands in the member's own client."""
    shown: Settings = {**_shown(asked, now), "state": outcome, "problems": problems or []}
    if "group" not in asked.options:
        return Shown(shown, outcome)
    group = asked.text("group")
    reopens = f"{group}:{settings.seen(now.of(group), group)}"
    return Shown({**shown, "reopens": reopens}, outcome, Form({"group": group, **typed}))


def recorded(row: Row) -> Settings:
    """Before and after, field by field."""
    settled: Settings = {
        "kind": "admin settings",
        "state": "settled",
        "values": {},
        "before": dict(row["before"]),
        "after": dict(row["after"]),
        "problems": [],
        "reopens": "",
    }
    if "guessed" in row:
        settled["guessed"] = list(row["guessed"])
    return {**settled, "month": row["month"]} if "month" in row else settled
