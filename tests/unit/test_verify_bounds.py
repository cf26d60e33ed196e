"""What verify.py takes is checked in bounded memory; what is larger is refused before the work."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import verify
from tests.e2e.test_verify_html import hostile_files
from tests.largest import LARGEST, banner, written

ROOT = Path(__file__).parents[2]
MOST_MEMORY = 1 << 30
"""Bytes of address space; the largest of these files needs a fifth of it."""

MOST_CPU_S = 300
"""Where a loop without an end stops. The slowest of these files takes ten."""


def judged(path: Path) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))

    done = subprocess.run(
        [sys.executable, str(ROOT / "verify.py"), str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
    assert done.stderr == ""
    return done


@pytest.mark.long
@pytest.mark.parametrize("name", LARGEST)
def test_every_list_and_number_at_its_maximum_verifies(name: str, tmp_path: Path) -> None:
    path = tmp_path / "largest.json"
    path.write_bytes(LARGEST[name]())
    done = judged(path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("Every draw replays: ")
    if name == "the longest client seeds":  # all of them, each in one line that is not long
        assert done.stdout.count('your client seed "') == 500
        assert max(map(len, done.stdout.splitlines())) < 250


@pytest.mark.long
@pytest.mark.parametrize("name", hostile_files())
def test_hostile_files_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    hostile_files()[name](path)
    done = judged(path)
    assert done.returncode == 1
    assert done.stdout.startswith(("DOES NOT VERIFY: ", "This is not a receipts file: "))


BANNER = banner(0, 16)
LONGER: dict[str, Callable[[], str]] = {
    "9,000 minima": lambda: BANNER + '\n[[ten.minimum]]\nof = ["r0"]' * 9000,
    "minima of more than ten": lambda: BANNER + '\n[[ten.minimum]]\nof = ["r0"]\nsteps = [1]',
    "17 rarities": lambda: BANNER + f'\n[[rarity]]\nid = "r16"\n{verify_name()}\nrate = "0"',
    "nine promises": lambda: BANNER + '\n[[promise]]\nid = "p9"\nof = ["r0"]\nwithin = 1000',
    "1,001 cards": lambda: banner(0, 1001),
    "a number too large": lambda: BANNER.replace("one = 1000000000", "one = 1000000001"),
    "21 steps": lambda: BANNER.replace("ten = [", "ten = [1, "),
    "a pull too far": lambda: BANNER.replace("within = 1000", "within = 1001"),
    "a long id": lambda: BANNER.replace('"c0-', '"c00-'),
    "long lists": lambda: BANNER.replace('of = ["r0",', "of = [" + '"r0",' * 1000),
    "a key of many parts": lambda: f"{BANNER}\n{'a.' * 100_000}a = 1",
    "a table of many parts": lambda: f"{BANNER}\n[{'a.' * 100_000}a]",
    "quoted parts": lambda: BANNER + "\n" + '"a".' * 60_000 + "a = 1",
    "quotes without end": lambda: BANNER + '\nx = """' + '"" ' * 60_000,
    "deep lists": lambda: BANNER + "\nx = " + "[" * 100_000,
    "too long": lambda: BANNER + "#" * verify.MOST_BANNER,
}


def verify_name() -> str:
    return 'name = { ja = "a", en = "a" }'


@pytest.mark.parametrize("name", LONGER)
def test_banners_beyond_a_bound_are_refused(name: str) -> None:
    text = LONGER[name]()
    verify.read_banner(BANNER)
    key = hashlib.sha256(text.encode()).hexdigest()
    file = verify.Verifier({"user_id": "", "epochs": [], "banners": {key: text}})
    with pytest.raises(ValueError, match="banner"):
        file.banner(key)


def test_a_file_may_be_as_large_as_said_and_no_larger() -> None:
    text = "#" * verify.MOST_BANNER
    key = hashlib.sha256(text.encode()).hexdigest()
    data = written({key: text}, [])
    whole = data + b" " * (verify.MOST_BYTES - len(data))
    assert verify.verify(whole).receipts == 0
    with pytest.raises(verify.Wrong, match="larger"):
        verify.verify(whole + b" ")
