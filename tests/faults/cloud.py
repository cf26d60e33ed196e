"""Faults on the local cloud: the deployed stack, a Discord stand-in over HTTP, real kills.

Lambda's worker processes get SIGKILL at random moments while players play. Then everything is left
alone until every execution has ended, the audit runs over the live tables, and what Discord shows
is compared with what is stored.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import requests
from boto3.dynamodb.types import TypeDeserializer

from adapters import files, sealing
from commands import registry
from gacha.audit import Finding
from gacha.game import Game, Offer, Version
from gacha.snowflake import created_ms, key_text
from local.client import Answer, Signer, Standin, snowflake
from local.cloud import LocalCloud, free_port
from local.messages import text_of
from local.players import GUILD, Player, Sent, World
from scripts import audit
from tests.faults import checks, offers
from tests.faults.scenario import Asked
from tests.judge import Judge
from tests.players import JudgedWorld

Say = Callable[[str], None]

SCRIPTS: Final[Mapping[str, Mapping[str, Any] | None]] = {
    "delivered": None,
    "429": {"do": "rate_limit", "retry_after": 1.2},
    "429 of Cloudflare": {"do": "cloudflare"},
    "404 for seconds": {"do": "unknown_webhook", "for": 3},
    "404 message deleted": {"do": "unknown_message", "times": "forever"},
    "401 invalid token": {"do": "invalid_token", "times": "forever"},
    "500": {"do": "server_error", "times": 2},
    "slow": {"do": "slow", "seconds": 2},
    "closed half-way": {"do": "cut"},
    "applied, answer lost": {"do": "cut", "applied": True},
}
KILLED: Final[Mapping[str, int]] = {
    "interactions": 1,
    "draw": 4,
    "plan": 2,
    "announce": 4,
}
"""How often each function's processes are killed, against the others'."""

FAULTS: Final = (
    "banner published",
    "banner ended",
    *(f"SIGKILL {function}" for function in KILLED),
    *(name for name, script in SCRIPTS.items() if script),
    "delivered twice",
    "resent after no answer",
)

PLAYERS: Final = 40
"""So many that none comes to twenty changes at once, after which the first function refuses."""

THREADS: Final = 8
CROWD_IDENTICAL: Final = 100
CROWD_PARALLEL: Final = 200
CAN_PAY: Final = 20
KILL_EVERY_S: Final = 0.6
PUBLISH_EVERY_S: Final = 2.0
SAME_PRICES: Final = (0, 2, 3)
"""Of `offers.VARIANTS`, those that cost what the sample costs."""
STRUCK: Final = 0.1
STRUCK_WITHIN_S: Final = 0.1
"""How many deliveries have the endpoint's processes killed, and how soon after they are sent."""

WAIT_S: Final = 2.0
"""How long somebody waits for a message before the next command, in seconds."""

END_S: Final = 240.0
"""How long the last execution may take to end, in seconds."""

PRICES: Final[Mapping[int, int]] = {1: 160, 10: 1600}
"""What a pull of so many cards costs, in the server's currency."""

_MACHINES: Final = ("PullStateMachineArn", "ChangeStateMachineArn")


@dataclass
class Played:
    """What was done, met and violated."""

    operations: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def play(operations: int, seed: int, say: Say) -> Played:
    """That many operations under fire, then the two crowds of issue 4 in peace."""
    rng = random.Random(f"cloud {seed}")
    signer = Signer.development()
    judge = Judge()
    cloud = LocalCloud(free_port(), signer, judge=judge.ask, say=say)
    played = Played()
    with cloud as stack:
        world = JudgedWorld(stack, signer, Standin(stack.standin_url), judge=judge)
        players = [Player(world, snowflake(), rng.choice(["ja", "en-US"])) for _ in range(PLAYERS)]
        with _killing(cloud, rng, played.counts), _publishing(world, rng, played):
            sent = _under_fire(cloud, world, players, operations, rng, played, say)
        _let_end(world, played, say)
        say(f"local cloud: executions ended {dict(_statuses(world))}")
        say("the crowds: 100 identical interactions, 200 pulls with money for 20")
        played.violations += [*_identical(world), *_parallel(world)]
        played.operations += CROWD_IDENTICAL + CROWD_PARALLEL
        _let_end(world, played, say)
        played.violations += [*_audited(world, say), *_money(world, say)]
        for asked, answers in sent:
            played.violations += _shown_and_told(world, asked, answers)
        played.violations += [f"Discord would not take {each}" for each in judge.refused]
    return played


