"""Installs what the Makefile's targets need, into the checkout and nowhere else.

    scripts/install.py python | uv | dev | deploy | run | analytics | local-cloud | play | wheels …

A name with a question mark is one that may fail: it says why, and the rest goes on.

Runs on the Python that scripts/find-python prints, before anything is installed: the standard
library only; `python` and `uv` on any from 3.9 on, where there is no other. Everything has a lock
with hashes under requirements/ and functions/, and nothing that comes from a registry is run while
it is installed: no setup.py, no npm script.

One installation at a time: a second one waits, says so, and then finds its work done. An
environment is kept until all of its new packages are there, and can be moved with the checkout.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Final

ROOT: Final = Path(__file__).resolve().parents[1]
LOCAL: Final = ROOT / ".local"
LOCKS: Final = ROOT / "requirements"
UV: Final = LOCAL / "uv/bin/uv"
CACHE: Final = LOCAL / "install-cache"
WHEELS: Final = LOCAL / "wheels"
PYTHONS: Final = LOCAL / "python"
LOG: Final = LOCAL / "install.log"
ENVIRONMENTS: Final = {
    "dev": ROOT / ".venv",
    "deploy": ROOT / ".venv",  # a part of `dev`, where nothing else is wanted
    "run": LOCAL / "run",
    "analytics": LOCAL / "analytics",
    "local-cloud": LOCAL / "cloud",
    "play": LOCAL / "play",
    "checkov": LOCAL / "checkov/env",
}
PARTS: Final = ("deploy", "run", "analytics")
"""What `dev` holds, too."""
SIDE_BY_SIDE: Final = ("local-cloud", "play", "checkov", "wheels", "asl")
"""What can be installed at once: none needs another of them."""
PLATFORMS: Final = (
    ("manylinux_2_28_aarch64", "manylinux2014_aarch64"),
    ("manylinux_2_28_x86_64", "manylinux2014_x86_64"),
)
"""What wheels for Lambda's two architectures are called, whose glibc is 2.34 (Amazon Linux 2023):
those that were built for 2.28 or 2.17."""

SAM: Final = ((1, 161), (2, 0))
"""From which version on, and before which, a `sam` that is there serves: the first that writes the
template's loops out when samconfig.toml says so (docs/decisions/0042-cloudshell.md)."""

NEEDED_MB: Final = {
    "python": 180,
    "uv": 70,
    "dev": 1_000,
    "deploy": 320,
    "tools": 170,
    "run": 320,
    "analytics": 240,
    "local-cloud": 130,
    "play": 260,
    "checkov": 450,
    "wheels": 60,
    "asl": 20,
}
"""What each takes on the disk at most, downloads included, in units of 1,000,000 bytes; and
BUILD_MB for what `make build` and `make run` make of it, or DEPLOYED_MB for the first alone."""
BUILD_MB: Final = 550
DEPLOYED_MB: Final = 110

ENDS_WITHIN_S: Final = 3
"""Seconds that an installer may take to end when it is asked to."""
SILENT_S: Final = 2.5
"""Seconds of silence after which a long step says that it goes on."""
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
    if sys.version_info < (3, 11) and set(names) - {"python", "uv"}:
        say(f"Python 3.11 or later is needed, and this is {platform.python_version()}: use `make`")
        return 1
    try:
        LOCAL.mkdir(exist_ok=True)
        with lock():
            if stamp("dev").exists():  # an environment that has more is brought up to date as it is
                names = ["dev" if name in PARTS else name for name in names]
            needed = [name for name in names if not name.endswith("?") and not is_installed(name)]
            if needed:
                check_disk(needed)
            wished = [name[:-1] for name in names if name.endswith("?")]
            install_all(needed, [name for name in wished if not is_installed(name)])
            if stamp("dev").exists():
                stamp("deploy").touch()
        if names != ["python"]:  # after which another uses what that fetched
            with progress.step("tidying up"):
                shutil.rmtree(CACHE, ignore_errors=True)  # kept by a failure, for a retry
    except InstallError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"{ROOT} cannot be written to: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; the next `make` goes on from here")
        return 130
    return 0


def install_all(needed: list[str], wished: list[str]) -> None:
    """One after another, and then side by side what only waits for the former. The first failure
    of what is needed is raised once the others are through, whose work is kept."""
    beside = [name for name in needed if name in SIDE_BY_SIDE]
    for name in needed:
        if name not in beside:
            install(name)
    if not beside and not wished:
        return
    with (
        progress.step("installing"),
        concurrent.futures.ThreadPoolExecutor(len(SIDE_BY_SIDE)) as pool,
    ):
        tasks = [pool.submit(install, name) for name in beside]
        tasks += [pool.submit(install_if_possible, name) for name in wished]
    for task in tasks:
        task.result()


