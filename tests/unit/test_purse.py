"""Shards and tickets: what is given, what pays a pull, and how the audit reckons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tables import items, players, transactions
from commands import events
from gacha import audit, kinds, player, pulling, purse, shards, snowflake
from gacha.days import Claim
from gacha.economy import Economy
from gacha.purse import ANY, Copies, Reward, Tickets
from tests.support import FIRST_ID
from tests.unit.test_pulling import OFFER, STARLIT, newcomer

NOW = str(FIRST_ID)
NOW_MS = snowflake.created_ms(NOW)
DAY_MS = 24 * 60 * 60 * 1000
OTHER = "another-banner"


def lots() -> st.SearchStrategy[tuple[Tickets, ...]]:
    ends = st.sampled_from([NOW_MS - 2 * DAY_MS, NOW_MS - 1, NOW_MS, NOW_MS + 1, NOW_MS + DAY_MS])
    lot = st.builds(Tickets, st.integers(1, 12), ends, st.sampled_from([ANY, STARLIT.id, OTHER]))
    return st.lists(lot, max_size=8, unique_by=lambda each: (each.ends_ms, each.banner)).map(tuple)


@given(held=lots(), count=st.sampled_from([1, 10]))
def test_tickets_that_pay_are_good_and_are_exactly_as_many(
    held: tuple[Tickets, ...], count: int
) -> None:
    owner = replace(newcomer()[0], tickets=held)
    usable = sum(
        lot.count for lot in held if lot.banner in (ANY, STARLIT.id) and lot.ends_ms > NOW_MS
    )
    spent = purse.spent(owner, STARLIT.id, count, NOW_MS)
    assert purse.good(owner, STARLIT.id, NOW_MS) == usable
    if usable < count:
        assert spent is None
        return
    assert spent is not None
    assert sum(each.count for each in spent) == -count
    assert all(each.count < 0 and each.is_good(STARLIT.id, NOW_MS) for each in spent)
    left = purse.after(held, spent, NOW_MS)
    assert all(each.count > 0 for each in left)
    # Nothing that ends later is spent before something that ends sooner is gone.
    last = max(each.ends_ms for each in spent)
    assert not [each for each in left if each.is_good(STARLIT.id, NOW_MS) and each.ends_ms < last]


def test_what_is_for_the_banner_alone_is_spent_before_what_is_for_any() -> None:
    end = NOW_MS + DAY_MS
    owner = replace(newcomer()[0], tickets=(Tickets(1, end), Tickets(1, end, STARLIT.id)))
    assert purse.spent(owner, STARLIT.id, 1, NOW_MS) == (Tickets(-1, end, STARLIT.id),)


def pulled(owner: player.Player, count: int = 1) -> pulling.Pull | pulling.Refusal:
    seed = newcomer()[1]
    return pulling.pull(owner, STARLIT, OFFER, count, NOW, seed, owner.client_seed)


def test_a_ticket_pays_in_the_currencys_place_and_draws_the_same() -> None:
    owner = newcomer()[0]
    held = replace(owner, tickets=(Tickets(10, NOW_MS + 1),))
    paid, free = pulled(owner, 10), pulled(held, 10)
    assert isinstance(paid, pulling.Pull)
    assert isinstance(free, pulling.Pull)
    assert free.receipt == paid.receipt  # the price stays the banner's: verifiers need not know
    assert (free.after.balance, free.after.tickets) == (owner.balance, ())
    assert paid.after.balance == owner.balance - 1600


@pytest.mark.parametrize(
    ("spending", "balance", "tickets", "count", "by_tickets"),
    [
        ("", 3200, 9, 10, False),  # no mixture
        ("", 0, 1, 1, True),
        (purse.COINS_FIRST, 3200, 10, 10, False),
        (purse.COINS_FIRST, 1599, 10, 10, True),  # the currency is not enough
    ],
)
def test_which_of_both_pays(
    spending: str, balance: int, tickets: int, count: int, by_tickets: bool
) -> None:
    owner = replace(newcomer()[0], spending=spending, balance=balance)
    owner = replace(owner, tickets=(Tickets(tickets, NOW_MS + 1),))
    pull = pulled(owner, count)
    assert isinstance(pull, pulling.Pull)
    assert bool(pull.tickets) is by_tickets
    assert (pull.after.balance == balance) is by_tickets


@pytest.mark.parametrize(("balance", "tickets"), [(1599, 9), (0, 1), (200, 3)])
def test_who_has_too_few_tickets_for_a_ten_pull_is_told_how_many(
    balance: int, tickets: int
) -> None:
    owner = replace(newcomer()[0], balance=balance, tickets=(Tickets(tickets, NOW_MS + 1),))
    refused = pulled(owner, 10)
    assert isinstance(refused, pulling.Refusal)
    assert refused.sentence == "cannot_pay_tickets"
    assert (refused.values["tickets"], refused.values["count"]) == (tickets, 10)
    over = replace(owner, tickets=(Tickets(tickets, NOW_MS),))
    none = pulled(over, 10)
    assert isinstance(none, pulling.Refusal) and none.sentence.removesuffix("_ten") == "cannot_pay"


def test_a_ticket_is_judged_at_the_interactions_own_time() -> None:
    owner = replace(newcomer()[0], balance=0)
    assert isinstance(
        pulled(replace(owner, tickets=(Tickets(1, NOW_MS + 1),))), pulling.Pull
    )  # its last millisecond
    assert isinstance(pulled(replace(owner, tickets=(Tickets(1, NOW_MS),))), pulling.Refusal)


def test_the_second_copy_of_a_new_card_is_a_duplicate() -> None:
    drawn = [("a", "r"), ("a", "r"), ("b", "ssr"), ("c", "n"), ("c", "n")]
    assert shards.gained(drawn, {"b"}, {"r": 2, "ssr": 30, "n": 0}) == {"r": 2, "ssr": 30}


def test_the_defaults_are_those_of_the_issue() -> None:
    assert shards.of_duplicates(STARLIT, {}) == {"ssr": 30, "sr": 4, "r": 2, "n": 1}
    assert shards.prices(STARLIT, {}) == {"ssr": 300, "sr": 40, "r": 20, "n": 10}
    settled = {"shards": {"ssr": 0, "sr": 7}, "shop": {"n": 3}}
    assert shards.of_duplicates(STARLIT, settled) == {"ssr": 0, "sr": 7, "r": 2, "n": 1}
    assert shards.prices(STARLIT, settled) == {"ssr": 1, "sr": 70, "r": 20, "n": 3}


@given(held=lots(), given_=lots(), coins=st.integers(0, 9), gained=st.integers(0, 9))
def test_a_reward_is_received_as_its_event_says_it(
    held: tuple[Tickets, ...], given_: tuple[Tickets, ...], coins: int, gained: int
) -> None:
    owner = replace(newcomer()[0], tickets=held)
    reward = Reward(coins, gained, given_, (Copies("c101", 101, 2),))
    after = purse.receive(owner, reward, NOW)
    event = reward.event()
    assert after.balance - owner.balance == event["amount"] == coins
    assert after.shards == event.get("shards", 0) == gained
    if given_:
        moved = map(Tickets.read, event["tickets"])
        assert after.tickets == purse.after(held, moved, NOW_MS)
    else:
        assert after.tickets == held
    assert event["given"] == {"c101": {"number": 101, "copies": 2}}


def test_there_is_room_for_so_many_lots() -> None:
    held = tuple(Tickets(1, NOW_MS + DAY_MS + at) for at in range(purse.MOST_LOTS))
    owner = replace(newcomer()[0], tickets=held)
    merged = purse.receive(owner, Reward(tickets=held[:1]), NOW)
    assert merged.tickets[0].count == 2
    with pytest.raises(purse.TooManyLotsError):
        purse.receive(owner, Reward(tickets=(Tickets(1, NOW_MS + 1),)), NOW)


# --- rows and the audit ---------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HISTORY", "USERS", "COLLECTION", "SETTINGS"):
        monkeypatch.setenv(f"DYNAMODB_{name}_TABLE", name.lower())


def rows_of(pull: pulling.Pull, new: list[str]) -> tuple[list[items.Row], items.Row]:
    """The ledger of one pull, and the player's row, as tables have them."""
    written = transactions.of_pull(pull, new)
    puts = [each["Put"] for each in written if "Put" in each]
    tables = [(put["TableName"], items.from_item(put["Item"])) for put in puts]
    [owner] = [row for table, row in tables if table == "users"]
    return [row for table, row in tables if table == "history"], owner


