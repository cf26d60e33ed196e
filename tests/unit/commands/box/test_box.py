"""A box of one's own, begun anew: asked for first, once, when it may be, and in the audit."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import Any, cast

import pytest

from adapters import banners, seeds
from adapters.tables import players
from commands import events, registry
from commands.asked import Asked
from commands.fair_receipts import file
from gacha import audit
from tests import giving
from tests.support import PLAYER_KEY, rows
from tests.unit.commands.owning import buttons, put, said
from tests.unit.commands.server import Server, audited

LOTTERY = "lottery-box"


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    giving.offer(LOTTERY)
    return Server()


def drawn_out(server: Server) -> int:
    """Draws until the grand prize is out; how many copies are left then."""
    for number in range(1, 40):
        result = server.do(number, "pull", banner=LOTTERY, count=10)
        state = stored()
        if any(custom_id == f"box:ask:{LOTTERY}" for custom_id in buttons(result, "pull")):
            assert state["drawn"]["grand-prize"] == 1
            return 300 - int(sum(state["drawn"].values()))
        assert "grand-prize" not in state["drawn"]
    raise AssertionError("no grand prize in 390 of 300 tickets")


def stored() -> Any:
    found = players.load(PLAYER_KEY)
    assert found is not None
    return found.states[LOTTERY]


def test_it_is_asked_for_first_and_done_once(tables: Any, server: Server) -> None:
    server.do(0, "pull", count=1)
    left = drawn_out(server)
    asked = server.do(50, "box", banner=LOTTERY)
    assert asked["outcome"] == "asked"
    for lang, words in (
        (
            "ja",
            (
                f"残っている **{left} 枚**は引けなくなり",
                "300 枚入り",
                "無料で、カードはもらえません",
            ),
        ),
        ("en", (f"The **{left}** cards left", "holds 300 cards", "gives you no card")),
    ):
        assert all(word in said(asked, "box", lang) for word in words), said(asked, "box", lang)
    [sure] = buttons(asked, "box")
    assert sure == f"box:begin:{LOTTERY}:{left}:yes"

    done = server.do(51, "box", banner=LOTTERY, left=str(left), sure="yes")
    assert done["outcome"] == "planned" and f"残っていた {left} 枚" in said(done, "box")
    version = next(row["banner_hash"] for row in rows(tables) if row["kind"] == "box")
    assert stored() == {"points": 0, "begun": version}
    [row] = [row for row in rows(tables) if row["kind"] == "box"]
    assert (row["lost"], row["left"], row["amount"]) == (left, 300, 0)
    for lang, line in (("ja", f"残っていた {left} 枚"), ("en", f"{left} cards left behind")):
        assert line in events.line(events.event(row), lang)

    again = server.do(52, "box", banner=LOTTERY, left=str(left), sure="yes")
    assert again["outcome"] == "stale" and row["interaction_id"] in said(again, "box")
    server.do(53, "pull", banner=LOTTERY, count=1)
    late = server.do(54, "box", banner=LOTTERY, left="12", sure="yes")
    assert late["outcome"] == "stale" and "いま 299 枚" in said(late, "box")
    assert [row["kind"] for row in rows(tables)].count("box") == 1
    assert audited(tables) == []
    receipts = [json.loads(row["receipt"]) for row in rows(tables) if row["kind"] == "pull"]
    assert [each.get("begun") for each in receipts][-2:] == [None, version]
    assert "begun" not in stored()


def test_a_file_of_receipts_has_the_version_by_which_a_box_was_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may be one that no receipt was drawn by."""
    monkeypatch.setattr(banners, "file_of", lambda *of: f"the text of {of}")
    receipt = {"banner": LOTTERY, "banner_hash": "a" * 64, "begun": "b" * 64}
    row: Any = {**receipt, "receipt": json.dumps(receipt)}
    made = json.loads(file._written(cast(Any, defaultdict(str)), [row], "1"))
    assert made["banners"].keys() == {"a" * 64, "b" * 64}


def found() -> Any:
    return players.load(PLAYER_KEY)


def test_a_box_that_may_not_be_begun_anew_says_why(server: Server) -> None:
    full = server.do(0, "box", banner=LOTTERY)
    assert full["outcome"] == "refused" and "まだ 1 枚も引いていません" in said(full, "box")
    server.do(1, "pull", banner=LOTTERY, count=1)
    early = server.do(2, "box", banner=LOTTERY)
    for lang, words in (
        ("ja", ("残りは 299／300 枚", "「大当たり」がなくなると、新しいボックスに替えられます")),
        ("en", ("299 of 300 cards", "Once Grand prize runs out, you may begin a new box")),
    ):
        assert all(word in said(early, "box", lang) for word in words), said(early, "box", lang)
    assert buttons(early, "box") == []
    sure = server.do(3, "box", banner=LOTTERY, left="299", sure="yes")
    assert sure["outcome"] == "refused" and stored()["drawn"]


def test_a_banner_without_the_choice_refuses(server: Server) -> None:
    refused = server.do(0, "box", banner="starlit-atelier")
    assert refused["outcome"] == "stale" and "今回は何も変わっていません" in said(refused, "box")


def test_the_rates_have_the_button_when_it_may_be(tables: Any, server: Server) -> None:
    server.do(0, "pull", banner=LOTTERY, count=1)
    assert f"box:ask:{LOTTERY}" not in str(rates(server))
    state = {"drawn": {"grand-prize": 1, "gem": 2}, "points": 0}
    put("discord_users", players.written(replace(found(), states={LOTTERY: state})))
    [row] = rows(tables, "discord_users")
    assert row["states"][LOTTERY]["drawn"] == {"grand-prize": 1, "gem": 2}
    shown = str(rates(server))
    assert f"box:ask:{LOTTERY}" in shown and "いま新しいボックスに替えられます" in shown


def rates(server: Server) -> Any:
    """What Announce shows of them, but for each card's."""
    content = registry.answer("rates").answer(Asked.read(server.asked(1, "rates", banner=LOTTERY)))
    return registry.show("rates").show({**content, "cards": [], "rules": []}, "ja", "1")


@pytest.mark.parametrize(
    ("change", "invariant", "words"),
    [
        ({"lost": 3}, "I5", "copies lost"),
        ({"left": 299}, "I5", "copies left"),
        ({"shards": 5}, "I1", "no shards"),
        ({"banner_hash": "0" * 64}, "I5", "banner version"),
    ],
)
def test_the_audit_sees_a_box_that_was_begun_wrongly(
    tables: Any, server: Server, change: dict[str, Any], invariant: str, words: str
) -> None:
    ledger = begun(tables, server)
    assert audited(tables) == []
    wrong = [row | change if row["kind"] == "box" else row for row in ledger]
    assert any(each.startswith(invariant) and words in each for each in checked(wrong))


def test_the_audit_sees_a_box_that_was_begun_too_early(tables: Any, server: Server) -> None:
    ledger = begun(tables, server)
    early = [row for row in ledger if row["kind"] != "pull" or row["version"] == 1]
    assert any(each.startswith("I3") and "may be begun anew" in each for each in checked(early))


def begun(tables: Any, server: Server) -> list[dict[str, Any]]:
    server.do(0, "pull", count=1)
    left = drawn_out(server)
    server.do(50, "box", banner=LOTTERY, left=str(left), sure="yes")
    return rows(tables)


def checked(ledger: list[dict[str, Any]]) -> list[str]:
    from adapters import banners

    replays = events.replays()
    return [
        str(each)
        for each in audit.check(PLAYER_KEY, ledger, None, [], banners.load_version, 0, replays)
    ]
