"""What `make deploy` does before it builds and asks: a terminal, a login, and the account.

    .venv/bin/python -m scripts.deploy
    .venv/bin/python -m scripts.deploy --questions [again]
    .venv/bin/python -m scripts.deploy backup-region   # before `make backup-region`

Building takes minutes and SAM asks a page of questions; who cannot deploy is told before that, and
in a sentence of ours where SAM has only botocore's. The second form prints the option by which SAM
asks its questions, unless it has all answers already.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import Final

from botocore.exceptions import ClientError

from scripts import preflight, stack
from scripts.stack import Deployment
from scripts.template import PATH, load

DEPLOY: Final = "default"
BACKUP_REGION: Final = "backup-region"
"""Environments of samconfig.toml."""

NO_TERMINAL: Final = {
    DEPLOY: "`make deploy` asks questions, and there is no terminal to ask on. Run it in one; from "
    "a script run `make build`, then `.venv/bin/sam deploy --no-confirm-changeset "
    "--parameter-overrides …` (docs/deployment.md)",
    BACKUP_REGION: "`make backup-region` asks whether to deploy, and there is no terminal to ask "
    "on. Run it in one; from a script run `.venv/bin/sam deploy --template-file "
    "backup-region.yaml --config-env backup-region --no-confirm-changeset`",
}
NO_LOOPS: Final = (
    "samconfig.toml does not say that the template has loops, and SAM would end in a traceback. "
    "Put `language_extensions = true` under [default.global.parameters]"
)
GO_ON: Final = "Some of this is lacking. Build and deploy all the same? [y/N] "


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.deploy",
        description="Tells what keeps a deployment from being made, before it is built.",
        epilog="exit codes: 0 go on, 1 something is missing, 2 no terminal or no login, "
        "3 AWS could not be asked",
    )
    parser.add_argument(
        "environment",
        nargs="?",
        choices=(DEPLOY, BACKUP_REGION),
        default=DEPLOY,
        help="of samconfig.toml (default: %(default)s)",
    )
    parser.add_argument(
        "--questions",
        nargs="?",
        choices=("missing", "again"),
        const="missing",
        help="only print the option by which SAM asks: what is missing, or all again",
    )
    given = parser.parse_args(arguments)
    if given.questions:
        return tell_how_to_ask(given.questions)
    return run(given.environment)


def tell_how_to_ask(questions: str) -> int:
    has_all = questions == "missing" and knows_the_answers() and keeps_the_token()
    print("" if has_all else "--guided")
    return stack.FOUND


def run(environment: str) -> int:
    if not sys.stdin.isatty():
        stack.say(NO_TERMINAL[environment])
        return stack.WRONG_QUESTION
    if environment == DEPLOY and not writes_loops_out():
        stack.say(NO_LOOPS)
        return stack.WRONG_QUESTION
    deployment = Deployment(*place(environment), {})
    if environment == BACKUP_REGION:
        deployment.client("sts").get_caller_identity()
        return stack.FOUND
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


def place(environment: str) -> tuple[str, str]:
    """The stack's name and Region that SAM will propose."""
    proposed = stack.proposals()[environment]
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


def keeps_the_token() -> bool:
    """Whether the stack has the token that SAM does not keep. A stack has none that was only being
    asked about when a session ended: SAM keeps the answers before it deploys."""
    name, region = place(DEPLOY)
    cloudformation = Deployment(name, region, {}).client("cloudformation")
    try:
        [made] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return bool(made["StackStatus"] != "REVIEW_IN_PROGRESS")


if __name__ == "__main__":
    sys.exit(stack.ending(main))
