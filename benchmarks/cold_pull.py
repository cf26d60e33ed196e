"""The first pull of the day: every function of its chain starts cold, from command to message.

    PYTHONPATH=layers/gacha/python python -m benchmarks.cold_pull

`interactions`, Draw and Announce, each a process of its own that imports the built package, answer
one after the other; what Record is to write goes to DynamoDB as the workflow would send it, and
costs no function. A server's own banner, and its look, come from a stub of S3. Beside it the chain
of PARENT, in which Record was a fourth function, exported from the history, built by its own
template and run in the same rounds, by turns. Its packages are compiled to bytecode first, which
its own build left out: so it is measured faster than it was.

All reach AWS and Discord by TLS on 127.0.0.1: Step Functions, Secrets Manager and S3 are stubs, and
DynamoDB is the fault suite's (tests/faults/dynamodb.py). Not measured is what is the same on both
sides or AWS's alone: the start of a sandbox and of Python, the network, the workflow's transitions
(three now, seven then).

A 128 MB function has 128/1769 of a CPU, but starts with a whole one. What counts is therefore
worked out from CPU time: as much as the import took, then the event's at that share. It does not
depend on what else this machine does. What a clock measured in a cgroup of that share, where one
can be made, is printed beside it. Fails above the targets.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

from botocore.exceptions import ClientError

from adapters import sealing
from adapters.tables.items import to_item
from benchmarks.first_answer import (
    BENCH,
    SHARE,
    alone,
    certificates,
    compile_all,
    lambda_environment,
    ms,
    run,
    throttle,
    throttled,
)
from gacha.game import Game, Offer
from local import ROOT
from local.client import Signer, command, snowflake
from local.cloud import lambda_architecture
from local.ministack import REGION
from local.proxy import Handler, Server
from scripts.build import template_for
from scripts.install import WHEELS
from tests.faults.dynamodb import DynamoDB, Schema
from tests.support import GUILD

PARENT: Final = "e2a3430"
"""The last commit with seven steps, boto3 in every worker and the X-Ray SDK."""

MOST: Final = 0.25
"""Of the parent's time."""
MOST_S: Final = 1.5
ROUNDS: Final = 9

BUCKET: Final = "bench-bucket"
WORK: Final = BENCH / "cold"
RUNTIME: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"
NOT_SAMPLED: Final = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0"
SAMPLED: Final = NOT_SAMPLED.replace("Sampled=0", "Sampled=1")
SEALING_SECRET: Final = "the benchmark's"
SIGNER: Final = Signer(
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",  # RFC 8032, 7.1, test 1
)
TABLES: Final = {
    "users": Schema("user_id", None, {"by_guild": ("guild_id", "joined_at", "KEYS_ONLY")}),
    "history": Schema(
        "user_id", "timestamp", {"undelivered": ("undelivered", "timestamp", "KEYS_ONLY")}
    ),
    "settings": Schema("server_id", "setting"),
    "collection": Schema("user_id", "page"),
}


class Took(NamedTuple):
    """Seconds of one start and its event, by the clock and by the processor."""

    init: float
    first: float
    init_cpu: float
    first_cpu: float

    @property
    def worked_out(self) -> float:
        """What it takes where the event has a 128 MB function's share."""
        return self.init_cpu + self.first_cpu + throttled(self.first_cpu)


