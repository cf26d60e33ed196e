"""What the stack costs a month, from the template's own settings and scripts/prices.toml.

    .venv/bin/python -m scripts.cost                           your phase's month, then all phases
    .venv/bin/python -m scripts.cost --phase growth --users 3000 --pulls-per-day 900
    .venv/bin/python -m scripts.cost --phase large --parameter WorkflowType=EXPRESS

Exit codes: 0 every phase is within its budget, 1 one is not, 2 the question makes no sense.

What the template settles is counted from it: capacities, scaling, alarms, logs, traces, secrets,
keys and who uses them, backups, the states that a pull enters, what the dashboard reads. What it
cannot know is in `Usage` (how much is played) and `Measured` (how large and how long things are);
the output names both.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import runpy
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from textwrap import fill
from typing import Any, Final, NamedTuple

from adapters import files
from adapters.figures import METRICS
from adapters.metrics import NAMESPACE
from gacha import terminal
from gacha.economy import MILESTONES, Economy
from scripts import ROOT, prices, stack
from scripts.prices import Price
from scripts.stack import ending
from scripts.template import Resource, Template, TemplateError, load

HOURS: Final = 730
"""Hours in the month that AWS calculates with."""

SECONDS: Final = HOURS * 3600
DAYS: Final = Fraction(HOURS, 24)
KEPT_MINUTES: Final = 5
"""How long a key stays in DynamoDB's memory for a caller who does not come again (its Developer
Guide), and, by what people measure, how long a function that nobody calls stays warm at least."""

SPANS: Final = HOURS * 60 // KEPT_MINUTES
"""Such times in a month: whoever calls costs at most one cold start, or request to a key, in each.
"""
GB: Final = 1024**3

SCALING_ALARMS: Final = 4
"""Alarms that one target tracking policy of DynamoDB makes: AlarmHigh, AlarmLow,
ProvisionedCapacityHigh, ProvisionedCapacityLow."""

DASHBOARD_METRICS: Final = 50
"""Metrics of a dashboard that is one of an account's three free ones."""

ERROR_LINES: Final = '{ $.level = "ERROR" }'
"""The pattern of a filter that counts error lines."""

EXPRESS_BLOCK_S: Final = Fraction(1, 10)
EXPRESS_MEMORY_GB: Final = Fraction(64, 1024)
"""Express is billed for each started 100 ms and 64 MB; our executions hold less than 64 MB."""

SECOND_REGION: Final = "ap-northeast-2"
SECOND_TEMPLATE: Final = ROOT / "backup-region.yaml"
"""The stack of the second Region; its key costs too."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A line of the roadmap: users up to `users`, for `low` to `high` dollars a month."""

    users: int
    low: int
    high: int


PHASES: Final[Mapping[str, Phase]] = {
    "initial": Phase(1_000, 2, 10),
    "growth": Phase(5_000, 20, 40),
    "expansion": Phase(20_000, 45, 90),
    "large": Phase(50_000, 150, 300),
}
"""The roadmap's phases. It gives `large` no upper end; 50,000 users are calculated with."""


class Room(NamedTuple):
    """What somebody who plays does in the change workflow beside pulling: how often a day, what one
    takes of write units, and what it leaves for ever, in bytes. Units and bytes are counted
    (`benchmarks.commands`); how often is taken to be so."""

    what: str
    a_day: Fraction
    writes: Mapping[str, int]
    kept: int = 0


_CHANGE: Final[Mapping[str, int]] = {"HistoryTable": 2, "UsersTable": 2}
_CHECK: Final[Mapping[str, int]] = {"HistoryTable": 2}
_OF_CARDS: Final[Mapping[str, int]] = {**_CHANGE, "CollectionTable": 2}

ROOMS: Final = (
    Room("the day", Fraction(1), _CHANGE, 271),
    Room("presents, looked at twice a month", Fraction(2, 30), _CHECK),
    Room("and taken", Fraction(2, 30), {**_CHANGE, "SettingsTable": 2}, 585),
    Room("a code a month", Fraction(1, 30), {**_CHANGE, "SettingsTable": 6}, 493),
    # Both show what there is, and ask before they take.
    Room("an exchange in ten weeks: two looks", Fraction(2, 70), _CHECK),
    Room("and the card", Fraction(1, 70), _OF_CARDS, 321),
    Room("the shop once a month: two looks", Fraction(2, 30), _CHECK),
    Room("and the card", Fraction(1, 30), _OF_CARDS, 326),
    Room("a wish, a lock or a setting, twice a month", Fraction(2, 30), _OF_CARDS, 248),
)
CHANGES_A_DAY: Final = sum((each.a_day for each in ROOMS), Fraction(0))
READS_A_DAY: Final = Fraction(3, 2)
"""`now` each day, and every other day a page of the book or something else that only shows."""

_MONTH: Final = Economy("").month
_TEN: Final = 1_600
TENS_A_DAY: Final = Fraction(_MONTH.coins, _TEN * MILESTONES[-1])
SINGLES_A_DAY: Final = Fraction(sum(each.count for each in _MONTH.tickets), MILESTONES[-1])
"""What a day pays by the defaults, the streak's bonuses shared out: its coins are saved for
ten-pulls, and its ticket, which ends after three days, is a single pull."""


