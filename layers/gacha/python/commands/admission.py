"""Whether somebody may do what they asked for, in this server's game as of now: by the roles that
Discord signed, and by the least ages that the server settled.

A first answer reads nothing, so it is decided here, by the workers. What was allowed when a form
was opened is decided anew when it is sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from commands import registry
from commands.asked import Asked
from commands.command import EDITORS, MANAGERS, REPLY
from gacha import snowflake
from gacha.game import Game
from gacha.pulling import Refusal

_DAY: Final = timedelta(days=1)


RESET: Final = "admin reset"


def refusal(asked: Asked, game: Game) -> Refusal | None:
    """Why this is not done, if so."""
    if registry.definition(asked.command).is_right:
        return None
    is_reply = registry.definition(asked.command).workflow == REPLY
    if game.leaving and not is_reply and asked.command != RESET:
        return _leaving(game)
    if asked.admin_id is not None and registry.permissions(asked.command):
        return _by_role(asked, game)
    if is_reply:
        return None
    return _by_age(asked, game)


def hindrance(asked: Asked, game: Game) -> Refusal | None:
    """Why no member's own command that changes something would be done now, if so, whichever it is:
    for what says beforehand what can be done."""
    return _by_age(asked, game) or pause(game)


def pause(game: Game) -> Refusal | None:
    """What everybody who plays is told while the server is paused."""
    if game.leaving:
        return _leaving(game)
    return Refusal("paused", {"reason": game.pause}) if game.pause else None


def _leaving(game: Game) -> Refusal:
    """From when all that is kept of the server is to be erased, nothing of it changes any more, so
    that undoing it brings back what there was."""
    return Refusal("server_leaving", {"at": game.leaving // 1000})


def _by_role(asked: Asked, game: Game) -> Refusal | None:
    """An admin is one by Discord's permissions, for whom no roles are handed over, or by the role
    that the server gave this command's right. What editors may do, managers may do, too."""
    if asked.roles is None:
        return None
    of_command = registry.definition(asked.command).role
    may = {EDITORS: (game.editors, game.managers), MANAGERS: (game.managers,)}
    roles = [role for role in may.get(of_command, ()) if role]
    if any(role in asked.roles for role in roles):
        return None
    return Refusal("not_allowed_role", {"role": roles[0]}) if roles else Refusal("not_allowed", {})


def _by_age(asked: Asked, game: Game) -> Refusal | None:
    return too_young(asked, game.min_account_days, game.min_member_days)


def too_young(asked: Asked, account_days: int, member_days: int) -> Refusal | None:
    """Whether the account, or the membership, of who asked is not so old yet."""
    now = snowflake.created_ms(asked.interaction_id) / 1000
    if account_days:
        # Of a report, which goes to the server's ledger, who asked is its admin.
        born = snowflake.created_ms(asked.admin_id or asked.user_id) / 1000
        if now < (from_ := born + account_days * _DAY.total_seconds()):
            return Refusal("young_account", {"days": account_days, "from": round(from_)})
    if member_days:
        joined = datetime.fromisoformat(asked.joined_at).timestamp() if asked.joined_at else now
        if now < (from_ := joined + member_days * _DAY.total_seconds()):
            return Refusal("young_member", {"days": member_days, "from": round(from_)})
    return None