def install(name: str) -> None:
    check()
    say(f"installing {TITLES[name]}")
    with progress.step(TITLES[name]):
        STEPS[name]()
    stamp(name).write_text(fingerprint(name))


def install_if_possible(name: str) -> None:
    try:
        check_disk([name])
        install(name)
    except InstallError as error:
        say(str(error))


class Stop:
    """Whether somebody has asked for the end.

    A flag and not an exception: it cannot interrupt the bookkeeping between a process's start and
    the note that it has to be ended.
    """

    def __init__(self) -> None:
        self._asked = False
        self._parent = os.getppid()
        self._make = self._ancestor()
        if self._make and not _has(self._make, "SigCgt"):
            # A recipe that keeps the signal from us: make had it before we listened.
            is_kept = signal.getsignal(signal.SIGINT) == signal.SIG_IGN
            self._asked = is_kept and not _has(self._make, "SigIgn")
            self._make = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self._asked = True

    def __call__(self) -> bool:
        return self._asked or bool(self._make and self._make_is_ending())

    def _make_is_ending(self) -> bool:
        """Whether make died, or got a SIGINT of its own.

        make hands on SIGTERM but not SIGINT, which it expects a terminal to send to everybody; it
        stops catching the signal, and waits for us.
        """
        return os.getppid() != self._parent or not _has(self._make, "SigCgt")

    def _ancestor(self) -> int:
        """The make that runs us, perhaps by a shell; 0 where none does."""
        pid = self._parent
        for _ in range(2):
            if "make" in _status(pid, "Name"):
                return pid
            pid = int(_status(pid, "PPid") or 0)
        return 0


def _has(pid: int, signals: str) -> bool:
    """Whether a process catches (SigCgt) or ignores (SigIgn) SIGINT."""
    return bool(int(_status(pid, signals) or "0", 16) & 1 << signal.SIGINT - 1)