@dataclass
class Way:
    """One chain of functions, with the tables that its pulls lie in."""

    name: str
    build: Path
    functions: tuple[str, ...]
    user_id: str = field(default_factory=snowflake)
    database: DynamoDB = field(default_factory=lambda: DynamoDB(TABLES))
    took: dict[str, list[Took]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    def sums(self) -> list[float]:
        """Of the chain, round by round."""
        return [sum(each.worked_out for each in turn) for turn in zip(*self.took.values())]  # noqa: B905

    def clocks(self) -> list[float]:
        return [sum(each.init + each.first for each in turn) for turn in zip(*self.took.values())]  # noqa: B905


def main() -> int:
    with alone(), throttle() as cgroup, stubs() as stub:
        ways = [Way("now", WORK / "build", ("interactions", "draw", "announce"))]
        build(ways[0].build)
        if (parent := exported()) is not None:
            chain = ("interactions", "draw", "record", "announce")
            before = WORK / f"parent-build-{platform.python_version()}"
            ways.append(Way(f"before ({PARENT})", before, chain))
            if not (before / "template.yaml").exists():  # it never changes
                build_parent(parent, before)
        for way in ways:
            pack(way, stub)
            pull(way, stub, None)  # they have pulled before, and files are in the page cache
            way.took.clear()
        for _ in range(ROUNDS):
            for way in ways:
                pull(way, stub, cgroup)
        sampled = Way("now, traced", ways[0].build, ways[0].functions)
        owned = [
            Way(f"now, own, {cards} cards", ways[0].build, ways[0].functions)
            for cards in (30, 1_000)
        ]
        for way, cards in zip(owned, (30, 1_000), strict=True):
            offer(way, stub, cards)
        for each, trace in ((sampled, SAMPLED), *((way, NOT_SAMPLED) for way in owned)):
            each.environment = ways[0].environment
            pull(each, stub, cgroup, trace)
            each.took.clear()
            for _ in range(ROUNDS if each in owned else 3):
                pull(each, stub, cgroup, trace)
    return report([*ways, sampled, *owned], cgroup)


def offer(way: Way, stub: Stub, cards: int) -> None:
    """A banner of the server's own, with a picture of each card: what its owner publishes."""
    rarities = (("ssr", "0.03"), ("sr", "0.17"), ("r", "0.8"))
    parts = [
        'id = "b1"\nkind = "b1"\nprice = { one = 160, ten = 1600 }',
        'name = { ja = "放課後の森", en = "After-School Woods" }',
        *(
            f'[[rarity]]\nid = "{id_}"\nname = {{ ja = "{id_}", en = "{id_}" }}\nrate = "{rate}"'
            for id_, rate in rarities
        ),
        *(
            f'[[card]]\nid = "c{number}"\nnumber = {number}\n'
            f'rarity = "{rarities[min(number % 20, 2)][0]}"\n'
            f'name = {{ ja = "札の名前その{number}", en = "The card of number {number}" }}'
            for number in range(cards)
        ),
    ]
    rules = "\n".join(parts).encode()
    arts = {
        f"c{number}": hashlib.sha256(b"%d" % number).hexdigest()[:32] for number in range(cards)
    }
    look = json.dumps({"v": 1, "cards": arts}).encode()
    published = Offer("b1", hashlib.sha256(rules).hexdigest(), hashlib.sha256(look).hexdigest())
    stub.files[f"/{BUCKET}/banners/{published.rules}.toml"] = rules
    stub.files[f"/{BUCKET}/looks/{published.look}.json"] = look
    game = Game(guild_id=GUILD, version=1, offers=(published,), has_sample=False, default="b1")
    row = {"server_id": GUILD, "setting": "game", **game.written()}
    way.database.put_item(TableName="settings", Item=to_item(row))


def report(ways: list[Way], cgroup: Path | None) -> int:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python}, {platform.machine()}, {os.cpu_count()} CPUs; ms, medians")
    print(f"'first' is the event at a 128 MB function's {SHARE:.1%} of a CPU, from its CPU time")
    print(f"  {'':18}{'':14}{'init CPU':>9}{'first CPU':>11}{'first':>8}{'both':>8}", end="")
    print(f"{'both, clock':>13}")
    for way in ways:
        for name, took in way.took.items():
            columns = [
                ms([each.init_cpu for each in took], 9),
                ms([each.first_cpu for each in took], 11, 1),
                ms([each.first_cpu + throttled(each.first_cpu) for each in took], 8),
                ms([each.worked_out for each in took], 8),
                ms([each.init + each.first for each in took], 13) if cgroup else f"{'-':>13}",
            ]
            print(f"  {way.name:18}{name:14}{''.join(columns)}")
        print(f"  {way.name:18}{'in all':14}{ms(way.sums(), 36)}", end="")
        print(ms(way.clocks(), 13) if cgroup else "")
    mine = median(ways[0].sums())
    missed = mine > MOST_S
    print(f"command to message, cold: {mine:.2f} s (target: at most {MOST_S} s)")
    if len(ways) > 2:
        ratio = mine / median(ways[1].sums())
        missed |= ratio > MOST
        print(f"now / before: {ratio:.3f} (target: at most {MOST})")
    else:
        print(f"no comparison: {PARENT} is not in this clone's history")
    return int(missed)


# --- one pull -------------------------------------------------------------------------------------


