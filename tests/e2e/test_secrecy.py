"""No token, no signature, no seed of an open epoch and no code that still can be used gets into any
output, execution or log."""

import html
import json
import re
import time
from collections.abc import Container, Iterable, Iterator

from gacha import codes, fairness
from local.client import encode, post, snowflake
from local.cloud import LocalCloud
from local.messages import components
from local.players import Player, Sent, World
from scripts.stack import Deployment
from scripts.viewer.site import Viewer
from tests.e2e.test_giving import CODE


def outputs(cloud: LocalCloud, world: World) -> Iterator[tuple[str, str]]:
    """Name and text of every log: ministack's own, `sam`'s, and all of CloudWatch Logs."""
    for file in cloud.ministack_log.parent.glob("*.log"):
        yield file.name, file.read_text(errors="replace")
    logs = world.stack.client("logs")
    for page in logs.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            events = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            lines = [event["message"] for page in events for event in page["events"]]
            yield name, "\n".join(lines)


def executions(world: World, of: Container[str] | None = None) -> Iterator[tuple[str, str]]:
    """Name and text of all that Step Functions keeps of each execution, or of those of these
    interactions."""
    client = world.stack.client("stepfunctions")
    for output in (name for name in world.stack.outputs if name.endswith("StateMachineArn")):
        machine = world.stack.outputs[output]
        for page in client.get_paginator("list_executions").paginate(stateMachineArn=machine):
            for each in page["executions"]:
                if of is not None and each["name"] not in of:
                    continue
                arn = each["executionArn"]
                described = client.describe_execution(executionArn=arn)
                pages = client.get_paginator("get_execution_history").paginate(
                    executionArn=arn, includeExecutionData=True
                )
                kept = [described, *(event for page in pages for event in page["events"])]
                yield (
                    f"execution {each['name']}",
                    json.dumps(kept, default=str, indent=1, ensure_ascii=False),
                )


