"""What the member's own commands answer."""

from __future__ import annotations

from typing import cast

from commands import registry
from commands.admin_player.show import Seen
from commands.asked import Asked


def answer(asked: Asked) -> Seen:
    turned = "older" in asked.options or "newer" in asked.options
    return cast(
        Seen,
        {
            "kind": "admin player",
            "user": asked.user_id,
            "profile": None if turned else registry.answer("profile").answer(asked),
            "history": registry.answer("history").answer(asked),
        },
    )
