"""Presents that wait, or that are taken. They touch no seed, whatever became of the player's epoch.

What may be taken is judged by the interaction's own time and roles. A present is read and not
checked in the transaction, so one counts that was planned before its withdrawal was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.tables import claims, items, settings
from commands import decisions, rewards
from commands.asked import Asked
from commands.decisions import Decided, Shown
from commands.events import Row
from commands.message import Content
from commands.presents.show import Box, Taken
from commands.pullable import once_given, since_given
from commands.took import MOST_TOLD, Giving
from gacha import presents, purse, snowflake
from gacha.game import Game
from gacha.player import Player
from gacha.presents import Index, Present
from gacha.pulling import Refusal


def plan(asked: Asked, current: Player, game: Game) -> Decided:
    now = snowflake.created_ms(asked.interaction_id)
    index = Index.read(settings.setting(asked.guild, presents.INDEX))
    ids = index.for_(current, asked.roles or (), now)
    wanted = str(asked.options.get("present", ""))
    if wanted and wanted not in ids:
        is_taken = claims.taken(asked.guild, asked.user_id, [wanted])
        return Refusal("already_taken" if is_taken else "gone", {})
    waiting = _waiting(asked, [wanted] if wanted else ids)
    if "take" not in asked.options and not wanted:
        return Shown(_box(waiting, current.leaving))
    if not waiting:
        return Refusal("already_taken" if wanted else "nothing", {})
    made = presents.take(current, asked.interaction_id, waiting)
    if made is None:
        return Refusal("no_room", {"most": purse.MOST_LOTS})
    more = {"givings": _givings(made.presents), **once_given(asked, game, made.change)}
    recording = decisions.recording(asked, made.change, lambda row: {**_taken(row), **more})
    noted = [_claim(asked, each.id, current) for each in made.presents]
    return recording._replace(transaction=[*recording.transaction, *noted])


def _waiting(asked: Asked, ids: list[str]) -> list[Present]:
    """Those of these presents that the player has not taken: one read of them and of the claims."""
    names = {each: presents.claim_setting(each, asked.user_id) for each in ids}
    there = claims.settings(asked.guild, [*map(presents.setting, ids), *names.values()])
    return [
        Present.read(there[presents.setting(each)])
        for each in ids
        if names[each] not in there and presents.setting(each) in there
    ]


def _givings(taken: Sequence[Present]) -> list[Giving]:
    """What was said with the first of them."""
    return [Giving(message=each.message, by=each.by) for each in taken[:MOST_TOLD]]


def _claim(asked: Asked, present_id: str, of: Player) -> items.Item:
    return claims.put(asked.guild, present_id, asked.user_id, of.key, asked.interaction_id)


def _box(waiting: list[Present], leaving_ms: int) -> Box:
    box: Box = {
        "kind": "presents",
        "view": "box",
        "waiting": [
            {
                "id": each.id,
                "message": each.message,
                "by": each.by,
                "ends": each.ends_ms // 1000,
                "goods": rewards.of_gift(each.gift),
            }
            for each in waiting
        ],
    }
    if leaving_ms:
        box["until"] = leaving_ms // 1000
    return box


def recorded(row: Row) -> Content:
    ids = [each["id"] for each in row["presents"][:MOST_TOLD]]
    found = claims.settings(row["guild_id"], [*map(presents.setting, ids)])
    there = [found[presents.setting(each)] for each in ids if presents.setting(each) in found]
    givings = _givings([*map(Present.read, there)])
    return {**_taken(row), "givings": givings, **since_given(row)}


def _taken(row: Row) -> Taken:
    return {
        "kind": "presents",
        "view": "taken",
        "count": len(row["presents"]),
        "goods": rewards.of_event(row, row.get("names", {})),
        "balance": row["balance"],
        "left": row.get("left", 0),
    }
