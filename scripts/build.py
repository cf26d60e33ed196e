"""`sam build` for a processor and a Python, and for whose copy of the repository this is.

    .venv/bin/python -m scripts.build --architecture arm64 --runtime python3.13

Whatever the machine that builds knows is no parameter of the template, so that nobody is asked. It
stands there as it usually is, and is put in here, in a copy that lives as long as `sam build` runs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from gacha.terminal import ending
from scripts import ROOT, athena
from scripts.template import PATH, TemplateError

ARCHITECTURES: Final = ("arm64", "x86_64")
RUNTIMES: Final = ("python3.11", "python3.12", "python3.13", "python3.14")

DISCORD: Final = "https://discord.com/api/v10"
"""Where the template sends messages; the local cloud puts its own address in its place."""

_RUNBOOK: Final = "docs/runbook"
_GITHUB: Final = re.compile(
    r"(?:(?:https|ssh)://)?(?:[^/@\s]*@)?github\.com[:/]"
    r"(?P<name>[\w.-]{1,39}/[\w.-]{1,60}?)(?:\.git)?/?"
)


def fitted(template: str, architecture: str, runtime: str, repository: str | None = None) -> str:
    """The text of template.yaml for these, with the texts of the named queries. With the address of
    a repository on GitHub, alarm mails link to its runbook. TemplateError where the text has no
    place for one of them."""
    changes = {
        "Architectures: [arm64]": f"Architectures: [{architecture}]",
        "functions/build/arm64": f"functions/build/{architecture}",
        "Runtime: python3.13": f"Runtime: {runtime}",
    }
    if repository is not None:
        changes[_RUNBOOK] = f"{repository}/blob/HEAD/{_RUNBOOK}"
    return athena.put_in(put(template, changes))


def put(template: str, changes: Mapping[str, str]) -> str:
    """`template` with each text replaced; TemplateError where one is not there."""
    for before, after in changes.items():
        if before not in template:
            raise TemplateError(f"the template does not say {before!r}")
        template = template.replace(before, after)
    return template


def on_github(remote: str) -> str | None:
    """The page of a repository that git fetches from `remote`, without whatever opens it; None
    where it is not on GitHub, whose addresses of files alone we know."""
    found = _GITHUB.fullmatch(remote.strip())
    return f"https://github.com/{found['name']}" if found else None


def repository() -> str | None:
    """The page of the repository that this checkout came from, if it is on GitHub."""
    try:
        asked = subprocess.run(
            ["git", "-C", str(ROOT), "remote", "get-url", "origin"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:  # an export, built where there is no git
        return None
    return on_github(asked.stdout)


@contextmanager
def template_for(architecture: str, runtime: str, page: str | None = None) -> Iterator[Path]:
    """A template for these, beside the first one, since its paths are relative."""
    path = PATH.with_name(f".template-{os.getpid()}.yaml")
    path.write_text(fitted(PATH.read_text("utf-8"), architecture, runtime, page), "utf-8")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.build",
        description="Run `sam build` for a processor and a Python.",
    )
    parser.add_argument("--architecture", choices=ARCHITECTURES, default="arm64")
    parser.add_argument("--runtime", choices=RUNTIMES, default="python3.13")
    for option in ("--build-dir", "--cache-dir"):
        parser.add_argument(option, metavar="FOLDER", help="as SAM's; default: SAM's own")
    given = parser.parse_args(arguments)
    folders = {"--build-dir": given.build_dir, "--cache-dir": given.cache_dir}
    options = [each for option, folder in folders.items() if folder for each in (option, folder)]
    with template_for(given.architecture, given.runtime, repository()) as template:
        return subprocess.run(
            ["sam", "build", "--template-file", str(template), *options], check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(ending(main))