@contextmanager
def _killing(cloud: LocalCloud, rng: random.Random, counts: Counter[str]) -> Iterator[None]:
    """Kill a worker process every now and then during the block."""
    over = threading.Event()
    dice = random.Random(rng.random())

    def work() -> None:
        while not over.wait(dice.uniform(0, 2 * KILL_EVERY_S)):
            [function] = dice.choices(list(KILLED), list(KILLED.values()))
            pids = _pids(cloud, function)
            _kill(pids and [dice.choice(pids)], function, counts)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _publishing(world: World, rng: random.Random, played: Played) -> Iterator[None]:
    """Publish, replace, end and reopen banners every now and then during the block. The first one
    stays open, so that there is a default; prices stay as they are (`PRICES`)."""
    over = threading.Event()
    dice = random.Random(rng.random())
    publisher = Publisher(world)

    def work() -> None:
        publisher.publish("b1", dice.choice(SAME_PRICES))
        while not over.wait(dice.uniform(0, 2 * PUBLISH_EVERY_S)):
            banner_id = dice.choice(["b1", "b2"])
            ends = banner_id == "b2" and dice.random() < 0.5
            publisher.publish(banner_id, dice.choice(SAME_PRICES), ends=ends)
            played.counts["banner ended" if ends else "banner published"] += 1

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        played.violations += publisher.unknown()


@dataclass
class Publisher:
    """The owner of the players' server, whose changes are recorded as a server's are."""

    world: World
    game: Game = field(default_factory=lambda: Game(GUILD))
    versions: dict[tuple[str, str], tuple[Version, ...]] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)

    def publish(self, banner_id: str, variant: int, *, ends: bool = False) -> None:
        stack, interaction_id = self.world.stack, snowflake()
        now = created_ms(interaction_id)
        file = offers.toml(banner_id, variant).encode()
        rules = files.BANNERS.hash(file)
        key = files.BANNERS.key(rules)
        stack.client("s3").put_object(Bucket=stack.outputs["Bucket"], Key=key, Body=file)
        self.known.add((banner_id, rules))
        offer = Offer(banner_id, rules, ends_ms=now if ends else None)
        self.game = self.game.published(offer, now)
        tables = {
            os.environ["DYNAMODB_HISTORY_TABLE"]: stack.outputs["HistoryTable"],
            os.environ["DYNAMODB_SETTINGS_TABLE"]: stack.outputs["SettingsTable"],
        }
        transaction = offers.recorded(self.game, interaction_id, self.versions)
        for each in transaction:
            each["Put"]["TableName"] = tables[each["Put"]["TableName"]]
        stack.client("dynamodb").transact_write_items(TransactItems=transaction)

    def unknown(self) -> Iterator[str]:
        """Pulls of this server's banners by rules that nobody published for them."""
        for sent in self.world.sent:
            for row in self.world.rows("HistoryTable", _player(sent)):
                drawn = row.get("banner"), row.get("banner_hash")
                if drawn[0] in offers.IDS and drawn not in self.known:
                    yield f"I5 {row['interaction_id']}: drawn from {drawn}, which nobody published"


def _pids(cloud: LocalCloud, function: str) -> list[int]:
    return [pid for pid, name in sorted(cloud.workers().items()) if function in name.lower()]


def _kill(pids: list[int], function: str, counts: Counter[str]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            counts[f"SIGKILL {function}"] += 1


def _under_fire(
    cloud: LocalCloud,
    world: World,
    players: list[Player],
    operations: int,
    rng: random.Random,
    played: Played,
    say: Say,
) -> list[tuple[Asked, list[Sent]]]:
    """The players play while processes die; every interaction with the endpoint's answers."""

    def one(number: int) -> tuple[Asked, list[Sent]]:
        dice = random.Random(f"{rng_seed} {number}")
        player = dice.choice(players)
        commands: list[tuple[str, dict[str, Any]]] = [
            ("pull", {"count": 1}),
            ("pull", {"count": 10}),
            ("pull", {"count": 1, "banner": dice.choice(offers.TYPED)}),
            ("fair seed", {"text": f"seed {number}"}),
            ("fair rotate", {}),
            ("daily", {}),
            ("history", {}),
        ]
        [(command, options)] = dice.choices(commands, [43, 14, 15, 7, 6, 6, 9])
        interaction = player.command(command, **options)
        name, script = dice.choice(sorted(SCRIPTS.items(), key=lambda each: each[0]))
        if script is not None:
            world.standin.script(interaction["token"], script)
            played.counts[name] += 1
        if dice.random() < STRUCK:
            # Killed at a random moment, it is seldom hit while it answers.
            threading.Timer(
                dice.uniform(0, STRUCK_WITHIN_S),
                lambda: _kill(_pids(cloud, "interactions"), "interactions", played.counts),
            ).start()
        answers = [_send(world, interaction, played.counts)]
        if dice.random() < 0.15:
            played.counts["delivered twice"] += 1
            answers.append(_send(world, interaction, played.counts))
        world.standin.read(interaction["token"], wait=WAIT_S)
        asked = Asked(interaction, command, player.key)
        played.operations += 1
        if played.operations % 50 == 0:
            killed = sum(n for what, n in played.counts.items() if what.startswith("SIGKILL"))
            say(f"local cloud: {played.operations} operations, {killed} processes killed")
        return asked, [each for each in answers if each is not None]

    rng_seed = rng.random()
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(one, range(operations)))


