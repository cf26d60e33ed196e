"""Installing: one at a time, with room on the disk, and failures in a sentence."""

from __future__ import annotations

import ast
import errno
import fcntl
import functools
import itertools
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections import namedtuple
from collections.abc import Callable, Iterable
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement

from scripts import install, lock
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout of its own: nothing of ours is touched."""
    local = tmp_path / ".local"
    monkeypatch.setattr(install, "ROOT", tmp_path)
    monkeypatch.setattr(install, "LOCAL", local)
    monkeypatch.setattr(install, "LOG", local / "install.log")
    monkeypatch.setattr(install, "CACHE", local / "install-cache")
    monkeypatch.setattr(install, "WHEELS", local / "wheels")
    monkeypatch.setattr(install, "PYTHONS", local / "python")
    monkeypatch.setattr(install, "UV", tmp_path / "uv")
    (tmp_path / "uv").touch()
    environments = dict.fromkeys(("dev", "deploy"), tmp_path / ".venv")
    environments["run"] = local / "run"
    environments["analytics"] = local / "analytics"
    monkeypatch.setattr(install, "ENVIRONMENTS", environments)
    monkeypatch.setattr(
        install, "requirements", lambda: [ROOT / "functions/announce/requirements.txt"]
    )
    return tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def failing(output: str) -> list[str]:
    return [sys.executable, "-c", f"print({output!r}); raise SystemExit(2)"]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("Temporary failure in name resolution\n" * 5, "no network: it could not be fetched"),
        ("error: client error (Connect)\n  dns error: failed to lookup address", "no network: it"),
        ("npm error code EAI_AGAIN", "no network: it could not be fetched"),
        ("Caused by: invalid peer certificate: UnknownIssuer", "does not trust the certificate"),
        ("SSLError(SSLCertVerificationError(1, 'certificate verify failed", "does not trust"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
    ],
)
def test_a_failure_is_one_sentence(elsewhere: Path, output: str, sentence: str) -> None:
    install.LOCAL.mkdir()
    with pytest.raises(install.InstallError) as failed:
        install.run("it", failing(output))
    assert sentence in str(failed.value)
    assert "\n" not in str(failed.value)
    assert output.strip() in install.LOG.read_text()


def test_another_failure_shows_its_last_lines() -> None:
    install.LOCAL.mkdir()
    with pytest.raises(install.InstallError, match=r"hashes do not match\nit could not be inst"):
        install.run("it", failing("THESE PACKAGES: hashes do not match"))


def test_the_system_decides_whom_to_trust(capfd: pytest.CaptureFixture[str]) -> None:
    install.LOCAL.mkdir()
    code = (
        "import os; assert os.environ['UV_SYSTEM_CERTS'] == os.environ['NODE_USE_SYSTEM_CA'] == '1'"
    )
    install.run("it", [sys.executable, "-c", code])


def test_a_disk_too_small_is_said_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 9 * 10**8, 10**8))
    monkeypatch.setitem(install.STEPS, "dev", lambda: pytest.fail("it began"))
    monkeypatch.setattr(install, "LOCKS", ROOT / "requirements")
    assert install.main(["dev", "wheels"]) == 1
    [line] = said(capsys)
    assert "100 MB are free" in line


def test_what_is_there_is_not_installed_again(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setitem(install.STEPS, "dev", lambda: steps.append("dev"))
    python = elsewhere / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert install.main(["dev"]) == 0
    os.utime(install.stamp("dev"), (0, 0))
    assert install.main(["dev"]) == 0
    assert steps == ["dev"]
    assert time.time() - install.stamp("dev").stat().st_mtime < 60  # make asks for its age
    python.unlink()
    python.symlink_to("/nonexistent/python")  # an interpreter that went
    assert install.main(["dev"]) == 0
    assert steps == ["dev", "dev"]


def test_a_failure_keeps_the_old_environment(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = elsewhere / ".venv/lib/package.py"
    kept.parent.mkdir(parents=True)
    kept.write_text("here")

    def run(what: str, command: list[str]) -> None:
        if "venv" in command:
            Path(command[-1]).mkdir()
        else:
            raise install.InstallError("no network")

    monkeypatch.setattr(install, "run", run)
    assert install.main(["dev"]) == 1
    assert kept.read_text() == "here"
    assert said(capsys)[-1] == "no network"


def test_a_failure_keeps_the_wheels(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install.WHEELS.mkdir(parents=True)
    (install.WHEELS / "a.whl").write_text("here")

    def run(what: str, command: list[str]) -> None:
        raise install.InstallError("no network")

    monkeypatch.setattr(install, "run", run)
    assert install.main(["wheels"]) == 1
    assert (install.WHEELS / "a.whl").read_text() == "here"


def test_a_second_one_waits_and_says_so(
    elsewhere: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install.LOCAL.mkdir()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, sys, time\nfile = open(sys.argv[1], 'w')\n"
            "fcntl.flock(file, fcntl.LOCK_EX)\nprint(flush=True)\ntime.sleep(1)",
            str(install.LOCAL / "install.lock"),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    holder.stdout.readline()
    with install.lock():
        assert holder.poll() is not None or holder.wait(5) == 0
    holder.stdout.close()
    assert said(capsys) == ["another make is installing in this checkout; waiting for it"]


def test_ctrl_c_is_one_line(elsewhere: Path, tmp_path: Path) -> None:
    """As a terminal sends it: to the whole group at once."""
    code = (
        "import signal, sys; sys.path.insert(0, sys.argv[1])\n"
        # A shell's background job, and what it starts, ignores the signal.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from scripts import install\nfrom pathlib import Path\n"
        "install.LOCAL = Path(sys.argv[2]); install.is_installed = lambda name: False\n"
        "install.CACHE = install.LOCAL / 'none'\n"
        "code = 'import sys, time; open(sys.argv[1], \"w\").close(); time.sleep(60)'\n"
        "command = [sys.executable, '-c', code, sys.argv[3]]\n"
        "install.STEPS = {'uv': lambda: install.run('uv', command)}\n"
        "sys.exit(install.main(['uv']))"
    )
    local = tmp_path / "local"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(ROOT), str(local), str(tmp_path / "began")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr
        assert process.stderr.readline() == "installing uv\n"
        while not (tmp_path / "began").exists():  # the installer itself is running
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.2)  # and its parent is back to waiting for it
        os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert (process.wait(20), rest) == (130, "interrupted; the next `make` goes on from here\n")
    with (local / "install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more


def test_what_installs_has_a_temporary_folder_of_its_own(elsewhere: Path) -> None:
    """npm 11 has Node 22 run bytecode from a folder of a fixed name in the temporary one."""
    code = "import tempfile; print(tempfile.gettempdir()); raise SystemExit(2)"
    with pytest.raises(install.InstallError) as raised:
        install.run("it", [sys.executable, "-c", code])
    folder = Path(str(raised.value).splitlines()[0])
    assert folder.is_relative_to(elsewhere / ".local/install-cache")
    assert folder.stat().st_mode & 0o077 == 0


# --- what a deployment installs -------------------------------------------------------------------


def program(folder: Path, name: str, text: str) -> Path:
    """A program on the path, in place of the machine's own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)
    return folder / name


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all programs that this machine has."""
    install.sam_at_hand.cache_clear()
    folder = tmp_path / "machine"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / '.venv/bin'}{os.pathsep}{folder}")
    return folder


@pytest.mark.parametrize(
    ("says", "serves"),
    [
        ("echo SAM CLI, version 1.160.1", False),  # writes loops out for all, or for none
        ("echo SAM CLI, version 1.161.0", True),
        ("echo SAM CLI, version 1.170.0", True),
        ("echo SAM CLI, version 2.0.0", False),
        ("echo SAM CLI, version 1.99.0", False),
        ("echo something else", False),
        ("echo SAM CLI, version 1.170.0; exit 1", False),
    ],
)
def test_a_sam_that_is_there_serves_by_its_version(machine: Path, says: str, serves: bool) -> None:
    sam = program(machine, "sam", says)
    assert install.sam_at_hand() == (sam if serves else None)


def test_no_sam_and_our_own_are_none_that_is_there(elsewhere: Path, machine: Path) -> None:
    program(elsewhere / ".venv/bin", "sam", "echo SAM CLI, version 1.170.0")
    assert install.sam_at_hand() is None


@pytest.fixture
def installer(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Installers that do as told; gets what they were told."""
    told: list[list[str]] = []

    def run(_: str, command: list[str]) -> None:
        told.append(command)
        if "venv" in command:
            folder = Path(command[-1]) / "bin"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "python").symlink_to(sys.executable)
        elif "sync" in command and command[-1].endswith(("deploy.txt", "dev.txt")):
            Path(command[-2]).with_name("sam").write_text("SAM's own")

    monkeypatch.setattr(install, "run", run)
    monkeypatch.setattr(install, "LOCKS", ROOT / "requirements")
    return told


