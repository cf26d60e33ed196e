"""Every sentence that a person reads, of all rooms and of what they share."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final, NamedTuple

import commands
from commands import registry, sentences
from commands.command import Words
from commands.parts import Say


class Sentence(NamedTuple):
    both: Words
    key: str
    say: Say

    def said(self, language: str, **values: object) -> str:
        return self.say(language, self.key, **values)


def _tables() -> dict[str, tuple[sentences.Sentences, Say]]:
    """Of each room, and of each module that several share and that says its sentences itself."""
    tables = {}
    for found in iter_modules(commands.__path__):
        if not found.ispkg:
            shared = import_module(f"commands.{found.name}")
            if hasattr(shared, "SENTENCES") and hasattr(shared, "say"):
                name = "" if shared is sentences else found.name
                tables[name] = (shared.SENTENCES, shared.say)
    for room in registry.rooms():
        texts = registry.texts(room)
        tables[room] = (texts.SENTENCES, texts.say)
    return tables


SENTENCES: Final = {
    f"{table}/{key}".removeprefix("/"): Sentence(both, key, say)
    for table, (own, say) in _tables().items()
    for key, both in own.items()
}
"""By "pull/paid", and common ones by "too_many" alone."""