@dataclass(frozen=True, slots=True)
class Usage:
    """How much is played, a day and over all players.

    A ten-pull is one pull. `changes` change a player without a pull, or show what can be taken
    (ROOMS); `reads` show something else. `months` is how long the ledger has been growing at this
    rate.
    """

    users: int
    pulls: Fraction
    changes: Fraction
    reads: Fraction
    tens: Fraction = TENS_A_DAY / (TENS_A_DAY + SINGLES_A_DAY)
    shared: Fraction = Fraction(1, 10)
    """The share of pulls that draw from a box which a server shares (estimated)."""
    months: int = 12
    visits: Fraction | None = None
    """How often a day somebody comes, all of whose commands come within KEPT_MINUTES; None where
    each command may come by itself."""

    @classmethod
    def of(
        cls, users: int, *, active: Fraction = Fraction(1, 5), pulls: Fraction | None = None
    ) -> Usage:
        """The default: a fifth of the users plays on a day. Each of those comes once, does what
        ROOMS says, pulls what a day pays, and looks at something (READS_A_DAY)."""
        playing = users * active
        played = playing * (TENS_A_DAY + SINGLES_A_DAY)
        return cls(
            users,
            played if pulls is None else pulls,
            playing * CHANGES_A_DAY,
            playing * READS_A_DAY,
            visits=playing,
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """Sizes and times that the template does not hold.

    Write units and row sizes were counted (`make bench`, 2026-11-29). Times are
    estimates until somebody measures them on AWS.
    """

    pull_writes: Mapping[str, int] = field(
        default_factory=lambda: {
            "HistoryTable": 3,
            "HistoryTable/undelivered": 2,
            "UsersTable": 2,
            "CollectionTable": 2,
        }
    )
    ten_writes: Mapping[str, int] = field(
        default_factory=lambda: {
            "HistoryTable": 6,
            "HistoryTable/undelivered": 2,
            "UsersTable": 2,
            "CollectionTable": 2,
        }
    )
    shared_writes: Mapping[str, int] = field(default_factory=lambda: {"HistoryTable": 4})
    """More than a single pull, where it draws from a box that a server shares: the box, and its
    receipt. What loses against another draw takes units, too, and is left out."""
    change_writes: Mapping[str, int] = field(default_factory=lambda: dict(_CHANGE))
    refused_writes: int = 2
    """Of a transaction that only checks that the ledger has no row (estimated: as one that writes).
    """
    void_writes: Mapping[str, int] = field(
        default_factory=lambda: {"HistoryTable": 3, "HistoryTable/undelivered": 2}
    )
    """What a refusal takes on Express, where it leaves a row."""
    reads: int = 6
    """Read units of any command: the game, the player, the ledger and what was missed, and a page
    of the collection or what else it is about. `now` takes 6.5, and a code, once, 11.5."""
    server_reads: Mapping[str, int] = field(
        default_factory=lambda: {"Pull": 1, "Change": 2, "Reply": 3}
    )
    """Read units, of those, of what all of a server read alike, by workflow: the game, and of the
    day and `now` what it gives (`benchmarks.caches`)."""
    pull_row: int = 920
    ten_row: int = 1_344
    shared_row: int = 40
    """Bytes that such a draw leaves beyond a pull's row: 568 of its receipt, 378 of the ledger's,
    in place of that."""
    user_row: int = 900
    """Bytes of the player's row and a page of their collection."""
    first_ms: int = 10
    worker_ms: int = 150
    init_ms: int = 300
    """Billed of a cold start: at most 137 ms are ours (docs/decisions/0036-cold-start.md), the rest
    is Python's own start (estimated)."""
    looks: int = 30
    """How often a month somebody opens the dashboard, for its last `looked_days`."""
    looked_days: int = 7
    wait_ms: int = 300
    """What an execution waits for beside its workers."""
    lambda_log: int = 700
    """Bytes that one invocation logs: our line, and the platform's three."""
    api_log: int = 300
    state_log: int = 1_500
    """Bytes that the workflow's own log takes for a state, at level ALL without data."""
    state_data: int = 7_000
    """What a state takes in and gives out, where that is logged too: 21 KB for a pull's three, and
    42 for a ten-pull's."""
    reply_data: int = 5_000
    """The same of a reply's, whose message is 0.6 KB of `now` and 3 of a page of the book."""
    sent: int = 6_000
    """Bytes that one message sends to Discord, connection included."""
    file_sent: int = 400_000
    """Bytes of the largest reply: the odds of a thousand cards with the longest names. A file of
    receipts, all of ten-pulls, is a quarter of it."""
    file_ms: int = 1_000
    """How long each worker takes over it (estimated)."""
    wait_share: Fraction = Fraction(1, 2)
    """The share of the longest wait that a random one takes on average."""
    burst_states: int = 11
    """Transitions of a change in a burst of a player's full bucket of changes, on average: they
    meet and begin anew. So many finds the tests' simulation."""
    outage: Fraction = Fraction(1, 10)
    """The share of a flood that Discord may answer too late or with "later": three days of a month.
    Nobody who floods can bring that about."""
    discord_s: int = 12
    """How long a try takes that Discord does not answer: Announce's timeouts, and a second."""
    fetched: Fraction = Fraction(1, 5)
    """Pictures that Discord fetches for a pull or ten-pull (estimated): it keeps what it fetched
    for the next who sees it, so these are new cards, and those that it let go."""
    picture: int = 100_000
    """Bytes of one: 1,024 pixels as WebP (estimated). So 100 pulls have 2 MB sent."""
    uploads: Fraction = Fraction(1, 25)
    """Uploads and forms of owners a month for each user: four of each of ten servers to a thousand
    users (estimated)."""
    workshop_ms: int = 1_500
    """How long a step of the workshop takes, its cold start included (estimated)."""
    picture_ms: int = 1_000
    """How long a picture takes beside: measured up to 1.8 s for the largest (0043)."""
    writes_a_picture: int = 6
    """As it came, twice its note, the source, whose it is, and once more for a try."""
    writes_an_upload: int = 7
    """Index, manifest, draft, cards, rules, look, preview."""
    art_ms: int = 100
    """How long a picture takes (estimated)."""
    files: int = 200_000
    """Bytes in the bucket for each user: ten servers to a thousand users, each with 200 pictures
    (estimated). Banners, drafts and previews are a few kilobytes each."""
    body_ms: int = 30
    """What 512 KB more of a body cost the first function (estimated)."""
    ledger_scans: int = 4
    """How often the daily query reads the ledger's exports (counted in its text)."""
    export_packed: Fraction = Fraction(1, 3)
    """What is left of an export's bytes when they are packed (estimated)."""
    export_looks: int = 2
    """How often an export, and the query, is looked at until it has ended (estimated)."""
    export_files: int = 8
    """Files that an export writes: of two partitions, and beside them (estimated)."""
    error_hours: int = 24
    """In how many hours of a month something is logged as an error (estimated)."""
    peak: int = 3
    """How far the busy hours are above the average."""


MEASURED: Final = Measured()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the bill: so many units at a price, and why so many."""

    group: str
    price: Price
    quantity: Fraction
    why: str

    @property
    def full(self) -> Fraction:
        """Dollars a month without allowances."""
        return self.quantity * self.price.usd


@dataclass(frozen=True, slots=True)
class Bill:
    """All lines of a month."""

    lines: list[Line]

    @property
    def full(self) -> Fraction:
        return sum((line.full for line in self.lines), Fraction(0))

    @property
    def net(self) -> Fraction:
        """Dollars a month where nothing else in the account uses what is always free."""
        return self._after({line.price: line.price.free for line in self.lines})

    @property
    def first_year(self) -> Fraction:
        """The same while an old account is in its first year."""
        allowances = {
            line.price: max(line.price.free, line.price.first_year) for line in self.lines
        }
        return self._after(allowances)

    def _after(self, allowances: Mapping[Price, Fraction]) -> Fraction:
        """Dollars a month beyond so many units of each price."""
        used: dict[Price, Fraction] = {}
        for line in self.lines:
            used[line.price] = used.get(line.price, Fraction(0)) + line.quantity
        return sum(
            (
                max(quantity - allowances[price], Fraction(0)) * price.usd
                for price, quantity in used.items()
            ),
            Fraction(0),
        )

    def groups(self) -> dict[str, Fraction]:
        """Dollars without allowances by group, dearest first."""
        sums: dict[str, Fraction] = {}
        for line in self.lines:
            sums[line.group] = sums.get(line.group, Fraction(0)) + line.full
        return dict(sorted(sums.items(), key=lambda each: -each[1]))


# --- the bill -------------------------------------------------------------------------------------


def bill(template: Template, usage: Usage, table: Mapping[str, Price]) -> Bill:
    """What a month costs under the template's settings and this use."""
    return Bill([line for line in _lines(Facts(template), usage, table) if line.quantity])


def _lines(facts: Facts, usage: Usage, table: Mapping[str, Price]) -> Iterator[Line]:
    def line(group: str, name: str, quantity: Fraction | int, why: str) -> Line:
        return Line(group, table[name], Fraction(quantity), why)

    pulls, changes, reads = (each * DAYS for each in (usage.pulls, usage.changes, usage.reads))
    runs = {"Pull": pulls, "Change": changes, "Reply": reads}
    yield from _workflow_lines(facts, runs, line)
    yield from _request_lines(facts, usage, runs, line)
    yield from _data_lines(facts, usage, runs, line)
    yield from _file_lines(facts, usage, runs, line)
    yield from _export_lines(facts, usage, runs, line)
    yield from _watch_lines(facts, runs, line)
    yield from _secret_lines(facts, usage, runs, line)


def calls(facts: Facts, runs: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """How often a month each function and each workflow runs, by the name of its role."""
    called: dict[str, Fraction] = {"Interactions": sum(runs.values(), Fraction(0))}
    called["Sweeper"] = Fraction(SPANS)
    called["Art"] = runs["Pull"] * MEASURED.fetched
    for machine in facts.machines:
        called[f"{machine.name}StateMachine"] = runs[machine.name]
        for worker in machine.workers:
            called[worker] = called.get(worker, Fraction(0)) + runs[machine.name]
    return called


def starts(called: Mapping[str, Fraction], usage: Usage) -> dict[str, Fraction]:
    """The most cold starts that so many calls of each function make: visits come one by one."""
    functions = (name for name in called if not name.endswith("StateMachine"))
    return {name: _spans(name, called[name], usage) for name in functions}


def _spans(name: str, number: Fraction, usage: Usage) -> Fraction:
    """In how many spans of KEPT_MINUTES so many calls of a function or workflow come, at most."""
    most = min(number, Fraction(SPANS))
    if usage.visits is None or name == "Sweeper":  # which comes by the clock
        return most
    return min(most, usage.visits * DAYS)


def _secret_lines(
    facts: Facts, usage: Usage, runs: Mapping[str, Fraction], line: Any
) -> Iterator[Line]:
    called = calls(facts, runs)
    cold = starts(called, usage)
    read = sum((cold[name] for name in cold if name in facts.secret_readers), Fraction(0))
    group = "secrets and keys"
    yield line(group, "secret", facts.secrets, "secrets and their replicas")
    yield line(group, "secret_request", read, "a reading of one for each cold start, at most")
    yield line(group, "key", facts.keys, "customer managed keys, in both Regions")
    pairs = [
        (name, _spans(name, called[name], usage)) for name in facts.table_callers if name in called
    ]
    why = f"{len(pairs)} pairs of caller and table, once in {KEPT_MINUTES} min at most"
    yield line(group, "key_request", sum((number for _, number in pairs), Fraction(0)), why)
    if facts.own_key:  # the services' own keys are used for nothing
        opened = sum(cold.values(), Fraction(0)) + read
        yield line(group, "key_request", opened, "environments and secrets, for each cold start")
        used = sum((_spans(name, each, usage) for name, each in runs.items()), Fraction(0))
        yield line(group, "key_request", 2 * used, "workflows' data keys and their logs'")


def _workflow_lines(facts: Facts, runs: Mapping[str, Fraction], line: Any) -> Iterator[Line]:
    for machine in facts.machines:
        number = runs[machine.name]
        if machine.express:
            seconds = Fraction(machine.tasks * MEASURED.worker_ms + MEASURED.wait_ms, 1000)
            blocks = ceil(seconds / EXPRESS_BLOCK_S) * EXPRESS_BLOCK_S
            why = f"{machine.name}: {count(number)} executions"
            yield line("workflows", "express_request", number, why)
            yield line(
                "workflows",
                "express_gb_second",
                number * blocks * EXPRESS_MEMORY_GB,
                f"{machine.name}: {float(blocks):.1f} s at 64 MB each",
            )
        else:
            why = f"{machine.name}: {count(number)} executions of {machine.transitions} states"
            yield line("workflows", "transition", number * machine.transitions, why)


def _request_lines(
    facts: Facts, usage: Usage, runs: Mapping[str, Fraction], line: Any
) -> Iterator[Line]:
    requests = sum(runs.values(), Fraction(0))
    cold = starts(called := calls(facts, runs), usage)
    ms = dict.fromkeys(cold, MEASURED.worker_ms)
    ms |= {"Interactions": MEASURED.first_ms, "Art": MEASURED.art_ms}
    memory = {name: facts.memory(f"{name}Function") for name in cold}
    seconds = sum((called[name] * ms[name] * memory[name] for name in cold), Fraction(0)) / 1000
    init = sum((cold[name] * MEASURED.init_ms * memory[name] for name in cold), Fraction(0)) / 1000
    invoked = sum((called[name] for name in cold), Fraction(0))
    second = f"lambda_gb_second_{facts.architecture}"
    group = "API and functions"
    yield line(group, "http_api_request", requests, "one a command")
    yield line(group, "lambda_request", invoked, "interactions, workers, sweeper, pictures")
    yield line(group, second, seconds, f"{MEASURED.worker_ms} ms a worker (estimated)")
    why = (
        f"{count(sum(cold.values(), Fraction(0)))} cold starts at most, {MEASURED.init_ms} ms each"
    )
    yield line(group, second, init, why)
    sent = Fraction(MEASURED.sent) * requests / GB
    yield line(group, "data_out_gb", sent, "messages to Discord")


def _file_lines(
    facts: Facts, usage: Usage, runs: Mapping[str, Fraction], line: Any
) -> Iterator[Line]:
    called = calls(facts, runs)
    fetched = called["Art"]
    group = "files and pictures"
    stored = usage.users * Fraction(MEASURED.files) / GB
    yield line(group, "s3_storage_gb", stored, f"{float(stored):.2f} GB of pictures")
    written = stored * GB / MEASURED.picture / 12
    yield line(
        group, "s3_write_request", written, "as many new ones a month as fill that in a year"
    )
    cold = starts(called, usage)
    read = fetched + sum((cold[name] for name in cold if name in facts.file_readers), Fraction(0))
    yield line(group, "s3_read_request", read, "pictures, and a banner for each cold start at most")
    why = f"pictures: one for {float(1 / MEASURED.fetched):.0f} pulls (estimated)"
    yield line(group, "http_api_request", fetched, why)
    sent = fetched * MEASURED.picture / GB
    if facts.has_cdn:  # to which the API sends for nothing; nothing is taken to be kept there
        yield line(group, "cloudfront_request", fetched, "each fetched by way of CloudFront")
        yield line(group, "cloudfront_gb", sent, "pictures to Discord")
    else:
        yield line(group, "data_out_gb", sent, "pictures to Discord")
    yield from _upload_lines(facts, usage, line)
    if facts.copies_files:
        yield line(group, "s3_storage_gb", stored, "their copies in Seoul")
        yield line(group, "s3_write_request", written, "writing those")
        yield line(group, "cross_region_gb", stored / 12, "sending those")


def _upload_lines(facts: Facts, usage: Usage, line: Any) -> Iterator[Line]:
    """What owners upload: the workshop's runs, and the change that each ends with."""
    uploads = usage.users * MEASURED.uploads
    new = usage.users * Fraction(MEASURED.files) / MEASURED.picture / 12
    runs = 3 * uploads + new / facts.pictures_a_run  # unpack, compose, change, and pictures
    group = "files and pictures"
    why = f"{count(uploads)} uploads and forms of owners (estimated)"
    yield line(group, "http_api_request", uploads, why)
    change = next(each for each in facts.machines if each.name == "Change")
    states = uploads * (len(facts.upload_states) + (0 if change.express else change.transitions))
    states += new / facts.pictures_a_run
    yield line(
        group, "transition", states, f"{len(facts.upload_states)} states of the workshop each"
    )
    seconds = runs * MEASURED.workshop_ms / 1000 + new * Fraction(MEASURED.picture_ms, 1000)
    memory = facts.memory("WorkshopFunction")
    name = f"lambda_gb_second_{facts.architecture}"
    yield line(group, "lambda_request", runs, "the workshop's steps")
    yield line(group, name, seconds * memory, f"at {memory * 1024} MB (estimated)")
    # Beside the picture itself: as it came, its note, whose it is; and what an upload leaves.
    written = new * MEASURED.writes_a_picture + uploads * MEASURED.writes_an_upload
    yield line(group, "s3_write_request", written, "what the workshop notes of them")


def written(usage: Usage, runs: Mapping[str, Fraction]) -> Mapping[str, Fraction]:
    """Write units of so many runs of each workflow, by table and index."""
    pulls, changes = runs["Pull"], runs["Change"]
    units: dict[str, Fraction] = {}
    for writes, number in (
        (MEASURED.pull_writes, pulls * (1 - usage.tens)),
        (MEASURED.ten_writes, pulls * usage.tens),
        (MEASURED.shared_writes, pulls * usage.shared),
        *((room.writes, changes * room.a_day / CHANGES_A_DAY) for room in ROOMS),
    ):
        for place, each in writes.items():
            units[place] = units.get(place, Fraction(0)) + each * number
    return units


def kept(usage: Usage, runs: Mapping[str, Fraction]) -> Fraction:
    """GB in the tables after `usage.months` months of so many runs each."""
    pulls, changes = runs["Pull"], runs["Change"]
    monthly = (
        pulls * (1 - usage.tens) * MEASURED.pull_row
        + pulls * usage.tens * MEASURED.ten_row
        + pulls * usage.shared * MEASURED.shared_row
        + changes * sum(room.a_day * room.kept for room in ROOMS) / CHANGES_A_DAY
    )
    return (monthly * usage.months + usage.users * Fraction(MEASURED.user_row)) / GB


def _data_lines(
    facts: Facts, usage: Usage, runs: Mapping[str, Fraction], line: Any
) -> Iterator[Line]:
    units = written(usage, runs)
    read_units = sum(runs.values(), Fraction(0)) * MEASURED.reads

    if facts.provisioned:
        held = {place: facts.capacity(place, units.get(place)) for place in facts.provisioned}
        yield line(
            "tables",
            "dynamodb_wcu_hour",
            Fraction(sum(w for w, _ in held.values())) * HOURS,
            f"{sum(w for w, _ in held.values())} write units on {len(held)} tables, indexes",
        )
        yield line(
            "tables",
            "dynamodb_rcu_hour",
            Fraction(sum(r for _, r in held.values())) * HOURS,
            f"{sum(r for _, r in held.values())} read units",
        )
    on_demand = sum((units.get(place, Fraction(0)) for place in facts.on_demand), Fraction(0))
    yield line("tables", "dynamodb_write_request", on_demand, "on demand")
    # What a command reads is not known table by table: all of it is taken for on demand's.
    asked = read_units if facts.on_demand else 0
    yield line("tables", "dynamodb_read_request", asked, "on demand")

    stored = kept(usage, runs)
    age = f"{float(stored):.2f} GB after {usage.months} months"
    yield line("data kept", "dynamodb_storage_gb", stored, age)
    yield line("data kept", "dynamodb_pitr_gb", stored if facts.recoverable else 0, "recovery")
    for backup in facts.backups:
        why = f"{backup.kept} full backups of {float(stored):.2f} GB"
        yield line("data kept", "backup_gb", stored * backup.kept, why)
        yield line("data kept", "backup_copy_gb", stored * backup.copies_kept, "copies in Seoul")
        sent = stored * backup.a_month if backup.copies_kept else 0
        yield line("data kept", "cross_region_gb", sent, "sending the copies")


SELDOM: Final = frozenset({("Announce", "discord_users"), ("Announce", "gacha_collection")})
"""Rights of a role to a table that it uses so seldom that its requests to the key are none: for the
file that `/gacha privacy export` attaches."""

FULL_EXPORT_DAYS: Final = 28
RAW_DAYS: Final = 35
"""How often everything is exported anew, and how long an export is kept."""

LEAST_EXPORTED: Final = Fraction(10 * 1024**2, GB)
"""GB that an export is charged for at least, and a query."""


def _export_lines(
    facts: Facts, usage: Usage, runs: Mapping[str, Fraction], line: Any
) -> Iterator[Line]:
    """What Analytics costs: once a day, whether anybody asks or not."""
    if not facts.exported:
        return
    group, tables = "analytics", facts.exported
    stored = kept(usage, runs)
    changed = sum(written(usage, runs).values(), Fraction(0)) * 1024 / 2 / GB
    fulls = DAYS / FULL_EXPORT_DAYS
    # An index's units are among them: an export has each change once, so this is more than comes.
    size = max(changed, tables * DAYS * LEAST_EXPORTED)
    yield line(group, "dynamodb_export_gb", size, f"{tables} tables, each day")
    size = fulls * max(stored, tables * LEAST_EXPORTED)
    yield line(group, "dynamodb_export_gb", size, f"in full, once in {FULL_EXPORT_DAYS} days")
    looks = MEASURED.export_looks
    states = DAYS * (facts.export_states + 3 * looks + tables * (2 + 3 * looks))
    yield line(group, "transition", states, f"{count(states / DAYS)} states a day")
    raw = stored * Fraction(RAW_DAYS, FULL_EXPORT_DAYS) + changed * RAW_DAYS / DAYS
    raw *= MEASURED.export_packed
    yield line(group, "s3_storage_gb", raw, f"{RAW_DAYS} days of exports")
    puts = (DAYS + fulls) * tables * MEASURED.export_files
    yield line(group, "s3_write_request", puts, "writing those (estimated)")
    read = DAYS * max(raw * MEASURED.ledger_scans, LEAST_EXPORTED) / 1024
    why = f"a query a day, which reads the ledger {MEASURED.ledger_scans} times"
    yield line(group, "athena_tb", read, why)
    if facts.copies_exports:
        moved = (changed + fulls * stored) * MEASURED.export_packed
        yield line(group, "cross_region_gb", moved, "copying the exports to Seoul")
        yield line(group, "s3_storage_gb", raw, "and keeping them there")
        yield line(group, "s3_write_request", puts, "and writing them")


def _watch_lines(facts: Facts, runs: Mapping[str, Fraction], line: Any) -> Iterator[Line]:
    yield line(
        "alarms and dashboards",
        "alarm_metric",
        facts.alarm_metrics,
        f"metrics in {facts.alarms} alarms of ours",
    )
    scaling = facts.scaling_policies * SCALING_ALARMS
    why = f"{facts.scaling_policies} scaling policies make {SCALING_ALARMS} alarms each"
    yield line("alarms and dashboards", "alarm_metric", scaling, why)
    yield line("alarms and dashboards", "composite_alarm", facts.composites, "composite alarms")
    small = sum(each <= DASHBOARD_METRICS for each in facts.dashboards)
    why = f"dashboards, {', '.join(map(str, facts.dashboards))} metrics"
    yield line("alarms and dashboards", "dashboard", small, why)
    why = f"dashboards of more than {DASHBOARD_METRICS} metrics, of which none is free"
    yield line("alarms and dashboards", "large_dashboard", len(facts.dashboards) - small, why)
    yield line(
        "alarms and dashboards",
        "custom_metric",
        facts.custom_metrics,
        "metrics from our own log lines",
    )
    # Metrics are charged by the hour in which something is sent (CloudWatch's page of prices, from
    # memory), and these count errors.
    why = f"metrics of error lines, {MEASURED.error_hours} hours each (estimated)"
    errors = facts.error_metrics * Fraction(MEASURED.error_hours, HOURS)
    yield line("alarms and dashboards", "custom_metric", errors, why)

    called = calls(facts, runs)
    requests = sum(runs.values(), Fraction(0)) + called["Art"]
    lines = {
        name: called[name] * MEASURED.lambda_log
        for name in called
        if not name.endswith("StateMachine")
    }
    taken = requests * MEASURED.api_log + sum(lines.values(), Fraction(0))
    for machine in facts.machines:
        taken += runs[machine.name] * machine.log_bytes
    logged = taken / GB
    yield line("logs and traces", "logs_gb", logged, "taken in")
    kept = logged * facts.retention_days / DAYS
    yield line("logs and traces", "logs_stored_gb", kept, f"{facts.retention_days} days")
    read = sum((lines[name] for name in facts.searched), Fraction(0)) * MEASURED.looked_days / DAYS
    why = f"{MEASURED.looks} looks at {MEASURED.looked_days} days, logs of {len(facts.searched)}"
    yield line("logs and traces", "logs_scanned_gb", MEASURED.looks * read / GB, why)
    # StartExecution goes on with the trace of the request whose header it gets (its reference).
    executions = sum(runs[machine.name] for machine in facts.machines if machine.traced)
    traced = requests if facts.functions_traced else executions
    why = "requests with their executions, after sampling"
    yield line("logs and traces", "trace", facts.sampled(Fraction(traced)), why)


# --- what the template settles --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Machine:
    """A workflow on its ordinary way: states entered, and the functions that run."""

    name: str
    express: bool
    traced: bool
    workers: list[str]
    transitions: int
    conflict: int
    """States more for each time that a change meets another one."""
    given_up: int
    """States from the last such meeting to the end."""
    log_bytes: int
    substitutions: Mapping[str, str]

    @property
    def tasks(self) -> int:
        return len(self.workers)

    @property
    def conflicts(self) -> int:
        """How often a change that meets another one begins anew, at most."""
        return int(self.substitutions.get("MaxConflicts", 0))

    @property
    def colliding(self) -> int:
        """States of a change that meets others until it gives up: in place of its last there is
        what follows from that."""
        return self.transitions - 1 + self.conflicts * self.conflict + self.given_up

    @property
    def patience_s(self) -> int:
        """Seconds that it waits for Discord at most."""
        return int(self.substitutions["PatienceSeconds"])


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup rule: backups a month, how many are kept at once, and as many copies."""

    a_month: Fraction
    kept: int
    copies_kept: int


class Facts:
    """What a resolved template says about everything that is charged for."""

    def __init__(self, template: Template) -> None:
        self._template = template
        tables = template.resources("AWS::DynamoDB::Table")
        self.tables = {each.name: each.properties for each in tables}
        places = {
            place: self.tables[place.partition("/")[0]].get("BillingMode", "PROVISIONED")
            for place in self.places
        }
        self.provisioned = [place for place in places if places[place] == "PROVISIONED"]
        """The tables and indexes with units of their own; `on_demand` are the others."""
        self.on_demand = [place for place in places if places[place] != "PROVISIONED"]
        self.recoverable = any(
            _true(each.get("PointInTimeRecoverySpecification", {}), "PointInTimeRecoveryEnabled")
            for each in self.tables.values()
        )
        functions = template.resources("AWS::Serverless::Function")
        [self.architecture] = {each.properties["Architectures"][0] for each in functions}
        self.machines = list(_machines(template))
        self.backups = list(_backups(template))
        alarms = template.resources("AWS::CloudWatch::Alarm")
        self.alarms = len(alarms)
        self.alarm_metrics = sum(map(_metrics, alarms))
        self.composites = len(template.resources("AWS::CloudWatch::CompositeAlarm"))
        dashboards = template.resources("AWS::CloudWatch::Dashboard")
        self.dashboards = sorted(map(_shown, dashboards))
        self.searched = [name for each in dashboards for name in _searched(each)]
        """The functions whose logs a look at the dashboards reads, once for each query."""
        self.scaling_policies = len(
            [
                each
                for each in template.resources("AWS::ApplicationAutoScaling::ScalingPolicy")
                if each.properties.get("PolicyType") == "TargetTrackingScaling"
            ]
        )
        of_errors = error_metrics(template)
        self.custom_metrics = len(custom_metrics(template) - of_errors)
        self.error_metrics = len(of_errors)
        self.secrets = sum(
            1 + len(each.properties.get("ReplicaRegions", []))
            for each in template.resources("AWS::SecretsManager::Secret")
        )
        self.own_key = bool(template.resources("AWS::KMS::Key"))
        self.keys = len(template.resources("AWS::KMS::Key")) + _keys_elsewhere(template)
        self.file_readers = {
            name for name, text in _rights(template) if "s3:GetObject" in text and name != "Art"
        }
        self.has_cdn = bool(template.resources("AWS::CloudFront::Distribution"))
        self.upload_states = [
            name
            for name, each in filled_in("statemachines/workshop.asl.json", {})["States"].items()
            if each["Type"] in ("Task", "Map")
        ]
        [constant] = [
            each.value
            for each in ast.walk(ast.parse((ROOT / "functions/workshop/art.py").read_text("utf-8")))
            if isinstance(each, ast.AnnAssign) and getattr(each.target, "id", "") == "BATCH"
        ]
        self.pictures_a_run = int(ast.literal_eval(constant)) if constant else 1
        copied = {
            each.name
            for each in template.resources("AWS::S3::Bucket")
            if "ReplicationConfiguration" in each.properties
        }
        self.copies_files = "Bucket" in copied
        self.copies_exports = "AnalyticsBucket" in copied
        exporting = filled_in("statemachines/export.asl.json", {})["States"]
        self.exported = 0
        """The tables that are exported once a day; 0 where none are."""
        for each in template.resources("AWS::StepFunctions::StateMachine"):
            if each.name == "ExportStateMachine":
                self.exported = len(exporting["Reach"]["Items"])
        repeated = ("WaitForAnswer", "Listen", "Answered?")
        once = [name for name in exporting if exporting[name]["Type"] != "Fail"]
        self.export_states = len(set(once) - set(repeated)) + self.exported
        """Its states that are entered however long exports and query take, a table's own left out.
        """
        self.secret_readers = {name for name, text in _rights(template) if "GetSecretValue" in text}
        self.table_callers = [
            name
            for name, text in _rights(template)
            for table in set(re.findall(r":dynamodb:[^']*?:table/([^/'<]+)", text))
            if (name, table) not in SELDOM
        ]
        """The roles that use a table, by their names without “Role”, once for each table; those of
        SELDOM left out."""
        self.retention_days = max(
            (
                int(each.properties["RetentionInDays"])
                for each in template.resources("AWS::Logs::LogGroup")
            ),
            default=0,
        )
        [interactions] = [
            each.properties
            for each in template.resources("AWS::Serverless::Function")
            if each.name == "InteractionsFunction"
        ]
        self.functions_traced = int(interactions.get("Tracing") == "Active")
        [stage] = template.resources("AWS::ApiGatewayV2::Stage")
        route = stage.properties["DefaultRouteSettings"]
        self.throttle = int(route["ThrottlingRateLimit"])
        """Requests a second that the API lets through; `burst` at once."""
        self.burst = int(route["ThrottlingBurstLimit"])
        self.pictures = [
            (Fraction(str(each["ThrottlingRateLimit"])), int(each["ThrottlingBurstLimit"]))
            for each in stage.properties["RouteSettings"].values()
        ]
        """The same of each route for pictures."""

    def machine(self, name: str) -> Machine:
        """The workflow of this name."""
        [found] = [each for each in self.machines if each.name == name]
        return found

    def memory(self, function: str) -> Fraction:
        """GB of a function's memory."""
        for each in self._template.resources("AWS::Serverless::Function"):
            if each.name == function:
                return Fraction(int(each.properties["MemorySize"]), 1024)
        raise TemplateError(f"the template has no {function}")

    @property
    def places(self) -> dict[str, Mapping[str, Any]]:
        """Every table and index, as `Table` or `Table/index`, with its properties."""
        found: dict[str, Mapping[str, Any]] = {}
        for name, table in self.tables.items():
            found[name] = table
            for index in table.get("GlobalSecondaryIndexes", []):
                found[f"{name}/{index['IndexName']}"] = index
        return found

    def capacity(self, place: str, written: Fraction | None) -> tuple[int, int]:
        """Write and read units that a table or index has on average: what is provisioned, or what
        scaling makes of the busy hours of `written` units a month."""
        throughput = self.places[place]["ProvisionedThroughput"]
        low, reading = (int(throughput[f"{kind}CapacityUnits"]) for kind in ("Write", "Read"))
        if written is None or not self.scaling_policies:
            return low, reading
        busy = written / SECONDS * MEASURED.peak / Fraction(7, 10)
        return max(low, min(ceil(busy), self.highest)), reading

    @property
    def highest(self) -> int:
        """The most units that scaling gives a table or index."""
        targets = self._template.resources("AWS::ApplicationAutoScaling::ScalableTarget")
        return max(int(each.properties["MaxCapacity"]) for each in targets)

    @property
    def trace_rate(self) -> Fraction:
        """The share of requests that X-Ray records; the one of each second aside."""
        rules = self._template.resources("AWS::XRay::SamplingRule")
        rate = rules[0].properties["SamplingRule"]["FixedRate"] if rules else "0.05"
        return Fraction(str(rate))

    def sampled(self, traces: Fraction) -> Fraction:
        """Traces that are recorded. Without a rule of ours X-Ray takes the first of each second
        and 5 % of the rest."""
        rules = self._template.resources("AWS::XRay::SamplingRule")
        reservoir = rules[0].properties["SamplingRule"]["ReservoirSize"] if rules else 1
        return min(traces, int(reservoir) * SECONDS + traces * self.trace_rate)


def _machines(template: Template) -> Iterator[Machine]:
    kinds = ("AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine")
    for name in ("Pull", "Change", "Reply"):
        found = [each for each in template.resources(*kinds) if each.name.startswith(name)]
        if len(found) != 1:
            raise TemplateError(f"{len(found)} state machines are called {name}…")
        properties = found[0].properties
        substitutions = properties.get("DefinitionSubstitutions", {})
        definition = filled_in(properties["DefinitionS3Location"], substitutions)
        express = properties.get("Type", properties.get("StateMachineType")) == "EXPRESS"
        states = list(walk(definition))
        conflict = given_up = 0
        if "Again?" in definition["States"]:
            conflict = len(list(walk(definition, ("WaitForPlayer",), "Again?", "Record")))
            given_up = len(list(walk(definition, ("Void",), "Again?")))
        logging = properties.get("Logging") or properties.get("LoggingConfiguration") or {}
        tracing = properties.get("Tracing") or properties.get("TracingConfiguration") or {}
        data = _true(logging, "IncludeExecutionData")
        state_data = MEASURED.reply_data if name == "Reply" else MEASURED.state_data
        state_bytes = MEASURED.state_log + (state_data if data else 0)
        yield Machine(
            name,
            express,
            _true(tracing, "Enabled"),
            [each for each in states if _invokes(definition["States"][each])],
            len(states),
            conflict,
            given_up,
            state_bytes * len(states) if logging.get("Level", "OFF") == "ALL" else 0,
            substitutions,
        )


def filled_in(path: str, substitutions: Mapping[str, Any]) -> dict[str, Any]:
    """A definition with the names of its states; what else the template fills in stays open."""
    text = (ROOT / path).read_text().replace("${Decide}", str(substitutions.get("Decide")))
    definition: dict[str, Any] = json.loads(text)
    return definition


def _invokes(state: Mapping[str, Any]) -> bool:
    """Whether the state is a function; DynamoDB is called for nothing."""
    return str(state.get("Resource")).endswith(":lambda:invoke")


def walk(
    definition: Mapping[str, Any],
    through: Iterable[str] = (),
    start: str | None = None,
    stop: str | None = None,
) -> Iterator[str]:
    """The states that an execution enters, in order, from `start` to `stop` or to the end. At a
    Choice it takes the first way that leads to a state of `through`, else the default."""
    wanted = set(through)
    name = start or definition["StartAt"]
    for _ in range(1000):
        yield name
        state = definition["States"][name]
        if name == stop or state["Type"] in ("Succeed", "Fail") or state.get("End"):
            return
        ways = [each["Next"] for each in state.get("Choices", [])]
        ways += [state[key] for key in ("Default", "Next") if key in state]
        name = next((way for way in ways if way in wanted), ways[-1])
    raise TemplateError("the workflow goes round in circles")


def _backups(template: Template) -> Iterator[Backup]:
    for plan in template.resources("AWS::Backup::BackupPlan"):
        for rule in plan.properties["BackupPlan"]["BackupPlanRule"]:
            *_, weekday, _year = rule["ScheduleExpression"].strip(")").split()
            days = 7 if weekday not in ("*", "?") else 1
            copies = rule.get("CopyActions", [])
            yield Backup(
                Fraction(DAYS, days),
                ceil(int(rule["Lifecycle"]["DeleteAfterDays"]) / days),
                sum(ceil(int(each["Lifecycle"]["DeleteAfterDays"]) / days) for each in copies),
            )


def _metrics(alarm: Resource) -> int:
    """The metrics that an alarm is charged for: all that its formula reads."""
    queries = alarm.properties.get("Metrics")
    return 1 if queries is None else sum("MetricStat" in each for each in queries)


def _shown(dashboard: Resource) -> int:
    """The metrics of a dashboard: every line of every graph, and what an expression reads, shown or
    not. TemplateError for a search, whose metrics only the account knows."""
    body = json.loads(dashboard.properties.get("DashboardBody", "{}"))
    lines = [
        each
        for widget in body.get("widgets", [])
        for each in widget["properties"].get("metrics", [])
    ]
    if any("SEARCH" in str(each) for each in lines):
        raise TemplateError(f"{dashboard.name} searches for metrics, which cannot be counted")
    return len(lines)


def _keys_elsewhere(template: Template) -> int:
    """Customer managed keys of the second Region's stack, where backups are copied to."""
    if not any(backup.copies_kept for backup in _backups(template)):
        return 0
    own = {"EncryptionKey": template.parameters["EncryptionKey"]}
    return len(Template(own, source=load(SECOND_TEMPLATE)).resources("AWS::KMS::Key"))


def _rights(template: Template) -> Iterator[tuple[str, str]]:
    """Name and text of each right that the role of a function or workflow has."""
    for role in template.resources("AWS::IAM::Role"):
        statements = [
            each
            for policy in role.properties.get("Policies", [])
            for each in policy["PolicyDocument"]["Statement"]
        ]
        yield role.name.removesuffix("Role"), str(statements)


def _searched(dashboard: Resource) -> Iterator[str]:
    """The functions in whose logs a dashboard searches, once for each query."""
    body = json.loads(dashboard.properties.get("DashboardBody", "{}"))
    for widget in body.get("widgets", []):
        query = widget["properties"].get("query", "")
        yield from re.findall(r"SOURCE '<(\w+)Logs>'", query)


def custom_metrics(template: Template) -> set[str]:
    """The metrics that AWS does not make by itself: those of our log lines, those that filters make
    of logs, and what alarms read in our namespace."""
    names = set(METRICS.values())
    for each in template.resources("AWS::Logs::MetricFilter"):
        names |= {made["MetricName"] for made in each.properties["MetricTransformations"]}
    for alarm in template.resources("AWS::CloudWatch::Alarm"):
        queries = alarm.properties.get("Metrics", [])
        read = [each["MetricStat"]["Metric"] for each in queries if "MetricStat" in each]
        names |= {
            each["MetricName"]
            for each in [alarm.properties, *read]
            if each.get("Namespace") == NAMESPACE
        }
    return names


def error_metrics(template: Template) -> set[str]:
    """Those of them that a filter makes of error lines alone: no line, no metric."""
    return {
        made["MetricName"]
        for each in template.resources("AWS::Logs::MetricFilter")
        if each.properties.get("FilterPattern") == ERROR_LINES
        for made in each.properties["MetricTransformations"]
        if "DefaultValue" not in made
    }


def _true(properties: Mapping[str, Any], name: str) -> bool:
    return str(properties.get(name, False)).lower() == "true"


# --- the worst case -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """What one request costs over all services, in dollars, by what becomes of it."""

    unsigned: Fraction
    """Refused by the first function; signed ones beyond a player's bucket cost the same."""
    picture: Fraction
    """The largest picture, fetched."""
    more_body: Fraction
    """Each further 512 KB of a body: API Gateway bills them as a request, the function reads them.
    """
    waiting: Fraction
    """One more call of Announce by a Standard workflow, as long as it tries by itself."""
    read: Fraction
    """The largest reply: a file, from the oldest epoch that is found."""
    refused: Fraction
    recorded: Fraction
    """The dearest change, a draw from a shared box by its units and a ten-pull by its row, with a
    month of that in table, recovery and backups."""
    colliding: Fraction
    """The same by a player whose other changes always come first, until it gives up."""


@dataclass(frozen=True, slots=True)
class Flood:
    """What requests at the API's throttle cost in an hour, by what they are, without the brake."""

    rate: int
    unsigned: Fraction
    refused: Fraction
    recorded: Fraction
    colliding: Fraction
    pictures: Fraction
    """Whatever `rate` says: at the throttle of their own routes."""


def request(template: Template, table: Mapping[str, Price]) -> Request:
    """The costs of one request, from the workflows' states, the functions' memory and the logs."""
    facts = Facts(template)
    log = table["logs_gb"].usd + table["logs_stored_gb"].usd * facts.retention_days / DAYS
    second = table[f"lambda_gb_second_{facts.architecture}"].usd
    # X-Ray takes the first of each second whatever the rate, and a flood that stays below the
    # brake's numbers comes no faster.
    trace = table["trace"].usd

    def invoked(function: str, milliseconds: int) -> Fraction:
        return (
            table["lambda_request"].usd
            + Fraction(milliseconds, 1000) * facts.memory(function) * second
            + Fraction(MEASURED.lambda_log, GB) * log
        )

    first = (
        table["http_api_request"].usd
        + invoked("InteractionsFunction", MEASURED.first_ms)
        + Fraction(MEASURED.api_log, GB) * log
        + facts.functions_traced * trace
    )

    picture = table["http_api_request"].usd + table["s3_read_request"].usd
    picture += invoked("ArtFunction", MEASURED.art_ms)
    picture += Fraction(MEASURED.api_log, GB) * log + facts.functions_traced * trace
    picture += Fraction(files.ART.most, GB) * table["data_out_gb"].usd

    def workflow(machine: Machine, *, writes: int = 0, collides: bool = False) -> Fraction:
        is_reply = machine.name == "Reply"
        conflicts = machine.conflicts if collides else 0
        states = machine.colliding if collides else machine.transitions
        tasks = machine.tasks + conflicts
        each_ms, sent = MEASURED.worker_ms, Fraction(MEASURED.sent, GB)
        reads = (1 + conflicts) * MEASURED.reads
        if is_reply:
            each_ms, sent = MEASURED.file_ms, Fraction(MEASURED.file_sent, GB)
            reads += FILE_READS
        sent *= table["data_out_gb"].usd
        cost = tasks * invoked("DrawFunction", each_ms)
        cost += Fraction(machine.log_bytes, machine.transitions) * states / GB * log
        if not facts.functions_traced:  # else it goes on with the trace of its request
            cost += machine.traced * trace
        # While Discord does not answer, Announce waits for it, and the workflow for the next call.
        # On Standard each is three transitions more, which the brake counts: `waiting`.
        outage = MEASURED.outage if machine.express else Fraction(0)
        tried_s = min(ANNOUNCE_TRIES * MEASURED.discord_s, machine.patience_s)
        cost += sent * (1 + outage * (ANNOUNCE_TRIES - 1))
        cost += outage * tried_s * facts.memory("AnnounceFunction") * second
        if facts.on_demand:  # all of it, if only some are; what is cancelled takes units, too
            cost += reads * table["dynamodb_read_request"].usd
            cost += (1 + conflicts) * writes * table["dynamodb_write_request"].usd
        if not machine.express:
            return cost + states * table["transition"].usd
        seconds = Fraction(tasks * each_ms + MEASURED.wait_ms, 1000)
        seconds += outage * machine.patience_s
        seconds += MEASURED.wait_share * longest_waits(conflicts)
        blocks = ceil(seconds / EXPRESS_BLOCK_S) * EXPRESS_BLOCK_S
        cost += table["express_request"].usd
        return cost + blocks * EXPRESS_MEMORY_GB * table["express_gb_second"].usd

    kept = table["dynamodb_storage_gb"].usd
    kept += facts.recoverable * table["dynamodb_pitr_gb"].usd
    for backup in facts.backups:
        kept += backup.kept * table["backup_gb"].usd
        kept += backup.copies_kept * table["backup_copy_gb"].usd
    row = Fraction(MEASURED.ten_row, GB) * kept

    pull, reply = facts.machine("Pull"), facts.machine("Reply")
    single = sum(MEASURED.pull_writes.values())
    shared = single + sum(MEASURED.shared_writes.values())
    writes = max(shared, sum(MEASURED.ten_writes.values()))
    refused = sum(MEASURED.void_writes.values()) if pull.express else MEASURED.refused_writes
    more_body = table["http_api_request"].usd
    more_body += Fraction(MEASURED.body_ms, 1000) * facts.memory("InteractionsFunction") * second
    waiting = RETRY_STATES * table["transition"].usd
    waiting += invoked("AnnounceFunction", (MOST_SPENT_S + MEASURED.discord_s) * 1000)
    waiting += ANNOUNCE_TRIES * Fraction(MEASURED.sent, GB) * table["data_out_gb"].usd
    waiting += Fraction(pull.log_bytes, pull.transitions) * RETRY_STATES / GB * log
    return Request(
        first,
        picture,
        more_body,
        waiting,
        first + workflow(reply),
        first + workflow(pull, writes=refused),
        first + workflow(pull, writes=writes) + row,
        first + workflow(pull, writes=writes, collides=True) + row,
    )


def longest_waits(conflicts: int) -> int:
    """Seconds that a change waits between its conflicts, if each is as long as it may be
    (`WaitForPlayer` of the definition)."""
    return sum(min(60, 2 ** (conflict + 1)) for conflict in range(conflicts))


def flood(template: Template, table: Mapping[str, Price]) -> Flood:
    """A whole hour at the throttle. Unsigned requests end in the first function. Signed ones can
    only come through Discord; they are refused pulls, recorded changes, or changes of one player
    that meet each other until they give up."""
    rate, each = Facts(template).throttle, request(template, table)
    hour = rate * 3600
    return Flood(
        rate,
        hour * each.unsigned,
        hour * each.refused,
        hour * each.recorded,
        hour * each.colliding,
        sum((rate * 3600 for rate, _ in Facts(template).pictures), Fraction(0)) * each.picture,
    )


# --- the brake ------------------------------------------------------------------------------------
# What it counts is in template.yaml: where changes run on Standard, their transitions and
# REPLY_UNITS for each reply; on Express, starts; and always the API's requests, as they are billed.

TRIP_DELAY_S: Final = 600
"""From the moment that a number is passed to the moment that the throttle is down. Metrics come
after one to three minutes, alarms look every minute, event and workflow take seconds; CloudWatch
promises none of it, so it is taken more than twice as long."""

REPLY_UNITS: Final = 5
"""What a reply counts beside transitions: with a file it costs as much as five."""

RETRY_STATES: Final = 3
"""Transitions of one more call of Announce: `Patience?`, `WaitForDiscord`, `Announce`."""

LOW_MINUTES: Final = 15
HIGH_MINUTES: Final = 2
"""How long a table's use must be low, and high, before target tracking changes its capacity."""

METERED: Final = 512 * 1024
"""Bytes that HTTP APIs bill as one request. The brake counts as many as one, too."""

MOST_METERED: Final = 20
"""Of them in a request: its body has at most 10 MB."""


def _constant(path: str, name: str) -> int:
    """A whole number that a module of the functions defines, without what it imports."""
    for each in ast.parse((ROOT / path).read_text()).body:
        if isinstance(each, ast.AnnAssign) and ast.unparse(each.target) == name and each.value:
            return int(ast.literal_eval(each.value))
    raise TemplateError(f"{path} has no {name}")


_LAYER: Final = "layers/gacha/python/adapters"
_RECEIPTS: Final = "layers/gacha/python/commands/fair_receipts"
ANNOUNCE_TRIES: Final = _constant(f"{_LAYER}/discord.py", "MAX_TRIES")
MOST_SPENT_S: Final = _constant("functions/announce/app.py", "MOST_SPENT_S")
FILE_READS: Final = _constant(f"{_RECEIPTS}/answer.py", "MOST_EPOCHS") + ceil(
    Fraction((_constant(f"{_RECEIPTS}/file.py", "MOST") + 1) * MEASURED.ten_row, 2 * 4096)
)
"""Read units of a file: a consistent read for each epoch back, and a query that is not."""

RELEASED_HOURS: Final = 25
"""How long a release keeps a day's alarms from braking: a day, the five minutes that a clock may be
ahead, and the delay; in whole hours."""

_BUCKET: Final[Mapping[str, Any]] = runpy.run_path(str(ROOT / "functions/interactions/buckets.py"))


@dataclass(frozen=True, slots=True)
class Brake:
    """The numbers that put the brake on: workflow units and API requests, an hour and a day; and
    what the API lets through then, a second."""

    hour: int
    day: int
    requests_hour: int
    requests_day: int
    trickle: Fraction

    @classmethod
    def of(cls, template: Template) -> Brake:
        alarms = {each.name: each.properties for each in template.resources()}
        hour, day, requests_hour, requests_day = (
            int(alarms[f"Brake{name}Alarm"]["Threshold"])
            for name in ("Hour", "Day", "RequestsHour", "RequestsDay")
        )
        substitutions = alarms["BrakeStateMachine"]["DefinitionSubstitutions"]
        trickle = Fraction(substitutions["TrickleRate"])
        return cls(hour, day, requests_hour, requests_day, trickle)


@dataclass(frozen=True, slots=True)
class Least:
    """What the brake's numbers may not be below: ten times the phase's average hour, and one member
    at a bucket's full rate beside an average day."""

    hour: Fraction
    day: Fraction
    requests_hour: Fraction
    requests_day: Fraction


def least(template: Template, usage: Usage) -> Least:
    """The lower bounds under this use."""
    facts = Facts(template)
    pull = facts.machine("Pull")
    hour = Fraction(_units_a_day(facts, usage), 24)
    requests = (usage.pulls + usage.changes + usage.reads) / 24
    capacity, an_hour = _BUCKET["CAPACITY"], Fraction(3600, _BUCKET["REFILL_S"])
    burst = _of_bucket(facts, pull.colliding)
    # Whoever waits until the bucket of changes is full meets themselves in each burst, all day.
    refilled = an_hour * (1 if pull.express else MEASURED.burst_states)
    return Least(
        hour=max(10 * hour, hour + burst + refilled),
        day=max((10 + 23) * hour, 24 * hour + burst + 24 * refilled),
        # Whoever goes on beyond the bucket is refused, once a second and by hand for an hour.
        requests_hour=max(10 * requests, requests + 3600),
        requests_day=max((10 + 23) * requests, 24 * (requests + an_hour) + capacity + 3600),
    )


def _of_bucket(facts: Facts, change: int) -> int:
    """What the brake counts of a player's full bucket at once, with so many transitions of a change
    on Standard."""
    capacity: int = _BUCKET["CAPACITY"]
    changes: int = _BUCKET["CHANGES"]
    if facts.machine("Pull").express:
        return capacity
    return changes * change + (capacity - changes) * REPLY_UNITS


@dataclass(frozen=True, slots=True)
class Worst:
    """The dearest month with the brake, part by part, in dollars with what is always free."""

    ordinary: Fraction
    """The phase's most users, who play as calculated."""
    patient: Fraction
    """A signed flood that stays just below the brake's numbers for the whole month."""
    patient_unsigned: Fraction
    pictures: Fraction
    """The largest picture at the throttle of its routes, all month: the brake leaves them."""
    scaled: Fraction
    """What it keeps the tables' capacity at, where they scale."""
    trip: Fraction
    """And then does not: the numbers passed, and the delay at the API's throttle, in the dearest
    way."""
    trip_unsigned: Fraction
    trickle: Fraction
    """What the brake lets through, were it on all month. It comes on once: who releases it sees
    why, and an hour with it holds less than an hour of a patient flood."""
    release: Fraction
    """What each release can add: a day on which the hour's numbers alone hold, used up by a signed
    and an unsigned flood, and another trip."""

    @property
    def signed(self) -> Fraction:
        return self.ordinary + max(self.patient + self.scaled, self.trickle) + self.trip

    @property
    def unsigned(self) -> Fraction:
        return self.ordinary + self.patient_unsigned + self.trip_unsigned + self.pictures

    @property
    def both(self) -> Fraction:
        return self.signed + self.unsigned - self.ordinary


def worst(template: Template, usage: Usage, table: Mapping[str, Price]) -> Worst:
    """The upper bound of a month, whoever comes with whatever through the API."""
    facts, brake, each = Facts(template), Brake.of(template), request(template, table)
    played = _units_a_day(facts, usage) * DAYS
    units: Fraction = min(Fraction(brake.hour * HOURS), brake.day * DAYS)
    requests: Fraction = min(Fraction(brake.requests_hour * HOURS), brake.requests_day * DAYS)
    let_through = facts.throttle * TRIP_DELAY_S + facts.burst
    trip = let_through * max(each.colliding, each.read)
    trip_unsigned = let_through * (each.unsigned + (MOST_METERED - 1) * each.more_body)
    ordinary, dearest = bill(template, usage, table).net, _dearest_unit(facts, each)
    idle = replace(usage, pulls=Fraction(0), changes=Fraction(0), reads=Fraction(0))
    # Beside all the players, or in their place: they cost less than who is out for it.
    playing = ordinary - bill(template, idle, table).net
    hour = brake.hour * dearest + brake.requests_hour * each.unsigned
    hour += _scaled(facts, table, Fraction(24 * brake.hour)) / HOURS
    return Worst(
        ordinary=ordinary,
        patient=max(Fraction(0), (units - played) * dearest, units * dearest - playing),
        # The brake counts a large body as the requests that are billed for it.
        patient_unsigned=requests * max(each.unsigned, each.more_body),
        pictures=sum((rate * SECONDS + burst for rate, burst in facts.pictures), Fraction(0))
        * each.picture,
        scaled=_scaled(facts, table, Fraction(units, DAYS)),
        trip=trip,
        trip_unsigned=trip_unsigned,
        trickle=brake.trickle * SECONDS * each.recorded,
        release=RELEASED_HOURS * hour + trip + trip_unsigned,
    )


def _units_a_day(facts: Facts, usage: Usage) -> Fraction:
    runs = {"Pull": usage.pulls, "Change": usage.changes, "Reply": usage.reads}
    return sum((runs[each.name] * _units(facts, each) for each in facts.machines), Fraction(0))


def _units(facts: Facts, machine: Machine) -> int:
    """What the brake counts of one execution: its transitions where changes run on Standard, and
    REPLY_UNITS for a reply, which is always Express; else its start."""
    if facts.machine("Pull").express:
        return 1
    return REPLY_UNITS if machine.express else machine.transitions


def _dearest_unit(facts: Facts, each: Request) -> Fraction:
    """Dollars that one unit of what the brake counts can stand for."""
    pull = facts.machine("Pull")
    return max(
        Fraction(0) if pull.express else each.waiting / RETRY_STATES,
        each.read / _units(facts, facts.machine("Reply")),
        max(each.refused, each.recorded) / _units(facts, pull),
        each.colliding / (1 if pull.express else pull.colliding),
    )


def _scaled(facts: Facts, table: Mapping[str, Price], units_a_day: Fraction) -> Fraction:
    """A month of the capacity that a flood of so many units keeps the tables at, above the lowest.

    Two minutes of use bring it, and it stays until use was low for fifteen. So bursts keep up to
    7.5 times what the same flood would need if it came evenly, seven tenths of it used; rarer and
    larger ones keep more for a shorter time, and no more in all.
    """
    if not facts.scaling_policies:
        return Fraction(0)
    pull, reply = facts.machine("Pull"), facts.machine("Reply")
    kept = Fraction(LOW_MINUTES, HIGH_MINUTES) / Fraction(7, 10) * units_a_day / 86_400
    changes = Fraction(1, _units(facts, pull))
    begun = max(changes, Fraction(1 + pull.conflicts, 1 if pull.express else pull.colliding))
    written, room = Fraction(0), dict[str, list[int]]()
    for place in facts.provisioned:
        throughput = facts.places[place]["ProvisionedThroughput"]
        room[place] = [
            facts.highest - int(throughput[f"{kind}CapacityUnits"]) for kind in ("Write", "Read")
        ]
        single = MEASURED.pull_writes.get(place, 0)
        shared = single + MEASURED.shared_writes.get(place, 0)
        writes = max(shared, MEASURED.ten_writes.get(place, 0))
        # A transaction that is cancelled takes units of tables, and none of indexes.
        number = changes if "/" in place else begun
        written += min(Fraction(room[place][0]), kept * number * writes)
    read = kept * max(
        begun * MEASURED.reads, Fraction(MEASURED.reads + FILE_READS, _units(facts, reply))
    )
    read = min(read, Fraction(sum(reading for _, reading in room.values())))
    return HOURS * (
        written * table["dynamodb_wcu_hour"].usd + read * table["dynamodb_rcu_hour"].usd
    )


# --- the output -----------------------------------------------------------------------------------


def count(number: Fraction) -> str:
    return f"{round(number):,}"


def dollars(amount: Fraction) -> str:
    return f"{float(amount):,.2f}"


def settings(phase: str, parameters: Mapping[str, str]) -> Template:
    """The template in a phase, deployed as the README has it: what samconfig.toml proposes, the
    bot's token, and copies of the backups in the second Region."""
    known = {
        "Phase": phase,
        "BackupCopyRegion": SECOND_REGION,
        "DiscordBotToken": "<given>",
    }
    return Template({**known, **parameters})


def report(phase: str, template: Template, usage: Usage, table: Mapping[str, Price]) -> None:
    """One phase in full, for a person."""
    whole = bill(template, usage, table)
    print(f"\n{phase}: {usage.users:,} users; a day {count(usage.pulls)} pulls", end="")
    print(f", {count(usage.changes)} other changes, {count(usage.reads)} looks")
    for group, amount in whole.groups().items():
        print(f"  {group:58}{dollars(amount):>12}")
        for line in whole.lines:
            if line.group == group:
                mark = " " if line.price.verified else "*"
                usd = f"{float(line.price.usd):.10f}".rstrip("0").rstrip(".")
                unit = f"{float(line.quantity):,.2f} × {usd} {line.price.per}"
                print(f"    {line.why:56}{dollars(line.full):>12}{mark} {unit}")
    print(f"  {'sum without allowances':58}{dollars(whole.full):>12}")
    print(f"  {'what is always free takes off':58}{dollars(whole.net - whole.full):>12}")
    print(f"  {'sum after that':58}{dollars(whole.net):>12}")
    year = whole.first_year - whole.net
    print(f"  {'the first year of an account made before July 2025, too':58}{dollars(year):>12}")


_HEAD: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "cost": "{phase} costs ${full} a month, or ${net} after AWS's always-free allowances, if "
        "nothing else uses them.",
        "for": "That is for {users} players and {pulls} pulls a day. The budget, {budget}, "
        "{verdict}.",
        "mine": "{phase} is the Phase in samconfig.toml. For another: --phase growth; for your own "
        "numbers: --users 3000 --pulls-per-day 900.",
        "budget": "${low}–{high}",
        "holds": "holds",
        "holds with what is free": "holds with what is free",
        "BROKEN": "is BROKEN",
    },
    "ja": {
        "cost": "{phase} の料金は 1 か月 {full} ドルです。AWS の常時無料枠を"
        "ほかで使っていなければ、{net} ドルになります。",
        "for": "プレイヤー {users} 人、1 日 {pulls} 回のガチャで計算しました。"
        "{verdict}（予算 {budget}）。",
        "mine": "{phase} は samconfig.toml の Phase です。ほかのフェーズは --phase growth、"
        "実際の数なら --users 3000 --pulls-per-day 900 のように指定します。以下の内訳は英語です。",
        "budget": "{low}〜{high} ドル",
        "holds": "予算に収まります",
        "holds with what is free": "常時無料枠を使えば予算に収まります",
        "BROKEN": "予算を超えます",
    },
}


