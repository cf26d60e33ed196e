"""What is asked before it is done: whatever the next press cannot take back, or members feel at
once.

A room's plan decides twice. First it asks: nothing is written, and the message says what will
happen. Once the button is pressed it decides again, of what there is then, so that a question that
somebody leaves standing does no harm. Where the button has no room for what was typed, that is kept
for a day, as a refused form is. How the question and its button look is `kit.sure`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from adapters.tables import items, settings
from commands import forms
from commands.asked import Asked
from commands.decisions import Form
from gacha import snowflake
from gacha.pulling import Refusal

_FORGOTTEN: Final = Refusal("forgotten", {}, is_stale=True)


def is_(asked: Asked) -> bool:
    """Whether the question's own button was pressed (`command.SURE`)."""
    return "sure" in asked.options


def form(values: Mapping[str, Any]) -> tuple[Form, str]:
    """What is kept of a command until its button is pressed, and what the button says of it."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return Form({"json": text}), hashlib.sha256(text.encode()).hexdigest()[:8]


def kept(asked: Asked) -> dict[str, Any] | Refusal:
    """What was kept, if it is what the button speaks of, not a day old, and not yet done. Else what
    is known of it: "already_done", by which interaction, or "forgotten", where it was perhaps
    done."""
    row = settings.setting(asked.guild, forms.setting(asked.command, asked.admin))
    now_s = snowflake.created_ms(asked.interaction_id) // 1000
    if row is None or row["expires_at"] < now_s:
        return _FORGOTTEN
    of = row["values"]
    if of.get("done") == asked.text("seen"):
        return Refusal("already_done", {"done": of["by"]}, is_stale=True)
    text = str(of.get("json", ""))
    if hashlib.sha256(text.encode()).hexdigest()[:8] != asked.text("seen"):
        return _FORGOTTEN
    values: dict[str, Any] = json.loads(text)
    return values


def done(asked: Asked) -> items.Item:
    """Keeps in its place that it is done, so that a second press does nothing and says so."""
    return settings.keep_form(asked, {"done": asked.text("seen"), "by": asked.interaction_id})
