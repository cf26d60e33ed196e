"""What `make deploy` does before it builds and asks: a terminal, a login, and the account.

    .venv/bin/python -m scripts.deploy
    .venv/bin/python -m scripts.deploy --questions [again]

Building takes minutes and SAM asks a page of questions; who cannot deploy is told before that. The
second form prints the option by which SAM asks its questions, unless it has all answers already.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts import preflight, stack
from scripts.stack import Deployment
from scripts.template import PATH, load

NO_TERMINAL: Final = (
    "`make deploy` asks questions, and there is no terminal to ask on. Run it in one; from a "
    "script run `make build`, then `.venv/bin/sam deploy --no-confirm-changeset "
    "--parameter-overrides …` (docs/deployment.md)"
)
NO_LOOPS: Final = (
    "samconfig.toml does not say that the template has loops, and SAM would end in a traceback. "
    "Put `language_extensions = true` under [default.global.parameters]"
)
GO_ON: Final = "Some of this is lacking. Build and deploy all the same? [y/N] "


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--questions"]:
        print("" if knows_the_answers() and "again" not in given else "--guided")
        return stack.FOUND
    if not sys.stdin.isatty():
        stack.say(NO_TERMINAL)
        return stack.WRONG_QUESTION
    if not writes_loops_out():
        stack.say(NO_LOOPS)
        return stack.WRONG_QUESTION
    deployment = Deployment(*place(), {})
    stack.say(f"looking at the account before building ({deployment.name}, {deployment.region})")
    code = preflight.run(deployment)
    if code == stack.NOT_SO:
        return stack.FOUND if answer(GO_ON).strip().lower() in ("y", "yes") else stack.NOT_SO
    return code


def answer(question: str) -> str:
    try:
        return input(question)
    except EOFError:
        return ""


def place(file: Path = stack.SAMCONFIG) -> tuple[str, str]:
    """The stack's name and Region that SAM will propose."""
    proposed = stack.proposals(file)["default"]
    return str(proposed["stack_name"]), str(proposed["region"])


def writes_loops_out(file: Path = stack.SAMCONFIG) -> bool:
    """Whether SAM is told to take the template's loops, for building and for deploying."""
    config = tomllib.loads(file.read_text("utf-8"))["default"]

    def says(command: str) -> bool:
        return config.get(command, {}).get("parameters", {}).get("language_extensions") is True

    return says("global") or (says("build") and says("deploy"))


def knows_the_answers(file: Path = stack.SAMCONFIG) -> bool:
    """Whether samconfig.toml has the answers of a deployment. What SAM does not keep, the token,
    stays as it is in the stack."""
    answers = stack.answers(stack.proposals(file)["default"])
    asked = [name for name, each in load(PATH)["Parameters"].items() if "Default" not in each]
    return all(name in answers for name in asked)


if __name__ == "__main__":
    sys.exit(stack.ending(main))