def headline(phase: str, whole: Bill, usage: Usage, language: str, *, is_chosen: bool) -> str:
    """What an owner asks first: the phase's month. `is_chosen`: by an option, and not by
    samconfig.toml."""
    words, budget = _HEAD[language], PHASES[phase]
    values = {
        "phase": phase,
        "full": dollars(whole.full),
        "net": dollars(whole.net),
        "users": f"{usage.users:,}",
        "pulls": count(usage.pulls),
        "budget": words["budget"].format(low=budget.low, high=budget.high),
        "verdict": words[verdict(whole, budget)],
    }
    lines = ["cost", "for"] if is_chosen else ["cost", "for", "mine"]
    return "\n".join(words[each].format(**values) for each in lines)


def own_phase() -> str:
    """The one that samconfig.toml keeps from the last deployment, or proposes for the first."""
    answers = stack.answers(stack.proposals()["default"])
    return answers.get("Phase") or str(Template().parameters["Phase"])


def verdict(whole: Bill, budget: Phase) -> str:
    """Whether a month stays within its budget, and by what."""
    if whole.full <= budget.high:
        return "holds"
    return "holds with what is free" if whole.net <= budget.high else "BROKEN"


def overview(
    chosen: Mapping[str, Template], usages: Mapping[str, Usage], table: Mapping[str, Price]
) -> bool:
    """A row for each phase, a line of the roadmap each; returns whether all budgets hold."""
    print(f"{'phase':11}{'users':>8}{'pulls/day':>11}{'tables':>13}{'workflow':>10}", end="")
    print(f"{'alarms':>8}{'nothing':>10}{'always':>9}{'1st year':>10}  {'budget':10}")
    print(f"{'':53}{'':8}{'free':>10}{'free':>9}{'free':>10}")
    good = True
    for phase, template in chosen.items():
        facts, whole = Facts(template), bill(template, usages[phase], table)
        budget = PHASES[phase]
        mode = "provisioned" if facts.provisioned else "on demand"
        alarms = f"{facts.alarms + facts.composites}+{facts.scaling_policies * SCALING_ALARMS}"
        kind = "Express" if facts.machines[0].express else "Standard"
        good = good and whole.net <= budget.high
        print(
            f"{phase:11}{usages[phase].users:>8,} {count(usages[phase].pulls):>10}{mode:>13}"
            f"{kind:>10}{alarms:>8} {dollars(whole.full):>9} {dollars(whole.net):>8}"
            f" {dollars(whole.first_year):>9}"
            f"  ${budget.low}–{budget.high}: {verdict(whole, budget)}"
        )
    print("alarms: ours + those that scaling policies make")
    print(
        "nothing free: where other stacks of the account use the allowances. 1st year: of accounts"
    )
    print("made before 15 July 2025; later ones get credits of $100 to $200 in its place")
    return good


