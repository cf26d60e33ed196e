"""Where this system ends: what saturates first under a load, at which rate, and what to raise.

    .venv/bin/python -m scripts.capacity                            each phase's own load
    .venv/bin/python -m scripts.capacity --players 1000000 --peak 20
    .venv/bin/python -m scripts.capacity --phase large --simulate   the same, played through
    .venv/bin/python -m scripts.capacity --picture docs/images/capacity.svg

Exit codes: 0 every phase that was asked about carries the load, 1 one does not, 2 the question
makes no sense.

How much is played comes from `scripts.cost`, which counts it for the bill; what the stack lets
through from the template of each phase; what AWS lets through from scripts/quotas.toml, with date
and source. A limit is told as the commands a second that it carries at this mix of pulls, other
changes and looks. `--simulate` plays the busiest minutes through (`scripts.flow`).
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from adapters.tables.ledger import UNDELIVERED_PULLS
from gacha import terminal
from scripts import ROOT, cost, flow, prices
from scripts.cost import MEASURED, PHASES, Facts, Usage
from scripts.stack import ending
from scripts.template import PATH, Template
from scripts.template import load as load_template

QUOTAS: Final = ROOT / "scripts/quotas.toml"
MOST_PLAYERS: Final = 8_000_000_000
DAY_S: Final = 24 * 3600
HOUR_S: Final = 3600

PEAK: Final = 10
"""How far the busiest second is above the average one: an evening, and a panel that was posted."""

BOX_DRAWS: Final = Fraction(6)
"""Draws a second from a box that a server shares: one item, and 0.15 s from read to commit
(docs/decisions/0049-shared-stock.md)."""

SIMULATED_S: Final = 300
"""How long a simulation lets commands come."""
MOST_SIMULATED: Final = 3_000_000
"""Commands of one simulation: about a minute of a core."""
FACTORS: Final = (1, 10, 100, 1_000)


@dataclass(frozen=True, slots=True)
class Quota:
    """What an account may do: so much a second and at once, or so many at a time."""

    name: str
    rate: int
    burst: int
    most: int
    per: str
    how: str
    date: datetime.date
    source: str
    verified: bool


def quotas(path: Path = QUOTAS) -> Mapping[str, Quota]:
    """The quotas by name. Raises ValueError for one that is not positive."""
    found = {}
    for name, each in tomllib.loads(path.read_text("utf-8"))["quotas"].items():
        numbers = [each.get(key, 0) for key in ("rate", "burst", "most")]
        if any(type(number) is not int or number < 0 for number in numbers) or not any(numbers):
            raise ValueError(f"{name} has to have positive whole numbers")
        found[name] = Quota(
            name,
            rate=numbers[0],
            burst=numbers[1],
            most=numbers[2],
            per=each["per"],
            how=each["raise"],
            date=each["date"],
            source=each["source"],
            verified=each["verified"],
        )
    return found


@dataclass(frozen=True, slots=True)
class Load:
    """Commands a second of each kind, on average over a day; `peak` times as many come in the
    busiest second. `largest` is the part of all that the largest server has."""

    usage: Usage
    peak: Fraction
    largest: Fraction

    @property
    def average(self) -> Mapping[str, Fraction]:
        day = {
            flow.PULL: self.usage.pulls,
            flow.CHANGE: self.usage.changes,
            flow.READ: self.usage.reads,
        }
        return {kind: number / DAY_S for kind, number in day.items()}

    @property
    def rates(self) -> Mapping[str, Fraction]:
        """In the busiest second."""
        return {kind: rate * self.peak for kind, rate in self.average.items()}

    @property
    def commands(self) -> Fraction:
        """A second, in the busiest one."""
        return sum(self.rates.values(), Fraction(0))

    @property
    def shares(self) -> Mapping[str, Fraction]:
        """The part of all commands that each kind has."""
        return {kind: rate / self.commands for kind, rate in self.rates.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """What lets `carries` commands a second through, of `has` that this load brings there."""

    what: str
    carries: Fraction
    has: Fraction
    how: str

    @property
    def used(self) -> Fraction:
        return self.has / self.carries


def limits(template: Template, load: Load, table: Mapping[str, Quota]) -> list[Limit]:
    """All limits of a phase under a load, the first that saturates first."""
    facts = Facts(template)
    return sorted(_limits(facts, template, load, table), key=lambda limit: -limit.used)


def _limits(
    facts: Facts, template: Template, load: Load, table: Mapping[str, Quota]
) -> Iterator[Limit]:
    share, total = load.shares, load.commands
    changing = share[flow.PULL] + share[flow.CHANGE]
    machine = facts.machine("Pull")

    def limit(what: str, quota: Quota, each: Fraction, how: str = "") -> Limit:
        most = Fraction(quota.rate or quota.most)
        return Limit(what, most / each, total, how or quota.how)

    yield Limit(
        "the API's throttle", Fraction(facts.throttle), total, "the next phase, or ApiRate in it"
    )
    yield limit("API Gateway, the account", table["api"], Fraction(1))
    busy = Fraction(MEASURED.first_ms + 2 * MEASURED.worker_ms, 1000)
    yield limit("Lambda's concurrency", table["concurrency"], busy)
    yield limit("Lambda, in a new account (10)", table["concurrency_new"], busy)
    if machine.express:
        yield limit("StartExecution, Express", table["start_express"], Fraction(1))
    else:
        yield limit("StartExecution, Standard", table["start_standard"], changing)
        yield limit("transitions of Standard", table["transitions"], changing * machine.transitions)
        yield limit("StartExecution, Express", table["start_express"], share[flow.READ])
    for place, (rate, _, units) in _places(facts, table).items():
        each = sum((Fraction(units[kind]) * share[kind] for kind in flow.KINDS), Fraction(0))
        if not each:
            continue
        how = table["table_writes"].how
        if place in facts.provisioned:
            how = "the next phase, or MaxCapacity in it"
        yield Limit(f"writes of {place}", Fraction(rate) / each, total, how)
    reads, writes = table["key_reads"], table["key_writes"]
    kinds = {"Pull": flow.PULL, "Change": flow.CHANGE, "Reply": flow.READ}
    of_server = sum(
        (units * share[kinds[name]] for name, units in MEASURED.server_reads.items()), Fraction(0)
    )
    each = of_server * load.largest
    yield Limit("the largest server's settings", Fraction(reads.rate) / each, total, reads.how)
    # An item of the index for each new player, all of whom could be one server's.
    yield Limit(
        "nobody but new players of one server",
        Fraction(writes.rate) / (changing * load.largest),
        total,
        "nothing: their writes wait a moment",
    )
    drawing = share[flow.PULL] * load.usage.shared * load.largest
    if drawing:
        yield Limit(
            "draws from one shared box",
            BOX_DRAWS / drawing,
            total,
            "a second banner with a box of its own",
        )
    # The brake looks at hours and days, of which the busy ones are not the busiest second.
    brake, hour = cost.Brake.of(template), total / load.peak * MEASURED.peak
    counted = changing * (1 if machine.express else machine.transitions)
    per_hour = min(Fraction(brake.hour) / counted, Fraction(brake.requests_hour)) / HOUR_S
    per_day = min(Fraction(brake.day) / counted, Fraction(brake.requests_day)) / DAY_S
    how = "the next phase, or the numbers in Brake"
    yield Limit("the brake, a busy hour", per_hour, hour, how)
    yield Limit("the brake, a day", per_day, total / load.peak, how)


def _places(
    facts: Facts, table: Mapping[str, Quota]
) -> Mapping[str, tuple[float, float, Mapping[str, float]]]:
    """Tables and indexes with their rate and burst of write units, and what a command of each kind
    takes of them."""
    usage = Usage.of(1)
    pulls = {
        place: float(
            MEASURED.pull_writes[place] * (1 - usage.tens)
            + MEASURED.ten_writes[place] * usage.tens
            + MEASURED.shared_writes.get(place, 0) * usage.shared
        )
        for place in MEASURED.pull_writes
    }
    found = dict[str, tuple[float, float, Mapping[str, float]]]()
    for place in facts.places:
        units = {
            flow.PULL: pulls.get(place, 0.0),
            flow.CHANGE: float(MEASURED.change_writes.get(place, 0)),
            flow.READ: 0.0,
        }
        if not any(units.values()):
            continue
        if place in facts.provisioned:
            rate = float(
                facts.highest if facts.scaling_policies else facts.capacity(place, None)[0]
            )
            kept = table["provisioned_burst"].most * facts.capacity(place, None)[0]
            found[place] = rate, float(kept), units
            continue
        # All pulls that are not shown yet lie under a few keys of the index.
        most = table["table_writes"]
        keys = table["key_writes"].rate * len(UNDELIVERED_PULLS)
        rate = min(most.rate, keys) if place.endswith("/undelivered") else most.rate
        found[place] = float(rate), float(rate), units
    return found


def simulated(
    template: Template,
    load: Load,
    table: Mapping[str, Quota],
    *,
    seed: int,
    presses: int = 0,
    seconds: int = SIMULATED_S,
) -> flow.Found:
    """The busiest minutes, played through. Raises ValueError where they are too many commands."""
    facts = Facts(template)
    coming = float(load.commands) * seconds + presses
    if coming > MOST_SIMULATED:
        raise ValueError(
            f"{coming:,.0f} commands are more than a simulation takes ({MOST_SIMULATED:,}): "
            "fewer players, or a lower peak"
        )
    machine = facts.machine("Pull")
    start = table["start_express" if machine.express else "start_standard"]
    free = 10**9
    pairs = {name: (table[name].rate, table[name].burst) for name in ("scaling", "transitions")}
    running = flow.Simulation(
        flow.Limits(
            api=(min(facts.throttle, table["api"].rate), facts.burst),
            concurrency=table["concurrency"].most,
            scaling=pairs["scaling"],
            start_standard=(start.rate, start.burst),
            start_express=(table["start_express"].rate, table["start_express"].burst),
            transitions=(free, free) if machine.express else pairs["transitions"],
            places=_places(facts, table),
            void=MEASURED.void_writes,
            conflicts=machine.conflicts,
        ),
        flow.Times(
            MEASURED.first_ms / 1000, MEASURED.worker_ms / 1000, cold=MEASURED.init_ms / 1000
        ),
        seed,
    )
    rates = {kind: float(rate) for kind, rate in load.rates.items()}
    return running.run(flow.Load(rates, seconds, presses))


def bounded_by_aws(phase: str, table: Mapping[str, Quota]) -> Template:
    """A phase where nothing of ours bounds the API: what AWS's quotas alone carry."""
    source = load_template(PATH)
    mappings = source["Mappings"]
    api = {"ApiRate": table["api"].rate, "ApiBurst": table["api"].burst}
    phases = {name: {**values, **api} for name, values in mappings["Phases"].items()}
    deployed = cost.settings(phase, {}).parameters
    given = {name: value for name, value in deployed.items() if value != f"<{name}>"}
    return Template(given, source={**source, "Mappings": {**mappings, "Phases": phases}})


