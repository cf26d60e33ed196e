"""Things to try on the start page, one press each: Discord or Lambda fails as it may, to somebody
new in the server; then it is told what that player saw, and whether the ledger is whole
(`scripts.audit`).
"""

from __future__ import annotations

import contextlib
import html
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from local import ROOT
from local.playground import pulls
from local.playground.page import (
    HTML,
    LOOK_AGAIN_S,
    Button,
    Request,
    Response,
    both,
    document,
)
from local.playground.relay import PlaygroundError
from scripts.viewer import boxes

if TYPE_CHECKING:
    from local.discord_standin import DiscordStandin
    from local.playground.relay import Playground

FOLDER: Final = "/try"
PRESSES: Final = 100
PATIENCE: Final = 120
"""Seconds until something that has not arrived is said not to have arrived."""
LINES: Final = 12
"""How much of one message is shown."""

Words = tuple[str, str]


def command(*words: str, **options: int) -> dict[str, Any]:
    """`data` of one of our commands, such as /gacha pull count: 1."""
    root, *rest = words
    values: list[dict[str, Any]] = [
        {"name": name, "type": 4, "value": value} for name, value in options.items()
    ]
    for word in reversed(rest):
        values = [{"name": word, "type": 1, "options": values}]
    return {"name": root, "options": values}


PULL: Final = command("gacha", "pull", count=1)
HISTORY: Final = command("gacha", "history")


@dataclass
class Trial:
    """One run of an experiment, as the page shows it."""

    button: Button
    lines: list[Words] = field(default_factory=list)
    seen: list[tuple[Words, str]] = field(default_factory=list)
    """What the player saw, each under a heading."""
    pulls: list[str] = field(default_factory=list)
    """The receipt numbers whose steps can be looked at."""
    verdict: Words = ("", "")
    is_whole: bool | None = None
    problem: str = ""
    is_over: bool = False


