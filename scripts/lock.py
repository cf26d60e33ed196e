"""`make lock`: resolves every dependency anew, and says what that changed.

pyproject.toml's groups and requirements/*.in become requirements/*.txt; functions/*/requirements.in
become requirements.txt beside them, in the versions of requirements/dev.txt, with which the tests
run; requirements/asl/package.json becomes package-lock.json, where npm is installed. Every file has
exact versions and hashes, and none names a registry (docs/decisions/0007-locked-requirements.md).
All of them are written, or, where anything fails, none.

Standard library only, as scripts/install.py.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).resolve().parents[1]))  # run as a file, before anything is there

from scripts import install
from scripts.install import LOCKS, ROOT, UV, requirements, say

GROUPS: Final = ("dev", "tools", "deploy", "run", "analytics", "local-cloud")
LINT: Final = ("cfn-lint", "jsonpatch", "jsonpointer", "mpmath", "networkx", "sympy")
"""SAM's linter, and what it alone needs: 80 MB that only `sam validate --lint` imports."""
UNLINTED: Final = ("deploy", "run")
"""Groups in which nobody lints."""
TOOLS: Final = ("uv", "checkov", "play")
UV_LOCK: Final = ROOT / "uv.lock"
NPM_LOCK: Final = LOCKS / "asl/package-lock.json"
PINNED: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)

BLOCK: Final = re.compile(r"^([A-Za-z0-9._-]+)==.*\n(?:    --hash=.*\n)+", re.MULTILINE)


def main() -> int:
    with install.lock():
        held = {file: file.read_bytes() for file in locks()}
        before = dict(pins())
        try:
            resolve()
        except BaseException:
            for file, content in held.items():
                file.write_bytes(content)
            raise
        finally:
            UV_LOCK.unlink(missing_ok=True)  # it names the registry
            shutil.rmtree(install.CACHE, ignore_errors=True)
    print("\n".join(changes(before, dict(pins()))) or "nothing has changed")
    return 0


def locks() -> list[Path]:
    """The files that this writes."""
    return [*sorted([*LOCKS.glob("*.txt"), *requirements()]), NPM_LOCK]


def resolve() -> None:
    uv("lock", "--upgrade", "--no-build", "--python", sys.executable)
    for group in GROUPS:
        export = ["export", "--frozen", "--only-group", group, "--no-header", "--no-annotate"]
        for package in LINT if group in UNLINTED else ():
            export += ["--no-emit-package", package]
        uv(*export, "-o", str(LOCKS / f"{group}.txt"))
    for tool in TOOLS:
        compiled(LOCKS / f"{tool}.in")
    for lock in requirements():
        compiled(lock.with_suffix(".in"), "--constraints", str(LOCKS / "dev.txt"))
        lock.write_text(as_tested(lock.read_text(), (LOCKS / "dev.txt").read_text()))
    if shutil.which("npm"):
        lock_npm()
    else:
        say(f"{NPM_LOCK.relative_to(ROOT)} was left alone: there is no npm here")


def compiled(source: Path, *more: str) -> None:
    """A lock beside its source, for all platforms and Pythons."""
    command = ["pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--only-binary", ":all:", "--no-header", "--no-annotate", "--upgrade", *more]
    uv(*command, str(source), "-o", str(source.with_suffix(".txt")))


def as_tested(lock: str, tested: str) -> str:
    """A function's lock in the very lines of the one that the tests are installed from."""
    held = {pin[1]: pin[0] for pin in BLOCK.finditer(tested)}
    return "".join(held[name] for name, _ in PINNED.findall(lock))


def uv(*arguments: str) -> None:
    install.run("a new resolution", [str(UV), *arguments, "--quiet"])


def lock_npm() -> None:
    """Integrity is kept, addresses are not."""
    NPM_LOCK.unlink()
    command = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--prefix"]
    command += [str(NPM_LOCK.parent), "--omit-lockfile-registry-resolved", "--no-audit"]
    install.run("a new resolution", [*command, "--no-fund"])


def pins() -> Iterator[tuple[tuple[str, str], str]]:
    """The versions by file and package. A package that depends on Python's version has several."""
    for file in sorted(set(locks()) - {NPM_LOCK}):
        held: dict[str, set[str]] = {}
        for name, version in PINNED.findall(file.read_text()):
            held.setdefault(name, set()).add(version)
        for name, versions in held.items():
            yield (str(file.relative_to(ROOT)), name), " and ".join(sorted(versions))
    packages = json.loads(NPM_LOCK.read_text())["packages"]
    for path, package in packages.items():
        if path:
            yield (str(NPM_LOCK.relative_to(ROOT)), path), package["version"]


def changes(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> Iterator[str]:
    """What a person wants to know of two sets of pins."""
    for file, name in sorted(before.keys() | after.keys()):
        old, new = before.get((file, name)), after.get((file, name))
        if old != new:
            yield f"{file}: {name} {old or '(new)'} → {new or '(gone)'}"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except install.InstallError as error:
        say(f"{error}\nnothing is locked anew")
        sys.exit(1)
    except KeyboardInterrupt:
        say("interrupted; nothing is locked anew")
        sys.exit(130)
