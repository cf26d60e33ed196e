"""Checks one server's own ledger against its settings: rows in, findings out.

The promises are those of `gacha.audit`, as far as a server has them: an interaction is one change
(I2), a void has nothing beside it (I4), and what is stored is what the changes made of it (I5).
Beside them: what players took of its presents and codes (I8, `gacha.claims`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from . import claims, kinds, settings, snowflake
from .audit import Finding, Row
from .economy import Economy
from .errors import GachaError
from .game import Game
from .player import START_BALANCE

PUBLISHING: Final = frozenset({"published", "published_again", "planned", "back"})
"""What an admin does with a banner that gives it rules and a look."""

_KEY: Final = {"server_id", "setting"}
_BROKEN: Final = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError, GachaError)


def check(
    server_key: str,
    ledger: Iterable[Row],
    stored: Mapping[str, Row],
    taken: Iterable[Row],
    erasing: Collection[str] = (),
) -> list[Finding]:
    """What is wrong with one server: its ledger's rows, its settings by their names, without the
    files of banners, and the rows of its players by which they took something (`claims.KINDS`), all
    in any order. `erasing` are the keys of players who are just being erased."""
    audit = _Audit(server_key)
    rows = sorted(ledger, key=lambda row: str(row.get("timestamp")))
    audit.keys(rows)
    changes = [row for row in rows if row.get("kind") != kinds.VOID]
    for check_one in (audit.versions, audit.values, audit.noted):
        try:
            check_one(changes, stored)
        except _BROKEN as error:
            audit.say("I5", "server_settings", "rows that can be read", f"{error!r}")
    try:
        for wrong in claims.check(taken, stored, erasing):
            whose = wrong.player_key or server_key
            found = Finding("I8", whose, wrong.key, wrong.expected, wrong.found)
            audit.findings.append(found)
    except _BROKEN as error:
        audit.say("I8", "server_settings", "rows that can be read", f"{error!r}")
    return audit.findings


def starts(ledger: Iterable[Row]) -> set[int]:
    """What new players of the server were ever given, by its ledger's rows. Who begins while it is
    changed has the one before."""
    settled = (row["start_balance"] for row in ledger if "start_balance" in row)
    return {START_BALANCE, *settled}


def economies(ledger: Iterable[Row]) -> dict[int, Economy]:
    """What the server ever gave for days and starts, by the version of its economy."""
    versions = {row["versions"]["economy"]: row for row in ledger if _is_of_economy(row)}
    found = {0: Economy("")}
    for version, row in sorted(versions.items()):
        given = {name: int(value) for name, value in _own("economy", row["after"]).items()}
        before = found.get(version - 1, found[0]).written()
        found[version] = Economy.read("", {**before, **given, "version": version})
    return found


def amounts(ledger: Iterable[Row]) -> dict[str, list[Mapping[str, Any]]]:
    """By banner of the server's own: what was ever published of its amounts of shards
    (`gacha.shards.amounts`). Of one that was published before the ledger kept that, nothing."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    unknown = set()
    for row in ledger:
        if row.get("kind") == kinds.BANNER and row["did"] in PUBLISHING:
            if "amounts" in row:
                found.setdefault(row["banner"], []).append(row["amounts"])
            else:
                unknown.add(row["banner"])
    return {banner: each for banner, each in found.items() if banner not in unknown}


def _is_of_economy(row: Row) -> bool:
    return "economy" in row.get("versions", {})


def _own(setting: str, fields: Row) -> dict[str, Any]:
    """Those of the fields that lie in this setting, "game" or "economy"."""
    is_economy = setting == "economy"
    return {
        name: value for name, value in fields.items() if (name in settings.ECONOMY) == is_economy
    }


