"""What `/gacha sample` answers at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commands.sample.texts import say  # type: ignore[import-not-found]

from commands.asked import Asked
from commands.command import NotReadyError


def choices(asked: Asked, option: str) -> list[Mapping[str, Any]]:
    typed = str(asked.options[option])
    return [{"name": f"{typed}!", "value": typed}]


def form(asked: Asked) -> Mapping[str, Any]:
    if "page" not in asked.options:
        raise NotReadyError("sample:form:late")
    page = asked.text("page")
    field = {"type": 4, "custom_id": "card", "style": 1}
    return {
        "custom_id": f"sample:form:{page}",
        "title": say(asked.language, "title"),
        "components": [{"type": 18, "label": "x", "component": field}],
    }