def _status(pid: int, name: str) -> str:
    """A line of /proc/<pid>/status; empty where there is none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""
    found = re.search(rf"^{name}:\s*(.*)$", status, re.MULTILINE)
    return found[1] if found else ""


_stop: Callable[[], bool] = lambda: False  # noqa: E731 (another takes its place)


def check() -> None:
    """Raise KeyboardInterrupt where somebody has asked for the end."""
    if _stop():
        raise KeyboardInterrupt


class Progress:
    """Hands on lines; and while a step is under way it says where that is, whenever nothing was
    said for SILENT_S seconds, whatever the step waits for."""

    def __init__(
        self, say: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._hand_on = say
        self._clock = clock
        self._said = clock()
        self._steps: list[tuple[str, float, Callable[[], str]]] = []

    def say(self, line: str) -> None:
        self._said = self._clock()
        self._hand_on(line)

    @contextlib.contextmanager
    def step(self, name: str, detail: Callable[[], str] = lambda: "") -> Iterator[None]:
        """A step, perhaps within another. `detail` tells more of where it is, or nothing."""
        if not self._steps and self._clock() > self._said + SILENT_S:
            self._said = self._clock()  # nothing was under way, so nobody has waited
        step = (name, self._clock(), detail)
        self._steps.append(step)
        ended = threading.Event()
        if len(self._steps) == 1:
            threading.Thread(target=self._tick_until, args=[ended], daemon=True).start()
        try:
            yield
        finally:
            ended.set()
            self._steps.remove(step)  # the last is perhaps another's, which runs beside it

    def _tick_until(self, ended: threading.Event) -> None:
        while not ended.wait(0.1):
            self.tick()

    def tick(self) -> None:
        """Break a silence that has lasted."""
        if self._clock() < self._said + SILENT_S:
            return
        with contextlib.suppress(IndexError):  # it has just ended
            name, began, detail = self._steps[-1]
            more = detail()
            self.say(f"{name} … {self._clock() - began:.0f} s{f': {more}' if more else ''}")


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


progress: Final = Progress(_print)
say: Final = progress.say


# --- what is there --------------------------------------------------------------------------------


def stamp(name: str) -> Path:
    """The file that says what is installed; the Makefile looks at its age only."""
    return {
        "python": PYTHONS / ".installed",
        "uv": LOCAL / "uv/.installed",
        "deploy": ENVIRONMENTS["deploy"] / ".deploys",
        "wheels": WHEELS / ".installed",
        "asl": LOCAL / "asl/.installed",
    }.get(name) or ENVIRONMENTS[name] / ".installed"


def sources(name: str) -> list[Path]:
    """The lock files that say what is to be installed."""
    if name == "python":
        return sources("uv")  # which knows the Pythons by their hashes
    if name == "deploy":
        return [LOCKS / "tools.txt", LOCKS / "deploy.txt"]
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
    if name == "python" and not brought():
        return False
    if name == "deploy" and not (ENVIRONMENTS[name] / "bin/sam").exists():
        return False  # the one that it led to went
    try:
        if stamp(name).read_text() != fingerprint(name):
            return False
    except FileNotFoundError:
        return False
    stamp(name).touch()
    return True


def check_disk(names: list[str]) -> None:
    needed = needed_mb(name for name in names if name != "python")  # which finds its own place
    if (free := free_mb(ROOT)) < needed:
        raise InstallError(
            f"this takes up to {needed:,} MB under {ROOT}; {free:,} MB are free: make room first"
        )


def needed_mb(names: Iterable[str]) -> int:
    """What these take, and, with `wheels`, what is built of them."""
    needed = 0
    for name in names:
        needed += NEEDED_MB["tools" if name == "deploy" and sam_at_hand() else name]
        if name == "wheels":
            needed += BUILD_MB if stamp("dev").exists() else DEPLOYED_MB
    return needed


def free_mb(folder: Path) -> int:
    return shutil.disk_usage(folder).free // 1_000_000


def is_same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


@contextlib.contextmanager
def lock() -> Iterator[None]:
    with (LOCAL / "install.lock").open("w") as file:
        if not _is_locked(file):
            say("another make is installing in this checkout; waiting for it")
            with progress.step("waiting for the other make"):
                while not _is_locked(file):
                    check()
                    time.sleep(0.1)
        yield


def _is_locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# --- installing -----------------------------------------------------------------------------------


def install_python() -> None:
    """Where none is found that is new enough. It stays with the checkout, so that the tools run in
    a later session of AWS CloudShell, too, which keeps the home folder alone."""
    if PYTHONS.is_symlink() and not PYTHONS.exists():
        PYTHONS.unlink()  # where it led went with the last session
    try:
        version = ["3.13", "--install-dir", str(place_for_python()), "--no-bin", "--no-config"]
        run("Python 3.13", [uv(), "python", "install", *version])
    except InstallError as error:
        # CloudShell's machine is made anew with each session: nothing of anybody's is changed.
        if os.environ.get("AWS_EXECUTION_ENV") != "CloudShell" or not shutil.which("dnf"):
            raise
        say(f"{error}\nso it is installed with dnf, for this session")
        PYTHONS.mkdir(exist_ok=True)
        rights = ["sudo", "-n"] if shutil.which("sudo") else []
        run("Python 3.13", [*rights, "dnf", "install", "--assumeyes", "python3.13"])


def brought() -> list[Path]:
    """The interpreters that were brought; none once the folder in which they were is gone."""
    return sorted(PYTHONS.glob("*/bin/python3.13"))


def place_for_python() -> Path:
    """In the checkout, or, where that would leave too little room for the rest, in a temporary
    folder that the checkout leads to."""
    if PYTHONS.is_symlink():
        PYTHONS.unlink()
    rest = needed_mb(["deploy", "wheels"])
    if free_mb(ROOT) < NEEDED_MB["python"] + rest:
        outside = Path(tempfile.gettempdir())
        if not is_same_disk(outside, ROOT) and free_mb(outside) > NEEDED_MB["python"]:
            shutil.rmtree(PYTHONS, ignore_errors=True)
            PYTHONS.symlink_to(tempfile.mkdtemp(prefix="discord-gacha-python-"))
            say(f"{ROOT} has little room: Python goes to {PYTHONS.readlink()} for this session")
    PYTHONS.mkdir(exist_ok=True)
    return PYTHONS


def uv() -> str:
    """The installer. Where no target asked for it to stay, it goes again with the cache."""
    if UV.exists():
        return str(UV)
    passing = CACHE / "uv"
    with _uv_lock:
        if not (passing / "bin/uv").exists():
            install_uv(passing)
    return str(passing / "bin/uv")


_uv_lock: Final = threading.Lock()


def install_uv(folder: Path) -> None:
    """By pip, which most Pythons have. An environment brings its own, but takes three seconds."""
    if importlib.util.find_spec("pip"):
        pip = [sys.executable, "-m", "pip", "install", "--target", str(folder), "--upgrade"]
    else:
        if not (folder / "bin/python").exists():
            run("Python's venv module", [sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(folder / "bin/python"), "-m", "pip", "install", "--force-reinstall"]
    pip += ["--no-cache-dir", "--retries", "1", *SAFE]
    run("uv", [*pip, "-r", str(LOCKS / "uv.txt")])


def install_deployer() -> None:
    """What a deployment needs: a `sam` that is there, and beside it the tools; or SAM, too."""
    sam = sam_at_hand()
    if sam:
        say(f"using the `sam` that is there: {sam}")
    install_environment("deploy", "tools" if sam else "deploy", {"sam": sam} if sam else {})


@functools.cache
def sam_at_hand() -> Path | None:
    """A `sam` on the path that is none of ours, and can build and deploy the template."""
    ours = ENVIRONMENTS["deploy"] / "bin"
    folders = os.environ.get("PATH", "").split(os.pathsep)
    path = os.pathsep.join(each for each in folders if each and Path(each) != ours)
    found = shutil.which("sam", path=path)
    if not found:
        return None
    try:
        asked = subprocess.run(
            [found, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.search(r"version (\d+)\.(\d+)\.", asked.stdout)
    if asked.returncode == 0 and version and SAM[0] <= tuple(map(int, version.groups())) < SAM[1]:
        return Path(found)
    return None


def install_environment(
    name: str, locked: str | None = None, links: Mapping[str, Path] | None = None
) -> None:
    """What is there is brought up to date (`sync` fetches everything before it changes anything),
    or replaced once another is whole. `locked` names another lock than the environment's own, and
    `links` programs of the machine's that are to be found in it."""
    folder = ENVIRONMENTS[name]
    new = folder if is_current(folder) else LOCAL / f"{name}.new"
    if new != folder:
        venv = [uv(), "venv", "--clear", "--relocatable", "--python", sys.executable]
        run(TITLES[name], [*venv, str(new)])
    for each in (new / "bin").glob("*"):
        if each.is_symlink() and not each.name.startswith("python"):
            each.unlink()  # or what is put in its place would be written where it leads
    sync = [uv(), "pip", "sync", "--require-hashes", "--no-build", "--python"]
    run(TITLES[name], [*sync, str(new / "bin/python"), str(LOCKS / f"{locked or name}.txt")])
    for program, place in (links or {}).items():
        (new / "bin" / program).symlink_to(place)
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
    pythons = [ENVIRONMENTS[name] / "bin/python" for name in ("dev", "run")]
    python = next((each for each in pythons if each.exists()), pythons[0])
    pip = [str(python), "-m", "pip", "download", "--no-deps"]
    pip += [*SAFE, "--no-cache-dir", "--retries", "1", "--dest", str(new)]
    if WHEELS.exists():
        pip += ["--find-links", WHEELS.as_uri()]
    for each in requirements():
        pip += ["-r", str(each)]
    for names in PLATFORMS:
        platforms = [word for name in names for word in ("--platform", name)]
        run("the functions' packages", [*pip, *platforms])
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
    "python": install_python,
    "uv": lambda: install_uv(LOCAL / "uv"),
    "dev": lambda: install_environment("dev"),
    "deploy": install_deployer,
    "run": lambda: install_environment("run"),
    "analytics": lambda: install_environment("analytics"),
    "local-cloud": lambda: install_environment("local-cloud"),
    "play": lambda: install_environment("play"),
    "checkov": lambda: install_environment("checkov"),
    "wheels": download_wheels,
    "asl": install_asl,
}
TITLES: Final = {
    "python": "Python 3.13",
    "uv": "uv",
    "dev": "the development environment into .venv",
    "deploy": "what a deployment needs into .venv",
    "run": "what `make run` runs on into .local/run",
    "analytics": "what `make analytics` reads exports with into .local/analytics",
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
        # What people set for a pip that installs for themselves; ours always says where to.
        "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_USER": "0",
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
        start_new_session=True,  # Ctrl-C is ours to handle, and to pass on
    )
    try:
        output = _output(process)
    except KeyboardInterrupt:
        _end(process)
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


def _output(process: subprocess.Popen[str]) -> str:
    """What it says until it ends."""
    while True:
        check()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=0.1)[0]


def _end(process: subprocess.Popen[str]) -> None:
    """With all that it started, which is in its session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: of zombies
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(ENDS_WITHIN_S)


if __name__ == "__main__":
    _stop = Stop()
    sys.exit(main(sys.argv[1:]))
