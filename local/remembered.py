"""What a start of the local cloud takes over from an earlier one.

    .local/deployed/<inputs>/  what a deployment of these inputs made, with empty tables
    .local/kept/               with KEEP=1: everything, as the last end left it

Each is a folder of state files that ministack wrote and reads again, beside a manifest of ours. One
without a manifest is not whole, and counts as none.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Self

from local import LOCAL
from scripts.install import replace

DEPLOYED: Final = "deployed"
KEPT: Final = "kept"
MOST_DEPLOYED: Final = 4
"""Folders below `deployed`, of 10 MB each; the tests deploy other phases, too."""

PRIVATE: Final = 0o700
"""Secrets are among what is saved."""
MANIFEST: Final = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a folder holds: a digest of what was deployed, and what Discord's stand-in was told of
    the application."""

    inputs: str
    application: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        try:
            return cls(**json.loads((folder / MANIFEST).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        unfinished = folder / f"{MANIFEST}.new"
        unfinished.write_text(json.dumps(asdict(self)), "utf-8")
        unfinished.replace(folder / MANIFEST)


def deployed(inputs: str) -> Path:
    """Where a deployment of these inputs is remembered, if it is."""
    return LOCAL / DEPLOYED / inputs[:16]


def kept() -> Path:
    return LOCAL / KEPT


def remember(folder: Path, manifest: Manifest) -> None:
    """Remember a deployment whose state lies in `folder`, and forget those of long ago."""
    target = deployed(manifest.inputs)
    target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(folder, new)
    forget_play(new)
    manifest.write(new)
    replace(target, new)
    folders = [each for each in target.parent.iterdir() if Manifest.of(each)]
    for old in sorted(folders, key=lambda each: (each / MANIFEST).stat().st_mtime)[:-MOST_DEPLOYED]:
        shutil.rmtree(old, ignore_errors=True)


def forget_play(folder: Path) -> None:
    """Take out of ministack's state files what was played before a change was deployed: what is in
    the tables, executions, logs. What players uploaded stays in the bucket, where only a table
    would lead to it. Raises KeyError where the files are not as they are known."""
    with _edited(folder / "dynamodb.json") as state:
        for table in state["tables"]["data"].values():
            table["items"] = {}
            table["ItemCount"] = table["TableSizeBytes"] = 0
    with _edited(folder / "stepfunctions.json") as state:
        state["executions"]["data"] = {}
    with _edited(folder / "cloudwatch_logs.json") as state:
        for group in state["log_groups"]["data"].values():
            group["streams"] = {}


@contextmanager
def _edited(file: Path) -> Iterator[dict[str, Any]]:
    """The state in a file of ministack's, which is written as it is after the block."""
    saved = json.loads(file.read_text("utf-8"))
    yield saved["payload"]
    file.write_text(json.dumps(saved), "utf-8")


def take_over(source: Path, folder: Path) -> Manifest | None:
    """Copy what is remembered in `source` to `folder`. None, and nothing copied, if it is not
    whole."""
    manifest = Manifest.of(source)
    if manifest is None:
        return None
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    shutil.copytree(source, folder, dirs_exist_ok=True)
    folder.chmod(PRIVATE)  # it has its source's, which a folder above it protects
    return manifest


def hold_kept() -> IO[str] | None:
    """A lock on what is kept; None while another run has it."""
    LOCAL.mkdir(exist_ok=True)
    lock = (LOCAL / f"{KEPT}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
