"""Every place that reads events knows every kind, and none says of an unknown one that it was
nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from adapters import seeds, shown
from adapters import tables as adapter
from gacha import acting, audit, ledger, player
from tests.conftest import load_function
from tests.faults import checks
from tests.support import GUILD, USER_ID, rows, workflow_input

UNKNOWN = "daily"


@pytest.fixture
def events(tables: Any) -> dict[str, dict[str, Any]]:
    """A row of each kind, as the handlers write them."""
    seeds._secret.cache_clear()
    work = {name: load_function(name).handler for name in ("draw", "plan", "record")}
    key = {"user_id": {"S": "*"}, "epoch": {"N": "1700000000"}}
    commands: list[tuple[str, dict[str, Any]]] = [
        ("pull", {}),
        ("fair seed", {"text": "mine"}),
        ("fair rotate", {}),
        ("grant", {"amount": 5, "admin": "1", "reason": "x"}),
        ("pull", {}),
    ]
    for number, (command, options) in enumerate(commands):
        if number == 4:
            tables.put_item(TableName="discord_users", Item=key)
            adapter.lowest_epoch.cache_clear()
        interaction = workflow_input(number, command, **options)
        first = "draw" if command == "pull" else "plan"
        decided = work[first]({"interaction": interaction}, None)
        transaction = decided["transaction"]
        work["record"]({"interaction": interaction, "transaction": transaction}, None)
    work["record"]({"interaction": workflow_input(9)}, None)
    return {row["kind"]: row for row in rows(tables)}


def planned(row: dict[str, Any]) -> Any:
    if row["kind"] in (ledger.OPENING, ledger.VOID):
        return "no command makes it"  # and Plan asks for a void before
    return load_function("plan")._message(row, USER_ID)


def drawn(row: dict[str, Any]) -> Any:
    if row["kind"] == ledger.OPENING:
        return "it is no interaction's"
    return load_function("draw")._already(row)


def in_words(row: dict[str, Any]) -> Any:
    render = load_function("announce", "render")
    return [render._row(shown.event(row), lang) for lang in ("ja", "en")]


def drawn_as(row: dict[str, Any]) -> Any:
    """The renderer alone, if whoever read the row let it through."""
    known = dict.fromkeys(("epoch", "command", "reason", "compensates", "next_epoch"))
    event: dict[str, Any] = {
        **known,
        "amount": 0,
        "balance": 0,
        "cards": [],
        "banner": {"en": "", "ja": ""},
    }
    event |= {"interaction_id": "1", "next_commitment": "", **row, "unix_s": 0}
    if row["kind"] == ledger.PULL:
        event = shown.event(row)
    return load_function("announce", "render")._row(event, "en")


def written(row: dict[str, Any]) -> Any:
    if row["kind"] in (ledger.OPENING, ledger.VOID, ledger.PULL):
        return "it is no change"
    who = player.newcomer(USER_ID, GUILD, 0, "0" * 64)
    return adapter.change_transaction(acting.Change(row, who, who), "1574629893929968613")


def audited(row: dict[str, Any]) -> Any:
    if row["kind"] == ledger.OPENING:
        return "the replay begins with it"
    if row["kind"] == ledger.VOID:
        return "it changes nobody"
    if row["kind"] not in audit._EVENTS:
        raise ledger.UnknownKindError(row["kind"])
    return audit._EVENTS[row["kind"]]


PLACES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "Plan": planned,
    "Draw": drawn,
    "history and missed": in_words,
    "the renderer": drawn_as,
    "the transaction": written,
    "the audit": audited,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ledger.KINDS)
def test_every_place_knows_every_kind(
    events: dict[str, dict[str, Any]], place: str, kind: str
) -> None:
    assert PLACES[place](events[kind])


@pytest.mark.parametrize("place", PLACES)
def test_an_unknown_kind_raises(events: dict[str, dict[str, Any]], place: str) -> None:
    with pytest.raises(ledger.UnknownKindError, match="'daily' is no kind of event"):
        PLACES[place]({**events["grant"], "kind": UNKNOWN})


def test_only_a_void_says_that_nothing_changed(events: dict[str, dict[str, Any]]) -> None:
    for place in (planned, drawn, in_words):
        for kind in set(ledger.KINDS) - {ledger.VOID}:
            said = str(place(events[kind]))
            assert not re.search(
                r"'unchanged'|'voided'|nothing happened|変更できませんでした", said
            )


def test_the_audit_reports_an_unknown_kind() -> None:
    row = {"kind": UNKNOWN, "version": 1, "amount": 160, "balance": 160, "user_id": USER_ID}
    row |= {"timestamp": Decimal("1795099999000.0000001")}
    found = audit.check(USER_ID, [row], None, [], lambda *_: None, 0)  # type: ignore[arg-type]
    assert any("'daily' is no kind of event that is known here" in str(each) for each in found)


def test_the_suite_of_faults_knows_what_a_sentence_claims_of_each_kind() -> None:
    changes = set(ledger.KINDS) - {ledger.OPENING, ledger.VOID, ledger.PULL}
    assert set(checks._CLAIMS["changed"]) == changes


def test_a_changing_command_that_is_written_half_pays_nobody(
    tables: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The README's "Add a command", with each part left out in turn: what is left raises before
    anything is written, and the workflow's Void then says the truth."""
    seeds._secret.cache_clear()
    plan = load_function("plan")
    interaction = workflow_input(0, UNKNOWN)
    with pytest.raises(ValueError, match="no such change: daily"):
        plan.handler({"interaction": interaction}, None)

    def daily(_interaction: Any, current: player.Player) -> acting.Change:
        after = SimpleNamespace(**{**vars_of(current), "balance": current.balance + 160})
        return acting.Change({"kind": UNKNOWN, "amount": 160}, current, after)  # type: ignore[arg-type]

    monkeypatch.setattr(plan, "_change", daily)
    with pytest.raises(ledger.UnknownKindError):
        plan.handler({"interaction": interaction}, None)
    monkeypatch.setattr(plan, "_message", lambda *_: plan._text("changed"))
    with pytest.raises(ledger.UnknownKindError):
        plan.handler({"interaction": interaction}, None)
    assert rows(tables) == []


def vars_of(of: player.Player) -> dict[str, Any]:
    return {name: getattr(of, name) for name in of.__dataclass_fields__}
