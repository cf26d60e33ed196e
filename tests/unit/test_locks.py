"""What is installed, built and deployed is what was locked, and what was tested."""

from __future__ import annotations

import compileall
import copy
import hashlib
import itertools
import json
import marshal
import os
import py_compile
import re
import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import pytest
from samcli.yamlhelper import yaml_dump, yaml_parse

from gacha.banner import parse
from gacha.rates import written
from scripts import install, lock, packages
from scripts.build import fitted
from tests.conftest import ROOT

LOCKS: Final = sorted(
    each for each in [*ROOT.glob("requirements/*.txt"), *ROOT.glob("functions/*/requirements.txt")]
)
FUNCTIONS: Final = sorted(ROOT.glob("functions/*/requirements.txt"))
PIN: Final = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)? \\\n"
    r"(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    re.MULTILINE,
)


def pins(file: Path) -> dict[str, set[tuple[str, str]]]:
    """By package, the versions that a lock allows, each with its hashes. Nothing else is in it."""
    text = file.read_text()
    assert PIN.sub("", text) == "", f"{file} has a line that is no pin with hashes"
    found: dict[str, set[tuple[str, str]]] = {}
    for pin in PIN.finditer(text):
        hashes = " ".join(sorted(re.findall("[0-9a-f]{64}", pin["hashes"])))
        found.setdefault(pin["name"], set()).add((pin["version"], hashes))
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("file", LOCKS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_package_has_its_hashes_and_no_registry_is_named(file: Path) -> None:
    assert pins(file)
    assert "://" not in file.read_text()


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.parent.name)
def test_a_function_gets_the_packages_that_are_tested(file: Path) -> None:
    """Version and hashes are those of the environment in which the tests run."""
    tested = pins(ROOT / "requirements/dev.txt")
    for name, held in pins(file).items():
        assert held == tested[name], name


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.parent.name)
def test_nothing_that_a_function_needs_floats(file: Path) -> None:
    """By what the installed packages say that they need: all of it is locked, and no more."""
    asked = {canonical(line) for line in file.with_suffix(".in").read_text().split()}
    needed: set[str] = set()
    while asked:
        name = asked.pop()
        needed.add(name)
        for need in distribution(name).requires or []:
            condition = need.partition(";")[2]
            if "extra ==" not in condition and "PyPy" not in condition.replace(
                "!= 'PyPy'", ""
            ).replace('!= "PyPy"', ""):
                below = canonical(re.split(r"[^\w.-]", need, maxsplit=1)[0])
                asked |= {below} - needed
    assert set(pins(file)) == needed


def test_npms_lock_has_integrity_and_no_address() -> None:
    locked = json.loads((ROOT / "requirements/asl/package-lock.json").read_text())
    below = {path: each for path, each in locked["packages"].items() if path}
    assert below
    for path, each in below.items():
        assert each["integrity"].startswith("sha512-"), path
        assert "resolved" not in each, path
        assert not each.get("hasInstallScript"), path


def test_nothing_that_is_installed_runs_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wheels by their hashes only, and no script of npm's: by what would be run."""
    commands: list[list[str]] = []
    monkeypatch.setattr(install, "run", lambda _, command: commands.append(command))
    monkeypatch.setattr(shutil, "copy", lambda *_: None)
    monkeypatch.setattr(install, "is_current", lambda _: True)
    monkeypatch.setattr(Path, "rename", lambda *_: None)
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: None)
    for step in install.STEPS.values():
        step()
    fetching = [each for each in commands if not {"venv"} & set(each)]
    assert len(fetching) >= 6
    for command in fetching:
        if command[0] == "npm":
            assert command[1] == "ci" and "--ignore-scripts" in command
        elif command[1:3] == ["python", "install"]:
            assert command[0] == str(install.UV)  # which holds its hashes, and is locked itself
        else:
            assert "--require-hashes" in command
            assert "--no-build" in command or command[command.index("--only-binary") + 1] == ":all:"


