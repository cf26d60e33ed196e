"""What to do with the sheet."""

from __future__ import annotations

from typing import Final, Literal, TypedDict

from commands import kit
from commands.admin_banner_template.definition import RULES
from commands.admin_banner_template.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import word


class Template(TypedDict):
    """`rules`: one of `gacha.making.draft.KINDS`."""

    kind: Literal["admin banner template"]
    rules: str


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    rules = parsed(Template, content)["rules"]
    name = next(word(each.name, lang) for each in RULES.choices if each.value == rules)
    cards = "cards_only" if rules == "shared" else "cards"  # no weights: the copies decide
    steps = [say(lang, cards), say(lang, "settings"), say(lang, "pictures"), say(lang, "send")]
    if rules == "multi":
        steps.insert(2, say(lang, "multi"))
    if rules in _OF_RULES:
        steps.insert(1, say(lang, _OF_RULES[rules]))
    lines = [f"{number}. {step}" for number, step in enumerate(steps, start=1)]
    return kit.body("\n".join([say(lang, "title", rules=name), *lines]))


_OF_RULES: Final = {"rate-up": "featured", "box": "stock", "shared": "stock_shared"}
"""The column that these have beside the others', by its sentence."""
