"""Holds what was built against its sources and locks: `make build`, `make sizes`.

    .venv/bin/python -m scripts.packages .aws-sam/build

What is deployed is what was locked and tested: every file of a built function or layer is one of
ours, or is byte for byte in a wheel whose hash stands in functions/<name>/requirements.txt (most
functions have none), or follows from such a file and is made again here (bytecode, a banner's
rates). The built template is ours but for where the packages are and what they were built for.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import marshal
import re
import runpy
import sys
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path, PurePosixPath
from types import CodeType
from typing import Any, Final

from gacha.banner import parse
from gacha.rates import written
from scripts import ROOT
from scripts.build import ARCHITECTURES, RUNTIMES, fitted, repository
from scripts.stack import ending
from scripts.template import parsed

WHEELS: Final = ROOT / ".local/wheels"
FUNCTIONS: Final = ROOT / "functions"
LAYERS: Final = ROOT / "layers"
RATES: Final = ".rates.json"
HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")
UNPACKED: Final = re.compile(r"^[^/]+\.data/(?:purelib|platlib)/")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.packages",
        description="Holds what was built against its sources and locks.",
        epilog="exit codes: 0 all is as locked, 1 something is not, 2 there is no build",
    )
    is_well = True
    for build, packages in named(parser, arguments):
        held = [*packages, *sorted(build.glob("*Layer"))]
        found = [f"{package.name}: {what}" for package in held for what in strange(package)]
        found += [f"template.yaml: {what}" for what in strange_template(build)]
        is_well &= not found
        for line in found:
            print(line)
        print(f"{build}: {len(held)} packages, {len(found) or 'no'} things that are not ours")
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
    """Each file of a built function or layer that is neither ours, nor of a locked package, nor
    follows from one that is."""
    locked: dict[str, set[str]] = {}
    if package.name.endswith("Layer"):
        source = LAYERS / package.name.removesuffix("Layer").lower()
    else:
        source = functions / package.name.removesuffix("Function").lower()
        lock = source / "requirements.txt"
        locked = contents(wheels, set(HASH.findall(lock.read_text() if lock.exists() else "")))
    for file in sorted(each for each in package.rglob("*") if each.is_file() or each.is_symlink()):
        path = file.relative_to(package)
        if file.is_symlink():
            yield f"{path} is a link"
            continue
        if path.suffix == ".pyc" and path.parent.name == "__pycache__":
            if why := strange_bytecode(file):
                yield f"{path} {why}"
            continue
        content = file.read_bytes()
        if path.name.endswith(RATES) and file.with_name(banner_of(path.name)).is_file():
            banner = file.with_name(banner_of(path.name))
            if json.loads(content) != written(parse(banner.read_bytes(), banner.name)):
                yield f"{path} is not what its banner comes to"
            continue
        if (source / path).is_file() and (source / path).read_bytes() == content:
            continue
        if digest(content) not in locked.get(path.as_posix(), set()):
            yield f"{path} is not in {source.name}, nor in a package that it locks"


def strange_bytecode(file: Path) -> str:
    """Why a module's bytecode is not what its source compiles to; empty if it is. Lambda runs it
    without a look at the source, which stands beside it and is looked at itself."""
    module, *tags, _ = file.name.split(".")
    source = file.parent.parent / f"{module}.py"
    if not source.is_file():
        return "has no source"
    if tags != [sys.implementation.cache_tag]:
        return f"was not compiled by {sys.implementation.cache_tag}: it cannot be looked at"
    content = file.read_bytes()
    if content[:4] != importlib.util.MAGIC_NUMBER:
        return "is no bytecode of this Python"
    try:
        code = marshal.loads(content[16:])  # of a file that would run anyway
    except (EOFError, ValueError, TypeError):
        return "is no bytecode"
    # Two code objects are equal if all is but the name of the file that they came from.
    made = compile(source.read_bytes(), str(source), "exec", dont_inherit=True)
    return "" if isinstance(code, CodeType) and code == made else "does not follow from its source"


def banner_of(rates_name: str) -> str:
    return rates_name.removesuffix(RATES) + ".toml"


def strange_template(build: Path, source: Path = ROOT / "template.yaml") -> Iterator[str]:
    """What a built template says that ours does not, but for what a build has to write: compared
    with ours for the processor, Python and repository of which the least is strange."""
    if not (build / "template.yaml").is_file():
        yield "is missing"
        return
    theirs = parsed((build / "template.yaml").read_text("utf-8"))
    text = source.read_text("utf-8")
    yield from min(
        (
            [
                f"{'/'.join(map(str, path))} is not ours: {after!r}"
                for path, before, after in differences(_ours(text, *fits), theirs)
                if not _is_of_the_build(path, before, after, build, source)
            ]
            for fits in product(ARCHITECTURES, RUNTIMES, {None, repository()})
        ),
        key=len,
    )


@cache
def _ours(text: str, *fits: Any) -> Any:
    return parsed(fitted(text, *fits))


_PACKAGE: Final = ("CodeUri", "ContentUri")
_DEFINITION: Final = ("DefinitionUri", "DefinitionS3Location")


def _is_of_the_build(
    path: tuple[Any, ...], before: Any, after: Any, build: Path, source: Path
) -> bool:
    match path:
        case ("Resources", name, "Properties", key) if key in _PACKAGE:
            return bool(after == name) and (build / name).is_dir()
        case ("Resources", _, "Properties", key) if key in _DEFINITION:
            # Where the file is, from the built template.
            return (build / str(after)).resolve() == (source.parent / str(before)).resolve()
        case ("Resources", name, "Metadata"):
            return before is None and after == {"SamResourceId": name}
        case ("Resources", name, "Metadata", "SamResourceId"):
            return before is None and bool(after == name)
    return False


def differences(
    ours: Any, theirs: Any, path: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Where two documents differ: the path, and what each has there (None for nothing)."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in [*ours, *(each for each in theirs if each not in ours)]:
            yield from differences(ours.get(key), theirs.get(key), (*path, key))
    elif ours != theirs:
        yield path, ours, theirs


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
