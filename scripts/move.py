"""Lets Discord send interactions to another stack, as after the loss of a Region.

    DISCORD_BOT_TOKEN=… .venv/bin/python -m scripts.move --stack discord-gacha-seoul \\
        --region ap-northeast-2 --from discord-gacha
    DISCORD_BOT_TOKEN=… .venv/bin/python -m scripts.move --stack discord-gacha \\
        --region ap-northeast-1

With --from, what only the lost stack had comes first: the fairness secret's value, out of its
replica, and the files, out of the bucket of their copies. Then it looks whether the stack may take
players: that its secret is the one that they were promised, that no epoch of before a restore is
open, that its endpoint is up and refuses what Discord did not sign, and that it knows the bot's
public key. Only then Discord is asked to take the address, which it does after a PING of its own.
Done again, it finds what is done already. Nothing is asked of the lost Region.

The bot's token is read from DISCORD_BOT_TOKEN, or asked for. Exit codes: 0 Discord sends
interactions there, or with --dry-run could; 1 it does not; 2 bad question, 3 AWS could not be
asked.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import requests

from adapters.application import DISCORD, Application, ApplicationError
from adapters.tables.players import EVERYBODY
from gacha import fairness
from scripts import stack
from scripts.restore import EXPORTS, SECOND_REGION
from scripts.stack import Deployment, StackError, say

LOOKED_AT: Final = 100
"""Players whose commitment is held against the secret."""
PING: Final = b'{"type": 1}'
THREADS: Final = 16
_TIMEOUT_S: Final = (5, 10)


class NotReadyError(Exception):
    """Why the stack may not take players yet, in a sentence."""


# --- what only the lost stack had -----------------------------------------------------------------


def bring_secret(deployment: Deployment, old: str, *, is_dry: bool) -> str:
    """Put the value of the old stack's secret into this one's, and say what was done. Raises
    NotReadyError where this stack's players were promised something else."""
    client, own = deployment.client("secretsmanager"), deployment.output("FairnessSecretArn")
    value = _value(client, own)
    players = list(_players(deployment))
    if players and fits(value, players):
        return "the fairness secret is the one that players were promised"
    replica = _replica(client, old, own)
    promised = _value(client, replica)
    if value == promised:
        return "the fairness secret has its value already"
    if players and not fits(promised, players):
        raise NotReadyError(
            f"neither this stack's fairness secret nor {replica} is the one that the players of "
            f"{deployment.output('UsersTable')} were promised"
        )
    if is_dry:
        return f"the fairness secret would get the value of {replica}"
    client.put_secret_value(SecretId=own, SecretString=promised)
    return f"the fairness secret has the value of {replica}"


def _replica(client: Any, old: str, own: str) -> str:
    prefix = f"{old}-fairness-"
    pages = client.get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": [prefix]}]
    )
    found = [
        str(each["ARN"])
        for page in pages
        for each in page["SecretList"]
        if each["Name"].startswith(prefix) and each["ARN"] != own
    ]
    if len(found) != 1:
        raise StackError(f"{len(found)} secrets here are called {prefix}…, and it has to be one")
    return found[0]


def _value(client: Any, arn: str) -> str:
    return str(client.get_secret_value(SecretId=arn)["SecretString"])


def bring_files(deployment: Deployment, old: str, *, is_dry: bool) -> str:
    """Copy what this stack's bucket lacks out of the bucket of the old one's copies."""
    account = deployment.client("sts").get_caller_identity()["Account"]
    source, target = f"{old}-{account}-files", deployment.output("Bucket")
    client = deployment.client("s3")
    there = {key for key, _ in _objects(client, target)}
    lacking = [
        key
        for key, size in _objects(client, source)
        # A file of no bytes is a blocked one, and stays so (adapters/files.py).
        if not key.startswith(EXPORTS) and (key not in there or not size)
    ]
    if is_dry:
        return f"{len(lacking):,} files would be copied from {source}"

    def copy(key: str) -> None:
        client.copy_object(Bucket=target, Key=key, CopySource={"Bucket": source, "Key": key})

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(copy, lacking))
    return f"{len(lacking):,} files were copied from {source}; {len(there):,} were there"


def _objects(client: Any, bucket: str) -> Iterator[tuple[str, int]]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            yield each["Key"], each["Size"]


# --- whether it may take players ------------------------------------------------------------------