TAG: Final = sys.implementation.cache_tag

# --- the built packages ---------------------------------------------------------------------------


@pytest.fixture
def build(tmp_path: Path) -> dict[str, Path]:
    """A function of ours with one package, built as it should be."""
    source, wheels, built = (tmp_path / name for name in ("functions/thing", "wheels", "build"))
    package = built / "ThingFunction"
    for folder in (source, wheels, package / "dep", package / "__pycache__"):
        folder.mkdir(parents=True)
    (source / "app.py").write_text("ours = 1\n")
    wheel = wheels / "dep-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("dep/__init__.py", "theirs = 1\n")
        archive.writestr("dep-1.data/purelib/dep/more.py", "theirs = 2\n")
    locked = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (source / "requirements.txt").write_text(f"dep==1 \\\n    --hash=sha256:{locked}\n")
    shutil.copy(source / "app.py", package)
    unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_file(package / "app.py", quiet=1, invalidation_mode=unchecked)
    (package / "dep/__init__.py").write_text("theirs = 1\n")
    (package / "dep/more.py").write_text("theirs = 2\n")
    return {"package": package, "functions": source.parent, "wheels": wheels}


def test_a_build_as_locked_is_well(build: dict[str, Path]) -> None:
    assert list(packages.strange(**build)) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("dep/__init__.py", "theirs = 3\n"),
        ("dep/more.py", "theirs = 1\n"),  # another file of the same wheel
        ("app.py", "ours = 2\n"),
        ("sitecustomize.py", ""),
        (f"dep/__pycache__/hidden.{TAG}.pyc", ""),
        (f"__pycache__/app.{TAG}.pyc", ""),
        ("__pycache__/app.cpython-399.pyc", ""),
        ("other-2.dist-info/METADATA", "Name: other\n"),
    ],
)
def test_a_file_that_is_not_locked_is_named(
    build: dict[str, Path], path: str, content: str
) -> None:
    file = build["package"] / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    found = list(packages.strange(**build))
    assert any(each.startswith(path) for each in found)
    also = f"__pycache__/app.{TAG}.pyc does not follow"  # from a changed app.py
    assert all(each.startswith((path, also)) for each in found)


@pytest.mark.parametrize("flags", [0, 1, 3])
@pytest.mark.parametrize("source", ["ours = 2\n", "ours = 1\nimport evil\n", "ours = 1.0\n"])
def test_bytecode_that_its_source_does_not_compile_to_is_named(
    build: dict[str, Path], source: str, flags: int
) -> None:
    """Python runs it without a look at the source, whose hash it may carry."""
    file = build["package"] / f"__pycache__/app.{TAG}.pyc"
    honest = file.read_bytes()
    hostile = marshal.dumps(compile(source, "app.py", "exec"))
    file.write_bytes(honest[:4] + flags.to_bytes(4, "little") + honest[8:16] + hostile)
    [found] = packages.strange(**build)
    assert found == f"__pycache__/app.{TAG}.pyc does not follow from its source"


def test_a_link_is_named(build: dict[str, Path]) -> None:
    """It is nothing of ours, and what it leads to is packed."""
    (build["package"] / "more.py").symlink_to(build["package"] / "app.py")
    assert list(packages.strange(**build)) == ["more.py is a link"]


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    """The layer's packages as they are built."""
    built = tmp_path / "GachaLayer"
    shutil.copytree(ROOT / "layers/gacha/python", built / "python")
    for each in [*built.rglob("__pycache__")]:
        shutil.rmtree(each)
    for banner in built.rglob("*.toml"):
        name = banner.name.replace(".toml", packages.RATES)
        banner.with_name(name).write_text(
            json.dumps(written(parse(banner.read_bytes(), banner.name)))
        )
    compileall.compile_dir(built / "python/adapters", quiet=1)
    return built


