"""Answers requests for the step viewer's pages. It knows no sockets: `server.py` and the playground
of the local cloud hand it what they were asked."""

from __future__ import annotations

import json
import re
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib import resources
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from botocore.config import Config
from botocore.exceptions import ClientError
from jinja2 import Environment, PackageLoader, StrictUndefined

from commands.asked import SERVER
from commands.sentences import word
from gacha import snowflake
from scripts import interaction, stack, summary
from scripts.interaction import Execution, Logged, Step
from scripts.outcomes import OUTCOMES
from scripts.stack import Deployment
from scripts.viewer import boxes, view
from scripts.viewer.listing import Cursor, Listed, Listing, Page
from scripts.viewer.texts import WORDS, say

LIVE_MS: Final = 2_000
LIVE_ON_AWS_MS: Final = 5_000
"""How often an open page asks again. AWS counts requests in an account and answers so many."""

AT_ONCE: Final = 4
"""Pages that are made at a time; others wait, so that memory has a bound."""

IMPATIENT: Final = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"mode": "standard", "total_max_attempts": 2},
)
"""For somebody who waits before a page, which then says what is wrong and asks again."""

SERVICES: Final = ("stepfunctions", "dynamodb", "logs")

HEADERS: Final = (
    (
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)
"""What every answer has. The pages load their own style and script, and nothing else."""

_STATIC: Final = {
    "/page.css": "text/css; charset=utf-8",
    "/page.js": "text/javascript; charset=utf-8",
    "/icon.svg": "image/svg+xml",
}
_MOST_WORDS: Final = 120
"""Characters of a row's heading, in which a name may stand as somebody typed it."""

_PART: Final = re.compile(r"(input|given|asked|answered|returned)|cause([0-9]{0,3})")


class Answer(NamedTuple):
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Viewer:
    """The pages under `folder`, a path without a slash at its end. `deployment` gives what is
    shown; it is asked for each page, since a local cloud may have started anew, and may raise what
    stack.ASKING names."""

    def __init__(self, deployment: Callable[[], Deployment], folder: str = "/pulls") -> None:
        self._deployment = deployment
        self._folder = folder
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._listing: Listing | None = None
        self._templates = Environment(
            loader=PackageLoader("scripts.viewer"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def answer(self, method: str, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a request; `target` is its path and query, the names of `headers` are in
        lower case."""
        url = urlsplit(target)
        path = url.path.removeprefix(self._folder)
        lang = language(headers.get("accept-language", ""))
        if method not in ("GET", "HEAD"):
            return _answer(405, "text/plain; charset=utf-8", b"only GET", ("Allow", "GET, HEAD"))
        if path in _STATIC:
            file = resources.files("scripts.viewer") / "static" / path[1:]
            return _answer(200, _STATIC[path], file.read_bytes())
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        with self._places:
            try:
                return self._page(path, query, lang, url.path.startswith(self._folder))
            except stack.ASKING as error:
                _, problem = stack.problem(error, lang)
                if _is_stale(error):
                    return self._trouble(400, lang, "title", say(lang, "stale"))
                return self._trouble(503, lang, "trouble", problem, every=LIVE_ON_AWS_MS)
            except Exception:
                traceback.print_exc()
                return self._trouble(500, lang, "trouble", say(lang, "fault"))

    def _page(self, path: str, query: Mapping[str, str], lang: str, is_ours: bool) -> Answer:
        if is_ours and path in ("", "/"):
            if "receipt_number" in query:
                return self._found(query["receipt_number"], lang)
            return self._list(Cursor.read(query.get("older", "")), lang)
        wanted = re.fullmatch(r"/([0-9]{17,20})(/text)?", path) if is_ours else None
        receipt_number = snowflake.canonical(wanted[1]) if wanted else None
        if wanted is None or receipt_number is None:
            return self._trouble(404, lang, "no page", path[:200])
        if wanted[2]:
            return self._text(receipt_number, query, lang)
        return self._pull(receipt_number, query.get("guild", ""), lang)

    def _found(self, typed: str, lang: str) -> Answer:
        receipt_number = snowflake.read_receipt_number(typed)
        if receipt_number is None:
            problem = say(lang, "no receipt number", given=typed[:100])
            return self._trouble(400, lang, "no number", problem, asked=typed[:100])
        return _answer(
            303, "text/plain; charset=utf-8", b"", ("Location", self._to(receipt_number))
        )

    def _to(self, receipt_number: str) -> str:
        return f"{self._folder}/{receipt_number}"

    # --- the list ---------------------------------------------------------------------------------

    def _list(self, cursor: Cursor, lang: str) -> Answer:
        listing = self._current()
        page = listing.page(cursor)
        return self._html(
            200,
            "list.html",
            lang,
            where=_where(listing.deployment, lang),
            every=0 if cursor.at else _every(listing.deployment),
            rows=page.rows,
            older=page.older,
            cursor=bool(cursor.at),
            notes=_notes(page, listing.deployment, lang),
            command_of=lambda row: _command(row, lang),
            server=SERVER,
            tags_of=lambda row: _tags(row, lang),
        )

    def _current(self) -> Listing:
        """The list of what is deployed now."""
        with self._lock:  # boto3 makes clients one at a time
            found = self._deployment()
            held = self._listing
            if held is None or _place(held.deployment) != _place(found):
                deployment = replace(found, config=IMPATIENT, _clients={})
                for service in SERVICES:
                    deployment.client(service)
                held = self._listing = Listing(deployment)
            return held

    # --- one interaction --------------------------------------------------------------------------

    def _pull(self, receipt_number: str, guild: str, lang: str) -> Answer:
        deployment = self._current().deployment
        server = snowflake.read(guild)
        found = interaction.redacted(interaction.find(deployment, receipt_number, server))
        of = view.view(deployment, found, lang)
        runs = [_run(deployment, each, lang) for each in found.runs]
        hints = [each.text(lang) for each in found.hints if each.sentence != "no guild"]
        return self._html(
            200 if found else 404,
            "pull.html",
            lang,
            where=_where(deployment, lang),
            every=_every(deployment) if of.is_live else 0,
            asked=receipt_number,
            receipt_number=receipt_number,
            known=bool(found),
            facts=summary.facts(found, receipt_number, lang, "page"),
            notes=hints,
            asks_guild=any(each.sentence == "no guild" for each in found.hints),
            seen=of.seen,
            seen_title=say(lang, "seen by the admin" if of.is_admins else "seen"),
            seen_sentence=_seen(of.seen, lang),
            is_live=of.is_live,
            odds=of.odds,
            sold=lambda sale: _sold(sale, lang),
            has_words=of.odds is not None and any(each.word for each in of.odds.draws),
            runs=runs,
            written=of.written,
            row=found.row,
            player=found.player,
            boxes=boxes.Boxes(),
            markdown=boxes.markdown,
            colour=boxes.colour,
            parts=boxes.parts,
            table_units=lambda units: ("、" if lang == "ja" else ", ").join(
                say(lang, "table units", table=table, count=count) for table, count in units.items()
            ),
        )

    def _text(self, receipt_number: str, query: Mapping[str, str], lang: str) -> Answer:
        """One input, output or cause, whole."""
        deployment = self._current().deployment
        found = interaction.redacted(interaction.find(deployment, receipt_number))
        part = _PART.fullmatch(query.get("part", ""))
        try:
            run = found.runs[_index(query["run"])]
            step = run.steps[_index(query["step"])] if "step" in query else None
            text = _data(run, step, part) if part else None
        except (KeyError, IndexError, ValueError):
            text = None
        if text is None:
            return self._trouble(404, lang, "no page", "")
        return _answer(200, "text/plain; charset=utf-8", boxes.visible(text).encode())

    # --- answers ----------------------------------------------------------------------------------

    def _trouble(
        self, status: int, lang: str, title: str, problem: str, *, every: int = 0, asked: str = ""
    ) -> Answer:
        return self._html(
            status,
            "trouble.html",
            lang,
            title=say(lang, title),
            problem=problem,
            every=every,
            asked=asked,
        )

    def _html(self, status: int, template: str, lang: str, **values: Any) -> Answer:
        shared = {
            "folder": self._folder,
            "lang": lang,
            "say": lambda key, **blanks: say(lang, key, **blanks),
            "status": lambda of: say(lang, of) if of in WORDS else of,
            "visible": boxes.visible,
            "where": "",
            "asked": "",
        }
        page = self._templates.get_template(template).render({**shared, **values})
        return _answer(status, "text/html; charset=utf-8", page.encode("utf-8", "replace"))


def language(accepted: str) -> str:
    """The language of ours that a browser asks for first (RFC 9110, Accept-Language), else "en"."""
    ranked = []
    for place, each in enumerate(accepted[:500].split(",")):
        tag, _, weight = each.strip().lower().partition(";q=")
        found = re.match(r"(ja|en)(?:-|$)", tag)
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if found and quality > 0:
            ranked.append((-quality, place, found[1]))
    return min(ranked)[2] if ranked else "en"


def _answer(status: int, kind: str, body: bytes, *more: tuple[str, str]) -> Answer:
    return Answer(status, (("Content-Type", kind), *HEADERS, *more), body)


def _is_stale(error: Exception) -> bool:
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "InvalidToken"


def _place(of: Deployment) -> tuple[object, ...]:
    return of.name, of.region, of.endpoint, dict(of.outputs), dict(of.credentials)


def _where(of: Deployment, lang: str) -> str:
    if of.endpoint is not None:
        return say(lang, "local")
    return say(lang, "where", stack=of.name, region=of.region)


def _every(of: Deployment) -> int:
    return LIVE_ON_AWS_MS if of.endpoint is None else LIVE_MS


def _notes(page: Page, deployment: Deployment, lang: str) -> list[str]:
    notes = []
    if page.express:
        names = [say(lang, f"all {each}") for each in page.express]
        workflows = ("・" if lang == "ja" else ", ").join(names)
        key = "express" if deployment.endpoint is None else "express local"
        note = say(lang, key, workflows=workflows)
        notes.append(note[0].upper() + note[1:])
    if page.is_partial:
        notes.append(say(lang, "partial"))
    return notes


def _command(row: Listed, lang: str) -> str:
    """What was asked for, in a few words, and which sweep it is."""
    command = row.command
    words = say(lang, row.workflow)
    if command.room:
        words = summary.asked_for(command.room, command.options, lang, command.called)
        if row.workflow == "workshop":  # its change is listed, too, under the same number
            words = say(lang, "in the workshop", what=words)
    sweep = row.name.partition("-sweep-")[2]
    if len(words) > _MOST_WORDS:
        words = f"{words[:_MOST_WORDS]}…"
    return say(lang, "sweep", what=words, number=sweep) if sweep else words


def _tags(row: Listed, lang: str) -> Iterator[tuple[str, str]]:
    """What became of it, in a word or two, each with its class on the page: the outcome, how the
    execution ended where that says more, and whether the message has not arrived."""
    outcome, delivery = row.result
    is_known = outcome in OUTCOMES
    if is_known:
        yield OUTCOMES[outcome].kind, word(OUTCOMES[outcome].badge, lang)
    if row.status != "SUCCEEDED" or not is_known:
        yield row.status, say(lang, row.status) if row.status in WORDS else row.status
    if delivery == "gone":
        yield "bad", say(lang, "undelivered")


def _sold(sale: view.Sale, lang: str) -> str:
    """Where tickets of a shared box lay, and what was paid."""
    paid = (
        say(lang, "paid tickets", count=sale.tickets)
        if sale.tickets
        else say(lang, "paid coins", count=sale.coins)
    )
    where = "sold one" if sale.first == sale.last else "sold"
    values = {name: getattr(sale, name) for name in ("first", "last", "all", "left")}
    return say(lang, where, box=boxes.visible(sale.box), paid=paid, **values)


def _seen(seen: view.Seen | None, lang: str) -> str:
    if seen is None:
        return ""
    if seen.outcome in ("delivered", "gone"):
        key = seen.outcome if seen.status else f"{seen.outcome}?"
        return say(lang, key, status=str(seen.status))
    return say(lang, "pending" if seen.outcome == "pending" else "not noted")


def _run(deployment: Deployment, of: Execution | Logged, lang: str) -> dict[str, Any]:
    """A workflow that ran, as the template takes it."""
    shared = {"input": of.input, "steps": of.steps[: view.MOST_STEPS]}
    if isinstance(of, Logged):
        note = say(lang, "from log" if of.steps else "no steps in log")
        nothing = {"status": "", "took": "", "console": "", "cause": ""}
        return {**shared, **nothing, "title": of.machine, "note": note}
    path = f"states/home?region={deployment.region}#/v2/executions/details/{of.arn}"
    is_cut = of.is_cut or len(of.steps) > view.MOST_STEPS
    name = of.arn.rpartition(":")[2]
    sweep = name.partition("-sweep-")[2]
    machine = of.arn.split(":")[6]
    return {
        **shared,
        "title": say(lang, "sweep", what=machine, number=sweep) if sweep else machine,
        "status": of.status,
        "took": say(lang, "still")
        if of.milliseconds is None
        else say(lang, "took", count=of.milliseconds),
        "console": deployment.console(path) if deployment.endpoint is None else "",
        "cause": of.cause,
        "note": say(lang, "cut") if is_cut else "",
    }


def _data(run: Execution | Logged, step: Step | None, part: re.Match[str]) -> str | None:
    """The text that an address names. Raises IndexError for a failure that is not there."""
    if step is None:
        if part[1] == "input":
            return json.dumps(run.input, ensure_ascii=False)
        return run.cause if part[2] == "" and isinstance(run, Execution) else None
    if part[2]:
        return step.failures[int(part[2])].cause
    texts = {
        "given": step.given,
        "asked": step.asked,
        "answered": step.answered,
        "returned": step.returned,
    }
    return texts.get(part[1] or "")


def _index(text: str) -> int:
    """Raises ValueError for what is no index."""
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError(text)
    return int(text)
