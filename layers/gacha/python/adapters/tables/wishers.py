"""Who wishes for a card and lets others know: a setting of the server's for each such card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.tables import claims, items, settings
from gacha.wishes import Wishers


def load(guild_id: str, numbers: Iterable[int]) -> Mapping[int, Wishers]:
    """Those of the cards of these numbers, of which a hundred at most: one read of them all."""
    names = {number: _name(number) for number in numbers}
    found = claims.settings(guild_id, [*names.values()]) if names else {}
    return {number: Wishers.read(found.get(name)) for number, name in names.items()}


def listed(
    guild_id: str, user_id: str, numbers: Iterable[int], at_ms: int, *, is_listed: bool
) -> list[items.Item]:
    """What adds a user to the lists of these cards, or takes them off, if nobody changed those
    meanwhile. Nothing where they are on none."""
    return [
        settings.put_counted(guild_id, _name(number), of.changes, after.content())
        for number, of in load(guild_id, numbers).items()
        if is_listed or user_id in of.since
        for after in [of.changed(user_id, at_ms, is_listed=is_listed)]
    ]


def _name(number: int) -> str:
    return f"wishers#{number}"
