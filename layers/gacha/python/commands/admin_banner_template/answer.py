"""Which sheet it is to be; the file itself is made beside the message."""

from __future__ import annotations

from commands.admin_banner_template.show import Template
from commands.asked import Asked


def answer(asked: Asked) -> Template:
    return {"kind": "admin banner template", "rules": asked.text("rules")}
