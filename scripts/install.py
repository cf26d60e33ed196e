"""Installs what the Makefile's targets need, into the checkout and nowhere else.

    scripts/install.py uv | dev | local-cloud | play | checkov | wheels | asl …

Runs on the Python that scripts/find-python prints, before anything is installed: the standard
library only. Everything has a lock with hashes under requirements/ and functions/, and nothing that
comes from a registry is run while it is installed: no setup.py, no npm script.

One installation at a time: a second one waits, says so, and then finds its work done. An
environment is kept until all of its new packages are there, and can be moved with the checkout.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
LOCAL: Final = ROOT / ".local"
LOCKS: Final = ROOT / "requirements"
UV: Final = LOCAL / "uv/bin/uv"
CACHE: Final = LOCAL / "install-cache"
WHEELS: Final = LOCAL / "wheels"
LOG: Final = LOCAL / "install.log"
ENVIRONMENTS: Final = {
    "dev": ROOT / ".venv",
    "local-cloud": LOCAL / "cloud",
    "play": LOCAL / "play",
    "checkov": LOCAL / "checkov/env",
}
PLATFORMS: Final = ("manylinux2014_aarch64", "manylinux2014_x86_64")
"""What wheels for Lambda's two architectures are called (glibc 2.17 and later)."""

NEEDED_MB: Final = {
    "uv": 70,
    "dev": 1_000,
    "local-cloud": 130,
    "play": 260,
    "checkov": 450,
    "wheels": 60,
    "asl": 20,
}
"""What each takes on the disk at most, downloads included, in units of 1,000,000 bytes; and
BUILD_MB for what `make build` and `make run` make of it."""
BUILD_MB: Final = 550

NO_NETWORK: Final = re.compile(
    r"dns error|failed to lookup|name resolution|name or service not known|getaddrinfo|ENOTFOUND"
    r"|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|network is unreachable|connection refused|tcp connect"
    r"|error sending request|failed to establish a new connection|could not connect|timed out",
    re.IGNORECASE,
)
CERTIFICATE: Final = re.compile(
    r"certificate verify failed|invalid peer certificate|unknownissuer|SELF_SIGNED"
    r"|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY",
    re.IGNORECASE,
)


class InstallError(Exception):
    """Nothing was changed; the text is for a person."""


def main(names: list[str]) -> int:
    try:
        LOCAL.mkdir(exist_ok=True)
        with lock():
            if missing := [name for name in names if not is_installed(name)]:
                check_disk(missing)
            for name in missing:
                say(f"installing {TITLES[name]}")
                STEPS[name]()
                stamp(name).write_text(fingerprint(name))
        shutil.rmtree(CACHE, ignore_errors=True)  # kept by a failure, so that a retry goes on
    except InstallError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next `make` goes on from here")
        return 130
    return 0


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# --- what is there --------------------------------------------------------------------------------


def stamp(name: str) -> Path:
    """The file that says what is installed; the Makefile looks at its age only."""
    return {
        "uv": LOCAL / "uv/.installed",
        "wheels": WHEELS / ".installed",
        "asl": LOCAL / "asl/.installed",
    }.get(name) or ENVIRONMENTS[name] / ".installed"


def sources(name: str) -> list[Path]:
    """The lock files that say what is to be installed."""
    if name == "wheels":
        return requirements()
    if name == "asl":
        return [LOCKS / "asl/package-lock.json"]
    return [LOCKS / f"{name}.txt"]


def requirements() -> list[Path]:
    """The functions' locks."""
    return sorted(ROOT.glob("functions/*/requirements.txt"))


def fingerprint(name: str) -> str:
    """Of all that an installation depends on."""
    digest = hashlib.sha256(f"1 {name} {platform.python_version()}".encode())
    for source in sources(name):
        digest.update(source.read_bytes())
    return digest.hexdigest() + "\n"


def is_installed(name: str) -> bool:
    """Whether it is there; if so its stamp is touched, which is what make asks for."""
    if name in ENVIRONMENTS and not (ENVIRONMENTS[name] / "bin/python").exists():
        return False  # never made, or made by an interpreter that is gone
    try:
        if stamp(name).read_text() != fingerprint(name):
            return False
    except FileNotFoundError:
        return False
    stamp(name).touch()
    return True


def check_disk(names: list[str]) -> None:
    needed = sum(NEEDED_MB[name] for name in names) + (BUILD_MB if "wheels" in names else 0)
    free = shutil.disk_usage(ROOT).free // 1_000_000
    if free < needed:
        raise InstallError(
            f"this takes up to {needed:,} MB under {ROOT}; {free:,} MB are free: make room first"
        )


