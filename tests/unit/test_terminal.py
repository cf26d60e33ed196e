"""No tool prints a sign that commands a terminal, turns its direction or shows nothing."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import verify
from gacha import terminal
from scripts import interaction, stack, summary
from tests.conftest import ROOT

HOSTILE = (
    "\x1b]52;c;cm0gLXJmIH4K\x07\x1b[2J\x1b[8m\x9b1m\r\x08\x7f\x00"  # clipboard, cursor, hiding
    "\u202e\u2066\u2069\u200e\u061c"  # directions
    "\u2028\u2029\x85\x0b\x0c"  # ends of lines
    "\u200b\u200d\u2060\ufeff\u00ad\u034f\u115f\u3164\u2800\ufe00\U000e0041\U000e0100"  # unseen
    "星★é👩\u200d👧　ok"
)


STARLIT = ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml"


def is_harmless(text: str) -> bool:
    """By Unicode's own categories: no control, format, surrogate, private or line sign but \\n, and
    nothing of what Unicode calls ignorable by default among letters and marks."""
    unseen = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")
    return not any(
        unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        or sign in unseen
        or 0xFE00 <= ord(sign) <= 0xFE0D
        or 0xE0000 <= ord(sign) <= 0xE0FFF
        for sign in text
        if sign != "\n"
    )


@given(st.text())
def test_whatever_is_written_is_printed_harmless(text: str) -> None:
    assert is_harmless(terminal.plain(text)) and "\n" not in terminal.plain(text)
    assert is_harmless(verify.plain(text))
    stream = io.StringIO()
    print(text, file=terminal.Plain(stream))
    assert is_harmless(stream.getvalue())


def test_what_can_be_read_stays_as_it_is() -> None:
    for text in (
        "",
        "a b",
        "星あかりのアトリエ　★3",
        "0.8\u00a0%",
        "e\u0301 é ❤\ufe0f 🌠",
        "ทดสอบ नमस्ते",
    ):
        assert terminal.plain(text) == text
    assert terminal.plain("a\x1b[2Jb\nc") == r"a\x1b[2Jb\nc"


def test_both_helpers_escape_the_same_signs() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    differing = {
        sign
        for sign in everything
        if (terminal.plain(sign) == sign) is not (verify.plain(sign) == sign)
    }
    # A file's lines; and verify.py is for fewer eyes.
    assert differing == {"\n", "\u3000", "\u00a0"}


# --- every tool -----------------------------------------------------------------------------------

MODULES = {
    str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8"))
    for folder in ("scripts", "layers/gacha/python/gacha")
    for path in (ROOT / folder).rglob("*.py")
}
BUILDERS = {"scripts/install.py", "scripts/lock.py", "scripts/packages.py"}
"""The Makefile's, before there is an environment; they print names of packages."""

TOOLS = {
    name: tree
    for name, tree in MODULES.items()
    if name not in BUILDERS
    if name.endswith("__main__.py")
    or any(isinstance(node, ast.If) and "__main__" in ast.unparse(node.test) for node in tree.body)
}


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_runs_under_the_guard(name: str) -> None:
    last = TOOLS[name].body[-1]
    run = last.body[-1] if isinstance(last, ast.If) else last
    ways = ("ending(main)", "stack.ending(main)", "terminal.ending(main)")
    assert ast.unparse(run) in [f"sys.exit({way})" for way in ways]


def command(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers/gacha/python")])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", **more},
        capture_output=True,
        check=False,
    )


def called(name: str) -> list[str]:
    module = name.removeprefix("layers/gacha/python/").removesuffix(".py").replace("/", ".")
    return ["-m", module.removesuffix(".__main__")]


IN_TURN = """if True:
    import json, runpy, sys
    ended = []
    module, lines = sys.argv[1:]
    for arguments in json.loads(lines):
        sys.argv = ["tool", *arguments]
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as end:
            ended.append(end.code)
    print("ended", ended)
"""
"""A tool with one command line after the other, in one process."""

WRITES = {
    "scripts/deploy.py",
    "scripts/make_vectors.py",
    "layers/gacha/python/gacha/rates.py",
}
"""These take no words of anybody's."""


@pytest.mark.parametrize("name", sorted(TOOLS.keys() - WRITES))
def test_no_argument_reaches_the_terminal_as_it_is(name: str) -> None:
    hostile = HOSTILE.replace("\x00", "")
    lines = [[hostile], ["--" + hostile], ["--stack", hostile, "--nothing"]]
    [_, module] = called(name)
    done = command("-c", IN_TURN, module, json.dumps(lines))
    assert is_harmless((done.stdout + done.stderr).decode()), done
    assert b"Traceback" not in done.stderr
    assert done.stdout.splitlines()[-1] == b"ended [2, 2, 2]", done


