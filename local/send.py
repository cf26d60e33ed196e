"""Sends a command to the local bot as Discord would, signed, and shows the answer.

    .venv/bin/python -m local.send gacha pull count=10
    .venv/bin/python -m local.send gacha fair seed text=mine
    .venv/bin/python -m local.send events/interactions-command.json

The words are the command's path, then its options as name=value: the definition's types, or texts
where it knows no such option, so that a refusal can be tried, too. It is always the same player. A
file is a sample event, whose body is signed anew and otherwise sent as it is. The bot is the one
that `make run` keeps, on whatever PORT. Other interactions: see local/client.py.

Exit codes: 0 answered, 1 no message arrived, 2 bad question or no local bot.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from gacha import terminal
from local.client import INTEGER, Signer, Standin, command, encode, post
from local.cloud import Stack
from local.demo import LOCALES, draw

PLAYER: Final = "1290000000000000009"
WAIT_S: Final = 30
DEFERRED: Final = (5, 6)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m local.send",
        description="Sends a command to the local bot, signed, and shows the answer.",
        epilog="exit codes: 0 answered, 1 no message arrived, 2 bad question or no local bot",
    )
    parser.add_argument(
        "words", nargs="+", metavar="WORD", help="gacha pull count=10, or a file of events/"
    )
    words = parser.parse_args(arguments).words
    stack = Stack.running()
    if stack is None:
        print("no local bot is running: `make run` in another terminal starts one", file=sys.stderr)
        return 2
    signer = Signer.development()
    body = read(Path(words[0])) if words[0].endswith(".json") else encode(typed(words))
    answer = post(stack.interactions_url, body, signer.headers(body))
    print(f"HTTP {answer.status} after {answer.milliseconds:.0f} ms: {answer.content.decode()}")
    if answer.status != 200 or answer.json["type"] not in DEFERRED:
        return 0
    message = Standin(stack.standin_url).read(json.loads(body)["token"], wait=WAIT_S)["message"]
    if not message:
        print(f"no message arrived within {WAIT_S} s", file=sys.stderr)
        return 1
    draw(message)
    return 0


def read(event: Path) -> bytes:
    """The body of a sample event of events/. Raises OSError."""
    body: str = json.loads(event.read_text())["body"]
    return body.encode()


def typed(words: Sequence[str]) -> dict[str, Any]:
    """The interaction of a command that was typed as words."""
    path = [each for each in words if "=" not in each]
    options = dict(each.split("=", 1) for each in words if "=" in each)
    types = option_types(path)
    values: dict[str, str | int] = {
        name: int(value) if types.get(name) == INTEGER and value.isdecimal() else value
        for name, value in options.items()
    }
    locale = LOCALES[terminal.language(os.environ)]
    return command(path, values, user_id=PLAYER, locale=locale)


def option_types(path: Sequence[str]) -> Mapping[str, int]:
    """The types of the options of a command, by name; empty where nothing is defined so."""
    from commands import registry

    level: Sequence[Mapping[str, Any]] = registry.discord()
    for name in path:
        level = next((each.get("options", []) for each in level if each["name"] == name), [])
    return {each["name"]: each["type"] for each in level}


if __name__ == "__main__":
    sys.exit(terminal.ending(main))
