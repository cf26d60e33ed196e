"""What holds of verify.html without a browser; tests/e2e/test_verify_html.py runs it in one."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.once

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