def viewed(deployment: Deployment, receipts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Address and text of every answer of the step viewer (scripts/viewer) about these
    interactions: the list, their pages, and all that these link to."""
    viewer = Viewer(lambda: deployment)
    numbers = list(receipts)
    waiting, done = {"/pulls", *(f"/pulls/{number}" for number in numbers)}, set[str]()
    waiting |= {  # the page links them only where it does not show all of them
        f"/pulls/{number}/text?run=0&step={step}&part={part}"
        for number in numbers
        for step in range(5)
        for part in ("given", "asked", "answered", "returned", "cause0")
    }
    while waiting:
        done.add(path := waiting.pop())
        answer = viewer.answer("GET", path, {})
        assert answer.status in (200, 404), path
        text = html.unescape(answer.body.decode())
        yield f"viewer {path}", text
        # Of the list, this page is enough: executions of other tests have pages of their own.
        if path != "/pulls":
            waiting |= set(re.findall(r'href="(/pulls/[^"]*/text[^"]*)"', text)) - done


def test_no_token_and_no_signature_is_ever_printed(
    cloud: LocalCloud, world: World, player: Player, deployment: Deployment
) -> None:
    canary = "canary-token-" + snowflake()
    signatures: list[str] = []
    for script in (
        [],
        [{"do": "cut"}],
        [{"do": "server_error"}],
        [{"do": "rate_limit", "retry_after": 0.2}],
        [{"do": "invalid_token", "times": "forever"}],
    ):
        interaction = player.command("pull", count=1)
        interaction["token"] = f"{canary}-{len(signatures)}"
        world.standin.script(interaction["token"], *script)
        body = encode(interaction)
        headers = world.signer.headers(body)
        signatures.append(headers["X-Signature-Ed25519"])
        world.sent.append(interaction)
        assert post(world.stack.interactions_url, body, headers).status == 200
        headers["X-Signature-Timestamp"] += "0"
        assert post(world.stack.interactions_url, body, headers).status == 401
    for interaction in world.sent[-5:-1]:
        assert world.standin.read(interaction["token"], wait=60)["message"]

    secrets = [canary, *signatures, *(str(sent["token"]) for sent in world.sent)]
    read = dict(outputs(cloud, world))
    kept = dict(executions(world))
    for interaction in world.sent[-5:]:
        assert '"sealed_token' in kept[f"execution {interaction['id']}"].replace("\\", "")
    pages = dict(viewed(deployment, [str(sent["id"]) for sent in world.sent[-5:]]))
    sealed = re.findall(r'sealed_token[\\"]+: [\\"]+([^\\"]+)', "".join(kept.values()))
    assert len(sealed) > 5 and any("sealed_token" in text for text in pages.values())
    assert not [(name, each) for name, text in pages.items() for each in sealed if each in text]
    read |= pages
    read |= kept  # ministack writes no log of a workflow; it would hold what the history holds
    functions = [name for name in read if "interactions" in name or "announce" in name]
    assert len(functions) >= 2, sorted(read)
    assert all(read[name] for name in functions if "lambda" in name)
    found = [
        (name, line)
        for name, text in read.items()
        for line in text.splitlines()
        for secret in secrets
        if secret in line
    ]
    assert not found


def test_no_seed_of_an_open_epoch_is_kept_anywhere(
    cloud: LocalCloud, world: World, player: Player, deployment: Deployment
) -> None:
    first = len(world.sent)
    player.pull(10)
    world.message(player.use("fair show"))
    world.message(player.use("fair rotate"))
    revealed = player.use("fair receipts")
    assert world.record(revealed)["message"]["attachments"]
    world.message(player.use("fair receipts", epoch=1))
    player.pull(1)
    time.sleep(1)  # ministack writes a finished execution's history a moment later

    client = world.stack.client("secretsmanager")
    secret = client.get_secret_value(SecretId=world.stack.outputs["FairnessSecretArn"])
    user_id = player.key
    closed, still_open, coming = (
        fairness.server_seed(secret["SecretString"].encode(), user_id, epoch).hex()
        for epoch in range(3)
    )
    read = dict(outputs(cloud, world)) | dict(executions(world))
    read |= dict(viewed(deployment, [str(sent["id"]) for sent in world.sent[first:]]))
    read |= dict(stored(world))
    assert any(user_id in text for text in read.values())
    for hidden in (still_open, coming, secret["SecretString"]):
        assert [name for name, text in read.items() if hidden in text] == []
    # The revealed one stands in the execution that revealed it, and nowhere else.
    assert [name for name, text in read.items() if closed in text] == [f"execution {revealed.id}"]


def test_no_code_is_kept_anywhere(cloud: LocalCloud, world: World, deployment: Deployment) -> None:
    """Of all kinds: as they are shown, as they are compared, and by their secret letters alone; of
    what was mistyped, too. Only Discord is told."""
    first = len(world.sent)
    owner = Player(world, snowflake(), guild_id=snowflake())
    one, other = (Player(world, snowflake(), guild_id=owner.guild_id) for _ in range(2))
    word = "はるかぜパレード"
    told, looked_up = list[str](), list[Sent]()
    kinds_of_codes: list[dict[str, str | int]] = [{}, {"singles": 3}, {"word": word}]
    for options in kinds_of_codes:
        asked = owner.manage("code new", note="春の合言葉", coins=1, **options)
        [make, *_] = components(world.record(asked)["message"]["components"][0]["components"])
        looked_up.append(made := owner.tap(asked, make["custom_id"]))
        message = world.record(made)["message"]
        told += CODE.findall(world.message(made))
        told += [line for file in message["attachments"] for line in file["content"].split()[1:]]
    assert len(told) == 4
    wrong = told[0][:-1] + ("2" if told[0][-1] != "2" else "3")
    for text in (told[0], told[1].lower(), word, wrong):
        looked_up.append(used := one.use("code", text=text))
        assert world.message(used)
    assert world.message(other.use("code", text=told[1]))  # used by another
    assert one.state["balance"] == 3_203
    time.sleep(1)  # ministack writes a finished execution's history a moment later

    secrets = {word, codes.folded(word)}
    for each in (*told, wrong):
        folded = codes.folded(each)
        secrets |= {each, each.lower(), folded, folded[codes.TAG :], codes.spaced(folded)[4:]}
    numbers = [str(sent["id"]) for sent in world.sent[first:]]
    read = dict(outputs(cloud, world)) | dict(executions(world, numbers))
    read |= dict(viewed(deployment, [sent.id for sent in looked_up[::3]])) | dict(stored(world))
    assert all(f"execution {number}" in read for number in numbers)
    secrets |= {json.dumps(each)[1:-1] for each in secrets}  # as ASCII, in whatever JSON's JSON
    plain = {name: re.sub(r"\\+u", r"\\u", text) for name, text in read.items()}
    for note in ("春の合言葉", json.dumps("春の合言葉")[1:-1]):  # which is no secret
        assert any(note in text for name, text in plain.items() if name.startswith("execution"))
    assert [name for name, text in plain.items() for each in secrets if each in text] == []


def stored(world: World) -> Iterator[tuple[str, str]]:
    """Name and text of every table, and of every file in the stack's bucket that is one."""
    tables, files = world.stack.client("dynamodb"), world.stack.client("s3")
    for name in tables.list_tables()["TableNames"]:
        pages = tables.get_paginator("scan").paginate(TableName=name)
        items = [item for page in pages for item in page["Items"]]
        yield name, json.dumps(items, default=str, ensure_ascii=False)
    bucket = world.stack.outputs["Bucket"]
    for page in files.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", []):
            body = files.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            yield each["Key"], body.decode(errors="replace")