def test_the_layer_is_looked_at_like_the_functions(layer: Path) -> None:
    assert list(packages.strange(layer)) == []
    for path in ("python/gacha/pulling.py", "python/gacha/added.py"):
        with (layer / path).open("a") as file:
            file.write("# theirs\n")
    [rates] = layer.rglob("*.rates.json")
    rates.write_text(rates.read_text().replace('"rates": {', '"rates": {"N": "100", '))
    found = list(packages.strange(layer))
    assert len(found) == 3, found


def built_template(folder: Path) -> dict[str, Any]:
    """template.yaml as `sam build` writes it into `folder`, for another processor."""
    text = fitted((ROOT / "template.yaml").read_text(), "x86_64", "python3.13")
    template: dict[str, Any] = yaml_parse(text)
    resources = {name: each for name, each in template["Resources"].items() if "::" not in name}
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if key in properties:
                properties[key] = name
                (folder / name).mkdir()
                # A copy of its own: several functions share one in our template.
                resource["Metadata"] = {**resource.get("Metadata", {}), "SamResourceId": name}
        for key in ("DefinitionUri", "DefinitionS3Location"):
            if key in properties:
                properties[key] = os.path.relpath(ROOT / properties[key], folder)
    return template


@pytest.mark.long
def test_a_built_template_that_says_something_else_is_named(tmp_path: Path) -> None:
    template = built_template(tmp_path)

    def found(changes: Callable[[dict[str, Any]], object]) -> list[str]:
        changed = copy.deepcopy(template)
        changes(changed["Resources"])
        (tmp_path / "template.yaml").write_text(yaml_dump(changed))
        return [each.split(" is not")[0] for each in packages.strange_template(tmp_path)]

    assert found(lambda _: None) == []
    draw = "Resources/DrawFunction/Properties"
    assert found(lambda r: r["DrawFunction"]["Properties"].update(CodeUri="AnnounceFunction")) == [
        f"{draw}/CodeUri"
    ]
    assert found(lambda r: r["DrawFunction"]["Properties"].update(CodeUri="/tmp/evil")) == [
        f"{draw}/CodeUri"
    ]
    assert found(lambda r: r["DrawFunction"]["Properties"].update(Handler="evil.handler")) == [
        f"{draw}/Handler"
    ]
    assert found(lambda r: r.update(Evil={"Type": "AWS::IAM::Role"})) == ["Resources/Evil"]
    assert found(lambda r: r.pop("AlarmTopic")) == ["Resources/AlarmTopic"]
    machine = next(
        each
        for each in template["Resources"].values()
        if isinstance(each, dict) and "StateMachine" in each["Type"]
    )
    [key] = {"DefinitionUri", "DefinitionS3Location"} & set(machine["Properties"])
    (tmp_path / "evil.json").write_text("{}")
    name = next(name for name, each in template["Resources"].items() if each is machine)
    assert found(lambda r: r[name]["Properties"].update({key: "evil.json"})) == [
        f"Resources/{name}/Properties/{key}"
    ]
    (tmp_path / "template.yaml").unlink()
    assert list(packages.strange_template(tmp_path)) == ["is missing"]


def test_a_wheel_that_is_not_locked_counts_for_nothing(build: dict[str, Path]) -> None:
    [wheel] = build["wheels"].iterdir()
    with zipfile.ZipFile(wheel, "a") as archive:
        archive.writestr("added.py", "")
    (build["package"] / "added.py").write_text("")
    found = list(packages.strange(**build))
    assert [each.split()[0] for each in found] == ["added.py", "dep/__init__.py", "dep/more.py"]