def _send(world: World, interaction: dict[str, Any], counts: Counter[str]) -> Sent | None:
    """Send it until the endpoint answers at all, as somebody would press again; at most thrice."""
    sent: Sent | None = None
    for attempt in range(3):
        if attempt:
            counts["resent after no answer"] += 1
        with contextlib.suppress(requests.RequestException):
            sent = world.send(interaction)
            if sent.answer.status == 200:
                return sent
    return sent


def _let_end(world: World, played: Played, say: Say) -> None:
    """Wait until no execution runs any more."""
    deadline = time.monotonic() + END_S
    said = 0.0
    while True:
        statuses = _statuses(world)
        if not statuses["RUNNING"]:
            return
        if time.monotonic() > deadline:
            played.violations.append(f"I7 {statuses['RUNNING']} executions do not end")
            return
        if time.monotonic() - said > 10:
            said = time.monotonic()
            say(f"local cloud: {dict(statuses)}")
        time.sleep(0.5)


def _statuses(world: World) -> Counter[str]:
    return Counter(status for machine in _MACHINES for status in world.executions(machine).values())


def _identical(world: World) -> Iterator[str]:
    """A hundred identical interactions at once: one pull row, one charge, one message."""
    player = Player(world, snowflake())
    interaction = player.command("pull", count=1)
    with ThreadPoolExecutor(CROWD_IDENTICAL) as threads:
        sent = list(threads.map(world.send, [interaction] * CROWD_IDENTICAL))
    world.record(sent[0])
    record = world.standin.read(sent[0].token)
    bodies = {str(request["body"]) for request in record["requests"]}
    found = len(player.ledger), int(player.state["balance"]), len(bodies), record["followups"]
    if found != (1, 3200 - 160, 1, []):
        yield f"100 identical interactions: rows, balance, messages, follow-ups are {found}"


def _parallel(world: World) -> Iterator[str]:
    """Two hundred parallel pulls of a player with money for twenty, started as the first function
    starts them: it would let twenty through."""
    player = Player(world, snowflake())
    interactions = [player.command("pull", count=1) for _ in range(CROWD_PARALLEL)]
    with ThreadPoolExecutor(CROWD_PARALLEL) as threads:
        sent = list(threads.map(partial(_start, world), interactions))
    told: Counter[str] = Counter()
    for each in sent:
        text = text_of(world.record(each, wait=END_S)["message"])
        told["refused" if "足りません" in text else "pull" if each.id in text else text] += 1
    kinds = Counter(row["kind"] for row in player.ledger)
    if (kinds, told, int(player.state["balance"])) != (
        {"pull": CAN_PAY},
        {"pull": CAN_PAY, "refused": CROWD_PARALLEL - CAN_PAY},
        0,
    ):
        yield f"200 parallel pulls: rows {dict(kinds)}, told {dict(told)}"
    # The message arrives while the last state still runs.
    deadline = time.monotonic() + END_S
    while "RUNNING" in (ended := world.executions()).values() and time.monotonic() < deadline:
        time.sleep(0.5)
    if bad := {each.id: ended[each.id] for each in sent if ended[each.id] != "SUCCEEDED"}:
        yield f"200 parallel pulls: {bad}"


def _start(world: World, interaction: dict[str, Any]) -> Sent:
    """The pull's workflow, past the endpoint."""
    stack = world.stack
    [function] = [
        each
        for each in stack.client("lambda").list_functions()["Functions"]
        if "InteractionsFunction" in each["FunctionName"]
    ]
    key = sealing.public_key(function["Environment"]["Variables"]["SEALING_PUBLIC_KEY"])
    [subcommand] = interaction["data"]["options"]
    stack.client("stepfunctions").start_execution(
        stateMachineArn=stack.outputs["PullStateMachineArn"],
        name=interaction["id"],
        input=json.dumps(
            {
                "interaction_id": interaction["id"],
                "ledger_key": key_text(interaction["id"]),
                "application_id": interaction["application_id"],
                "sealed_token": sealing.seal(key, interaction["token"]),
                "guild_id": interaction["guild_id"],
                "user_id": interaction["member"]["user"]["id"],
                "language": "ja",
                "command": "pull",
                "options": {
                    **registry.definition("pull").defaults,
                    **{each["name"]: each["value"] for each in subcommand["options"]},
                },
                "received_at": int(time.time()),
            }
        ),
    )
    return Sent(interaction, Answer(200, b'{"type":5}', 0.0))


