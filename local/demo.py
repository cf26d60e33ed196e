"""`make demo`: sends a pull as Discord would, and shows what becomes of it, on one screen and in
the terminal's language. `make demo STEPS=1` shows more commands, and what went in and out of each
step.

Uses the local cloud that `make run` keeps, else a fresh one. Exits 1 if anything goes wrong.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import sys
import textwrap
import time
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

import requests
from botocore.exceptions import BotoCoreError, ClientError

from gacha import terminal
from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, Stack, StartError, free_port
from local.messages import text_of
from local.players import Player, Sent, World
from verify import plain

WIDTH: Final = 100
COLOUR: Final = sys.stdout.isatty() and "NO_COLOR" not in os.environ
BOLD, DIM, RED, GREEN, CYAN = "1", "2", "31", "32", "36"

LOCALES: Final = {"ja": "ja", "en": "en-US"}
"""A terminal's languages, and the clients' that the demo plays."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en-US": {
        "using": "using the local cloud at {url}",
        "starting": "starting a local cloud (`make run` in another terminal keeps one)",
        "command": "/gacha pull count: 10",
        "took": "“thinking…” after {answer} ms, the message after {message} ms",
        "Draw": "rolls the cards, writes nothing",
        "Record": "writes all of it at once, or nothing",
        "Announce": "puts the result into the message",
        "more": "`make demo STEPS=1` shows each step's input and output.",
        "arrived": "all of it arrived.",
        "interrupted": "interrupted: what the demo started has ended",
    },
    "ja": {
        "using": "動いている手元の AWS を使います：{url}",
        "starting": "手元の AWS を立ち上げます（別の端末で `make run` しておけば省けます）",
        "command": "/ガチャ 引く 回数: 10",
        "took": "{answer} ms で「考え中…」、{message} ms でメッセージ",
        "Draw": "カードを引く。まだ何も書かない",
        "Record": "すべてを一度に書く。書けなければ何も書かない",
        "Announce": "結果をメッセージに入れる",
        "more": "`make demo STEPS=1` で各ステップの入出力も表示します。",
        "arrived": "すべて届きました。",
        "interrupted": "中断しました。デモが起動したものは終了しています",
    },
}


class DemoError(Exception):
    """Something did not happen that should have."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--steps", action="store_true", help="show each step's input and output")
    given = parser.parse_args(arguments)
    # SIGTERM ends the local cloud as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    language = LOCALES[terminal.language(os.environ)]
    words = WORDS[language]
    signer = Signer.development()
    try:
        with stack(signer, words) as running:
            world = World(running, signer, Standin(running.standin_url))
            perform(world, language) if given.steps else page(world, language)
    except (DemoError, StartError, requests.RequestException) as error:
        print(paint(f"\n✗ {plain(str(error))}", RED, BOLD))
        return 1
    except (BotoCoreError, ClientError) as error:
        print(paint(f"\n✗ the local AWS: {plain(str(error))}", RED, BOLD))
        return 1
    except KeyboardInterrupt:
        print(paint(f"\n✗ {words['interrupted']}", RED, BOLD))
        return terminal.INTERRUPTED
    arrived = paint(f"✓ {words['arrived']}", GREEN, BOLD)
    print(f"\n{arrived}" if given.steps else f"{arrived} {paint(words['more'], DIM)}")
    return 0


@contextlib.contextmanager
def stack(signer: Signer, words: Mapping[str, str]) -> Iterator[Stack]:
    if running := Stack.running():
        print(words["using"].format(url=running.interactions_url))
        yield running
    else:
        print(words["starting"])
        with LocalCloud(free_port(), signer, say=lambda line: print(f"  {line}")) as fresh:
            yield fresh


def page(world: World, language: str) -> None:
    """One ten-pull: the command, how long it took, the three steps and the message. With the lines
    around it, it fits a terminal of 24 lines and 80 columns."""
    words = WORDS[language]
    player = Player(world, snowflake(), language)
    started = time.perf_counter()
    sent = player.use("pull", count=10)
    check_acknowledged(sent)
    record = world.standin.read(sent.token, wait=30)
    took = (time.perf_counter() - started) * 1000
    if not record["message"]:
        raise DemoError(f"no message arrived for interaction {sent.id}")
    answer = round(sent.answer.milliseconds)
    print(
        f"{paint(words['command'], BOLD)}  "
        f"{paint(words['took'].format(answer=answer, message=round(took)), DIM)}"
    )
    check_succeeded(world, sent)
    for name, milliseconds in spent(world, sent):
        print(f"  {paint(f'{name:9}', CYAN)}{milliseconds:5.0f} ms  {paint(words[name], DIM)}")
    lines = [line for line in drawn(record["message"]) if line.strip(" ┃")]
    # The last line of the message and its buttons share one.
    print("\n".join([*lines[:-2], "  ".join(lines[-2:])]))


def spent(world: World, sent: Sent) -> Iterator[tuple[str, float]]:
    """The workflow's tasks and the milliseconds that each took; none on Express."""
    entered: dict[str, Any] = {}
    for event in history(world, sent) if world.execution(sent) else ():
        if event["type"] == "TaskStateEntered":
            entered[event["stateEnteredEventDetails"]["name"]] = event["timestamp"]
        elif event["type"] == "TaskStateExited":
            name = event["stateExitedEventDetails"]["name"]
            yield name, (event["timestamp"] - entered[name]).total_seconds() * 1000


