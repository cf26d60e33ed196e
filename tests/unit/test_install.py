"""Installing: one at a time, with room on the disk, and failures in a sentence."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path

import pytest

from scripts import install
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
    monkeypatch.setattr(install, "ENVIRONMENTS", {"dev": tmp_path / ".venv"})
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
