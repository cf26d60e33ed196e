"""By the domain's own rule."""

from __future__ import annotations

from typing import Final

from gacha.audit import Replay

replay: Final = Replay.leave
