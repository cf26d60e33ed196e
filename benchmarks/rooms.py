"""What a first answer pays for the other commands: with forty of them and with one.

    PYTHONPATH=layers/gacha/python python -m benchmarks.rooms

Copies the layer into two folders, one with a single command and one with dummies beside it, both
compiled. Each start is a process of its own that imports `interactions` and answers one command;
the two take turns, and what counts is CPU time. Fails if the difference of the medians is above
MOST_MS.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from local import ROOT

COMMANDS: Final = 40
ROUNDS: Final = 41
MOST_MS: Final = 1.0
LAYER: Final = ROOT / "layers/gacha/python"
INTERACTIONS: Final = ROOT / "functions/interactions"

START: Final = """
import json, sys, time
import concurrent.futures.thread, datetime, decimal, logging, os, traceback
began = time.process_time()
import app
took = time.process_time() - began
app._key = type("Key", (), {"verify": lambda *_: None})
app._workflows = type("Starter", (), {"start": lambda *_: "accepted"})
stamp = str(int(time.time()))
headers = {"x-signature-ed25519": "0" * 128, "x-signature-timestamp": stamp}
began = time.process_time()
answer = app.handler({"headers": headers, "body": sys.argv[1]}, None)
took += time.process_time() - began
assert json.loads(answer["body"])["type"] == 5, answer
print(took * 1000)
"""
PULL: Final = """{"type": 2, "id": "1310000000000000123", "application_id": "1290000000000000001",
"token": "t", "guild_id": "1290000000000000002", "locale": "ja",
"member": {"user": {"id": "1290000000000000009"}},
"data": {"name": "gacha", "options": [{"name": "pull", "type": 1}]}}"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="rooms-") as folder:
        layers = {number: layer(Path(folder), number) for number in (1, COMMANDS)}
        took: dict[int, list[float]] = {number: [] for number in layers}
        for _ in range(ROUNDS):
            for number, path in layers.items():
                took[number].append(started(path))
    for number, each in took.items():
        print(f"  {number:2} commands: {median(each):6.2f} ms of CPU ({min(each):.2f} at least)")
    more = median(took[COMMANDS]) - median(took[1])
    print(f"{COMMANDS} commands cost {more:+.2f} ms more than one (target: at most {MOST_MS})")
    return int(more > MOST_MS)


def layer(folder: Path, commands: int) -> Path:
    """The layer and the function with so many commands, as `sam build` compiles them."""
    path = folder / str(commands)
    shutil.copytree(LAYER, path, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        INTERACTIONS, path, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True
    )
    names = ["pull", "help", *(f"dummy{number}" for number in range(commands - 1))]
    definition = (path / "commands/pull/definition.py").read_text()
    for name in names[2:]:
        (path / "commands" / name).mkdir()
        (path / f"commands/{name}/definition.py").write_text(definition)
    registry = path / "commands/registry.py"
    listed = ", ".join(f'"{name}"' for name in names)
    text, changed = re.subn(
        r"rooms=\(.*?\),\n", f"rooms=({listed}),\n", registry.read_text(), count=1, flags=re.DOTALL
    )
    assert changed
    registry.write_text(text)
    mode = ("--invalidation-mode", "unchecked-hash")
    subprocess.run([sys.executable, "-m", "compileall", "-q", *mode, path], check=True)
    return path


def started(path: Path) -> float:
    """Milliseconds of CPU from the import to the answer."""
    run = subprocess.run(
        [sys.executable, "-P", "-B", "-c", START, PULL],
        env={
            "PYTHONPATH": str(path),
            "AWS_REGION": "ap-northeast-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "DISCORD_PUBLIC_KEY": SigningKey.generate().verify_key.encode().hex(),
            "SEALING_PUBLIC_KEY": bytes(PrivateKey.generate().public_key).hex(),
            "ALLOWED_GUILD_IDS": "any",
            "PULL_STATE_MACHINE_ARN": "arn",
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(run.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