def test_main_says_how_many(
    build: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = packages.strange
    monkeypatch.setattr(
        packages, "strange", lambda package: real(package, build["functions"], build["wheels"])
    )
    monkeypatch.setattr(packages, "strange_template", lambda _: [])
    folder = str(build["package"].parent)
    assert packages.main([folder]) == 0
    (build["package"] / "evil.pth").write_text("import evil")
    assert packages.main([folder]) == 1
    assert "ThingFunction: evil.pth is not in thing" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        packages.main([str(build["functions"])])
    assert ended.value.code == 2


# --- what `make lock` says ------------------------------------------------------------------------


def test_lock_says_what_it_changed() -> None:
    before = {("dev.txt", "boto3"): "1", ("dev.txt", "gone"): "2", ("dev.txt", "same"): "3"}
    after: dict[Any, Any] = {("dev.txt", "boto3"): "2", ("dev.txt", "same"): "3", ("a", "new"): "1"}
    assert list(lock.changes(before, after)) == [
        "a: new (new) → 1",
        "dev.txt: boto3 1 → 2",
        "dev.txt: gone 2 → (gone)",
    ]


def test_lock_reads_every_lock() -> None:
    files = {file for file, _ in dict(lock.pins())}
    assert files == {
        *(str(file.relative_to(ROOT)) for file in LOCKS),
        "requirements/asl/package-lock.json",
    }


def test_groups_that_differ_in_a_version_are_said_to_conflict() -> None:
    """uv resolves all groups at once, unless it is told of two that no environment has both of."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["conflicts"]
    conflicts = [{each["group"] for each in pair} for pair in told]
    for pair in itertools.combinations(lock.GROUPS, 2):
        one, other = (pins(ROOT / f"requirements/{group}.txt") for group in pair)
        differ = [name for name in one.keys() & other.keys() if one[name] != other[name]]
        assert bool(differ) == (set(pair) in conflicts), differ


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Locks of our own to write."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for file in FUNCTIONS:
        folder = tmp_path / file.parent.relative_to(ROOT)
        folder.mkdir(parents=True)
        shutil.copy(file, folder)
    monkeypatch.setattr(install, "LOCAL", tmp_path)
    monkeypatch.setattr(install, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    monkeypatch.setattr(lock, "LOCKS", tmp_path / "requirements")
    monkeypatch.setattr(lock, "UV_LOCK", tmp_path / "uv.lock")
    monkeypatch.setattr(lock, "NPM_LOCK", tmp_path / "requirements/asl/package-lock.json")
    monkeypatch.setattr(
        lock, "requirements", lambda: sorted(tmp_path.glob("functions/*/requirements.txt"))
    )
    monkeypatch.setattr(shutil, "which", lambda _: "npm")
    return tmp_path


def bumping(root: Path, fails: str = "nothing") -> Callable[[str, list[str]], None]:
    """What uv and npm would write, with another boto3; the command with this word fails."""

    def run(_: str, command: list[str]) -> None:
        if fails in command:
            raise install.InstallError("no network")
        if command[0] == "npm":
            (root / "requirements/asl/package-lock.json").write_text('{"packages": {}}')
        elif "lock" in command:
            (root / "uv.lock").write_text("a registry's address")
        else:
            file = Path(command[command.index("-o") + 1])
            file.write_text(re.sub(r"^boto3==\S+", "boto3==9", file.read_text(), flags=re.M))

    return run


def contents_of(root: Path) -> dict[str, bytes]:
    files = (each for each in root.rglob("*") if each.is_file() and each.name != "install.lock")
    return {str(each.relative_to(root)): each.read_bytes() for each in files}


@pytest.mark.parametrize("command", ["lock", "export", "compile", "npm"])
def test_a_lock_that_fails_leaves_every_file_as_it_was(
    locked: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    before = contents_of(locked)
    monkeypatch.setattr(install, "run", bumping(locked, fails=command))
    with pytest.raises(install.InstallError):
        lock.main()
    assert contents_of(locked) == before


def test_lock_writes_every_file_and_no_address(
    locked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "run", bumping(locked))
    assert lock.main() == 0
    said = capsys.readouterr().out
    for file in ("functions/setup/requirements.txt", "requirements/local-cloud.txt"):
        assert re.search(rf"^{file}: boto3 \S+ → 9$", said, re.MULTILINE)
    assert "package-lock.json: node_modules/asl-validator 4.0.0 → (gone)" in said
    assert not (locked / "uv.lock").exists()