def lock_of(told: list[list[str]]) -> str:
    return Path(told[-1][-1]).name


def test_a_deployment_uses_the_sam_that_is_there_and_installs_the_rest(
    elsewhere: Path, machine: Path, installer: list[list[str]]
) -> None:
    """Where the documents say that it is: `.venv/bin/sam`."""
    sam = program(machine, "sam", "echo SAM CLI, version 1.170.0")
    assert install.main(["deploy"]) == 0
    assert lock_of(installer) == "tools.txt"
    assert (elsewhere / ".venv/bin/sam").resolve() == sam
    count = len(installer)
    assert install.main(["deploy"]) == 0 and len(installer) == count  # it is there now
    sam.unlink()  # a session with a machine of its own, without it
    install.sam_at_hand.cache_clear()
    assert install.main(["deploy"]) == 0
    assert lock_of(installer) == "deploy.txt"
    assert (elsewhere / ".venv/bin/sam").read_text() == "SAM's own"


@pytest.mark.parametrize("wanted", ["dev", "deploy"])
def test_what_is_installed_over_the_link_leaves_the_machines_sam_alone(
    elsewhere: Path, machine: Path, installer: list[list[str]], wanted: str
) -> None:
    sam = program(machine, "sam", "echo SAM CLI, version 1.170.0")
    assert install.main(["deploy"]) == 0
    config = f"version_info = {platform.python_version()}\nrelocatable = true\n"
    (elsewhere / ".venv/pyvenv.cfg").write_text(config)  # so it is brought up to date in place
    before = sam.read_text()
    sam.write_text(before + "exit 1\n")  # and now it is broken: SAM is installed
    install.sam_at_hand.cache_clear()
    install.stamp("deploy").unlink()
    assert install.main([wanted]) == 0
    assert sam.read_text() == before + "exit 1\n"
    assert (elsewhere / ".venv/bin/sam").read_text() == "SAM's own"