@contextlib.contextmanager
def lock() -> Iterator[None]:
    with (LOCAL / "install.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another make is installing in this checkout; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- installing -----------------------------------------------------------------------------------


def install_uv() -> None:
    """pip is there with Python, and uv by pip."""
    folder = LOCAL / "uv"
    if not (folder / "bin/python").exists():
        run("Python's venv module", [sys.executable, "-m", "venv", "--clear", str(folder)])
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--no-cache-dir", "--retries", "1"]
    run("uv", [*pip, *SAFE, "--force-reinstall", "-r", str(LOCKS / "uv.txt")])


def install_environment(name: str) -> None:
    """What is there is brought up to date (`sync` fetches everything before it changes anything),
    or replaced once another is whole."""
    folder = ENVIRONMENTS[name]
    new = folder if is_current(folder) else LOCAL / f"{name}.new"
    if new != folder:
        venv = [str(UV), "venv", "--clear", "--relocatable", "--python", sys.executable]
        run(TITLES[name], [*venv, str(new)])
    sync = [str(UV), "pip", "sync", "--require-hashes", "--no-build", "--python"]
    run(TITLES[name], [*sync, str(new / "bin/python"), str(LOCKS / f"{name}.txt")])
    if new != folder:
        replace(folder, new)


def replace(folder: Path, new: Path) -> None:
    """Put `new` in a folder's place. Whatever interrupts this leaves one of them whole, or none:
    never half a folder whose stamp is still there."""
    old = new.with_suffix(".old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(old)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def is_current(environment: Path) -> bool:
    """Whether an environment is this Python's, and can be moved."""
    with contextlib.suppress(OSError):
        lines = (environment / "pyvenv.cfg").read_text().splitlines()
        wanted = {f"version_info = {platform.python_version()}", "relocatable = true"}
        return (environment / "bin/python").exists() and wanted <= set(lines)
    return False


def download_wheels() -> None:
    """What the functions are built from, for both architectures and, where that differs, for
    `pip` on this machine, which resolves before it looks at the target."""
    new = WHEELS.with_name("wheels.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    pip = [str(ENVIRONMENTS["dev"] / "bin/python"), "-m", "pip", "download", "--no-deps"]
    pip += [*SAFE, "--no-cache-dir", "--retries", "1", "--dest", str(new)]
    if WHEELS.exists():
        pip += ["--find-links", WHEELS.as_uri()]
    for each in requirements():
        pip += ["-r", str(each)]
    for name in PLATFORMS:
        run("the functions' packages", [*pip, "--platform", name])
    if sys.platform != "linux" or platform.libc_ver()[0] != "glibc":
        run("the functions' packages", pip)
    replace(WHEELS, new)


def install_asl() -> None:
    folder = LOCAL / "asl"
    folder.mkdir(exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(LOCKS / "asl" / file, folder)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)]
    run("asl-validator", npm)


SAFE: Final = ("--require-hashes", "--only-binary", ":all:", "--disable-pip-version-check", "-q")

STEPS: Final[dict[str, Callable[[], None]]] = {
    "uv": install_uv,
    "dev": lambda: install_environment("dev"),
    "local-cloud": lambda: install_environment("local-cloud"),
    "play": lambda: install_environment("play"),
    "checkov": lambda: install_environment("checkov"),
    "wheels": download_wheels,
    "asl": install_asl,
}
TITLES: Final = {
    "uv": "uv",
    "dev": "the development environment into .venv",
    "local-cloud": "the local cloud into .local/cloud",
    "play": "the Discord to play in into .local/play",
    "checkov": "checkov into .local/checkov/env",
    "wheels": "the functions' packages into .local/wheels",
    "asl": "asl-validator and jsonata into .local/asl",
}


def run(what: str, command: list[str]) -> None:
    """Run an installer quietly. What it says of a failure is in LOG; the reason is one sentence."""
    temporary = CACHE / "tmp"
    temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {
        **os.environ,
        # npm runs bytecode that it finds there, in a folder whose name is known beforehand (on a
        # Node of version 22 or later): in /tmp another user could have put it there.
        "TMPDIR": str(temporary),
        "UV_CACHE_DIR": str(CACHE),
        "npm_config_cache": str(CACHE / "npm"),
        "UV_SYSTEM_CERTS": "1",  # where TLS is intercepted, the system knows by whom
        "NODE_USE_SYSTEM_CA": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=0,  # Ctrl-C is ours to handle, and to pass on
    )
    try:
        output, _ = process.communicate()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if process.returncode == 0:
        return
    LOG.write_text(f"$ {' '.join(command)}\n{output}")
    name = LOG.relative_to(ROOT)
    if CERTIFICATE.search(output):
        raise InstallError(
            f"{what} could not be fetched: this machine does not trust the certificate that the "
            f"network showed. Add your network's root to the system's; all of it is in {name}"
        )
    if NO_NETWORK.search(output):
        raise InstallError(f"no network: {what} could not be fetched; all of it is in {name}")
    if "No space left" in output or "errno 28" in output.lower():
        raise InstallError(f"the disk is full; all of it is in {name}")
    tail = "\n".join(output.splitlines()[-20:])
    raise InstallError(f"{tail}\n{what} could not be installed; all of it is in {name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