def pull(way: Way, stub: Stub, cgroup: Path | None, trace: str = NOT_SAMPLED) -> None:
    """One more pull of the way's player, as the workflow leads it from function to function."""
    stub.database, stub.message = way.database, None
    asked = command(["gacha", "pull"], {"count": 1}, user_id=way.user_id)
    body = json.dumps(asked, ensure_ascii=False)
    request = {
        "headers": {name.lower(): text for name, text in SIGNER.headers(body.encode()).items()},
        "body": body,
        "isBase64Encoded": False,
    }

    def work(name: str, event: Mapping[str, Any]) -> Any:
        return start(way, name, event, cgroup, trace)

    answered = work("interactions", request)
    if json.loads(answered["body"]) != {"type": 5}:
        sys.exit(f"{way.name}: not a deferred answer: {answered}")
    interaction = json.loads(stub.execution_input)
    decided = work("draw", {"interaction": interaction})
    if decided["outcome"] != "drawn":
        sys.exit(f"{way.name}: nothing was drawn: {decided}")
    if "record" in way.functions:
        work("record", {"interaction": interaction, "transaction": decided["transaction"]})
    else:
        way.database.transact_write_items(TransactItems=decided["transaction"])
    shown = work(
        "announce",
        {
            "interaction": interaction,
            "receipt_number": interaction["interaction_id"],
            "receipt": interaction["interaction_id"],  # as PARENT called it
            "message": decided["message"],
            "figures": decided.get("figures", {}),
            "attempt": 0,
            "patience_s": 840,
        },
    )
    if shown["outcome"] != "delivered" or stub.message is None:
        sys.exit(f"{way.name}: no message arrived: {shown}")


def start(way: Way, name: str, event: Mapping[str, Any], cgroup: Path | None, trace: str) -> Any:
    ended = run_one(way, name, [event], cgroup, trace)
    (init, init_cpu), (first, first_cpu) = ended["times"]
    first = first if cgroup else first + throttled(first_cpu)
    way.took.setdefault(name, []).append(Took(init, first, init_cpu, first_cpu))
    return ended["answers"][0]


def run_one(
    way: Way,
    name: str,
    events: Sequence[Mapping[str, Any]],
    cgroup: Path | None = None,
    trace: str = NOT_SAMPLED,
) -> dict[str, Any]:
    """What a cold start of one of the way's functions, and these events, took and answered."""
    order = {"cgroup": str(cgroup) if cgroup else None, "events": list(events), "trace": trace}
    package = WORK / "packed" / way.build.name / f"{name.title()}Function"
    process = subprocess.run(
        [sys.executable, "-S", "-P", "-B", str(ROOT / "benchmarks/rivals/cold_worker.py")],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        env={
            **way.environment,
            "PYTHONPATH": f"{package}:{package.with_name('GachaLayer')}/python",
            "LAMBDA_TASK_ROOT": str(package),
            "AWS_LAMBDA_FUNCTION_NAME": name,
        },
        timeout=120,
    )
    if process.returncode:
        sys.exit(f"{way.name}, {name}: {process.stdout[-2000:]}{process.stderr}")
    ended: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    return ended


# --- what is measured -----------------------------------------------------------------------------


