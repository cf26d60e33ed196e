"""Holds the built functions against their locks: `make build`, `make sizes`.

    .venv/bin/python -m scripts.packages .aws-sam/build

What is deployed is what was locked and tested: every file of a built function is one of ours, or is
byte for byte in a wheel whose hash stands in functions/<name>/requirements.txt. Most functions have
none.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import runpy
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from scripts import ROOT
from scripts.stack import ending

WHEELS: Final = ROOT / ".local/wheels"
FUNCTIONS: Final = ROOT / "functions"
HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
UNPACKED: Final = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.packages",
        description="Holds the built functions against their locks.",
        epilog="exit codes: 0 all is as locked, 1 something is not, 2 there is no build",
    )
    is_well = True
    for build, packages in named(parser, arguments):
        found = [f"{package.name}: {what}" for package in packages for what in strange(package)]
        is_well &= not found
        for line in found:
            print(line)
        print(f"{build}: {len(packages)} functions, {len(found) or 'no'} files that are not locked")
    return 0 if is_well else 1


def named(
    parser: argparse.ArgumentParser, arguments: list[str] | None
) -> Iterator[tuple[Path, list[Path]]]:
    """The builds that a command line names, each with its functions; the end where one has none."""
    parser.add_argument("builds", nargs="+", type=Path, help="folders with functions in them")
    for build in parser.parse_args(arguments).builds:
        packages = sorted(build.glob("*Function"))
        if not packages:
            parser.error(f"no functions in {build}: build first")
        yield build, packages


def strange(package: Path, functions: Path = FUNCTIONS, wheels: Path = WHEELS) -> Iterator[str]:
    """Each file of a built function that is neither ours nor of a locked package."""
    source = functions / package.name.removesuffix("Function").lower()
    lock = source / "requirements.txt"
    locked = contents(wheels, set(HASH.findall(lock.read_text() if lock.exists() else "")))
    for file in sorted(each for each in package.rglob("*") if each.is_file()):
        path = file.relative_to(package)
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            # The build compiles it from the module beside the folder, which is looked at itself.
            if not (package / path.parent.parent / f"{path.name.split('.')[0]}.py").exists():
                yield f"{path} has no source"
            continue
        content = file.read_bytes()
        if (source / path).is_file() and (source / path).read_bytes() == content:
            continue
        if digest(content) not in locked.get(path.as_posix(), set()):
            yield f"{path} is in no package that {source.name}/requirements.txt locks"


def contents(wheels: Path, hashes: set[str]) -> dict[str, set[str]]:
    """What the wheels of these hashes unpack to: by path, the digests it may have."""
    held: dict[str, set[str]] = {}
    for wheel in wheels.glob("*.whl"):
        if digest(wheel.read_bytes()) not in hashes:
            continue
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                content = archive.read(name)
                possible = held.setdefault(UNPACKED.sub("", name), set())
                possible.add(digest(content))
                if PurePosixPath(name).suffix == ".so":
                    possible.add(digest(without_debug_information(content)))
    return held


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def without_debug_information(content: bytes) -> bytes:
    """A shared object as the build leaves it."""
    return _loaded()(content)


def _loaded() -> Callable[[bytes], bytes]:
    script = FUNCTIONS / "build/drop_debug_information.py"
    loaded: Callable[[bytes], bytes] = runpy.run_path(str(script))["loaded"]
    return loaded


if __name__ == "__main__":
    raise SystemExit(ending(main))
