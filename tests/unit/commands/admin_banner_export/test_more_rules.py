"""Files with the newer rules, from one server into another: the same file, under the same hash."""

from __future__ import annotations

from typing import Final

from adapters.tables import settings
from gacha.making.stored import DraftPointer, draft_setting
from tests.e2e.test_more_rules import LOTTERY, PACKS
from tests.over import over
from tests.support import GUILD
from tests.unit.commands.admin_banner_export.test_export import OTHER, Owner, owner

__all__ = ["owner"]
FILES: Final = {"multi and limit": PACKS, "shared": LOTTERY}


@over("case", FILES)
def test_it_has_the_same_hash(case: str, owner: Owner) -> None:
    number = [*FILES].index(case)
    here, there = f"{GUILD}{number}", f"{OTHER}{number}"
    owner.uploads(here, "rules.toml", FILES[case].encode())
    [part] = owner.exports(here)
    owner.uploads(there, "b1-1-of-1.zip", part)
    rules = [
        DraftPointer.read(settings.setting(guild, draft_setting("b1"))).rules
        for guild in (here, there)
    ]
    assert rules[0] == rules[1] != ""
