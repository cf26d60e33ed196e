"""What `/gacha sample` answers at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.sample.texts import say

from adapters import inline
from commands.asked import Asked


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    typed = str(asked.options[option])
    if typed == "read":
        typed = (inline.setting(asked.guild, "sample") or {"title": typed})["title"]
    return [{"name": f"{typed}!", "value": typed}]


def form(asked: Asked) -> Mapping[str, Any]:
    page, title = asked.options.get("page", "read"), say(asked.language, "title")
    if page == "read":
        row = inline.setting(asked.guild, "sample", again="sample:form:late")
        title = title if row is None else row["title"]
    field = {"type": 4, "custom_id": "card", "style": 1}
    return {
        "custom_id": f"sample:form:{page}",
        "title": title,
        "components": [{"type": 18, "label": "x", "component": field}],
    }