def report(phase: str, found: Sequence[Limit], load: Load, usage: Usage, price: Fraction) -> str:
    """One phase for a person: its load, and every limit, the first that saturates first."""
    first = _first(found)
    lines = [
        f"{phase}: {usage.users:,} players, {number(load.commands)} commands a second at the peak "
        f"({', '.join(f'{number(rate)} {kind}' for kind, rate in load.rates.items())}); "
        f"${float(price):,.2f} a month",
        f"  first: {first.what}, at {people(usage.users / first.used)} players",
        f"  {'what lets through':34}{'carries/s':>11}{'has/s':>9}{'used':>8}{'players':>16}"
        "  raised by",
    ]
    for limit in found:
        lines.append(
            f"  {limit.what:34}{number(limit.carries):>11} {number(limit.has):>8}"
            f" {float(limit.used):>7,.1%} {people(usage.users / limit.used):>15}  {limit.how}"
        )
    return "\n".join(lines)


def _first(found: Sequence[Limit]) -> Limit:
    """The one that saturates first in every account."""
    return next(limit for limit in found if limit.what not in _ASIDE)


_HEAD: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "carries": "{phase} carries {users} players. The first limit would be “{what}”, at {most}; "
        "it is raised by {how}.",
        "does not": "{phase} does NOT carry {users} players: “{what}” ends at {most}; it is raised "
        "by {how}.",
        "below": "",
    },
    "ja": {
        "carries": "{phase} は {users} 人に耐えられます。最初に当たる限界は「{what}」で、"
        "{most} 人のときです。引き上げ方：{how}",
        "does not": "{phase} は {users} 人に耐えられません。「{what}」が {most} 人で限界です。"
        "引き上げ方：{how}",
        "below": "以下の内訳は英語です。",
    },
}

