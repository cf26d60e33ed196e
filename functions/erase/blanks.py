"""What takes the place of somebody's id wherever a row is not theirs: in a server's settings, in
its ledger, and in the ledgers of players whom they, as an admin, gave or took something.

It looks through all of a server's rows of this kind and knows none of them by its name, so that a
setting which somebody adds later is looked through, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

import rows
from adapters.tables import items, settings
from gacha import claims, player, server

NOBODY: Final = player.NOBODY

FORGOTTEN: Final = "…"
"""In the place of a reason, which an event has to have."""

_LEAST: Final = "!"
"""Before all that a setting's name can begin with, as `~` is after it."""

_TRIES: Final = 5


class Blanks:
    """The ids of those who are erased, of one server."""

    def __init__(self, ids: Collection[str]) -> None:
        self._ids: Final = {*ids}
        self._found: Final = re.compile(rf"(?<!\d)(?:{'|'.join(sorted(self._ids))})(?!\d)")

    def names(self, setting: str) -> bool:
        """Whether a setting is of nobody else: their id is a part of its name."""
        return any(part in self._ids for part in setting.split("#"))

    def row(self, before: Mapping[str, Any]) -> items.Row:
        """The row without the ids. What is listed under an id goes, and so does the reason that an
        admin wrote about somebody, or somebody as an admin."""
        after = {name: self._value(value) for name, value in before.items()}
        if after != before:
            if "reason" in after:
                after["reason"] = FORGOTTEN
            if "changes" in after:  # whoever changes it from what they read before is too late
                after["changes"] += 1
        return after

    def _value(self, value: Any) -> Any:
        match value:
            case str():
                return self._found.sub(NOBODY, value)
            case Mapping():
                return {
                    name: self._value(each) for name, each in value.items() if name not in self._ids
                }
            case list():
                return [self._value(each) for each in value]
        return value


def blank(guild_id: str, ids: Collection[str]) -> int:
    """Blank these users' ids in all that is kept of a server but its players' own rows; how many
    rows changed. Claims are left out: those of a player are named by their own ledger."""
    blanks, count = Blanks(ids), 0
    ends = ((_LEAST, claims.CLAIM), (f"{claims.CLAIM}~", "~"))
    for low, high in ends:
        for page in rows.partition(rows.SETTINGS, guild_id, low, high):
            for row in page:
                count += _blank_setting(blanks, row)
    for page in rows.partition(rows.HISTORY, server.key(guild_id)):
        for row in page:
            count += _blank(rows.HISTORY, blanks, row)
    return count


def _blank_setting(blanks: Blanks, row: items.Row) -> int:
    if blanks.names(row["setting"]):
        return rows.delete(rows.SETTINGS, [row])
    if row["setting"].startswith(settings.AUDIT) and blanks.row(row) != row:
        # First what the audit row leads to, which nothing else does.
        _blank(rows.HISTORY, blanks, _event(blanks, row))
    return _blank(rows.SETTINGS, blanks, row)


def _event(blanks: Blanks, audit: items.Row) -> items.Row | None:
    """The event of a player whom an admin gave or took something: of nobody who is erased, too,
    whose ledger goes as a whole, and not of the server, whose own is looked through."""
    whose = audit["user_id"]
    if server.is_key(whose) or blanks.names(whose.partition("@")[0]):
        return None
    return items.get(
        rows.HISTORY,
        {"user_id": whose, "timestamp": Decimal(audit["setting"][len(settings.AUDIT) :])},
    )


def _blank(table: str, blanks: Blanks, row: items.Row | None) -> int:
    """Whether there was anything to blank. A row that others change at the same time is read
    again."""
    for _ in range(_TRIES):
        if row is None or (after := blanks.row(row)) == row:
            return 0
        key = rows.key_of(table, row)
        assert key == rows.key_of(table, after), "a row's key names somebody"
        if rows.write(rows.changed(table, row, after)):
            return 1
        row = items.get(table, key)
    raise rows.LeftError("a row keeps changing")
