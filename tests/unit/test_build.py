"""The local cloud's build: what stands stays until something new stands whole."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from samcli.commands.build.build_context import BuildContext
from samcli.lib.build.app_builder import ApplicationBuilder, ApplicationBuildResult

from local import built, cloud, ministack
from local.client import Signer
from scripts import install
from scripts.packages import differences
from scripts.template import parsed
from tests.conftest import ROOT

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
    monkeypatch.setattr(cloud, "PACKAGES_STAMP", local / "build/packages.sha256")
    monkeypatch.setattr(cloud, "PACKAGE_INPUTS", [tmp_path / "functions"])
    monkeypatch.setattr(cloud, "BUILD_INPUTS", [tmp_path / "functions", tmp_path / "template.yaml"])
    monkeypatch.setattr("scripts.build.PATH", tmp_path / "template.yaml")
    monkeypatch.setattr(cloud, "lambda_architecture", lambda: "arm64")
    monkeypatch.setattr(cloud, "cloud_runtime", lambda: "python3.13")
    monkeypatch.setattr(ministack, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(cloud.LocalCloud, "alive", lambda _: True)
    monkeypatch.setattr(cloud, "PROGRAMS", tmp_path / ".venv/bin")
    sam = tmp_path / ".venv/bin/sam"
    sam.parent.mkdir(parents=True)
    sam.write_text(SAM.format(python=sys.executable))
    sam.chmod(0o755)
    (tmp_path / "functions").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


TEMPLATE = """\
Globals: {Function: {Architectures: [arm64], Runtime: python3.13}}
Resources:
  AppFunction:
    Properties: {CodeUri: functions/app}
    Metadata: {WorkingDirectory: functions/build/arm64}
  Workflow:
    Properties: {DefinitionUri: statemachines/change.asl.json, Name: change}
"""

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
    assert before.keys() == {"app.py", "template.yaml", "inputs.sha256", "packages.sha256"}
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


@pytest.mark.parametrize(
    ("before", "after", "calls_sam"),
    [
        ("Name: change", "Name: changed", False),
        ("change.asl.json", "other.asl.json", False),
        ("CodeUri: functions/app", "CodeUri: functions/other", True),
        ("  AppFunction:", "  OtherFunction:", True),
        ("functions/build/arm64}", "functions/build/arm64, BuildMethod: makefile}", True),
        ("Resources:", "Resourcse:", True),
        ("Resources:", "Resources: []\nOthers:", True),
        ("Resources:", "Resources: [", True),
        ("{CodeUri: functions/app}", "", True),
    ],
)
def test_packages_are_made_again_only_if_what_they_are_made_of_changed(
    checkout: Path, build: Build, before: str, after: str, calls_sam: bool
) -> None:
    """Whatever of it is no template is left to SAM, which says what is wrong."""
    build("old")
    template = checkout / "template.yaml"
    assert before in template.read_text()
    template.write_text(template.read_text().replace(before, after))
    said = build("old")
    assert calls(checkout) == 1 + calls_sam
    assert (said == ["sam build: no package has changed, only what is around them"]) != calls_sam
    assert build("old") == ["sam build: nothing has changed"]
    stands = json.loads(standing(checkout)["template.yaml"]) if not calls_sam else {}
    if stands:
        [app, workflow] = stands["Resources"].values()
        assert app["Properties"]["CodeUri"] == "AppFunction"
        file = (checkout / ".local/build" / workflow["Properties"]["DefinitionUri"]).resolve()
        assert file.parent == checkout / "statemachines"


def test_a_template_that_no_longer_says_for_what_it_is_built_is_told_of(
    checkout: Path, build: Build
) -> None:
    (checkout / "template.yaml").write_text("Resources: {}\n")
    with pytest.raises(cloud.StartError, match=r"template\.yaml: .*does not say 'Architectures"):
        build("old")


def test_the_template_is_written_as_sam_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SAM's own code is the model, but for the packages, which it need not make for this."""

    def made(builder: ApplicationBuilder) -> ApplicationBuildResult:
        asked = builder._resources_to_build
        packages = [each.full_path for each in (*asked.functions, *asked.layers)]
        return ApplicationBuildResult(None, {each: str(tmp_path / each) for each in packages})

    monkeypatch.setattr(ApplicationBuilder, "build", made)
    with BuildContext(
        resource_identifier=None,
        template_file=str(ROOT / "template.yaml"),
        base_dir=None,
        build_dir=str(tmp_path),
        cache_dir=str(tmp_path / "cache"),
        cached=False,
        parallel=False,
        mode=None,
        language_extensions=True,
        print_success_message=False,
    ) as context:
        context.run()
    source = parsed((ROOT / "template.yaml").read_text("utf-8"))
    ours = parsed(built.written(source, tmp_path, ROOT))
    assert ours == parsed((tmp_path / "template.yaml").read_text("utf-8"))
    assert ours["Resources"]["DrawFunction"]["Properties"]["CodeUri"] == "DrawFunction"


def test_a_change_of_the_outputs_alone_changes_one_resource_that_nothing_refers_to() -> None:
    source = parsed((ROOT / "template.yaml").read_text("utf-8"))
    before = parsed(built.with_outputs_noted(copy.deepcopy(source)))
    assert [*differences(source, before)] == [*differences(source, before)][:1]
    changed = copy.deepcopy(source)
    changed["Outputs"]["Another"] = {"Value": "1"}
    [(path, _, _)] = differences(
        before["Resources"], parsed(built.with_outputs_noted(changed))["Resources"]
    )
    assert path[1:] == ("Metadata", "Outputs")
    text, name = json.dumps(source), path[0]
    for reference in (f'{{"Ref": "{name}"}}', f'"Fn::GetAtt": ["{name}"', f"${{{name}"):
        assert reference not in text
