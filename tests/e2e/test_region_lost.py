"""Tokyo is lost, and play goes on in Seoul: two local clouds, of which the second gets nothing from
the first but what lies in Seoul by then: copies of the tables, exports, the secret's replica.

The local AWS exports and copies nothing by itself, so the files are written here, in DynamoDB's
form. All that is done with them, and the move, are the operator's tools.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from adapters.application import Application
from local.client import Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.discord_application import BOT_TOKEN
from local.players import Player
from scripts import audit, increments, move, restore, stack
from scripts.stack import Deployment
from tests.e2e.test_cut_over import KEPT, TABLES
from tests.e2e.test_fair import receipts, verify
from tests.increments import exported
from tests.judge import Judge
from tests.players import JudgedWorld

SUFFIX: Final = "-c1"
OLD: Final = "lost-gacha"
COPIES: Final = f"{OLD}-000000000000-files"


@pytest.fixture
def seoul(judge: Judge) -> Iterator[JudgedWorld]:
    """A stack that works on tables which nobody has restored yet."""
    signer = Signer.development()
    there = LocalCloud(
        free_port(), signer, parameters={"RestoredSuffix": SUFFIX}, judge=judge.ask, say=print
    )
    with there as made:
        yield JudgedWorld(made, signer, Standin(made.standin_url), judge=judge)


def rows(deployment: Deployment, output: str, guild: str) -> list[dict[str, Any]]:
    """Everything in the table that belongs to a server or its players."""
    pages = deployment.client("dynamodb").get_paginator("scan")
    found = [
        item
        for page in pages.paginate(TableName=deployment.tables[output])
        for item in page["Items"]
    ]
    return [item for item in found if guild in str(keys(output, item))]


def keys(output: str, item: dict[str, Any]) -> dict[str, Any]:
    names = {
        "UsersTable": ("user_id",),
        "HistoryTable": ("user_id", "timestamp"),
        "SettingsTable": ("server_id", "setting"),
        "CollectionTable": ("user_id", "page"),
    }
    return {name: item[name] for name in names[output]}


def copy(tokyo: Deployment, seoul: Deployment, guild: str) -> dict[str, list[dict[str, Any]]]:
    """What AWS Backup makes of a copy of this moment."""
    copied = {}
    for output in TABLES:
        described = tokyo.client("dynamodb").describe_table(TableName=tokyo.tables[output])["Table"]
        definition = {key: described[key] for key in KEPT if described.get(key)}
        for index in definition.get("GlobalSecondaryIndexes", []):
            for key in set(index) - {"IndexName", "KeySchema", "Projection"}:
                del index[key]
        client, target = seoul.client("dynamodb"), seoul.tables[output]
        client.create_table(TableName=target, BillingMode="PAY_PER_REQUEST", **definition)
        copied[output] = rows(tokyo, output, guild)
        for item in copied[output]:
            client.put_item(TableName=target, Item=item)
    return copied


def export(
    tokyo: Deployment, seoul: Deployment, guild: str, copied: dict[str, Any], until: datetime
) -> None:
    """What S3 has copied to Seoul of the export that ends now."""
    files = seoul.client("s3")
    files.create_bucket(
        Bucket=COPIES, CreateBucketConfiguration={"LocationConstraint": seoul.region}
    )
    for output in TABLES:
        changed = [
            {"Keys": keys(output, item), "NewImage": item}
            for item in rows(tokyo, output, guild)
            if item not in copied[output]
        ]
        begins = until - timedelta(days=1)
        exported(files, COPIES, tokyo.tables[output], begins, until, changed)


def test_play_goes_on_in_the_other_region(
    world: JudgedWorld,
    seoul: JudgedWorld,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    guild = snowflake()
    before = Player(world, snowflake(), guild_id=guild)
    after = replace(before, world=seoul)
    here = world.stack.deployment
    there = replace(
        seoul.stack.deployment,
        outputs={**seoul.stack.outputs, "InteractionsUrl": seoul.stack.interactions_url},
    )

    before.pull(1)
    copied = copy(here, there, guild)
    before.pull(10)
    kept = before.state
    until = datetime.now(UTC).replace(microsecond=0)
    export(here, there, guild, copied, until)
    time.sleep(1 - datetime.now(UTC).microsecond / 1e6)  # the next second is not in the export
    lost = before.pull(1)
    there.client("secretsmanager").create_secret(
        Name=f"{OLD}-fairness-0a1b",
        SecretString=here.client("secretsmanager").get_secret_value(
            SecretId=here.output("FairnessSecretArn")
        )["SecretString"],
    )

    # Tokyo is asked nothing from here on.
    windows = increments.found(there.client("s3"), COPIES, restore.EXPORTS)
    since = until - timedelta(hours=12)
    names = list(here.tables.values())
    chain, gaps = increments.chain(windows, names, since, COPIES)
    assert chain is not None and (chain.until, gaps) == (until, [])
    increments.apply(there, chain, {name: name + SUFFIX for name in names}, 0)
    restore.close_epochs(there, there.tables["UsersTable"], there.region, until)
    assert after.state == kept

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", there.credentials["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", there.credentials["aws_secret_access_key"])
    place = ["--region", there.region, "--bucket", there.output("Bucket")]
    place += ["--endpoint-url", str(there.endpoint)]
    tables = [there.tables[f"{table.title()}Table"] for table in audit.TABLES]
    assert audit.main(["tables", *tables, *place]) == stack.FOUND

    application = Application(f"{world.stack.standin_url}/api/v10", BOT_TOKEN)
    assert move.run(there, application, OLD, is_dry=False) == stack.FOUND
    said = capsys.readouterr().out
    assert f"{OLD}-fairness-0a1b" in said and "the secret is the one they know" in said
    assert application.read()["interactions_endpoint_url"] == seoul.stack.interactions_url

    told = after.pull(1)
    assert f"<t:{int(until.timestamp())}:f>" in seoul.message(told)
    assert after.state["balance"] == kept["balance"]
    admin = replace(after, user_id=snowflake())
    found = admin.manage("receipt", number=lost.id, user=after.user_id)
    assert "残っていません" in seoul.message(found)
    after.pull(1)
    assert after.state["balance"] == kept["balance"] - 160
    # The epoch that was played in Tokyo is closed, and its two receipts verify.
    name, attachment = receipts(seoul, after, epoch=0)
    file = tmp_path / name
    file.write_text(attachment["content"])
    checked = verify(file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert len(json.loads(attachment["content"])["receipts"]) == 2
    assert lost.id not in attachment["content"]
    assert audit.main(["tables", *tables, *place]) == stack.FOUND