def perform(world: World, language: str) -> None:
    """A player's first minutes, with each step of their pulls."""
    player = Player(world, snowflake(), language)
    other = "en-US" if language == "ja" else "ja"
    first = show(player, "A single pull", "pull", count=1)
    show(player, "A ten-pull", "pull", count=10)
    show(player, "Another, which cannot be paid", "pull", count=10)
    show(player, "Profile", "profile")
    show(player, "History", "history")
    show(player, f"Help, for a client in {other}", "help", locale=other)
    player.locale = language
    repeat(world, player, first)


def show(player: Player, title: str, name: str, *, locale: str = "", **options: int) -> Sent:
    heading(title, f"/gacha {name} " + " ".join(f"{k}:{v}" for k, v in options.items()))
    player.locale = locale or player.locale
    sent = player.use(name, **options)
    acknowledged(sent)
    record = player.world.standin.read(sent.token, wait=30)
    if name == "pull":
        steps(player.world, sent)
    if not record["message"]:
        raise DemoError(f"no message arrived for interaction {sent.id}")
    draw(record["message"])
    return sent


def repeat(world: World, player: Player, first: Sent) -> None:
    """Discord may deliver an interaction twice: nothing may come of the second."""
    heading("The first pull again", f"interaction {first.id}, delivered once more")
    before = player.state, text_of(world.record(first)["message"])
    acknowledged(world.send(first.interaction))
    time.sleep(1)  # for a second execution to do its harm
    if before != (player.state, text_of(world.record(first)["message"])):
        raise DemoError("the repeated interaction changed something")
    rows = [row for row in player.ledger if row.get("interaction_id") == first.id]
    if len(rows) != 1:
        raise DemoError(f"the interaction has {len(rows)} rows in the ledger")
    print(f"  one row in the ledger, the balance still {player.state['balance']:,}")


def check_acknowledged(sent: Sent) -> None:
    """Raises DemoError where the first answer is not “thinking…”."""
    answer = sent.answer
    if answer.status != 200 or answer.json["type"] != 5:
        raise DemoError(f"HTTP {answer.status} {answer.content.decode(errors='replace')}")


def acknowledged(sent: Sent) -> None:
    check_acknowledged(sent)
    answer = sent.answer
    private = answer.json.get("data", {}).get("flags") == 64
    visible = "only the player sees it" if private else "everybody sees it"
    milliseconds = paint(f"{answer.milliseconds:.0f} ms", BOLD)
    print(f"  {milliseconds}  “thinking…” ({visible})  {plain(answer.content.decode())}")


# --- the workflow ---------------------------------------------------------------------------------


def steps(world: World, sent: Sent) -> None:
    """Each state of the pull workflow: what went in, and what came out."""
    if check_succeeded(world, sent) is None:
        print("  (an Express workflow keeps no history)")
        return
    shown = Shown()
    entered = None
    for event in history(world, sent):
        kind = event["type"]
        if detail := event.get("stateEnteredEventDetails"):
            entered = event["timestamp"]
            print(f"\n  {paint(detail['name'], CYAN, BOLD)}")
            if kind == "TaskStateEntered":
                shown.print("in", detail["input"])
        elif detail := event.get("stateExitedEventDetails"):
            if kind == "TaskStateExited":
                shown.print("out", detail["output"])
            if kind in ("TaskStateExited", "WaitStateExited"):
                milliseconds = (event["timestamp"] - entered).total_seconds() * 1000
                print(paint(f"         {milliseconds:.0f} ms", DIM))
        elif kind.endswith(("Failed", "TimedOut")):
            print(paint(f"         {kind}", RED))


def check_succeeded(world: World, sent: Sent) -> str | None:
    """How the pull's workflow ended; None on Express, which keeps no history. Raises DemoError if
    that is not well."""
    status = world.execution(sent, wait=30)
    if status not in (None, "SUCCEEDED"):
        raise DemoError(f"the workflow of {sent.id} ended as {status}")
    return status


def history(world: World, sent: Sent) -> Iterator[Mapping[str, Any]]:
    machine = world.stack.outputs["PullStateMachineArn"]
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{sent.id}"
    pages = (
        world.stack.client("stepfunctions")
        .get_paginator("get_execution_history")
        .paginate(executionArn=arn, includeExecutionData=True)
    )
    for page in pages:
        yield from page["events"]