def look(deployment: Deployment) -> Iterator[str]:
    """What speaks for the stack, a line each. Raises NotReadyError at what speaks against it."""
    table = deployment.output("UsersTable")
    players = list(_players(deployment))
    secret = _value(deployment.client("secretsmanager"), deployment.output("FairnessSecretArn"))
    if not fits(secret, players):
        raise NotReadyError(
            f"the players of {table} were promised another fairness secret than this stack's; "
            "--from brings it"
        )
    yield f"{len(players)} players of {table} were looked at: the secret is the one they know"
    key = {"user_id": {"S": EVERYBODY}}
    closed = deployment.client("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)
    is_restored = bool(deployment.parameters.get("RestoredSuffix", "").strip('"'))
    if is_restored and "Item" not in closed:
        raise NotReadyError(
            f"the epochs of {table} are not closed, so seeds that were revealed since may be drawn "
            "from again; scripts.restore closes them (docs/recovery.md)"
        )
    yield "no epoch of before a restore is open" if is_restored else "its tables are its own"


def _players(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """Some of the players, as DynamoDB has them."""
    answer = deployment.client("dynamodb").scan(
        TableName=deployment.output("UsersTable"),
        FilterExpression="attribute_exists(commitment)",
        Limit=LOOKED_AT,
        ConsistentRead=True,
    )
    yield from answer["Items"]


def fits(secret: str, players: list[dict[str, Any]]) -> bool:
    """Whether the players' commitments are to seeds of this secret."""
    return all(
        fairness.commitment(
            fairness.server_seed(secret.encode(), each["user_id"]["S"], int(each["epoch"]["N"]))
        )
        == each["commitment"]["S"]
        for each in players
    )


def refuses(url: str) -> str:
    """That the endpoint is up and refuses a PING that Discord did not sign."""
    try:
        answer = requests.post(url, data=PING, timeout=_TIMEOUT_S)
    except requests.RequestException as error:
        raise NotReadyError(f"{url} cannot be reached ({type(error).__name__})") from None
    if answer.status_code != requests.codes.unauthorized:
        raise NotReadyError(
            f"{url} answers an unsigned PING with {answer.status_code}, and not with 401"
        )
    return f"{url} is up, and refuses a PING that Discord did not sign"


# --- moving ---------------------------------------------------------------------------------------


def move(deployment: Deployment, application: Application, *, is_dry: bool) -> Iterator[str]:
    """Have Discord send interactions to the stack; says what it did. Raises NotReadyError, or
    ApplicationError where Discord does not take the address."""
    url, described = deployment.output("InteractionsUrl"), application.read()
    known = deployment.parameters.get("DiscordPublicKey")
    if known != described.get("verify_key"):
        raise NotReadyError(
            f"the stack has the public key {known}, and the application {described.get('id')} "
            f"{described.get('verify_key')}"
        )
    before = described.get("interactions_endpoint_url")
    if before == url:
        yield "Discord sends interactions there already"
        return
    if is_dry:
        yield f"Discord would send interactions to {url}, and no more to {before}"
        return
    application.listen_at(url)
    after = application.read().get("interactions_endpoint_url")
    if after != url:
        raise NotReadyError(f"Discord took the address and has {after}: look at the portal")
    yield f"Discord has tried {url} with a PING, and sends interactions there"
    yield f"until now it sent them to {before}"


def run(deployment: Deployment, application: Application, old: str | None, *, is_dry: bool) -> int:
    """Bring, look and move, one line each."""
    try:
        if old:
            print(bring_secret(deployment, old, is_dry=is_dry))
            print(bring_files(deployment, old, is_dry=is_dry))
        if not (is_dry and old):  # which moved no secret, and so would find the wrong one
            for line in look(deployment):
                print(line)
        print(refuses(deployment.output("InteractionsUrl")))
        for line in move(deployment, application, is_dry=is_dry):
            print(line)
    except (NotReadyError, ApplicationError) as problem:
        say(f"Discord sends nothing new to {deployment.name}: {problem}")
        return stack.NOT_SO
    return stack.FOUND


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.move",
        description="Lets Discord send interactions to another stack.",
        epilog="exit codes: 0 done, 1 the stack may not take players, or Discord does not take its "
        "address, 2 bad question, 3 AWS could not be asked",
    )
    parser.add_argument("--stack", required=True, help="where interactions are to go")
    parser.add_argument(
        "--region", default=SECOND_REGION, help=f"its Region (default: {SECOND_REGION})"
    )
    parser.add_argument(
        "--from",
        dest="old",
        metavar="STACK",
        help="the lost stack, whose secret and files are brought first",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    given = parser.parse_args(arguments)

    deployment = stack.on_aws(given.stack, given.region)
    try:
        application = Application(os.environ.get("DISCORD_API_BASE_URL", DISCORD), _token())
    except ApplicationError as problem:
        raise StackError(str(problem)) from None
    return run(deployment, application, given.old, is_dry=given.dry_run)


def _token() -> str:
    """The bot's token; no argument, which a shell's history would keep."""
    if token := os.environ.get("DISCORD_BOT_TOKEN", "").strip():
        return token
    if not sys.stdin.isatty():
        raise StackError("DISCORD_BOT_TOKEN is not set")
    return getpass.getpass("The bot's token (Developer Portal, page Bot): ").strip()


if __name__ == "__main__":
    sys.exit(stack.ending(main))