def drivers(of: Bill) -> str:
    """The three dearest groups with their shares."""
    dearest = list(of.groups().items())[:3]
    return ", ".join(f"{group} {float(amount / of.full):.0%}" for group, amount in dearest)


def express_saving(phase: str, template: Template, usage: Usage, table: Mapping[str, Price]) -> str:
    """A sentence on what Express would save, or has saved."""
    parameters = template.parameters
    kinds = {
        kind: bill(Template({**_given(parameters), "WorkflowType": kind}), usage, table).full
        for kind in ("STANDARD", "EXPRESS")
    }
    saved = kinds["STANDARD"] - kinds["EXPRESS"]
    return (
        f"  {phase:11}Standard {dollars(kinds['STANDARD'])}, Express {dollars(kinds['EXPRESS'])}:"
        f" {dollars(saved)} less on Express"
    )


def _given(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in parameters.items() if value != f"<{name}>"}


def declined(table: Mapping[str, Price]) -> Iterator[str]:
    """What the roadmap's lines that are not built would add, a month."""
    month = {name: table[f"{name}_hour"].usd * HOURS for name in _DECLINED}
    for name, (what, number) in _DECLINED.items():
        mark = "" if table[f"{name}_hour"].verified else "*"
        yield f"  {what:66}{dollars(month[name] * number):>10}{mark}"


