"""The codes that can be used at the interaction's own time, with their counts."""

from __future__ import annotations

from adapters.tables import claims, settings
from commands import rewards
from commands.admin_code_list.show import Entry, Listed
from commands.asked import Asked
from commands.message import Text, text
from gacha import codes, snowflake
from gacha.codes import Campaign, Index


def answer(asked: Asked) -> Listed | Text:
    now = snowflake.created_ms(asked.interaction_id)
    ids = Index.read(settings.setting(asked.guild, codes.INDEX)).at(now)
    chosen = str(asked.options.get("campaign", ""))
    if chosen and chosen not in ids:
        return text("not_open")
    names = [name(each) for each in ids for name in (codes.setting, codes.counter_setting)]
    found = claims.settings(asked.guild, names)
    entries = [
        _entry(Campaign.read(found[codes.setting(each)]), found[codes.counter_setting(each)])
        for each in ids
        if codes.setting(each) in found and codes.counter_setting(each) in found
    ]
    return {"kind": "admin code list", "entries": entries, "chosen": chosen}


def _entry(of: Campaign, count: dict[str, int]) -> Entry:
    return {
        "id": of.id,
        "note": of.note,
        "goods": rewards.of_gift(of.gift),
        "ends": of.ends_ms // 1000,
        "by": of.by,
        "taken": count["taken"],
        "most": of.most,
        "singles": of.singles,
    }