class Shown:
    """Prints what goes in and out of states, in lines that fit on a screen, and nothing twice."""

    def __init__(self) -> None:
        self._before: set[str] = set()

    def print(self, label: str, text: str) -> None:
        for path, leaf in self._lines("", json.loads(text), depth=0):
            print(paint(f"     {label:>3} {path}:", DIM), clipped(leaf))
            label = ""

    def _lines(self, path: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
        rendered = json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict) and len(value) > 2 and rendered in self._before:
            yield path or "all", "as above"
        elif isinstance(value, dict) and value and depth < 3:
            self._before.add(rendered)
            for name, each in value.items():
                yield from self._lines(f"{path}.{name}".lstrip("."), each, depth + 1)
        elif isinstance(value, list) and len(value) > 1 and isinstance(value[0], dict):
            yield f"{path}[0]", json.dumps(value[0], ensure_ascii=False)
            yield f"{path}[1…]", f"{len(value) - 1} more"
        else:
            yield path, rendered


def clipped(text: str) -> str:
    text = plain(text)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


# --- the message ----------------------------------------------------------------------------------


def draw(message: Mapping[str, Any]) -> None:
    """Print the message after an empty line."""
    print("\n".join(["", *drawn(message)]))


def drawn(message: Mapping[str, Any]) -> Iterator[str]:
    """The message as Discord shows it, in lines of text."""
    for line in (message["content"] or "").splitlines():
        yield f"  {markdown(line)}"
    for embed in message["embeds"] or []:
        bar = coloured_bar(embed.get("color") or 0x4F545C)
        for line in embed_lines(embed):
            yield f"  {bar} {line}"
    for each in message["components"]:
        yield from component_lines(each)


def component_lines(of: Mapping[str, Any]) -> Iterator[str]:
    """A row of buttons, or a container with texts and pictures."""
    match of:
        case {"type": 17, "components": parts}:
            bar = coloured_bar(of.get("accent_color") or 0x4F545C)
            yield from (
                f"  {bar} {line.lstrip()}" for each in parts for line in component_lines(each)
            )
        case {"type": 10, "content": text}:
            for line in text.splitlines():
                yield from (f"  {markdown(each)}" for each in wrapped(line))
        case {"type": 12, "items": items}:
            for each in items:
                yield f"  ▣ {each.get('description') or each['media']['url']}"
        case {"components": within}:
            yield f"  {paint(' '.join(f'[ {label(each)} ]' for each in within), BOLD)}"
        case {"type": 14}:
            yield ""


def embed_lines(embed: Mapping[str, Any]) -> Iterator[str]:
    if embed.get("title"):
        yield paint(embed["title"], BOLD)
    for text in (embed.get("description") or "").splitlines():
        yield from map(markdown, wrapped(text))
    for each in embed.get("fields", []):
        yield paint(each["name"], BOLD)
        for text in each["value"].splitlines():
            yield from (f"  {markdown(line)}" for line in wrapped(text))
    if embed.get("footer"):
        yield paint(embed["footer"]["text"], DIM)


def label(button: Mapping[str, Any]) -> str:
    emoji = (button.get("emoji") or {}).get("name", "")
    return f"{emoji} {button.get('label', '')}".strip()


def wrapped(text: str) -> list[str]:
    """Lines of at most 80 columns; letters of East Asian width take two."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    columns = 80 * len(text) // (len(text) + wide) if text else 80
    return textwrap.wrap(text, columns, drop_whitespace=False) or [""]


def markdown(text: str) -> str:
    """Bold, italics and code as a terminal has them; elsewhere as they are written."""
    text = re.sub(r"<t:(\d+)(?::\w)?>", lambda found: local_time(int(found[1])), plain(text))
    text = re.sub(r"<@\d+>", "@player", text)
    text = re.sub(r"^-# ", "", text)
    if not COLOUR:
        return re.sub(r"^### ", "", text)
    text = re.sub(r"^### (.+)", lambda found: paint(found[1], BOLD), text)
    text = re.sub(r"\*\*(.+?)\*\*", lambda found: paint(found[1], BOLD), text)
    return re.sub(r"`(.+?)`", lambda found: paint(found[1], "7"), text)


def local_time(unix: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(unix))


def coloured_bar(rgb: int) -> str:
    return paint("┃", f"38;2;{rgb >> 16};{rgb >> 8 & 255};{rgb & 255}")


def heading(title: str, what: str) -> None:
    print(f"\n{paint(f'━━ {title}', BOLD)}  {paint(what.strip(), DIM)}")


def paint(text: str, *codes: str) -> str:
    return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if COLOUR and text else text


if __name__ == "__main__":
    sys.exit(main())