@dataclass
class _Audit:
    server_key: str
    findings: list[Finding] = field(default_factory=list)

    def say(self, invariant: str, where: Row | str, expected: object, found: object) -> None:
        key = where if isinstance(where, str) else str(where.get("timestamp"))
        self.findings.append(Finding(invariant, self.server_key, key, str(expected), str(found)))

    def keys(self, rows: list[Row]) -> None:
        """One row for a key, the key is the interaction's, and nothing moves money."""
        count = Counter(row.get("timestamp") for row in rows)
        for row in rows:
            kind, made_from = row.get("kind"), row.get("interaction_id")
            if count[row.get("timestamp")] > 1:
                self.say("I4", row, "one row for an interaction", f"one a {kind}")
            if row.get("user_id") != self.server_key:
                self.say("I2", row, self.server_key, row.get("user_id"))
            is_id = made_from is not None and snowflake.canonical(made_from) == made_from
            if not is_id or snowflake.sort_key(str(made_from)) != row.get("timestamp"):
                self.say("I2", row, "the key of its interaction_id", repr(made_from))
            if kind not in (*kinds.OF_SERVER, kinds.VOID):
                self.say("I5", row, f"one of {kinds.OF_SERVER}", kind)
            if row.get("amount") != 0:
                self.say("I1", row, "an amount of 0", row.get("amount"))

    def versions(self, changes: list[Row], stored: Mapping[str, Row]) -> None:
        """Each version of a setting has one row, and the last one is stored."""
        found: dict[str, list[int]] = {}
        for row in changes:
            of_game = {"game": row["version"]} if "version" in row else {}
            for name, version in {**of_game, **row.get("versions", {})}.items():
                found.setdefault(name, []).append(version)
        kept = {name: row for name, row in stored.items() if "version" in row and name != "names"}
        for name in sorted({*found, *kept}):
            versions = sorted(found.get(name, []))
            if versions != [*range(1, len(versions) + 1)]:
                self.say("I2", name, "one row for each version", versions)
            now = stored.get(name, {}).get("version", 0)
            if now != max(versions, default=0):
                self.say("I5", name, f"version {max(versions, default=0)}", now)

    def values(self, changes: list[Row], stored: Mapping[str, Row]) -> None:
        """What was settled follows field by field, and is what is stored in the end."""
        row = stored.get("economy", {})
        economy = Economy.read("", {name: row[name] for name in row.keys() - _KEY})
        of_game = [(int(row.get("version", 0)), row) for row in changes]
        of_economy = [(row["versions"]["economy"], row) for row in changes if _is_of_economy(row)]
        game = Game.read("", stored.get("game", {}))
        self._follow("game", of_game, game)
        resets = sorted(
            (row["version"], row["leaving"]) for row in changes if row["kind"] == kinds.RESET
        )
        if game.leaving != (leaving := resets[-1][1] if resets else 0):
            self.say("I5", "game", f"leaving {leaving}", game.leaving)
        given = {name: str(getattr(Economy(""), name)) for name in settings.ECONOMY}
        self._follow("economy", of_economy, economy, given)

    def _follow(
        self,
        where: str,
        rows: list[tuple[int, Row]],
        end: Game | Economy,
        begin: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        now = dict(begin)
        for _, row in sorted(rows, key=lambda each: each[0]):
            for name, before in _own(where, row.get("before", {})).items():
                if now.setdefault(name, before) != before:
                    self.say("I5", row, f"{name} {now[name]!r} before", repr(before))
            now |= _own(where, row.get("after", {}))
        for name, value in now.items():
            if (there := settings.as_typed(name, getattr(end, name))) != value:
                self.say("I5", where, f"{name} {value!r}", repr(there))

    def noted(self, changes: list[Row], stored: Mapping[str, Row]) -> None:
        """Each change is in the server's log, and nothing else is there as a change of it."""
        logged = {
            row["interaction_id"]
            for name, row in stored.items()
            if name.startswith("audit#") and row["user_id"] == self.server_key
        }
        made = {row["interaction_id"] for row in changes}
        for missing in sorted(made - logged):
            self.say("I5", "server_settings", f"an audit row of {missing}", "none")
        for invented in sorted(logged - made):
            self.say(
                "I5", "server_settings", "a change in the ledger", f"the log alone: {invented}"
            )
