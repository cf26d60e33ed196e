"""The presents that can be taken at the interaction's own time."""

from __future__ import annotations

from collections.abc import Collection

from adapters.tables import claims, settings
from commands import rewards
from commands.admin_present_list.show import Entry, Listed
from commands.asked import Asked
from commands.message import Text, text
from gacha import presents, snowflake
from gacha.presents import Index, Present


def answer(asked: Asked) -> Listed | Text:
    now = snowflake.created_ms(asked.interaction_id)
    index = Index.read(settings.setting(asked.guild, presents.INDEX))
    ids = index.at(now)
    chosen = str(asked.options.get("present", ""))
    if chosen and chosen not in ids:
        return text("not_open")
    found = claims.settings(asked.guild, [presents.setting(each) for each in ids])
    rows = (found.get(presents.setting(each)) for each in ids)
    taken = claims.of_members(asked.guild, index.of_members(now))
    entries = [_entry(Present.read(row), taken) for row in rows if row is not None]
    listed: Listed = {"kind": "admin present list", "entries": entries, "chosen": chosen}
    if chosen:
        listed["takers"] = rewards.takers(*claims.takers(asked.guild, chosen))
    return listed


def _entry(of: Present, taken: Collection[str]) -> Entry:
    return {
        "id": of.id,
        "message": of.message,
        "goods": rewards.of_gift(of.gift),
        "to": list(of.audience),
        "ends": of.ends_ms // 1000,
        "by": of.by,
        "taken": of.id in taken,
    }
