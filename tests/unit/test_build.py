"""The local cloud's build: what stands stays until something new stands whole."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from local import cloud, ministack
from local.client import Signer
from scripts import install

SAM: Final = """#!{python}
import pathlib, shutil, sys
root = pathlib.Path(__file__).resolve().parents[2]
build = pathlib.Path(sys.argv[sys.argv.index("--build-dir") + 1])
with (root / "calls").open("a") as calls:
    calls.write("build\\n")
shutil.rmtree(build, ignore_errors=True)  # as the real one does, before anything else
build.mkdir(parents=True)
source = (root / "functions/app.py").read_text()
(build / "app.py").write_text(source)
if "broken" in source:
    sys.exit("no network")
(build / "template.yaml").write_text("built")
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One function, and a `sam` that empties its folder, then fails for a source with "broken"."""
    local = tmp_path / ".local"
    (local / "run-1").mkdir(parents=True)
    (local / "wheels").mkdir()
    monkeypatch.setattr(cloud, "ROOT", tmp_path)
    monkeypatch.setattr(cloud, "LOCAL", local)
    monkeypatch.setattr(cloud, "WHEELS", local / "wheels")
    monkeypatch.setattr(cloud, "BUILD", local / "build")
    monkeypatch.setattr(cloud, "NEW_BUILD", local / "build.new")
    monkeypatch.setattr(cloud, "BUILD_STAMP", local / "build/inputs.sha256")
    monkeypatch.setattr(cloud, "BUILD_INPUTS", [tmp_path / "functions"])
    monkeypatch.setattr(ministack, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(cloud.LocalCloud, "alive", lambda _: True)
    monkeypatch.setattr(cloud, "PROGRAMS", tmp_path / ".venv/bin")
    sam = tmp_path / ".venv/bin/sam"
    sam.parent.mkdir(parents=True)
    sam.write_text(SAM.format(python=sys.executable))
    sam.chmod(0o755)
    (tmp_path / "functions").mkdir()
    return tmp_path


Build = Callable[[str], list[str]]


@pytest.fixture
def build(checkout: Path) -> Build:
    """Build this source; the answer is what it said."""

    def run(source: str) -> list[str]:
        (checkout / "functions/app.py").write_text(source)
        said: list[str] = []
        cloud.LocalCloud(1, Signer("ab" * 32), say=said.append)._build()
        return said

    return run


def standing(checkout: Path) -> dict[str, str]:
    """The build that `sam deploy` would read, its stamp with it."""
    return {each.name: each.read_text() for each in (checkout / ".local/build").iterdir()}


def calls(checkout: Path) -> int:
    return len((checkout / "calls").read_text().splitlines())


def test_a_build_that_fails_leaves_the_old_one(checkout: Path, build: Build) -> None:
    build("old")
    before = standing(checkout)
    assert before.keys() == {"app.py", "template.yaml", "inputs.sha256"}
    for _ in range(2):
        with pytest.raises(cloud.StartError, match="no network\n`sam build` failed"):
            build("broken")
        assert standing(checkout) == before


def test_undoing_the_edit_needs_no_build(checkout: Path, build: Build) -> None:
    build("old")
    before = standing(checkout)
    with pytest.raises(cloud.StartError):
        build("broken")
    assert calls(checkout) == 2
    assert build("old") == ["sam build: nothing has changed"]
    assert calls(checkout) == 2
    assert standing(checkout) == before


def test_a_build_that_succeeds_replaces_the_old_one(checkout: Path, build: Build) -> None:
    build("old")
    before = standing(checkout)
    with pytest.raises(cloud.StartError):
        build("broken")
    build("new")
    after = standing(checkout)
    assert after["app.py"] == "new"
    assert after["inputs.sha256"] != before["inputs.sha256"]
    assert build("new") == ["sam build: nothing has changed"]
    assert not list((checkout / ".local").glob("build.*/"))  # neither the old nor a failed one


def test_interrupted_while_it_replaces_it_never_leaves_half_a_build(
    checkout: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the old one is deleted: what stands under the name is whole, and is the new."""
    build("old")
    real = shutil.rmtree

    def interrupted(folder: Path, **options: Any) -> None:
        if (folder / "inputs.sha256").exists():
            (folder / "app.py").unlink()
            raise KeyboardInterrupt
        real(folder, **options)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build("new")
    assert standing(checkout)["app.py"] == "new"
    assert build("new") == ["sam build: nothing has changed"]
    build("newer")
    assert standing(checkout)["app.py"] == "newer"


def test_what_is_replaced_may_be_missing(tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    install.replace(tmp_path / "folder/env", new)
    assert (tmp_path / "folder/env").is_dir() and not new.exists()