class Experiments:
    """What the start page's buttons do. One at a time."""

    def __init__(
        self,
        playground: Playground,
        standin: DiscordStandin,
        workers: Callable[[], Mapping[int, str]],
        audit: Callable[[], tuple[bool, Words]],
    ) -> None:
        self._playground = playground
        self._standin = standin
        self._workers = workers
        self._audit = audit
        self._lock = threading.Lock()
        self._trial: Trial | None = None
        self._joined = 0
        self._name = ""
        for button, run in (
            (HUNDRED, self._hundred),
            (LIMITED, self._limited),
            (GONE, self._gone),
            (SILENT, self._silent),
            (KILLED, self._killed),
        ):
            playground.page.buttons.append(button)
            playground.page.add("POST", button.path, self._starter(button, run))
        playground.page.add("GET", FOLDER, self._shown)

    def _starter(
        self, button: Button, run: Callable[[Trial, int], None]
    ) -> Callable[[Request], Response]:
        def begin(request: Request) -> Response:
            locale = (
                "ja" if request.headers.get("Accept-Language", "").startswith("ja") else "en-US"
            )
            with self._lock:
                if self._trial is None or self._trial.is_over:
                    self._trial = Trial(button)
                    threading.Thread(
                        target=self._run, args=(self._trial, run, locale), daemon=True
                    ).start()
            return Response(303, headers={"Location": FOLDER})

        return begin

    def _run(self, trial: Trial, run: Callable[[Trial, int], None], locale: str) -> None:
        try:
            self._joined += 1
            name = self._name = f"{'ためす人' if locale == 'ja' else 'Tester'} {self._joined}"
            trial.lines.append((f"{name} がサーバーに来ました。", f"{name} joins the server."))
            run(trial, self._playground.join(name, locale))
            trial.lines.append(("台帳を監査しています。", "The ledger is audited."))
            trial.is_whole, trial.verdict = self._audit()
        except PlaygroundError as error:
            trial.problem = str(error)
        except Exception as error:
            trial.problem = repr(error)
            raise
        finally:
            self._playground.before_sending = None
            trial.is_over = True

    # --- what is tried ----------------------------------------------------------------------------

    def _hundred(self, trial: Trial, player: int) -> None:
        pull = self._pull(trial, player)
        self._show(trial, RESULT, pull)
        trial.lines.append(
            (
                f"同じボタンを同時に {PRESSES} 回押します。",
                f"{PRESSES} presses of one button at once.",
            )
        )
        begun = self._playground.act(player, {"button": 0, "token": pull["token"]}, PRESSES)
        texts = self._wait([each["token"] for each in begun])
        alike = {kind(text): self._readable(text) for text in texts}
        for each, count in Counter(map(kind, texts)).most_common():
            heading = f"{count} 回", "once" if count == 1 else f"{count} times"
            trial.seen.append((heading, alike[each]))

    def _limited(self, trial: Trial, player: int) -> None:
        self._answer({"do": "rate_limit", "retry_after": RETRY_AFTER_S})
        pull = self._pull(trial, player)
        self._show(trial, RESULT, pull)
        trial.lines.append(waited(self._standin.read(pull["token"], 0)["requests"]))

    def _gone(self, trial: Trial, player: int) -> None:
        self._answer({"do": "unknown_message", "times": "forever"})
        pull = self._pull(trial, player)
        self._playground.before_sending = None
        trial.lines.append(
            ("メッセージは届かず、ワークフローが終わります。", "No message; the workflow ends.")
        )
        self._end(pull["id"])
        self._show(trial, RESULT, pull, patience=0)
        [history] = self._playground.act(player, HISTORY)
        self._show(trial, ("/ガチャ 履歴", "/gacha history"), history)

    def _silent(self, trial: Trial, player: int) -> None:
        self._answer({"do": "never"})
        pull = self._pull(trial, player)
        trial.lines.append(("Discord は答えません。", "Discord says nothing."))
        self._show(trial, RESULT, pull)

    def _killed(self, trial: Trial, player: int) -> None:
        self._answer({"do": "slow", "seconds": 4})
        pull = self._pull(trial, player)
        self._playground.before_sending = None
        deadline = time.monotonic() + PATIENCE
        while not self._standin.read(pull["token"], 0)["requests"]:
            if time.monotonic() > deadline:
                raise PlaygroundError("Announce sent no request")
            time.sleep(0.05)
        killed = [pid for pid, name in self._workers().items() if "Announce" in name]
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        trial.lines.append(
            (
                f"送信中の Announce を強制終了しました（プロセス {killed}）。",
                f"Announce was killed while it was sending (process {killed}).",
            )
        )
        self._show(trial, RESULT, pull)

    # --- how --------------------------------------------------------------------------------------

    def _pull(self, trial: Trial, player: int) -> Mapping[str, Any]:
        [pull] = self._playground.act(player, PULL)
        trial.pulls.append(str(pull["id"]))
        return pull

    def _answer(self, *script: Mapping[str, Any]) -> None:
        """Discord answers the next interactions' messages like this."""
        self._playground.before_sending = lambda token: self._standin.set_script(
            token, [dict(each) for each in script]
        )

    def _show(
        self, trial: Trial, heading: Words, begun: Mapping[str, Any], patience: float = PATIENCE
    ) -> None:
        [text] = self._wait([begun["token"]], patience)
        trial.seen.append((heading, self._readable(text)))

    def _readable(self, text: str | None) -> str:
        """The beginning of a message, with the player's name as Discord shows it."""
        if text is None:
            return "考え中… / thinking…"
        return re.sub(r"<@\d+>", f"@{self._name}", "\n".join(text.splitlines()[:LINES]))

    def _wait(self, tokens: list[str], patience: float = PATIENCE) -> list[str | None]:
        """What a player sees in the end, or after PATIENCE."""
        deadline = time.monotonic() + patience
        while None in (texts := self._playground.seen(tokens)):
            if time.monotonic() > deadline:
                break
            time.sleep(0.2)
        return texts

    def _end(self, interaction_id: str) -> None:
        """Wait for the pull's workflow."""
        deployment = self._playground.deployment()
        assert deployment  # for somebody pulled
        machine = deployment.output("PullStateMachineArn")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{interaction_id}"
        workflows = deployment.client("stepfunctions")
        deadline = time.monotonic() + PATIENCE
        while workflows.describe_execution(executionArn=arn)["status"] == "RUNNING":
            if time.monotonic() > deadline:
                raise PlaygroundError("the workflow does not end")
            time.sleep(0.2)

    # --- the page ---------------------------------------------------------------------------------

    def _shown(self, _: Request) -> Response:
        trial = self._trial
        if trial is None:
            return Response(303, headers={"Location": "/"})
        button = trial.button
        body = f"<h1>{both(button.japanese, button.english)}</h1>"
        body += f"<p>{both(button.japanese_text, button.english_text)}</p><ul>"
        body += "".join(f"<li>{both(*line)}</li>" for line in trial.lines) + "</ul>"
        if trial.seen:
            body += f"<h2>{both('プレイヤーに見えたもの', 'What the player saw')}</h2>"
        for heading, text in trial.seen:
            body += f"<h3>{both(*heading)}</h3><div class=seen>{boxes.markdown(text)}</div>"
        for receipt_number in trial.pulls:
            steps = html.escape(f"{pulls.FOLDER}/{receipt_number}")
            body += f'<p><a href="{steps}">{both(*STEPS)}</a></p>'
        if trial.is_whole is not None:
            said = WHOLE if trial.is_whole else BROKEN
            mark = "whole" if trial.is_whole else "broken"
            body += f"<h2>{both('台帳', 'The ledger')}</h2>"
            body += f'<div class="seen {mark}"><b>{both(*said)}</b>\n'
            body += f"{both(*trial.verdict)}</div>"
        if trial.problem:
            body += f'<div class="seen broken">{html.escape(trial.problem)}</div>'
        if trial.is_over:
            body += f'<p><a class=open href="/">{both("戻る", "Back")}</a></p>'
        else:
            body += f"<p>{both('進行中…', 'Going on …')}</p>"
        return Response(200, document(body, refresh_s=0 if trial.is_over else LOOK_AGAIN_S), HTML)