JAPANESE: Final[Mapping[str, str]] = {
    "the API's throttle": "このスタックが API に設けた制限",
    "API Gateway, the account": "API Gateway のアカウント全体の制限",
    "Lambda's concurrency": "Lambda の同時実行数",
    "StartExecution, Express": "Express の StartExecution",
    "StartExecution, Standard": "Standard の StartExecution",
    "transitions of Standard": "Standard の状態遷移",
    "the largest server's settings": "最大のサーバーの設定の読み取り",
    "nobody but new players of one server": "1 つのサーバーに新しいプレイヤーだけが来る場合",
    "draws from one shared box": "1 つの共通ボックスから引く回数",
    "the brake, a busy hour": "ブレーキ（混む 1 時間）",
    "the brake, a day": "ブレーキ（1 日）",
    "the next phase, or ApiRate in it": "次のフェーズにするか、フェーズの ApiRate を変える",
    "the next phase, or MaxCapacity in it": "次のフェーズにするか、フェーズの MaxCapacity を変える",
    "the next phase, or the numbers in Brake": "次のフェーズにするか、Brake の数値を変える",
    "nothing: their writes wait a moment": "不要（書き込みが少し待つだけ）",
    "a second banner with a box of its own": "別の箱を持つガチャをもう 1 つ用意する",
    "itself, after each new peak; WarmThroughput": "不要（混むたびに自動で広がる）。先に広げるなら "
    "WarmThroughput",
    "no quota: its readers would have to keep it for a second": "上限の緩和はない。"
    "読む側が 1 秒ほど手元に持つように変える",
    "no request": "緩和の申請はない",
    "no request: the key is to be spread": "緩和の申請はない。キーを分散させる",
}
"""What limits are called, and how they are raised; Service Quotas has English names only."""