def test_a_deployment_takes_nothing_from_the_development_environment(
    machine: Path, installer: list[list[str]]
) -> None:
    program(machine, "sam", "echo SAM CLI, version 1.170.0")
    assert install.main(["dev"]) == 0
    count = len(installer)
    assert install.main(["deploy"]) == 0 and len(installer) == count
    assert install.stamp("deploy").exists()  # which make asks for
    install.stamp("dev").write_text("of an older lock")
    assert install.main(["deploy"]) == 0
    assert lock_of(installer) == "dev.txt"


def test_the_tools_and_a_build_need_no_more_than_what_a_deployment_installs() -> None:
    """All of scripts/ is imported where everything else is missing."""
    code = """
import importlib, re, sys
from importlib.metadata import packages_distributions
from pathlib import Path
locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", Path("requirements/tools.txt").read_text()))
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
tops = packages_distributions().items()
missing = {top for top, each in tops if not locked & set(map(plain, each))}
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import scripts
for path in sorted(Path("scripts").glob("*.py")):
    importlib.import_module(f"scripts.{path.stem}")
print(len(missing))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 50


# --- a Python of its own --------------------------------------------------------------------------


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The megabytes that are free in the checkout, and elsewhere."""
    free = {"here": 1_000, "elsewhere": 10_000}
    monkeypatch.setattr(
        install, "free_mb", lambda path: free["here" if path == install.ROOT else "elsewhere"]
    )
    return free


def bringing(place: Path) -> Callable[[str, list[str]], None]:
    """An installer by which a Python comes."""

    def run(_: str, command: list[str]) -> None:
        assert command[command.index("--install-dir") + 1] == str(place)
        python = place / "cpython-3.13/bin/python3.13"
        python.parent.mkdir(parents=True)
        python.touch()

    return run