def checked(pull: pulling.Pull, new: list[str], **changed: Any) -> set[str]:
    """The invariants that the audit finds broken once the pull's row is so."""
    ledger, owner = rows_of(pull, new)
    for row in ledger:
        if row["kind"] == kinds.PULL:
            row.update(changed)
            del row["undelivered"]
    pages: dict[int, dict[str, Any]] = {}
    for roll in pull.rolls:
        page = pages.setdefault(roll.card.number // 64, {"page": roll.card.number // 64})
        page[f"card:{roll.card.id}"] = page.get(f"card:{roll.card.id}", 0) + 1
    found = audit.check(
        pull.after.key,
        ledger,
        owner,
        pages.values(),
        lambda *_: STARLIT,
        NOW_MS,
        events.replays(),
        economies={0: Economy("", starter_tickets=12, starter_days=1)},
    )
    return {each.invariant for each in found}


def duplicated() -> tuple[pulling.Pull, list[str]]:
    """A ten-pull by tickets in which a card came twice."""
    owner = replace(newcomer()[0], tickets=(Tickets(12, NOW_MS + DAY_MS),))
    pull = pulled(owner, 10)
    assert isinstance(pull, pulling.Pull)
    pull = pull.with_duplicates(set(), shards.of_duplicates(STARLIT, {}))
    new = sorted({roll.card.id for roll in pull.rolls})
    assert len(new) < 10
    return pull, new


def test_the_audit_finds_nothing_in_a_pull_that_tickets_paid() -> None:
    pull, new = duplicated()
    assert checked(pull, new) == set()


def test_the_audit_names_what_is_wrong_with_goods() -> None:
    pull, new = duplicated()
    ledger, _ = rows_of(pull, new)
    row = next(each for each in ledger if each["kind"] == kinds.PULL)
    one_more = {**row["duplicates"], "ssr": 30}
    wrong: dict[str, dict[str, Any]] = {
        "shards from nowhere": {"shards": row["shards"] + 1},
        "a rarity that gave none": {"duplicates": one_more},
        "paid twice": {"amount": -1600},
        "nine tickets": {"tickets": [{"n": -9, "e": NOW_MS + DAY_MS}]},
        "a ticket that was over": {"tickets": [{"n": -10, "e": NOW_MS}]},
        "another banner's ticket": {"tickets": [{"n": -10, "e": NOW_MS + DAY_MS, "b": OTHER}]},
        "given beside": {"given": {"c1": {"number": 1, "copies": 1}}},
        "a copy too many taken": {"given": {"c1": {"number": 1, "copies": -1}}},
    }
    for name, changed in wrong.items():
        assert checked(pull, new, **changed), name


def test_a_players_row_reads_back_as_it_was_written() -> None:
    owner = newcomer()[0]
    row = players.written(owner)
    assert not {"shards", "tickets", "spending", "claimed"} & row.keys(), "as before there were any"
    rich = replace(
        owner,
        shards=7,
        tickets=(Tickets(2, NOW_MS), Tickets(1, NOW_MS + 1, OTHER)),
        spending=purse.COINS_FIRST,
        claimed=(Claim(date(2026, 11, 28), NOW_MS, 3, date(2026, 11, 26)),),
        other={"later": 1},
    )
    stored = items.from_item(items.to_item(players.written(rich)))
    assert players.of_row(stored) == rich
