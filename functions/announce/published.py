"""Adds each card's rate and the banner's rules to its rates: in the message as far as it reaches,
all in a file.

Announce reads them itself because a thousand cards, with their names, can be more than a workflow's
state may hold (256 KB).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters import banners
from render import rates_fit, rates_in_full


def attach(
    message: Mapping[str, Any], guild_id: str, lang: str
) -> tuple[dict[str, Any], bytes | None]:
    """The message to render for a message of kind "rates", and the file that goes with it: None
    where the message has room for all of it."""
    # Imported here, because no other message needs a banner's odds.
    from gacha.rates import cards, rules

    banner = banners.load_version(guild_id, message["banner_id"], message["banner_hash"])
    shown = {**message, "cards": cards(banner), "rules": rules(banner)}
    if rates_fit(shown, lang):
        return shown, None
    return shown, rates_in_full(shown, lang).encode()