def kind(text: str | None) -> str:
    """The same for messages that differ in numbers only."""
    return re.sub(r"[0-9]+", "0", text or "")


def waited(requests: Sequence[Mapping[str, Any]]) -> Words:
    """How long the bot waited after Discord's 429, by when its requests came (Unix seconds)."""
    for before, after in pairwise(requests):
        if before["status"] == 429:
            seconds = f"{after['at'] - before['at']:.1f}"
            return (
                f"Discord は {RETRY_AFTER_S} 秒待つように言い、{seconds} 秒後に送り直されました。",
                f"Discord asked for {RETRY_AFTER_S} seconds; the bot sent again after {seconds}.",
            )
    return "429 のあとに送り直されていません。", "After the 429 nothing was sent again."


def audit() -> tuple[bool, Words]:
    """Whether the running local cloud's ledger is whole, and what the audit says in Japanese and
    in English. Nothing is played meanwhile, so that both are of the same rows."""
    (is_whole, japanese), (_, english) = map(_audited, ("ja", "en"))
    return is_whole, (japanese, english)


def _audited(language: str) -> tuple[bool, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "scripts.audit", "local"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": language, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    said = (ran.stdout or ran.stderr).splitlines()
    return ran.returncode == 0, "\n".join(line for line in said if " s  " not in line)


RETRY_AFTER_S: Final = 2.5
STEPS: Final = ("このガチャの処理を 1 ステップずつ見る", "See this pull, step by step")
RESULT: Final = ("結果", "The result")
WHOLE: Final = ("すべて合っています。", "All of it is whole.")
BROKEN: Final = ("合わないところがあります。", "Something is wrong.")

HUNDRED: Final = Button(
    f"{FOLDER}/hundred",
    f"同じボタンを {PRESSES} 回",
    f"One button, {PRESSES} presses",
    "1 回だけ引けて、残りは断られます。続けて押した分の返事は、押した人にしか見えません。",
    "One pull comes of it. The others are refused, nearly all where only the presser sees it.",
)
LIMITED: Final = Button(
    f"{FOLDER}/429",
    "Discord が 429 を返す",
    "Discord answers 429",
    "言われた秒数だけ待って、送り直します。",
    "The bot waits as long as it is told, and sends again.",
)
GONE: Final = Button(
    f"{FOLDER}/404",
    "Discord が 404 を返す",
    "Discord answers 404",
    "メッセージが消えています。引いた結果は残り、履歴で見られます。",
    "The message is gone. The pull stands, and the history shows it.",
)
SILENT: Final = Button(
    f"{FOLDER}/nothing",
    "Discord が答えない",
    "Discord says nothing",
    "待つのをやめて、送り直します。",
    "The bot stops waiting, and sends again.",
)
KILLED: Final = Button(
    f"{FOLDER}/killed",
    "関数を途中で止める",
    "A function is killed",
    "結果を送っている最中の Announce を強制終了します。",
    "Announce is killed while it is sending the result.",
)
