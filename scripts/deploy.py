"""What `make deploy` does before it builds and asks: a terminal, a login, and the account.

    .venv/bin/python -m scripts.deploy

Building takes minutes and SAM asks a page of questions; who cannot deploy is told before that.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from scripts import preflight, stack
from scripts.stack import Deployment

NO_TERMINAL: Final = (
    "`make deploy` asks questions, and there is no terminal to ask on. Run it in one; from a "
    "script run `make build`, then `.venv/bin/sam deploy --no-confirm-changeset "
    "--parameter-overrides …` (docs/deployment.md)"
)
GO_ON: Final = "Some of this is lacking. Build and deploy all the same? [y/N] "


def main() -> int:
    if not sys.stdin.isatty():
        stack.say(NO_TERMINAL)
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


if __name__ == "__main__":
    sys.exit(stack.ending(main))
