"""Which edits a running local cloud follows, and by what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local import watch
from local.cloud import BUILD_INPUTS, Stack, StartError
from local.watch import Edits, Following, Watch, unreadable
from tests.conftest import ROOT

TEXTS = Path("layers/gacha/python/commands/pull/texts.py")
APP = Path("functions/draw/app.py")
TEMPLATE = Path("template.yaml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path in (TEXTS, APP, TEMPLATE, Path("functions/package.mk")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1\n")
    return tmp_path


@pytest.fixture
def watching(checkout: Path) -> Watch:
    return Watch(checkout, [checkout / each.relative_to(ROOT) for each in BUILD_INPUTS])


NONE = Edits([], [])


def settled(watching: Watch) -> Edits:
    """What it tells once nobody writes any more."""
    assert watching.edits() == NONE
    return watching.edits()


def test_what_is_not_edited_is_not_told(watching: Watch) -> None:
    assert watching.edits() == NONE


@pytest.mark.parametrize(
    ("path", "is_code"),
    [
        (TEXTS, True),
        (APP, True),
        (Path("layers/gacha/python/gacha/banners/new.toml"), True),
        (Path("layers/gacha/python/commands/new/definition.py"), True),
        (TEMPLATE, False),
        (Path("samconfig.toml"), False),
        (Path("statemachines/change.asl.json"), False),
        (Path("functions/package.mk"), False),
        (Path("functions/draw/Makefile"), False),
        (Path("functions/setup/requirements.txt"), False),
        (Path("layers/gacha/Makefile"), False),
    ],
)
def test_an_edit_is_one_of_code_or_of_what_is_deployed(
    checkout: Path, watching: Watch, path: Path, is_code: bool
) -> None:
    (checkout / path).parent.mkdir(parents=True, exist_ok=True)
    (checkout / path).write_text("edited\n")
    assert settled(watching) == (Edits([path], []) if is_code else Edits([], [path]))
    assert watching.edits() == NONE


def test_a_file_that_is_gone_was_edited_too(checkout: Path, watching: Watch) -> None:
    (checkout / APP).unlink()
    assert settled(watching).code == [APP]


def test_whoever_is_still_writing_is_waited_for(checkout: Path, watching: Watch) -> None:
    for length in range(2, 5):
        (checkout / APP).write_text("x" * length)
        assert watching.edits() == NONE
    assert watching.edits().code == [APP]


@pytest.mark.parametrize(
    "path",
    [
        "functions/draw/__pycache__/app.cpython-313.pyc",
        "functions/draw/.app.py.swp",
        "functions/draw/app.py~",
        "local/run.py",
        "README.md",
    ],
)
def test_what_nothing_is_built_from_is_nobodys_edit(
    checkout: Path, watching: Watch, path: str
) -> None:
    (checkout / path).parent.mkdir(parents=True, exist_ok=True)
    (checkout / path).write_text("edited\n")
    assert watching.edits() == NONE
    assert watching.edits() == NONE


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n", ""),
        ("x = 1\ndef f(:\n", "functions/draw/app.py:2: invalid syntax"),
        ("x = '\0'\n", "functions/draw/app.py"),
        ("# -*- coding: nonsense -*-\n", "functions/draw/app.py: unknown encoding"),
    ],
)
def test_what_python_cannot_read_is_named(checkout: Path, source: str, said: str) -> None:
    (checkout / APP).write_text(source)
    told = unreadable([Path("a.toml"), APP, Path("gone.py")], checkout)
    assert told.startswith(said) and bool(told) is bool(said)


class Cloud:
    """One that notes what is asked of it."""

    def __init__(self, fails: bool = False) -> None:
        self.asked: list[str] = []
        self._fails = fails

    def reload(self) -> None:
        self.asked.append("reload")

    def deploy_changes(self) -> Stack:
        self.asked.append("deploy")
        if self._fails:
            raise StartError("`sam deploy` failed")
        return Stack(2, {})


@pytest.fixture
def follow(checkout: Path, watching: Watch, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(watch, "Watch", lambda: watching)
    monkeypatch.setattr(watch, "unreadable", lambda paths: unreadable(paths, checkout))

    def run(cloud: Any, **edits: str) -> tuple[Following, list[str]]:
        said: list[str] = []
        following = Following(cloud, Stack(1, {}), said.append)
        for name, text in edits.items():
            (checkout / {"app": APP, "template": TEMPLATE}[name]).write_text(text)
        following.follow()
        following.follow()
        return following, said

    return run


def test_code_is_reloaded_and_not_deployed(follow: Any) -> None:
    cloud = Cloud()
    following, said = follow(cloud, app="x = 2\n")
    assert cloud.asked == ["reload"]
    assert said == ["changed: functions/draw/app.py; the next command runs it"]
    assert following.stack.port == 1


def test_a_broken_module_reaches_no_function(follow: Any) -> None:
    cloud = Cloud()
    _, said = follow(cloud, app="def f(:\n")
    assert cloud.asked == []
    assert said == ["functions/draw/app.py:1: invalid syntax\nthe functions run what they ran"]


def test_a_broken_module_holds_back_the_others_until_it_is_mended(
    checkout: Path, follow: Any
) -> None:
    """All packages are brought up to date at once, and it would go with them."""
    cloud = Cloud()
    following, said = follow(cloud, app="def f(:\n")
    for path, text, asked in ((TEXTS, "x = 2\n", []), (APP, "x = 2\n", ["reload"])):
        (checkout / path).write_text(text)
        following.follow()
        following.follow()
        assert cloud.asked == asked, path
    broken = "functions/draw/app.py:1: invalid syntax\nthe functions run what they ran"
    assert said == [broken, broken, f"changed: {APP}, {TEXTS}; the next command runs it"]


def test_a_template_is_deployed_and_the_new_outputs_are_its(follow: Any) -> None:
    cloud = Cloud()
    following, said = follow(cloud, template="2\n")
    assert (cloud.asked, following.stack.port) == (["deploy"], 2)
    assert said == ["changed: template.yaml", "the change is deployed"]


def test_a_deployment_that_fails_leaves_the_stack(follow: Any) -> None:
    following, said = follow(Cloud(fails=True), template="2\n")
    assert following.stack.port == 1
    assert said[-1] == "`sam deploy` failed\nthe stack stands as it was"


def test_both_at_once_are_both_followed(follow: Any) -> None:
    """Code that is deployed is unpacked with the deployment; what a process holds is not."""
    cloud = Cloud()
    follow(cloud, app="x = 2\n", template="2\n")
    assert cloud.asked == ["deploy", "reload"]