def _audited(world: World, say: Say) -> list[str]:
    """What the audit finds in the live tables."""
    names = {table: world.stack.outputs[output] for table, output in audit.OUTPUTS.items()}
    live = audit.Live(world.stack.client("dynamodb"), names, limited=False)
    with tempfile.TemporaryDirectory() as folder, closing(audit.Spool(folder)) as spool:
        for table in audit.TABLES:
            for item, where in live.scan(table):
                spool.add(table, item, where)
        found: list[Finding] = []
        checked = audit.Audit(spool, live, found.append, world.stack.deployment.banner_file)
        for player_key, rows in spool.players():
            checked.check(player_key, rows)
    say(f"audit: {checked.players} players, {dict(checked.rows)}")
    return [str(each) for each in found if each.violation]


def _money(world: World, say: Say) -> Iterator[str]:
    """Whatever came into the world, by openings and grants, was paid for pulls or is in a purse:
    for each player, and all together. Counted from the raw rows, apart from the audit's replay."""
    read = TypeDeserializer().deserialize
    rows = {
        table: [
            {name: read(value) for name, value in item.items()}
            for page in world.stack.client("dynamodb")
            .get_paginator("scan")
            .paginate(TableName=world.stack.outputs[table])
            for item in page["Items"]
        ]
        for table in ("UsersTable", "HistoryTable")
    }
    balances = {row["user_id"]: row["balance"] for row in rows["UsersTable"]}
    came, paid = Counter[str](), Counter[str]()
    for row in rows["HistoryTable"]:
        if row["kind"] == "pull":
            # What tickets paid took nothing out of the purse.
            paid[row["user_id"]] += 0 if row.get("tickets") else PRICES[len(row["cards"])]
        else:
            came[row["user_id"]] += row["amount"]
    for player_key in sorted({*balances, *came, *paid}):
        if came[player_key] != paid[player_key] + balances.get(player_key, 0):
            yield (
                f"I1 {player_key}: of {came[player_key]} {paid[player_key]} were paid, "
                f"and {balances.get(player_key)} are left"
            )
    left = sum(balances.values())
    say(f"money: {came.total():,} came, {paid.total():,} were paid, {left:,} are left")
    if came.total() != paid.total() + left:
        yield f"I1 in all: of {came.total()} {paid.total()} were paid, and {left} are left"


def _shown_and_told(world: World, asked: Asked, answers: list[Sent]) -> Iterator[str]:
    """I6 and I7 of one interaction, after everything has ended."""
    deferred = any(each.answer.status == 200 and each.answer.json["type"] == 5 for each in answers)
    if asked.command not in checks.CHANGES or not deferred:
        return
    rows = world.rows("HistoryTable", asked.player_key)
    row = next((each for each in rows if each.get("interaction_id") == asked.id), None)
    record = world.standin.read(asked.token)
    message = record["message"]
    if record["followups"]:
        yield f"I6 {asked.id}: more than one message"
    yield from checks.pulls_shown(asked, message or {}, row)
    if row is None:
        machine = "PullStateMachineArn" if asked.command == "pull" else "ChangeStateMachineArn"
        if message is None and world.executions(machine).get(asked.id) == "SUCCEEDED":
            # A refusal that Discord did not take; nothing is stored of it, and nothing has to be.
            scripts = [request["status"] for request in record["requests"]]
            if not any(status in (401, 404) for status in scripts):
                yield f"I7 {asked.id}: no row and no message, Discord answered {scripts}"
    elif row["kind"] in ("pull", "lapse", "void") and "undelivered" not in row:
        # Its message said so, or one of a later command of the same player did.
        later = [each["token"] for each in world.sent if _player(each) == asked.player_key]
        if not any(asked.id in said for token in later for said in _said(world, token, asked)):
            yield f"I7 {asked.id}: a {row['kind']} that nobody was told, and that no mark keeps"


def _said(world: World, token: str, asked: Asked) -> Iterator[str]:
    """The texts that a message had, but for those that leave open what came of `asked`. Another
    execution of the same interaction may put such a one over what was shown before."""
    for request in world.standin.read(token)["requests"]:
        text = text_of({"content": "", "embeds": [], **request["body"]})
        if (request["status"] or 500) < 300 and not checks.is_vague(text, asked):
            yield text


def _player(interaction: Mapping[str, Any]) -> str:
    return f"{interaction['member']['user']['id']}@{interaction['guild_id']}"
