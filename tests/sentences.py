"""Every sentence that a person reads, of all rooms and of what they share."""

from __future__ import annotations

from typing import Final, NamedTuple

from commands import described, events, pull_buttons, registry, rules, sentences
from commands.command import Words
from commands.parts import Say


class Sentence(NamedTuple):
    both: Words
    key: str
    say: Say

    def said(self, language: str, **values: object) -> str:
        return self.say(language, self.key, **values)


def _tables() -> dict[str, tuple[sentences.Sentences, Say]]:
    shared = {"": sentences, "described": described, "events": events, "rules": rules}
    shared |= {"pull_buttons": pull_buttons}
    tables = {name: (module.SENTENCES, module.say) for name, module in shared.items()}
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