_WRITES: Final = "writes of "


def named(said: str, language: str) -> str:
    """A limit, or how it is raised, in a language."""
    if language == "en" or said.startswith("Service Quotas"):
        return said
    if said.startswith(_WRITES):
        return f"{said.removeprefix(_WRITES)} への書き込み"
    return JAPANESE[said]


def headline(phase: str, found: Sequence[Limit], usage: Usage, language: str) -> str:
    """What an owner asks first: whether a phase carries it, and what ends it."""
    first = _first(found)
    return _HEAD[language]["carries" if first.used <= 1 else "does not"].format(
        phase=phase,
        users=f"{usage.users:,}",
        what=named(first.what, language),
        most=people(usage.users / first.used),
        how=named(first.how, language),
    )


_ASIDE: Final = ("Lambda, in a new account (10)",)
"""Rows that do not hold for every account."""


def number(value: Fraction) -> str:
    """To three digits, or whole."""
    return f"{float(value):,.0f}" if value >= 100 else f"{float(value):.3g}"


def people(value: Fraction) -> str:
    """Rounded down to two digits: nobody knows a third."""
    whole = int(value)
    unit = 10 ** max(len(str(whole)) - 2, 0)
    return f"{whole // unit * unit:,}"


def played(found: flow.Found) -> str:
    """What a simulation found, in three lines."""
    of = found.commands or 1
    parts = [
        f"{name} {number} ({number / of:.2%})"
        for name in (
            flow.SHOWN,
            flow.LATE,
            flow.REFUSED,
            flow.UNANSWERED,
            flow.VOIDED,
            flow.UNCLEAR,
        )
        if (number := found.outcomes[name])
    ]
    times = ", ".join(f"{part:.0%} within {found.quantile(part):.1f} s" for part in _QUANTILES)
    reasons = ", ".join(f"{why} {number}" for why, number in found.reasons.most_common())
    lines = [
        f"    of {found.commands:,} commands {', '.join(parts)}",
        f"    shown: {times}; all over after {found.ended_s:,.0f} s",
    ]
    return "\n".join([*lines, f"    because of: {reasons}"] if reasons else lines)


