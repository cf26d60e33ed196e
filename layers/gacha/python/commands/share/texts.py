"""It says nothing of its own: `commands.collection.texts` has the words of a page."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {}

say: Final = speaking(SENTENCES)
