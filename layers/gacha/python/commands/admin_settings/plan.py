"""A group of the server's settings, or the currency's emoji, settled anew; or how all of it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands import decisions
from commands.admin_settings.show import Problem, Settings, settings_of
from commands.asked import Asked
from commands.decisions import Form, ServerDecided, Shown
from commands.events import Row
from gacha import kinds, server, settings
from gacha.game import Game

_NO_EMOJI: Final = ("なし", "none")


def plan(asked: Asked, game: Game) -> ServerDecided:
    """A form that was opened before somebody else settled its group is stale: what was typed is
    kept, and opens again beside what holds now."""
    if "emoji" in asked.options:
        emoji = asked.text("emoji").strip()
        return _settled(asked, game, {settings.EMOJI: "" if emoji in _NO_EMOJI else emoji})
    if "group" not in asked.options:
        return Shown(settings_of(game))
    group = asked.text("group")
    typed = {name: asked.text(name) for name in settings.GROUPS[group] if name in asked.options}
    if settings.seen(game, group) != asked.text("seen"):
        return _kept(asked, game, typed, "stale")
    return _settled(asked, game, typed)


def _settled(asked: Asked, game: Game, typed: Mapping[str, str]) -> ServerDecided:
    fields, refused = settings.settle(typed)
    if refused:
        problems = [
            Problem(field=each.field, rule=each.rule, value=each.value, limits=dict(each.limits))
            for each in refused
        ]
        return _kept(asked, game, typed, "refused", problems)
    if not settings.moved(game, fields):
        return Shown({**settings_of(game), "state": "same"})
    if not game.version:
        fields = {**settings.first(asked.language), **fields}
    moved = settings.moved(game, fields)
    event = {
        "kind": kinds.SETTINGS,
        "by": asked.admin,
        "before": {each.field: settings.as_typed(each.field, each.before) for each in moved},
        "after": {each.field: settings.as_typed(each.field, each.after) for each in moved},
    }
    if "start_balance" in fields:  # the audit knows by it what a newcomer began with
        event["start_balance"] = fields["start_balance"]
    change = server.Change(asked.guild, event, game.changed(**fields))
    return decisions.recording_of_server(asked, change, recorded)


def _kept(
    asked: Asked,
    game: Game,
    typed: Mapping[str, str],
    outcome: str,
    problems: list[Problem] | None = None,
) -> Shown:
    """Not done, and why. What was typed into a form is kept for a day; an option of the command
    stands in the member's own client."""
    shown: Settings = {**settings_of(game), "state": outcome, "problems": problems or []}
    if "group" not in asked.options:
        return Shown(shown, outcome)
    group = asked.text("group")
    reopens = f"{group}:{settings.seen(game, group)}"
    return Shown({**shown, "reopens": reopens}, outcome, Form({"group": group, **typed}))


def recorded(row: Row) -> Settings:
    """Before and after, field by field."""
    return {
        "kind": "admin settings",
        "state": "settled",
        "values": {},
        "before": dict(row["before"]),
        "after": dict(row["after"]),
        "problems": [],
        "reopens": "",
    }