_DECLINED: Final = {
    "load_balancer": ("load balancer (the HTTP API spreads requests without one)", 1),
    "machine": ("two machines in two zones instead of functions, without disks", 2),
    "cache": ("a cache node (settings are cached in the functions)", 1),
    "nat": ("NAT gateway, one zone (needed only if placed in a VPC), without traffic", 1),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.cost",
        description="What the stack costs a month, from template.yaml and scripts/prices.toml.",
        epilog="exit codes: 0 all phases within budget, 1 one is not, 2 bad question",
    )
    parser.add_argument("--phase", choices=PHASES, help="one phase, line by line (default: all)")
    parser.add_argument("--users", type=_positive, help="registered users (default: the phase's)")
    parser.add_argument(
        "--pulls-per-day", type=_positive, help="by all together (default: one a playing user)"
    )
    parser.add_argument(
        "--active",
        type=percent,
        default=Fraction(1, 5),
        metavar="PERCENT",
        help="of the users play on a day (default: 20)",
    )
    parser.add_argument(
        "--months", type=_positive, default=12, help="how long the ledger has grown (default: 12)"
    )
    parser.add_argument(
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for a parameter of the template; may be repeated",
    )
    parser.add_argument("--lang", choices=_HEAD, help="default: the terminal's (LANG)")
    given = parser.parse_args(arguments)
    table = prices.load()
    try:
        parameters = dict(each.split("=", 1) for each in given.parameter)
    except ValueError:
        parser.error("--parameter takes NAME=VALUE")
    pulls = None if given.pulls_per_day is None else Fraction(given.pulls_per_day)
    names = [given.phase] if given.phase else list(PHASES)
    try:
        chosen = {name: settings(name, parameters) for name in names}
    except TemplateError as error:
        parser.error(str(error))
    usages = {
        name: replace(
            Usage.of(given.users or PHASES[name].users, active=given.active, pulls=pulls),
            months=given.months,
        )
        for name in names
    }
    mine = given.phase or own_phase()
    whole = bill(chosen[mine], usages[mine], table)
    language = given.lang or terminal.language(os.environ)
    print(headline(mine, whole, usages[mine], language, is_chosen=bool(given.phase)), end="\n\n")
    good = overview(chosen, usages, table)
    for name in names if given.phase else []:
        report(name, chosen[name], usages[name], table)
    print("\nWhat drives the cost (shares of the sum without allowances)")
    for name in names:
        print(f"  {name:11}{drivers(bill(chosen[name], usages[name], table))}")
    print("\nWhat Express would save (a month, without allowances)")
    for name in names:
        print(express_saving(name, chosen[name], usages[name], table))
    print("\nA flood at the API's throttle, if nothing stopped it (dollars)")
    _print_floods(chosen, table)
    print("\nThe worst month with the brake (dollars, with what is always free)")
    braked = _print_worst(chosen, usages, table)
    print("\nThe roadmap's lines that are declined would add (a month)")
    print("\n".join(declined(table)))
    _print_sources(table)
    return 0 if good and braked else 1