@pytest.mark.parametrize("name", sorted(TOOLS.keys() - WRITES))
def test_nobody_reading_on_is_no_news(name: str) -> None:
    """As in `| head`: the reader is gone before the first line."""
    reading, writing = os.pipe()
    os.close(reading)
    path = os.pathsep.join([str(ROOT), str(ROOT / "layers/gacha/python")])
    with open(writing, "wb") as out:
        done = subprocess.run(
            [sys.executable, *called(name), "--help"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path},
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.stderr == b""
    assert done.returncode in (0, 141)  # argparse itself may take no notice


def test_a_banner_commands_no_terminal(tmp_path: Path) -> None:
    escaped = "".join(f"\\U{ord(sign):08x}" for sign in HOSTILE)
    text = STARLIT.read_text("utf-8")
    path = tmp_path / "hostile.toml"
    for changed in (
        text.replace('id = "ssr"', f'id = "{escaped}"', 1),
        text.replace('en = "SSR"', f'en = "{escaped}"', 1),
        text + f'\n"{escaped}" = 1\n',
    ):
        path.write_text(changed, "utf-8")
        for tool in ("gacha.odds", "gacha.simulate"):
            done = command("-m", tool, str(path))
            assert is_harmless((done.stdout + done.stderr).decode()), done
            assert done.returncode == 2 and b"Traceback" not in done.stderr


NARROW = {
    "LANG=C": (
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""},
        "ascii",
    ),
    "ascii": ({"PYTHONIOENCODING": "ascii"}, "ascii"),
    "cp932": ({"PYTHONIOENCODING": "cp932"}, "cp932"),
}


@pytest.mark.parametrize(("environment", "encoding"), NARROW.values(), ids=NARROW)
def test_what_an_encoding_lacks_is_escaped_and_ends_no_tool(
    tmp_path: Path, environment: dict[str, str], encoding: str
) -> None:
    """No stream is set up for it: `terminal.Plain` alone keeps what it writes within the encoding,
    on standard output and beside it."""
    text = STARLIT.read_text("utf-8")
    path = tmp_path / "banner.toml"
    path.write_text(text.replace('en = "SSR"', 'en = "星★é🌠"', 1), "utf-8")
    absent = str(tmp_path / "無い🌠.toml")
    escaped = "星★é🌠".encode(encoding, "backslashreplace")
    for tool, *options in (["gacha.odds"], ["gacha.simulate", "--pulls=10000", "--seed=1"]):
        done = command("-m", tool, str(path), *options, **environment)
        assert done.returncode == 0 and b"Traceback" not in done.stderr
        assert escaped in done.stdout
        done.stdout.decode(encoding)
        done = command("-m", tool, absent, **environment)
        assert (done.returncode, done.stdout) == (2, b"")
        assert re.search(rb"\\U0001f320|\\udcf0", done.stderr)
        assert b"Traceback" not in done.stderr


def test_an_export_commands_no_terminal(tmp_path: Path) -> None:
    row = {"user_id": {"S": HOSTILE}, "timestamp": {"N": "1"}, "kind": {"S": HOSTILE}}
    path = tmp_path / "rows.json"
    path.write_text(json.dumps({"Item": row}), "utf-8")
    tables = ["--users", "--history", "--collection"]
    files = [each for table in tables for each in (table, str(path))]
    done = command("-m", "scripts.audit", "export", *files)
    assert is_harmless((done.stdout + done.stderr).decode()), done
    assert b"VIOLATION" in done.stdout and b"Traceback" not in done.stderr


def test_what_inspect_finds_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    row: dict[str, Any] = {
        "user_id": HOSTILE,
        "kind": HOSTILE,
        "reason": HOSTILE + "\nledger\n  no row",
    }
    found = interaction.Found([], [], row, {"user_id": HOSTILE, "balance": 1}, [])
    with terminal.guarded():
        deployment = stack.Deployment("s", "ap-northeast-1", {})
        interaction.show(deployment, "1574629893929968613", found, full=True)
    for language in summary.LANGUAGES:
        for line in summary.lines(found, "1574629893929968613", language):
            assert is_harmless(line) and "\n" not in line
    assert is_harmless(interaction.as_json(found))
    out = capsys.readouterr().out
    assert is_harmless(out)
    assert "\nledger\n  no row" not in out  # no line of its own
