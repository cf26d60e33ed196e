"""What holds of verify.html without a browser; tests/e2e/test_verify_html.py runs it in one."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from commands import registry
from tests.conftest import ROOT

PAGE: Final = ROOT / "verify.html"


def test_the_page_holds_its_own_hashes() -> None:
    """The policy lets the one style and the one script run, by hash; here is what it must say."""
    text = PAGE.read_text("utf-8")
    for tag in ("style", "script"):
        assert text.count(f"<{tag}>") == 1
        body = text.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in text


def test_the_page_has_nothing_but_itself() -> None:
    text = PAGE.read_text("utf-8")
    assert re.findall(r"https?:|\bsrc=|\bhref=|@import|\burl\(|innerHTML|eval\(", text) == []
    assert "default-src 'none'" in text and "unsafe-" not in text


def test_the_page_names_commands_as_discord_does() -> None:
    """The page loads nothing of ours, so that nothing but this holds its words to the registry."""
    commands = filter(registry.is_command, registry.rooms())
    typed = {words for room in commands for words in registry.typed(room)}
    text = PAGE.read_text("utf-8")
    # Japanese is between brackets, and English goes on with small letters.
    japanese = re.findall(r"(/ガチャ[^」]*)」", text)
    english = re.findall(r"(?<![\w.])/gacha(?:-admin)?(?: [a-z]+)*", text)
    assert len(japanese) >= 5 and text.count("/ガチャ") == len(japanese)
    assert set(japanese) <= typed
    assert english and all(_begins_with_a_command(each, typed) for each in english), english


def _begins_with_a_command(text: str, typed: set[str]) -> bool:
    words = text.split()
    return any(" ".join(words[:n]) in typed for n in range(2, len(words) + 1))
