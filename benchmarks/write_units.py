"""What DynamoDB charges for a write, from the item as it was and as it became."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB's API writes it: every value under the name of its type."""

KB: Final = 1024


def write_units(
    before: Item | None,
    after: Item | None,
    *,
    transactional: bool,
    key: Collection[str] = (),
    indexes: Mapping[str, Collection[str]] | None = None,
) -> dict[str, int]:
    """The units that one write takes: the table's under "", an index's under its name.

    - A write takes one unit for each started KB of the item, before or after, whichever is larger.
    - In a transaction it takes two, being prepared and committed. Index entries are written
      once either way.
    - An index whose projection is KEYS_ONLY (`indexes` names its keys, `key` is the table's) is
      written when its entry changes: one write to add it, one to remove it, both where its keys
      change. An item that lacks one of the index's keys has no entry.
    - A table and each of its indexes are provisioned apart, so their units are not added up.

    Sources: DynamoDB developer guide, "Read and write operations", "Transactions: capacity
    management", "Global secondary indexes: write capacity units"; that a transaction does not
    double an index's writes is measured in github.com/nubo-db/dynoxide/pull/188.
    """
    largest = max(item_size(before or {}), item_size(after or {}))
    units = {"": _kilobytes(largest) * (2 if transactional else 1)}
    for name, index_key in (indexes or {}).items():
        entries = [_entry(item, {*key, *index_key}) for item in (before, after)]
        changed = entries[0] != entries[1]
        units[name] = sum(_kilobytes(item_size(entry)) for entry in entries if entry and changed)
    return units


def item_size(item: Item) -> int:
    """An item's size in bytes, as "DynamoDB item sizes and formats" has it."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":  # two digits a byte, after trimming zeros, and a byte for the exponent
            number = Decimal(content).normalize().as_tuple()
            return (len(number.digits) + 1) // 2 + 1 + number.sign
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value_size(each) for each in content)
        case "M":
            return 3 + sum(
                1 + _value_size(each) + len(name.encode()) for name, each in content.items()
            )
    raise ValueError(f"no rule for the size of type {kind}")


def _entry(item: Item | None, names: Collection[str]) -> Item | None:
    """What a keys-only index holds of an item, if anything."""
    if item is None or not all(name in item for name in names):
        return None
    return {name: item[name] for name in names}


def _kilobytes(size: int) -> int:
    """Started KB, and at least one: writing nothing costs as much as writing little."""
    return max(1, -(-size // KB))