_QUANTILES: Final = (0.5, 0.99)

# --- the picture ----------------------------------------------------------------------------------

_COLOURS: Final = {
    flow.SHOWN: "#4b8f5f",
    flow.LATE: "#d9a22b",
    flow.REFUSED: "#8fb3f2",
    flow.UNANSWERED: "#7b8194",
    flow.VOIDED: "#b3364f",
    flow.UNCLEAR: "#5c1f2c",
}
_ROW: Final = 46


def picture(rows: Sequence[tuple[str, flow.Found]], title: str) -> str:
    """An SVG: for each load a bar of what became of its commands, and how long the shown took."""
    height = 110 + _ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}" width="900" '
        f'height="{height}" font-family="system-ui, DejaVu Sans, sans-serif" font-size="13">',
        f'<rect width="900" height="{height}" fill="#ffffff"/>',
        '<text x="20" y="30" font-size="18" font-weight="600" fill="#2b2f3a">'
        f"{escape(title)}</text>",
    ]
    x = 20
    for name, colour in _COLOURS.items():
        parts.append(f'<rect x="{x}" y="46" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="57" fill="#2b2f3a">{name}</text>')
        x += 34 + 8 * len(name)
    parts.append(
        '<text x="880" y="57" text-anchor="end" fill="#7b8194">50 % · 99 % shown within</text>'
    )
    for index, (label, found) in enumerate(rows):
        y, x_at = 76 + _ROW * index, 250.0
        parts.append(f'<text x="20" y="{y + 20}" fill="#2b2f3a">{escape(label)}</text>')
        for name, colour in _COLOURS.items():
            width = 450 * found.outcomes[name] / max(found.commands, 1)
            if width:
                place = f'x="{x_at:.1f}" y="{y}" width="{width:.1f}" height="30"'
                parts.append(f'<rect {place} fill="{colour}"/>')
            x_at += width
        times = " · ".join(f"{found.quantile(part):.1f} s" for part in _QUANTILES)
        parts.append(f'<text x="880" y="{y + 20}" text-anchor="end" fill="#2b2f3a">{times}</text>')
    return "\n".join([*parts, "</svg>", ""])


def drawn(table: Mapping[str, Quota], seed: int) -> str:
    """The picture of the documents: FACTORS times the largest phase's load, as deployed and with
    the API's throttle lifted, and one server whose 20,000 members press a panel at once."""
    phase = "large"
    template = cost.settings(phase, {})
    rows = []
    for name, each in (("as deployed", template), ("API lifted", bounded_by_aws(phase, table))):
        for factor in FACTORS:
            load = asked(phase, PHASES[phase].users * factor, Fraction(PEAK), Fraction(1))
            found = simulated(each, load, table, seed=seed)
            rows.append((f"{factor:,} × {phase}, {name}", found))
        load = asked(phase, PHASES[phase].users, Fraction(PEAK), Fraction(1))
        found = simulated(each, load, table, seed=seed, presses=20_000)
        rows.append((f"20,000 press a panel, {name}", found))
    return picture(rows, f"Five minutes at the peak (seed {seed})")


# --- the command ----------------------------------------------------------------------------------