def test_a_python_is_brought_into_the_checkout_where_it_outlives_a_session(
    elsewhere: Path, machine: Path, room: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "LOCKS", ROOT / "requirements")
    monkeypatch.setattr(install, "run", bringing(install.PYTHONS))
    assert install.main(["python"]) == 0
    assert len(install.brought()) == 1 and not install.PYTHONS.is_symlink()
    assert install.is_installed("python")
    shutil.rmtree(install.PYTHONS)
    assert not install.is_installed("python")


def test_where_the_home_folder_is_too_small_it_goes_elsewhere_and_comes_again(
    elsewhere: Path, machine: Path, room: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "LOCKS", ROOT / "requirements")
    monkeypatch.setattr(install, "run", bringing(install.PYTHONS))
    outside = elsewhere / "outside"
    outside.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(outside))
    room["here"] = 500
    monkeypatch.setattr(install, "is_same_disk", lambda *_: False)
    for _ in range(2):
        assert install.main(["python"]) == 0
        place = install.PYTHONS.readlink()
        assert place.parent == outside and place.stat().st_mode & 0o077 == 0
        assert len(install.brought()) == 1
        shutil.rmtree(place)  # the next session has none of it
        assert not install.is_installed("python")
    # Elsewhere is no better where it is the same disk, or has no room either.
    room["elsewhere"] = 100
    assert install.main(["python"]) == 0
    assert not install.PYTHONS.is_symlink()


@pytest.mark.parametrize("where", ["CloudShell", ""])
@pytest.mark.parametrize("has_dnf", [False, True])
def test_dnf_is_asked_on_cloudshell_alone_and_after_uv(
    machine: Path,
    room: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
    has_dnf: bool,
) -> None:
    """Its machine is made anew with each session; another is somebody's."""
    monkeypatch.setattr(install, "LOCKS", ROOT / "requirements")
    monkeypatch.setenv("AWS_EXECUTION_ENV", where)
    if has_dnf:
        program(machine, "dnf", "exit 0")
    program(machine, "sudo", "exit 0")
    told: list[list[str]] = []

    def run(_: str, command: list[str]) -> None:
        told.append(command)
        if "dnf" not in command:
            raise install.InstallError("no network: Python 3.13 could not be fetched")

    monkeypatch.setattr(install, "run", run)
    asks = bool(where and has_dnf)
    assert install.main(["python"]) == (0 if asks else 1)
    said_lines = said(capsys)
    assert "no network: Python 3.13 could not be fetched" in said_lines
    dnf = ["sudo", "-n", "dnf", "install", "--assumeyes", "python3.13"]  # asks no password
    assert told[1:] == ([dnf] if asks else [])
    assert not install.is_installed("python")  # and in the next session it is looked for again


