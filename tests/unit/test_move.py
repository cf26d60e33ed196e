"""scripts.move on moto's Seoul: the secret, the files, the checks, and a Discord that tries the
address out as the real one does, with one PING that it signed and one that it did not."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from moto import mock_aws
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from adapters.application import Application
from gacha import fairness
from local.client import Signer
from scripts import move, stack
from scripts.restore import SECOND_REGION
from scripts.stack import Deployment

OLD = "discord-gacha"
COPIES = f"{OLD}-123456789012-files"
TOKEN = "MTI5.canary.token-that-must-not-leak"
PROMISED = "the value behind every commitment"
PLAYER = "1@2"


class Discord:
    """The application's address, which is taken only if what is behind it holds up; and beside it
    two endpoints, which verify as the first function does."""

    def __init__(self, signer: Signer) -> None:
        self.signer, self.address, self.pings = signer, "", list[tuple[str, int]]()
        self.verifies = True
        """Whether the endpoints do; one that does not is refused."""
        discord = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path.startswith("/stack-"):
                    status, said = discord.endpoint(dict(self.headers), body), {"type": 1}
                else:
                    status, said = discord.application(self.command, body)
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = answer

            def log_message(self, *_: object) -> None: ...

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def endpoint(self, headers: dict[str, str], body: bytes) -> int:
        given = {name.lower(): value for name, value in headers.items()}
        try:
            signed = given["x-signature-timestamp"].encode() + body
            signature = bytes.fromhex(given["x-signature-ed25519"])
            VerifyKey(bytes.fromhex(self.signer.public_key)).verify(signed, signature)
        except (KeyError, ValueError, BadSignatureError):
            return 401 if self.verifies else 200
        return 200

    def application(self, method: str, body: bytes) -> tuple[int, Any]:
        if method == "PATCH":
            url = json.loads(body)["interactions_endpoint_url"]
            good = self.signer.headers(move.PING)
            bad = {**good, "X-Signature-Ed25519": "00" * 64}
            for headers, expected in ((good, 200), (bad, 401)):
                status = requests.post(url, data=move.PING, headers=headers, timeout=5).status_code
                self.pings.append((url, status))
                if status != expected:
                    return 400, {"code": 50035, "message": "could not be verified"}
            self.address = url
        key = self.signer.public_key
        return 200, {"id": "1", "verify_key": key, "interactions_endpoint_url": self.address}


@pytest.fixture
def discord(tmp_path: Path) -> Iterator[Discord]:
    discord = Discord(Signer.development(tmp_path / "key.json"))
    thread = threading.Thread(target=discord.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    discord.address = f"{discord.url}/stack-tokyo/interactions"
    yield discord
    discord.server.shutdown()
    discord.server.server_close()
    thread.join()


@pytest.fixture
def seoul(discord: Discord) -> Iterator[Deployment]:
    """A stack with a secret of its own on restored tables, and what of Tokyo is in Seoul."""
    with mock_aws():
        outputs = {
            "UsersTable": "discord_users-c1",
            "Bucket": "new",
            "InteractionsUrl": f"{discord.url}/stack-seoul/interactions",
        }
        here = Deployment("discord-gacha-seoul", SECOND_REGION, outputs)
        here.__dict__["parameters"] = {
            "RestoredSuffix": "-c1",
            "DiscordPublicKey": discord.signer.public_key,
        }
        secrets = here.client("secretsmanager")
        secrets.create_secret(Name=f"{OLD}-fairness-0a1b", SecretString=PROMISED)
        secrets.create_secret(Name=f"{OLD}-sealing-0a1b", SecretString="another")
        own = secrets.create_secret(Name=f"{here.name}-fairness-2c3d", SecretString="new")
        outputs["FairnessSecretArn"] = own["ARN"]
        place = {"LocationConstraint": SECOND_REGION}
        for bucket in (COPIES, "new"):
            here.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
        for key, body in (("banners/a.toml", b"a"), ("art/b.webp", b""), ("raw/x.gz", b"x")):
            here.client("s3").put_object(Bucket=COPIES, Key=key, Body=body)
        here.client("s3").put_object(Bucket="new", Key="art/b.webp", Body=b"shipped")
        here.client("dynamodb").create_table(
            TableName="discord_users-c1",
            AttributeDefinitions=[{"AttributeName": "user_id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        put(here, "*", epoch=1_795_000_000)
        yield here


def put(here: Deployment, user: str, *, epoch: int, promised: str = "") -> None:
    item = {"user_id": {"S": user}, "epoch": {"N": str(epoch)}}
    if promised:
        seed = fairness.server_seed(promised.encode(), user, epoch)
        item["commitment"] = {"S": fairness.commitment(seed)}
    here.client("dynamodb").put_item(TableName="discord_users-c1", Item=item)


Run = Callable[..., int]


@pytest.fixture
def run(discord: Discord, seoul: Deployment) -> Run:
    def run(old: str | None = OLD, *, is_dry: bool = False) -> int:
        return move.run(seoul, Application(discord.url, TOKEN), old, is_dry=is_dry)

    return run


def value(here: Deployment) -> str:
    client = here.client("secretsmanager")
    return str(client.get_secret_value(SecretId=here.output("FairnessSecretArn"))["SecretString"])


def test_one_command_brings_what_is_missing_and_moves_the_endpoint(
    discord: Discord, seoul: Deployment, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(seoul, PLAYER, epoch=3, promised=PROMISED)
    url = seoul.output("InteractionsUrl")
    before = discord.address
    assert run(is_dry=True) == stack.FOUND
    assert (discord.address, discord.pings, value(seoul)) == (before, [], "new")
    said = capsys.readouterr().out
    assert "would get the value" in said and "2 files would be copied" in said
    assert f"would send interactions to {url}, and no more to {before}" in said
    assert run() == stack.FOUND
    assert (discord.address, value(seoul)) == (url, PROMISED)
    assert discord.pings == [(url, 200), (url, 401)]
    s3 = seoul.client("s3")
    kept = {each["Key"]: each["Size"] for each in s3.list_objects_v2(Bucket="new")["Contents"]}
    assert kept == {"banners/a.toml": 1, "art/b.webp": 0}  # blocked stays blocked; no exports
    said = capsys.readouterr().out
    assert f"until now it sent them to {before}" in said
    assert PROMISED not in said and TOKEN not in said
    assert run() == stack.FOUND  # again: nothing is left to do
    said = capsys.readouterr().out
    assert "is the one that players were promised" in said and "there already" in said
    assert len(discord.pings) == 2


def test_the_way_back_brings_nothing(
    discord: Discord, seoul: Deployment, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(seoul, PLAYER, epoch=3, promised="new")
    assert run(None) == stack.FOUND
    assert value(seoul) == "new"
    assert "copied" not in capsys.readouterr().out
    assert discord.address == seoul.output("InteractionsUrl")


def refused(run: Run, capsys: pytest.CaptureFixture[str], old: str | None, words: str) -> None:
    assert run(old) == stack.NOT_SO
    assert words in capsys.readouterr().err


def test_a_stack_that_may_not_take_players_gets_none(
    discord: Discord,
    seoul: Deployment,
    run: Run,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = discord.address
    put(seoul, PLAYER, epoch=3, promised=PROMISED)
    refused(run, capsys, None, "were promised another fairness secret than this stack's")
    put(seoul, PLAYER, epoch=3, promised="a third one")
    refused(run, capsys, OLD, "neither this stack's fairness secret nor")
    assert value(seoul) == "new"
    put(seoul, PLAYER, epoch=3, promised="new")
    seoul.client("dynamodb").delete_item(TableName="discord_users-c1", Key={"user_id": {"S": "*"}})
    refused(run, capsys, None, "the epochs of discord_users-c1 are not closed")
    put(seoul, "*", epoch=1_795_000_000)
    discord.verifies = False
    refused(run, capsys, None, "answers an unsigned PING with 200")
    discord.verifies = True
    parameters = seoul.parameters
    seoul.__dict__["parameters"] = {**parameters, "DiscordPublicKey": "0" * 64}
    refused(run, capsys, None, "the stack has the public key 000")
    seoul.__dict__["parameters"] = parameters
    monkeypatch.setitem(seoul.outputs, "InteractionsUrl", "http://127.0.0.1:9/interactions")
    refused(run, capsys, None, "cannot be reached (ConnectionError)")
    assert (discord.address, discord.pings) == (before, [])


def test_which_secret_is_meant_has_to_be_clear(seoul: Deployment, run: Run) -> None:
    client = seoul.client("secretsmanager")
    with pytest.raises(stack.StackError, match="0 secrets here are called gone-fairness-"):
        run("gone")
    client.create_secret(Name=f"{OLD}-fairness-9z8y", SecretString="x")
    with pytest.raises(stack.StackError, match="2 secrets"):
        run()


def test_the_token_is_no_argument(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DISCORD_BOT_TOKEN", raising=False)
    monkeypatch.setattr(stack, "on_aws", lambda *_: None)
    assert stack.ending(lambda: move.main(["--stack", "x"])) == stack.WRONG_QUESTION
    assert "DISCORD_BOT_TOKEN is not set" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        move.main([])