def exported() -> Path | None:
    """The parent's tree; None where the history does not reach back to it."""
    tree = WORK / "parent"
    if (tree / "template.yaml").exists():
        return tree
    archive = subprocess.run(["git", "archive", PARENT], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        return None
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
    return tree


def build(into: Path) -> None:
    """The functions as `make build` makes them, for this machine."""
    with template_for(lambda_architecture(), RUNTIME) as template:
        run(
            *sam_build(template, into, ROOT),
            environment={"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": WHEELS.as_uri()},
        )


def build_parent(tree: Path, into: Path) -> None:
    """The parent's by its own template. Its packages, which nothing else here needs any more, come
    from the registry."""
    parameters = [f"PythonRuntime={RUNTIME}", f"Architecture={lambda_architecture()}"]
    run(*sam_build(tree / "template.yaml", into, tree), ["--parameter-overrides", *parameters])


def sam_build(template: Path, into: Path, tree: Path) -> list[list[str | Path]]:
    return [
        [ROOT / ".venv/bin/sam", "build", "--cached", "--parallel"],
        ["--template-file", template, "--build-dir", into],
        ["--cache-dir", into.with_name(f"{into.name}-cache")],
        ["--config-file", tree / "samconfig.toml", "--config-env", "local"],
    ]


def pack(way: Way, stub: Stub) -> None:
    """A copy of the build that trusts the stubs beside what it trusts anyway, with bytecode."""
    copies = WORK / "packed" / way.build.name
    shutil.rmtree(copies, ignore_errors=True)
    for name in way.functions:
        package = f"{name.title()}Function"
        shutil.copytree(way.build / package, copies / package)
    shutil.copytree(way.build / "GachaLayer", copies / "GachaLayer")
    trusted = [
        *copies.glob("*/amazon-roots.pem"),
        *copies.glob("GachaLayer/python/adapters/*.pem"),
        *copies.glob("*/certifi/cacert.pem"),
        *copies.glob("*/botocore/cacert.pem"),
    ]
    for bundle in trusted:
        with bundle.open("a") as file:
            file.write(stub.roots)
    compile_all(copies)
    way.environment = {
        **lambda_environment(stub.port),
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "DISCORD_API_BASE_URL": f"https://127.0.0.1:{stub.port}/api/v10",
        "ART_URL": "https://127.0.0.1/art/",
        "GALLERIES": "address",
        "DISCORD_PUBLIC_KEY": SIGNER.public_key,
        "SEALING_PUBLIC_KEY": bytes(sealing.private_key(SEALING_SECRET).public_key).hex(),
        "SEALING_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:sealing",
        "FAIRNESS_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:fair",
        "ALLOWED_GUILD_IDS": "any",
        "STACK_NAME": "bench",
        "BUCKET": BUCKET,
        "WORKFLOW_TYPE": "STANDARD",
        **{f"DYNAMODB_{name.upper()}_TABLE": name for name in TABLES},
        **{
            f"{name}_STATE_MACHINE_ARN": f"arn:aws:states:{REGION}:123456789012:stateMachine:{name}"
            for name in ("PULL", "CHANGE", "ACT", "REPLY")  # a parent commit may say ACT
        },
    }


# --- AWS and Discord ------------------------------------------------------------------------------


class Stub(Server):
    """What the functions reach: one server for all."""

    def __init__(self, roots: str, chain: Path) -> None:
        super().__init__(0, Services)
        self.roots = roots
        self.database = DynamoDB(TABLES)
        self.execution_input = ""
        self.files: dict[str, bytes] = {}
        self.message: Any = None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        # The handshake waits until the connection has a thread of its own.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def port(self) -> int:
        return self.server_port


@contextmanager
def stubs() -> Iterator[Stub]:
    server = Stub(*certificates())
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Services(Handler):
    server: Stub

    def do_POST(self) -> None:
        asked = json.loads(self.body() or b"{}")
        target = str(self.headers["X-Amz-Target"])
        service, _, operation = target.partition(".")
        status, answer = 200, dict[str, Any]()
        match service:
            case "AWSStepFunctions":
                self.server.execution_input = asked["input"]
                answer = {"executionArn": "arn", "startDate": 1.8e9}
            case "secretsmanager":
                text = SEALING_SECRET if asked["SecretId"].endswith("sealing") else "s" * 64
                answer = {"ARN": asked["SecretId"], "Name": "s", "SecretString": text}
            case "DynamoDB_20120810":
                status, answer = self._ask_tables(operation, asked)
        self._answer(status, answer, "application/x-amz-json-1.0")

    def do_GET(self) -> None:
        """S3's GetObject, as it answers a role that may not list the bucket."""
        file = self.server.files.get(self.path) if self.headers["Authorization"] else None
        content = file if file is not None else b"<Error><Code>AccessDenied</Code></Error>"
        self.send_response(200 if file is not None else 403)
        for name, value in (
            ("x-amz-id-2", "b" * 76),
            ("x-amz-request-id", "ABCDEF0123456789"),
            ("Accept-Ranges", "bytes"),
            ("ETag", f'"{hashlib.md5(content).hexdigest()}"'),
            ("Content-Type", "binary/octet-stream" if file is not None else "application/xml"),
            ("Content-Length", str(len(content))),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_PATCH(self) -> None:
        self.server.message = json.loads(self.body() or b"{}")
        self._answer(200, {"id": "1290000000000000005"}, "application/json")

    def _ask_tables(self, operation: str, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        named = "".join(f"_{each.lower()}" if each.isupper() else each for each in operation)[1:]
        try:
            answered: dict[str, Any] = getattr(self.server.database, named)(**asked)
        except ClientError as error:
            more = {name: each for name, each in error.response.items() if name != "Error"}
            code = f"com.amazonaws.dynamodb.v20120810#{error.response['Error']['Code']}"
            return 400, {"__type": code, "message": str(error), **more}
        return 200, answered

    def _answer(self, status: int, answer: object, kind: str) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    sys.exit(main())