def _print_floods(chosen: Mapping[str, Template], table: Mapping[str, Price]) -> None:
    print(f"  {'phase':11}{'a second':>9}  {'what comes':46}{'hour':>10}{'day':>12}{'month':>14}")
    for name, template in chosen.items():
        worst = flood(template, table)
        for what, hour in (
            ("unsigned requests: refused by the first function", worst.unsigned),
            ("pictures, at a throttle of their own", worst.pictures),
            ("signed pulls that cannot be paid", worst.refused),
            ("signed changes that are recorded", worst.recorded),
            ("signed changes of one player, all colliding", worst.colliding),
        ):
            day, month = hour * 24, hour * HOURS
            print(f"  {name:11}{worst.rate:>9}  {what:46}", end="")
            print(f"{dollars(hour):>10}{dollars(day):>12}{dollars(month):>14}")


def _print_worst(
    chosen: Mapping[str, Template], usages: Mapping[str, Usage], table: Mapping[str, Price]
) -> bool:
    """A row for each phase; returns whether all are within three budgets."""
    print(
        f"  {'phase':11}{'ordinary':>9}{'unsigned':>11}{'signed':>9}{'both':>9}{'a release':>11}",
        end="",
    )
    print(f"  {'three budgets':15}{'an hour / a day':>19}{'requests':>17}")
    good = True
    for name, template in chosen.items():
        month, brake = worst(template, usages[name], table), Brake.of(template)
        most = 3 * PHASES[name].high
        good = good and month.both <= most
        print(f"  {name:11}{dollars(month.ordinary):>9}{dollars(month.unsigned):>11}", end="")
        print(f"{dollars(month.signed):>9}{dollars(month.both):>9}", end="")
        print(f"{dollars(month.release):>11}", end="")
        print(f"  ${most}: {'holds' if month.both <= most else 'BROKEN':9}", end="")
        print(f"{brake.hour:>10,} / {brake.day:,}", end="")
        print(f"{brake.requests_hour:>10,} / {brake.requests_day:,}")
    print(
        "  signed: through Discord, by members; below the brake's numbers all month, then passing"
    )
    print("  them. A release: what each one can add to that, on the day for which it holds. The")
    print("  numbers: transitions on Standard, starts on Express; requests to the API.")
    each = ", ".join(f"{name} {members(template)}" for name, template in chosen.items())
    print(f"  Members who put the brake on if all use all that they have at once: {each}.")
    return good