def asked(phase: str, players: int | None, peak: Fraction, largest: Fraction) -> Load:
    usage = Usage.of(PHASES[phase].users if players is None else players)
    return Load(usage, peak, largest)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.capacity",
        description="What saturates first, from template.yaml and scripts/quotas.toml.",
        epilog="exit codes: 0 the load is carried, 1 it is not, 2 bad question",
    )
    parser.add_argument("--phase", choices=PHASES, help="default: all")
    parser.add_argument("--players", type=_players, help="registered (default: the phase's)")
    parser.add_argument(
        "--peak",
        type=_factor,
        default=Fraction(PEAK),
        help=f"how far the busiest second is above the average one, 1 to 10,000 (default: {PEAK})",
    )
    parser.add_argument(
        "--largest",
        type=cost.percent,
        default=Fraction(1),
        metavar="PERCENT",
        help="of all commands come from the largest server (default: 100, one giant server)",
    )
    parser.add_argument("--simulate", action="store_true", help="play the busiest minutes through")
    parser.add_argument(
        "--presses", type=_players, default=0, help="of a panel within 10 s (with --simulate)"
    )
    parser.add_argument("--seed", type=_seed, default=1, help="of the simulation (default: 1)")
    parser.add_argument("--picture", type=Path, help="write the documents' picture, and no more")
    parser.add_argument("--lang", choices=_HEAD, help="default: the terminal's (LANG)")
    given = parser.parse_args(arguments)
    language, table = given.lang or terminal.language(os.environ), quotas()
    if given.presses and not given.simulate:
        parser.error("--presses goes with --simulate")
    if given.picture:
        if not given.picture.parent.is_dir():  # before two minutes are spent on it
            parser.error(f"--picture: there is no folder {given.picture.parent}")
        given.picture.write_text(drawn(table, given.seed), encoding="utf-8")
        return 0
    phases = [given.phase] if given.phase else [*PHASES]
    templates = {phase: cost.settings(phase, {}) for phase in phases}
    loads = {phase: asked(phase, given.players, given.peak, given.largest) for phase in phases}
    of_phases = {phase: limits(templates[phase], loads[phase], table) for phase in phases}
    for phase in phases:
        print(headline(phase, of_phases[phase], loads[phase].usage, language))
    print(_HEAD[language]["below"], end="\n\n" if _HEAD[language]["below"] else "\n")
    holds = True
    for phase in phases:
        template, load, found = templates[phase], loads[phase], of_phases[phase]
        bill = cost.bill(template, load.usage, prices.load())
        print(report(phase, found, load, load.usage, bill.full))
        holds &= all(limit.used <= 1 for limit in found if limit.what not in _ASIDE)
        if given.simulate:
            try:
                run = simulated(template, load, table, seed=given.seed, presses=given.presses)
            except ValueError as error:
                parser.error(str(error))
            print(f"  played for {SIMULATED_S} s (seed {given.seed})\n{played(run)}")
        print()
    dates = sorted({each.date for each in table.values()})
    unverified = sorted(each.name for each in table.values() if not each.verified)
    print(f"Quotas of {dates[0]} to {dates[-1]}, in scripts/quotas.toml; not verified: ", end="")
    print(", ".join(unverified))
    return 0 if holds else 1


def _whole(text: str) -> int | None:
    """A whole number from 1 to as many as there are people."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if is_number and 0 < int(text) <= MOST_PLAYERS else None


def _seed(text: str) -> int:
    if (seed := _whole(text)) is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number from 1 to {MOST_PLAYERS:,}")
    return seed


def _players(text: str) -> int:
    if (players := _whole(text)) is None:
        raise argparse.ArgumentTypeError(
            f"“{text}” is no whole number from 1 to {MOST_PLAYERS:,}: there are no more people"
        )
    return players


def _factor(text: str) -> Fraction:
    is_decimal = text.isascii() and len(text) <= 9 and text.replace(".", "", 1).isdigit()
    if not is_decimal or not 1 <= Fraction(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"“{text}” is no number from 1 to 10,000")
    return Fraction(text)


if __name__ == "__main__":
    sys.exit(ending(main))