def finding(
    tmp_path: Path, programs: dict[str, str], installing: str
) -> subprocess.CompletedProcess[str]:
    """Run scripts/find-python on a machine with these programs alone."""
    checkout = tmp_path / "checkout/scripts"
    checkout.mkdir(parents=True)
    shutil.copy(ROOT / "scripts/find-python", checkout)
    (checkout / "install.py").write_text(installing)
    for name, text in programs.items():
        program(tmp_path / "bin", name, text)
    for name in ("dirname", "ln", "mkdir"):
        program(tmp_path / "bin", name, f'exec {shutil.which(name)} "$@"')
    return subprocess.run(
        [checkout / "find-python"],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def reports(version: str, does: str = "exit 2") -> str:
    """An interpreter that takes itself for another version, and does as told with a script."""
    code = f"import sys; sys.version_info = ({version.replace('.', ', ')}); "
    return (
        f'case "$1" in\n--version) echo "Python {version}" ;;\n'
        f'-c) exec {sys.executable} -c "{code}$2" ;;\n*) {does} ;;\nesac'
    )


def test_a_python_that_is_too_old_brings_another(tmp_path: Path) -> None:
    place = tmp_path / "checkout/.local/python/cpython-3.13/bin"
    does = f"echo brought; mkdir -p {place}; ln -s {sys.executable} {place}/python3.13"
    ran = finding(tmp_path, {"python3": reports("3.9.18", does)}, "")
    assert ran.returncode == 0
    assert "Python 3.11 or later is needed, and there is Python 3.9.18\nbrought\n" in ran.stderr
    assert Path(ran.stdout.strip()).resolve() == Path(sys.executable).resolve()


@pytest.mark.parametrize(
    ("programs", "there_is"),
    [
        ({}, "no Python at all"),
        ({"python3": reports("3.6.15", "echo it ran")}, "Python 3.6.15"),
        ({"python3": reports("3.9.18", "exit 1")}, "Python 3.9.18"),  # which said why
    ],
)
def test_without_any_it_ends_with_a_sentence(
    tmp_path: Path, programs: dict[str, str], there_is: str
) -> None:
    ran = finding(tmp_path, programs, "")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"Python 3.11 or later is needed, and there is {there_is}\n"


def test_the_installer_can_be_read_by_an_older_python() -> None:
    """Amazon Linux 2023's, which has to bring a newer one."""
    ast.parse((ROOT / "scripts/install.py").read_text("utf-8"), feature_version=(3, 9))


def python39(path: str | None = None) -> str | None:
    """One that runs: pyenv's shim finds no version where the home folder is not its owner's."""
    at_hand = shutil.which("python3.9", path=path)
    found = [Path(at_hand)] if at_hand else []
    if at_hand and Path(at_hand).parent.name == "shims":
        found = [*Path(at_hand).parents[1].glob("versions/3.9*/bin/python3.9"), *found]
    for each in [*found, *Path.home().glob(".pyenv/versions/3.9*/bin/python3.9")]:
        ran = subprocess.run([each, "-c", "import ssl"], capture_output=True, check=False)
        if ran.returncode == 0:
            return str(each)
    return None


def test_a_python_that_does_not_run_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    shims, version = tmp_path / "pyenv/shims", tmp_path / "pyenv/versions/3.9.1/bin"
    program(shims, "python3.9", "echo 'pyenv: python3.9: command not found' >&2; exit 127")
    assert python39(str(shims)) is None
    program(version, "python3.9", "exit 0")
    assert python39(str(shims)) == str(version / "python3.9")


OLDEST: Final = python39()


@pytest.mark.skipif(OLDEST is None, reason="no Python 3.9 runs here")
def test_an_older_python_installs_nothing_but_a_newer_one() -> None:
    command = [str(OLDEST), str(ROOT / "scripts/install.py"), "dev"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "3.11 or later is needed, and this is 3.9" in ran.stderr and ran.stderr.count("\n") == 1
    code = "import sys; sys.path.insert(0, 'scripts'); import install; install.run('it', ['true'])"
    subprocess.run([str(OLDEST), "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("number", [errno.EROFS, errno.ENOSPC, errno.EACCES])
def test_a_folder_that_cannot_be_written_to_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refused)
    assert install.main(["deploy"]) == 1
    [line] = said(capsys)
    assert "cannot be written to" in line and os.strerror(number) in line


def test_where_the_development_is_installed_running_needs_nothing_more(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    for name in ("dev", "run"):
        monkeypatch.setitem(install.STEPS, name, functools.partial(steps.append, name))
        python = install.ENVIRONMENTS[name] / "bin/python"
        python.parent.mkdir(parents=True)
        python.symlink_to(sys.executable)
    assert install.main(["run"]) == 0
    assert steps == ["run"]
    assert install.main(["dev"]) == 0
    assert install.main(["run"]) == 0
    assert steps == ["run", "dev"]


class Clock:
    """It goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def go(self, progress: install.Progress, seconds: float) -> None:
        """Time passes, in which `progress` looks whether to say something."""
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            progress.tick()


def test_no_step_is_silent_for_longer_than_three_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.Progress, "_tick_until", lambda *_: None)
    clock = Clock()
    lines: list[tuple[float, str]] = []
    progress = install.Progress(lambda line: lines.append((clock.now, line)), clock)
    clock.go(progress, 10)
    assert lines == []  # nothing is under way
    progress.say("installing it")
    with progress.step("it"):
        for _ in range(4):  # several commands, each of them short
            with progress.step("a command"):
                clock.go(progress, 1.5)
        with progress.step("sam", lambda: "what it says"):
            clock.go(progress, 9)
        clock.go(progress, 4)
    progress.say("done")
    clock.go(progress, 10)
    said_at = [10.0, *(at for at, _ in lines)]
    assert max(after - before for before, after in itertools.pairwise(said_at)) < 3
    texts = [text for _, text in lines]
    assert texts[0] == "installing it" and texts[-1] == "done"
    assert "sam … 2 s: what it says" in texts
    assert texts[-2].startswith("it … ")
    assert len(texts) < 12  # and it does not chatter
    with progress.step("another"):
        clock.go(progress, 2)
    assert texts == [text for _, text in lines]  # nobody had waited for it


def test_one_short_step_after_another_is_no_silence_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install.Progress, "_tick_until", lambda *_: None)
    clock = Clock()
    lines: list[float] = []
    progress = install.Progress(lambda _: lines.append(clock.now), clock)
    for _ in range(10):
        with progress.step("a short one"):
            clock.go(progress, 1)
    assert max(after - before for before, after in itertools.pairwise([0.0, *lines, 10.0])) < 3


def test_every_step_of_an_installation_is_one_that_says_so(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it waits for something else than a command."""
    under_way: list[str] = []

    def noted(name: str) -> None:
        install.stamp(name).parent.mkdir(parents=True, exist_ok=True)
        under_way.extend(step for step, _, _ in install.progress._steps)

    monkeypatch.setattr(install, "check_disk", lambda _: None)
    monkeypatch.setattr(install, "sources", lambda _: [])
    for name in ("local-cloud", "play", "checkov"):
        monkeypatch.setitem(install.ENVIRONMENTS, name, elsewhere / name)
    for name in install.STEPS:
        monkeypatch.setitem(install.STEPS, name, functools.partial(noted, name))
        under_way.clear()
        install.stamp("dev").unlink(missing_ok=True)  # or its parts are it
        assert install.main([name]) == 0
        assert under_way[-1:] == [install.TITLES[name]]


def test_what_waits_is_told_of_while_it_waits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install.LOCAL.mkdir()
    monkeypatch.setattr(install, "SILENT_S", 0.1)
    with install.progress.step("it"):
        install.run("it", [sys.executable, "-c", "import time; time.sleep(1)"])
    assert "it … 0 s" in said(capsys)


def test_the_wheels_are_fetched_by_the_environment_that_is_there(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []
    monkeypatch.setattr(install, "run", lambda _, command: called.append(command[0]))
    monkeypatch.setattr(install, "replace", lambda *_: None)
    for name in ("run", "dev"):  # the latter first, where both are
        python = install.ENVIRONMENTS[name] / "bin/python"
        python.parent.mkdir(parents=True)
        python.touch()
        called.clear()
        install.download_wheels()
        assert set(called) == {str(python)}


def test_a_deployment_and_a_run_install_all_of_sam_but_its_linter() -> None:
    """Held against what the packages say that they need, and what their modules import."""

    def plain(name: str) -> str:
        return re.sub(r"[-_.]+", "-", name).lower()

    def needed(names: Iterable[str], but: Iterable[str] = ()) -> set[str]:
        """These packages and all that they need, through others than `but`."""
        found: set[str] = set()
        left = [Requirement(each) for each in names]
        while left:
            one = left.pop()
            key = f"{plain(one.name)}[{','.join(sorted(one.extras))}]"
            if key in found or plain(one.name) in but:
                continue
            found.add(key)
            for each in map(Requirement, distribution(one.name).requires or []):
                extras = one.extras or {""}
                if not each.marker or any(each.marker.evaluate({"extra": e}) for e in extras):
                    left.append(each)
        return {each.partition("[")[0] for each in found}

    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    asked = [*groups["deploy"], *groups["tools"], "PyNaCl"]
    asked = [each for each in asked if isinstance(each, str)]
    for group in lock.UNLINTED:
        text = (ROOT / f"requirements/{group}.txt").read_text()
        held = {name for name, _ in lock.PINNED.findall(text)}
        assert not held & set(lock.LINT)
        wanted = needed(asked if group == "run" else asked[:-1], lock.LINT)
        assert wanted <= held, f"requirements/{group}.txt lacks {sorted(wanted - held)}"
    everything = needed(asked)
    assert set(lock.LINT) <= everything
    assert needed(asked, lock.LINT) == everything - set(lock.LINT)  # the linter alone needs them

    tops = {
        top
        for top, owners in packages_distributions().items()
        if set(map(plain, owners)) & set(lock.LINT)
    }
    assert {"cfnlint", "sympy"} <= tops
    for name in ("aws-sam-cli", "aws-sam-translator", "aws-lambda-builders"):
        for file in distribution(name).files or []:
            path = str(file.locate())
            if file.suffix != ".py" or "commands/validate/" in path:
                continue
            for node in ast.walk(ast.parse(Path(path).read_text("utf-8"))):
                match node:
                    case ast.Import(names=names):
                        imported = {each.name.partition(".")[0] for each in names}
                    case ast.ImportFrom(module=str(module), level=0):
                        imported = {module.partition(".")[0]}
                    case _:
                        continue
                assert not imported & tops, f"{path} imports {imported}"


def test_running_holds_what_a_deployment_holds_and_a_key_to_sign_with() -> None:
    held = {
        group: set((ROOT / f"requirements/{group}.txt").read_text().splitlines())
        for group in ("deploy", "run", "dev")
    }
    assert held["deploy"] < held["run"] < held["dev"]
    assert any(line.startswith("pynacl==") for line in held["run"])


# --- side by side ---------------------------------------------------------------------------------


@pytest.fixture
def steps(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was installed, in order; a test says what fails."""
    done: list[str] = []

    def step(name: str) -> None:
        install.stamp(name).parent.mkdir(parents=True, exist_ok=True)
        done.append(name)

    monkeypatch.setattr(install, "check_disk", lambda _: None)
    for name in ("run", "local-cloud", "play"):
        monkeypatch.setitem(install.ENVIRONMENTS, name, elsewhere / name)
    for name in ("run", "local-cloud", "play", "wheels"):
        monkeypatch.setitem(install.STEPS, name, functools.partial(step, name))
    return done


def refused() -> None:
    raise install.InstallError("no network")


def test_what_needs_nothing_of_each_other_is_installed_at_once(
    steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = threading.Barrier(3, timeout=20)  # broken, unless all three are there
    for name in ("local-cloud", "play", "wheels"):
        earlier = install.STEPS[name]
        monkeypatch.setitem(install.STEPS, name, lambda do=earlier: (do(), meeting.wait()))
    assert install.main(["run", "local-cloud", "wheels", "play?"]) == 0
    assert steps[0] == "run"
    assert sorted(steps[1:]) == ["local-cloud", "play", "wheels"]
    assert install.progress._steps == []


def test_what_may_fail_says_why_and_the_rest_is_there(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(install.STEPS, "play", refused)
    assert install.main(["run", "local-cloud", "play?"]) == 0
    assert steps == ["run", "local-cloud"]
    assert "no network" in said(capsys)
    assert not install.stamp("play").exists()


def test_a_failure_beside_others_keeps_their_work_and_is_a_failure(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(install.STEPS, "wheels", refused)
    assert install.main(["local-cloud", "wheels", "play"]) == 1
    assert sorted(steps) == ["local-cloud", "play"]
    assert install.stamp("play").exists() and not install.stamp("wheels").exists()
    assert "no network" in said(capsys)


def test_too_little_room_for_what_may_fail_keeps_nothing_from_the_rest(
    steps: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check_disk(names: list[str]) -> None:
        if "play" in names:
            raise install.InstallError("make room first")

    monkeypatch.setattr(install, "check_disk", check_disk)
    assert install.main(["run", "wheels", "play?"]) == 0
    assert steps == ["run", "wheels"]
    assert "make room first" in said(capsys)


@pytest.mark.parametrize("has_pip", [True, False])
def test_the_installer_comes_by_the_pip_at_hand_or_else_by_one_of_its_own(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, has_pip: bool
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(install, "run", lambda _, command: called.append(command))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object() if has_pip else None)
    folder = elsewhere / "uv"
    install.install_uv(folder)
    *made, asked = called
    assert bool(made) is not has_pip
    assert asked[0] == (sys.executable if has_pip else str(folder / "bin/python"))
    assert "--require-hashes" in asked