def members(template: Template) -> int:
    """How many members pass the brake's hour if each empties a full bucket at once."""
    each = _of_bucket(Facts(template), MEASURED.burst_states)
    return ceil(Fraction(Brake.of(template).hour, each))


def _print_sources(table: Mapping[str, Price]) -> None:
    dates = [each.date for each in table.values()]
    print(f"\nPrices of {min(dates)} to {max(dates)}, in dollars without tax")
    for verified, what in (
        (True, "verified against AWS's own list or page"),
        (False, "not verified (marked *)"),
    ):
        names = sorted(each.name for each in table.values() if each.verified is verified)
        text = f"{len(names)} {what}: {', '.join(names)}"
        print(fill(text, 100, initial_indent="  ", subsequent_indent="    "))
    print("scripts/prices.toml has each one's source and date.")
    print("Write units and row sizes are counted by make bench; times, and what is played, are")
    print("estimates (ROOMS in scripts/cost.py).")


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 15 and int(text)):
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 up")
    return int(text)


def percent(text: str) -> Fraction:
    is_decimal = re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,9})?", text)
    share = Fraction(text) / 100 if is_decimal else Fraction(0)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"“{text}” is no percentage above 0, up to 100")
    return share


if __name__ == "__main__":
    sys.exit(ending(main))
