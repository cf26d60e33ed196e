"""A player checks their draws: seed, rotation, receipts, and the verifier that they would run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from local import ROOT
from local.players import Player, World


def verify(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "verify.py"), str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def receipts(world: World, player: Player, **options: int) -> tuple[str, dict[str, Any]]:
    """The name and content of the file that the player gets."""
    message = world.record(player.use("fair receipts", **options))["message"]
    [attachment] = message["attachments"]
    return attachment["filename"], attachment


def test_a_closed_epoch_verifies_and_a_changed_one_does_not(
    world: World, player: Player, tmp_path: Path
) -> None:
    assert "`" in world.message(player.use("fair show"))
    player.pull(1)
    assert "星の種" in world.message(player.use("fair seed", text="星の種"))
    second = player.pull(10)
    assert "閉じました" in world.message(player.use("fair rotate"))
    name, attachment = receipts(world, player)
    file = tmp_path / name
    file.write_text(attachment["content"])
    checked = verify(file)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    content = json.loads(attachment["content"])
    assert len(content["receipts"]) == 2
    last = content["receipts"][1]
    last["text"] = last["text"].replace('"count":10', '"count":11')
    file.write_text(json.dumps(content))
    changed = verify(file)
    assert changed.returncode == 1
    assert second.id in changed.stdout + changed.stderr


def test_an_open_epoch_is_not_revealed(world: World, player: Player) -> None:
    player.pull(1)
    sent = player.use("fair receipts")
    assert "/ガチャ 検証 更新" in world.message(sent)
    assert not world.record(sent)["message"]["attachments"]


def test_rates_are_shown(world: World, english: Player) -> None:
    text = world.message(english.use("rates"))
    assert "Base 0.8\u00a0%" in text
    assert "SSR guaranteed within 90 pulls" in text
