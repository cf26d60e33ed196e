"""The step viewer's pages (scripts/viewer), over services that answer as AWS does. A browser looks
at them in tests/e2e/test_viewer.py."""

from __future__ import annotations

import ast
import http.client
import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from html.parser import HTMLParser
from inspect import signature
from typing import Any
from urllib.parse import quote

import pytest
from nacl.public import PrivateKey

from adapters import banners
from adapters.sealing import seal
from adapters.tables import boxes as boxes_table
from adapters.tables import transactions
from adapters.tables.items import to_item
from commands import decisions, rewards
from commands.pull import plan
from commands.sentences import word
from gacha import banner, engine, shared_box, snowflake
from gacha.presents import Gift
from gacha.rates import percent
from local.guard import loopback, refusal_of_page
from scripts import interaction, stack, summary
from scripts.box_vectors import LOTTERY, BoxPlay
from scripts.outcomes import BAD, OUTCOMES, WARN
from scripts.stack import Deployment, NoLocalError
from scripts.viewer import boxes, odds, site, view
from scripts.viewer.listing import MOST_PAGES, MOST_ROWS, PAGE_SIZE, Cursor, Listing
from scripts.viewer.server import server
from scripts.viewer.site import Answer, Viewer
from tests.conftest import ROOT
from tests.support import GUILD, PLAYER_KEY, SEALED_TOKEN, TOKEN, USER, workflow_input
from tests.unit.test_announce import pull_message
from tests.written_runs import (
    ADDRESS,
    BEGAN,
    SIGNATURE,
    History,
    Pulled,
    Recorded,
    Uploaded,
    names,
)

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e'\"&"


@pytest.fixture
def cloud() -> Recorded:
    return Recorded()


@pytest.fixture
def here(cloud: Recorded) -> Iterator[Deployment]:
    with cloud as deployment:
        yield deployment


@pytest.fixture
def viewer(here: Deployment) -> Viewer:
    return Viewer(lambda: here)


def asked(viewer: Viewer, path: str = "", lang: str = "en") -> Answer:
    return viewer.answer("GET", f"/pulls{path}", {"accept-language": lang})


def page(viewer: Viewer, path: str = "", lang: str = "en", status: int = 200) -> str:
    answer = asked(viewer, path, lang)
    assert answer.status == status, answer.body.decode()
    return answer.body.decode()


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def read(text: str) -> str:
    return Tags(text).text


# --- the list -------------------------------------------------------------------------------------


def test_the_list_has_the_newest_first_of_all_workflows(cloud: Recorded, viewer: Viewer) -> None:
    for number, name in enumerate(names(6)):
        began = BEGAN + timedelta(seconds=number)
        given = workflow_input(number, "pull" if number % 2 else "fair rotate")
        run = History(given, began).end("SUCCEEDED" if number < 5 else "FAILED")
        cloud.add(name, run, "pull" if number % 2 else "change")
    cloud.add("by-hand", History("{}", BEGAN + timedelta(seconds=9)), "change")
    text = page(viewer)
    linked = re.findall(r'href="/pulls/(\d+)"', text)
    assert linked == sorted(linked, reverse=True) and len(linked) == 6
    shown = read(text)
    assert "started by hand by-hand" in shown and "running" in shown
    assert "1 pull from Starlit Atelier" in shown
    assert "the command /gacha fair rotate" in shown and "failed" in shown
    assert f"player {USER}" in shown
    assert "Read-only commands: Express keeps no history of executions." in shown


def test_an_upload_is_shown_with_all_that_ran_for_it_and_opens_nothing(
    cloud: Recorded, viewer: Viewer
) -> None:
    """The workshop's own execution with each item of its Map, and the change it hands over to."""
    upload = Uploaded()
    number = upload.receipt_number
    cloud.add(number, upload.workshop(), "workshop")
    change = History(upload.input, BEGAN + timedelta(seconds=9))
    decision = {"outcome": "planned"}
    change.task("Decide", upload.input, {"Payload": decision}, {"decision": decision})
    cloud.add(number, change.end(output={"outcome": "refused", "delivery": {}}), "change")
    for lang, words in (("en", "its files"), ("ja", "ファイルの処理")):
        listed = page(viewer, lang=lang)
        assert listed.count(f'href="/pulls/{number}"') == 2 and words in read(listed)
    text = page(viewer, f"/{number}")
    shown = read(text)
    places = ["Unpack", "Pictures", *(f"Pictures {item} › Picture" for item in (1, 2, 3))]
    places += ["Pictures 2 › Left", "Compose", "Change", "Decide"]
    at = [shown.find(f" {each} ") for each in places]
    assert at == sorted(at) and -1 not in at
    assert "Lambda.Unknown" in shown and shown.count("caught") == 1  # which led to Left
    assert "refused: nothing was charged" in shown  # the change's word, since no row is there
    paths = set(re.findall(r'href="(/pulls/[^"]*/text[^"]*)"', text))
    paths |= {
        f"/{number}/text?run={run}&step={step}&part={part}"
        for run in range(2)
        for step in range(9)
        for part in ("input", "given", "asked", "answered", "returned", "cause0")
    }
    answers = [viewer.answer("GET", f"/pulls{path}", {}).body.decode() for path in paths]
    assert any(ADDRESS in each for each in answers)
    for each in (text, *answers):
        assert SIGNATURE not in each and "hm=" not in each and SEALED_TOKEN not in each


def test_a_pull_that_named_no_banner_has_the_ledgers(cloud: Recorded, viewer: Viewer) -> None:
    """Until it is there, none: no sign of a blank that is not filled."""
    pulled, waiting = Pulled(0, 10), Pulled(1, 10)
    for each in (pulled, waiting):
        del each.input["options"]["banner"]
    cloud.add(pulled.receipt_number, pulled.history())
    cloud.put("gacha_history", pulled.row)
    cloud.add(waiting.receipt_number, History(waiting.input, BEGAN))
    shown = read(page(viewer))
    assert "10 pulls from Starlit Atelier drawn" in shown and "10 pulls running" in shown
    assert "?" not in shown


OWN = banners.text("starlit-atelier").replace(
    'name = { ja = "星あかりのアトリエ", en = "Starlit Atelier" }',
    'name = { ja = "放課後の森", en = "After-School Woods" }',
)


def own_banner(cloud: Recorded, pulled: Pulled) -> None:
    """The pull was from a banner of the server's own, which the bucket and the settings know."""
    version = banner.parse(OWN.encode(), "own.toml")
    cloud.files[f"banners/{version.hash}.toml"] = OWN.encode()
    pulled.row |= to_item({"banner": "b1", "banner_hash": version.hash})
    names_row = {"server_id": GUILD, "setting": "names", "names": {"b1": dict(version.name)}}
    cloud.put("server_settings", to_item(names_row))


@pytest.mark.parametrize("asked_for", ["b1", None, "もり"])
def test_a_servers_own_banner_has_its_name_in_the_list_and_on_its_page(
    cloud: Recorded, viewer: Viewer, asked_for: str | None
) -> None:
    """Whatever was typed; one that has been drawn from as it was called then, and one that is
    offered as the server calls it now."""
    pulled, waiting, logged = Pulled(0, 10), Pulled(1, 10), Pulled(2, 10)
    own_banner(cloud, pulled)
    for each in (pulled, waiting, logged):
        each.input["options"].pop("banner")
        if asked_for:
            each.input["options"]["banner"] = asked_for
    cloud.add(pulled.receipt_number, pulled.history())
    cloud.put("gacha_history", pulled.row)
    for lang, words in (
        ("en", "10 pulls from After-School Woods"),
        ("ja", "「放課後の森」の10 連"),
    ):
        listed = re.sub(r" +", " ", read(page(viewer, lang=lang)))
        assert words in listed or words.replace("の10", "の 10") in listed, listed
        shown = read(page(viewer, f"/{pulled.receipt_number}", lang=lang))
        assert words in shown or words.replace("の10", "の 10") in shown
        assert "b1" not in listed
    if asked_for == "b1":  # a typed name stands as it was typed
        cloud.add(waiting.receipt_number, History(waiting.input, BEGAN))
        cloud.express = ("reply", "change")
        cloud.add_log(logged.receipt_number, History(logged.input), "change")
        shown = read(page(viewer))
        assert shown.count("10 pulls from After-School Woods") == 2 and "b1" not in shown
        shown = read(page(viewer, f"/{waiting.receipt_number}"))
        assert "10 pulls from After-School Woods" in shown


def test_a_banner_that_may_not_be_read_has_its_id(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled(0, 10)
    own_banner(cloud, pulled)
    cloud.files.clear()
    pulled.input["options"].pop("banner")
    cloud.add(pulled.receipt_number, pulled.history())
    cloud.put("gacha_history", pulled.row)
    shown = read(page(viewer))
    assert "10 pulls from b1" in shown, shown


def test_what_a_player_saw_is_in_the_language_that_the_server_settled(
    cloud: Recorded, viewer: Viewer
) -> None:
    """As Announce says it, whatever the member's own is."""
    pulled = Pulled(0, 1)
    assert pulled.input["language"] == "ja"
    message: dict[str, Any] = pulled.decision["message"]  # type: ignore[assignment]
    message["language"] = "en"
    cloud.add(pulled.receipt_number, pulled.history())
    shown = read(page(viewer, f"/{pulled.receipt_number}", lang="ja"))
    assert "Paid 160" in shown and "使いました" not in shown


def test_a_change_of_a_server_says_who_made_it(cloud: Recorded, viewer: Viewer) -> None:
    given = workflow_input(0, "admin settings", admin="1290000000000000111")
    cloud.add(given["interaction_id"], History(given, BEGAN).end(), "change")
    shown = read(page(viewer))
    assert "admin 1290000000000000111" in shown and "player" not in shown
    assert "管理者 1290000000000000111" in read(page(viewer, lang="ja"))


@pytest.mark.long
@pytest.mark.parametrize("by_end", [True, False])
def test_thousands_of_executions_are_read_page_by_page(
    cloud: Recorded, here: Deployment, by_end: bool
) -> None:
    """Each page asks for a bounded part, and all pages together show each execution once, whatever
    the service sorts by; each page is sorted, and what took no time stands in the order of all."""
    cloud.sorted_by_end = by_end
    chosen = random.Random(3)
    wanted = list(names(1_203))
    for number, name in enumerate(wanted):
        run = History("{}", BEGAN + timedelta(seconds=number))
        run.now += timedelta(seconds=chosen.choice([0, 0, 0, 0, 90]))
        cloud.add(name, run.end(), "pull" if number % 3 else "change")
    listing, cursor, seen = Listing(here), Cursor(), list[str]()
    most = 0
    while True:
        cloud.asked.clear()
        found = listing.page(cursor)
        most = max(most, cloud.asked.count("ListExecutions"))
        shown = [row.name for row in found.rows]
        assert len(shown) <= MOST_ROWS and shown == sorted(shown, reverse=True)
        seen += shown
        if not found.older:
            break
        assert len(found.older) < 6_000  # it stands in an address
        cursor = Cursor.read(found.older)
    assert sorted(seen) == wanted
    assert most <= 5


@pytest.mark.parametrize("by_end", [True, False])
def test_what_ran_long_hides_nothing(cloud: Recorded, here: Deployment, by_end: bool) -> None:
    """They ended last and began first, and fill the first page of a list that is sorted by end."""
    cloud.sorted_by_end = by_end
    wanted = list(names(70))
    for number, name in enumerate(wanted):
        run = History("{}", BEGAN + timedelta(seconds=number))
        run.now += timedelta(hours=1 if number < 30 else 0)
        cloud.add(name, run.end())
    seen, cursor = list[str](), Cursor()
    while True:
        found = Listing(here).page(cursor)
        seen += [row.name for row in found.rows]
        if not found.older:
            break
        cursor = Cursor.read(found.older)
    assert sorted(seen) == wanted


@pytest.mark.parametrize("by_end", [True, False])
def test_what_starts_and_ends_meanwhile_moves_no_page(
    cloud: Recorded, here: Deployment, by_end: bool
) -> None:
    cloud.sorted_by_end = by_end
    old = list(names(60))
    for number, name in enumerate(old):
        cloud.add(name, History("{}", BEGAN + timedelta(seconds=number)).end())
    seen, cursor = list[str](), Cursor()
    for turn in range(4):
        found = Listing(here).page(cursor)
        seen += [row.name for row in found.rows]
        cursor = Cursor.read(found.older)
        for number in range(30):
            began = BEGAN + timedelta(hours=1 + turn, seconds=number)
            cloud.add(f"new-{turn}-{number}", History("{}", began).end())
        if not found.older:
            break
    assert seen == old[::-1]


@pytest.mark.parametrize("new", [220, 240])
def test_a_list_that_grew_by_more_than_is_asked_for_goes_on(
    cloud: Recorded, here: Deployment, new: int
) -> None:
    """Although what was shown lies on two pages of the service's list by then."""
    old = list(names(80))
    for number, name in enumerate(old):
        cloud.add(name, History("{}", BEGAN + timedelta(seconds=number)).end())
    found = Listing(here).page(Cursor())
    seen = [row.name for row in found.rows]
    assert new > PAGE_SIZE * MOST_PAGES
    for number in range(new):
        cloud.add(f"new-{number}", History("{}", BEGAN + timedelta(hours=1)).end())
    turns = 0
    while found.older:
        found = Listing(here).page(Cursor.read(found.older))
        assert found.rows or not turns  # the first one gets no further than what is new
        seen += [row.name for row in found.rows]
        turns += 1
    assert seen == old[::-1] and turns == 4


@pytest.mark.parametrize(
    "text", ["", "x", "e30=", "W10=", "bnVsbA==", quote(EVIL), "[" * 5000, "eyJsYXN0IjpbMV19"]
)
def test_an_address_that_is_no_cursor_is_the_beginning(text: str) -> None:
    assert Cursor.read(text) == Cursor()
    cursor = Cursor(1.5, {"pull": ("t", ("a", "b"))})
    assert Cursor.read(cursor.written()) == cursor


def test_an_execution_is_asked_for_once_while_it_runs_and_once_when_it_is_over(
    cloud: Recorded, viewer: Viewer
) -> None:
    runs = [History(workflow_input(number), BEGAN) for number in range(5)]
    for name, run in zip(names(5), runs, strict=True):
        cloud.add(name, run)
    for _ in range(3):
        page(viewer)
    assert cloud.asked.count("DescribeExecution") == 5
    for run in runs[:2]:
        run.end()
    for _ in range(3):
        page(viewer)
    assert cloud.asked.count("DescribeExecution") == 7


def ended(number: int, outcome: str, delivery: str, status: str = "SUCCEEDED") -> History:
    """A pull that ends as the workflow ends (held against it in tests/workflow)."""
    return History(workflow_input(number), BEGAN + timedelta(seconds=number)).end(
        status,
        output={"outcome": outcome, "delivery": {"outcome": delivery, "status": 404}},
        cause=f"Receipt number 1: outcome {outcome}, message {delivery}; see the failed states",
    )


def rows(text: str) -> list[str]:
    return [read(each) for each in re.findall(r'<span class="tags">(.*?)</span></span>', text)]


def test_the_list_tells_a_good_pull_from_a_refused_and_from_an_undelivered_one(
    cloud: Recorded, viewer: Viewer
) -> None:
    ends = [
        (("drawn", "delivered"), "drawn", "引いた"),
        (("drawn", "gone"), "drawn not delivered", "引いた 未着"),
        (("refused", "delivered"), "refused", "受け付けず"),
        (("stale", "delivered"), "old button", "古いボタン"),
        (("abandoned", "gone"), "abandoned not delivered", "打ち切り 未着"),
        (("voided", "delivered", "FAILED"), "voided failed", "無効 失敗"),
        (("unclear", "gone", "FAILED"), "unclear failed not delivered", "結果不明 失敗 未着"),
        (("<b>", "<i>"), "succeeded", "完了"),
    ]
    for number, (name, (end, _, _)) in enumerate(zip(names(len(ends)), ends, strict=True)):
        cloud.add(name, ended(number, *end))
    cloud.add("100000000000000000", History(workflow_input(9), BEGAN - timedelta(1)))
    assert rows(page(viewer))[::-1] == ["running", *(english for _, english, _ in ends)]
    shown = rows(page(viewer, lang="ja"))
    assert shown[::-1] == ["実行中", *(japanese for _, _, japanese in ends)]


def test_an_express_log_tells_what_came_of_it_too(here: Deployment, cloud: Recorded) -> None:
    cloud.express = ("pull", "change", "reply")
    began = datetime.now(BEGAN.tzinfo) - timedelta(minutes=2)
    for number, (name, end) in enumerate(
        zip(names(2), [("refused", "delivered"), ("voided", "gone", "FAILED")], strict=True)
    ):
        run = ended(number, *end)
        for event in run.events:
            event["timestamp"] = began.timestamp() + number
        cloud.add_log(name, run)
    results = [row.result for row in Listing(here).page(Cursor()).rows]
    assert sorted(results) == [("refused", "delivered"), ("voided", "gone")]


def outcomes() -> set[str]:
    """Every outcome that the code of Draw and Plan, or the workflow itself, can end with."""
    found = set()
    for path in (ROOT / "layers/gacha/python/commands").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            given = [each.value for each in call.keywords if each.arg == "outcome"]
            if path.name == "decisions.py" and name in ("_decision", "_refused", "_void"):
                given += call.args[:1]
            if name == "Shown":
                given += call.args[1:2]
            said = (each for of in given for each in ast.walk(of))
            found |= {str(each.value) for each in said if isinstance(each, ast.Constant)}
    defaults = {
        signature(decisions.recording).parameters["outcome"].default,
        decisions.Shown._field_defaults["outcome"],
    }
    workflow = (ROOT / "statemachines/change.asl.json").read_text()
    ends = re.findall(r'"outcome": "(?:\{%)?(.*?)(?:%\})?"', workflow)
    words = {word for end in ends for word in re.findall(r"'(\w+)'|^(\w+)$", end)}
    kinds_ = {"void"}  # what is compared, not said
    return found | defaults | {"".join(each) for each in words} - kinds_


def test_the_table_has_every_outcome_and_no_other() -> None:
    all_ = outcomes()
    assert {"drawn", "planned", "refused", "asked", "shown", "abandoned", "unclear"} <= all_
    assert all_ == OUTCOMES.keys()
    assert {name for name, of in OUTCOMES.items() if of.kind == BAD} == {
        *("abandoned", "voided", "unclear")
    }


CAME = {"ja": "結果", "en": "Result"}
SAW = {"ja": "表示", "en": "Seen"}
SAYS_REFUSED = {"ja": "受け付けず", "en": "refused"}
SAYS_WHY = {"ja": "理由のメッセージ", "en": "message with the reason"}


@pytest.mark.parametrize("is_express", [False, True])
def test_the_detail_says_what_the_list_says_of_every_outcome(
    here: Deployment, cloud: Recorded, viewer: Viewer, is_express: bool
) -> None:
    """Of an execution whose interaction the ledger has no row of; and of its void, where an
    outcome leaves one."""
    all_ = sorted(outcomes())
    for number, (name, outcome) in enumerate(zip(names(len(all_)), all_, strict=True)):
        run = ended(number, outcome, "delivered")
        if is_express:
            cloud.express = ("pull", "change", "reply")
            for event in run.events:
                event["timestamp"] = snowflake.created_ms(name) / 1000 + number
            cloud.add_log(name, run)
        else:
            cloud.add(name, run)
        found = interaction.find(here, name)
        for lang in ("ja", "en"):
            told = dict(summary.facts(found, name, lang, "page"))
            of = OUTCOMES[outcome]
            assert told[CAME[lang]] == word(of.came, lang)
            assert (SAYS_REFUSED[lang] in told[CAME[lang]]) == (
                outcome in ("refused", "paused", "stale", "leaving")
            )
            # Whoever saw no refusal is not said to have got a reason.
            assert (SAYS_WHY[lang] in told[SAW[lang]]) == (of.kind == WARN)
            assert read(page(viewer, f"/{name}", lang)).count(word(of.came, lang)) == 1
        voided = replace(found, row={"kind": "void", "user_id": PLAYER_KEY})
        told = dict(summary.facts(voided, name, "en", "page"))
        assert told["Result"] == (OUTCOMES["voided"] if of.is_recorded else of).came[1]
    if not is_express:
        for lang in ("ja", "en"):
            badges = [word(OUTCOMES[each].badge, lang) for each in all_]
            assert rows(page(viewer, lang=lang))[::-1] == badges


def test_a_command_that_only_reads_is_not_said_to_be_refused(
    here: Deployment, cloud: Recorded
) -> None:
    [name] = names(1)
    run = History(workflow_input(0, "profile"), BEGAN).end(
        output={"delivery": {"outcome": "delivered", "status": 200}}
    )
    cloud.express = ()
    cloud.add(name, run, "reply")
    for lang, came, saw in (
        ("ja", "読むだけのコマンドです。何も変わりません", "メッセージが届きました"),
        ("en", "it only reads: nothing was changed", "the message arrived"),
    ):
        told = dict(summary.facts(interaction.find(here, name), name, lang, "page"))
        assert (told[CAME[lang]], told[SAW[lang]]) == (came, saw)


def test_a_panels_pull_with_pictures_is_shown_as_its_player_saw_it(
    here: Deployment, cloud: Recorded, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No environment of Announce's is here: where pictures are, the stack's outputs say. What
    cannot be drawn at all is still a message, and not said to be none."""
    monkeypatch.setenv("ART_URL", "")  # so that it is put back
    monkeypatch.delenv("ART_URL")
    drawn = pull_message()
    art = [{**card, "art": "0a" * 16} for card in drawn["cards"]]
    messages = [
        {**drawn, "cards": art, "is_private": True},
        {"kind": "pull", "of": "another version"},
    ]
    numbers = (6, 7)
    for number, message in zip(numbers, messages, strict=True):
        given = workflow_input(number, "pull", private="panel", banner="b1", count=10)
        history = History(given)
        history.enter("Announce", {"message": message, "figures": {}})
        cloud.add(given["interaction_id"], history)
    for lang, none, saw, odd in (
        ("ja", "メッセージの記録がありません", "の結果", "ここでは表示できません"),
        ("en", "No message is on record", "の結果", "cannot be drawn here"),
    ):
        for number, expected in zip(numbers, (saw, odd), strict=True):  # in its player's language
            text = page(viewer, f"/{workflow_input(number)['interaction_id']}", lang)
            assert expected in text and none not in text


@pytest.mark.parametrize("singles", [0, 2])
def test_a_sealed_code_is_said_to_be_sealed_and_the_lines_stay(
    cloud: Recorded, viewer: Viewer, singles: int
) -> None:
    secret = seal(PrivateKey.generate().public_key, "7QA-K2MW-9XHD-3RTB")
    given = workflow_input(4, "admin code new", admin="7") | {"language": "ja"}
    message = {
        **{"kind": "admin code new", "view": "made", "campaign": "c1", "note": "夏祭り"},
        **{"goods": rewards.of_gift(Gift(coins=5)), "ends": 1_795_500_000, "most": 10},
        **{"singles": singles, "own": False, "codes": secret},
    }
    history = History(given)
    history.enter("Announce", {"message": message, "figures": {}})
    cloud.add(given["interaction_id"], history, "change")
    text = page(viewer, f"/{given['interaction_id']}", "ja")
    seen = text[text.index('id="seen"') : text.index('id="steps"')]
    assert secret not in seen and ("伏せています" in seen) == (not singles)
    [description] = re.findall(r'<div class="text">(.*?)</div>', seen, re.DOTALL)[:1]
    # A <p> would end where a block of code begins, and what follows lose its line breaks.
    assert description.count("\n") >= 4 and ("<pre>" in description) == (not singles)
    assert "<p>" not in description and "夏祭り" in description
    css = (ROOT / "scripts/viewer/static/page.css").read_text()
    assert re.search(r"\.message \.text \{ white-space: pre-line", css)


def test_express_is_listed_from_its_log(here: Deployment, cloud: Recorded, viewer: Viewer) -> None:
    cloud.express = ("pull", "change", "reply")
    began = datetime.now(BEGAN.tzinfo) - timedelta(minutes=2)
    first, second, third = names(3)
    cloud.add_log(first, History(workflow_input(0, count=10), began).end())
    cloud.add_log(second, History(workflow_input(1, "profile"), began).end("FAILED"), "reply")
    cloud.add_log(third, History(workflow_input(2), began - timedelta(days=2)).end())
    cloud.lines.append(
        (int(began.timestamp() * 1000), "no JSON ExecutionStarted express:gacha-pull:")
    )
    found = Listing(here).page(Cursor())
    assert {(row.name, row.status, row.command.room) for row in found.rows} == {
        (first, "SUCCEEDED", "pull"),
        (second, "FAILED", "profile"),
    }
    assert found.express == ["pull", "change", "reply"]
    text = read(page(viewer))
    assert "Express keeps no history of executions" in text and "/gacha profile" in text
    assert "Express のため、実行の履歴が残りません" in read(page(viewer, lang="ja"))


def test_an_empty_list_says_so(viewer: Viewer) -> None:
    assert "There are no executions yet." in read(page(viewer))
    assert "実行はまだありません。" in read(page(viewer, lang="ja"))


# --- one interaction ------------------------------------------------------------------------------


def add(cloud: Recorded, pulled: Pulled, history: History) -> str:
    cloud.add(pulled.receipt_number, history)
    cloud.put("gacha_history", pulled.row)
    return pulled.receipt_number


def test_a_pull_shows_all_that_came_of_it(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled(since=75)
    receipt = add(cloud, pulled, pulled.history())
    text = page(viewer, f"/{receipt}")
    shown = read(text)
    for expected in (
        f"Receipt number {receipt}",
        "10 pulls from Starlit Atelier",
        "It reached Discord (HTTP 200).",
        "10連",  # the player's own language
        "12 write units (gacha_history 6, discord_users 4, gacha_collection 2)",
        "Put gacha_history",
        '"receipt_hash"',
        "(usually 0.8 %)",  # the ramp has begun
        "Draws since the last: SSR 75",
    ):
        assert expected in shown, expected
    assert text.count('<svg class="odds"') == text.count("· nonce ") == 10
    assert text.count('class="mark"') == 20
    states = re.findall(r'<p class="head"><b>(\w+)</b>\s*<span class="soft"><time>', text)
    assert states == ["Draw", "Record", "Announce"]
    assert "data-every" not in text  # it is over


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Japan; boto3 gives times in a machine's own zone."""
    with monkeypatch.context() as changed:
        changed.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
def test_times_are_utc_and_say_so_wherever_the_reader_is(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled()
    receipt = add(cloud, pulled, pulled.history())
    assert "11-28 07:12:00 UTC" in read(page(viewer))
    text = read(page(viewer, f"/{receipt}", "ja"))
    assert "ステップ 時刻は UTC" in text
    assert "Draw 07:12:00." in text and "16:12:" not in text


def test_conflicts_and_retries_and_catches_stand_where_they_were(
    cloud: Recorded, viewer: Viewer
) -> None:
    pulled = Pulled()
    text = page(viewer, f"/{add(cloud, pulled, pulled.history(conflicts=10))}")
    shown = read(text)
    assert shown.count("caught → Again?") == 10
    assert shown.count("DynamoDb.TransactionCanceledException") >= 10
    assert text.count('class="bad"') == 10
    states = re.findall(r'<p class="head"><b>([\w?]+)</b>\s*<span class="soft"><time>', text)
    assert states[:5] == ["Draw", "Record", "Again?", "WaitForPlayer", "Draw"]
    assert len(states) == 43
    assert len(text) < 3_000_000


def test_a_void_shows_its_tries_and_that_nothing_was_charged(
    cloud: Recorded, viewer: Viewer
) -> None:
    pulled = Pulled(count=1)
    text = page(viewer, f"/{add(cloud, pulled, pulled.voided())}", "ja")
    shown = read(text)
    for expected in (
        "3 回やり直し",
        "捕捉（Catch）→ Void",
        "4 回目の試行で失敗",
        "引けませんでした。通貨は減っていません。",
        "書き込みユニット 2（gacha_history 2）",
        "Void が一度に書き込んだ行",
    ):
        assert expected in shown, expected
    assert '<svg class="odds"' not in text
    assert TOKEN not in text and SEALED_TOKEN not in text


def test_what_the_history_does_not_say_was_written_is_not_called_a_check(
    cloud: Recorded, viewer: Viewer
) -> None:
    """The local AWS notes no parameters, and Void's input has none."""
    pulled = Pulled(count=1)
    history = pulled.voided()
    for event in history.events:
        if "taskScheduledEventDetails" in event:
            event["taskScheduledEventDetails"]["parameters"] = "{}"
    text = read(page(viewer, f"/{add(cloud, pulled, history)}"))
    assert "Void wrote something that the history does not show" in text
    assert "only checked" not in text


def test_a_refusal_only_checked(cloud: Recorded, viewer: Viewer) -> None:
    given = workflow_input(3)
    history = History(given)
    message = {
        "kind": "text",
        "sentence": "cannot_pay",
        "values": {"price": 160, "balance": 0, "missing": 160},
    }
    check = {"TableName": "gacha_history", "Key": {"user_id": {"S": PLAYER_KEY}}}
    decision = {
        "outcome": "refused",
        "message": message,
        "transaction": [{"ConditionCheck": check}],
        "figures": {},
    }
    history.task("Draw", given, {"Payload": decision}, {"decision": decision, "conflicts": 0})
    units = [{"TableName": "gacha_history", "CapacityUnits": 2.0}]
    history.task(
        "Record",
        {"decision": decision},
        {"ConsumedCapacity": units},
        {"message": message, "figures": {}, "written": units},
    )
    history.enter("Announce", {"message": message, "figures": {}})
    receipt = given["interaction_id"]
    cloud.add(receipt, history)
    text = page(viewer, f"/{receipt}")
    shown = read(text)
    assert "Record only checked, and changed nothing" in shown
    assert "通貨が足りません" in shown and "It is being sent." in shown
    assert "The ledger has no row of this receipt number." in shown
    assert f'data-every="{site.LIVE_MS}"' in text and "not left" in shown


def test_the_sweeps_of_an_execution_stand_behind_it(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled(count=1)
    receipt = add(cloud, pulled, pulled.voided())
    cloud.add(f"{receipt}-sweep-1", History(pulled.input | {"sweep": 1}).end())
    assert "gacha-pull (sweep 1)" in read(page(viewer, f"/{receipt}"))
    assert f"/pulls/{receipt}" in page(viewer)


@pytest.mark.parametrize("typed", ["{}", "Receipt number {}", "受付番号 `{}`"])
def test_a_receipt_number_is_found_in_a_copied_line(viewer: Viewer, typed: str) -> None:
    receipt = "1574629893929968613"
    answer = asked(viewer, f"?receipt_number={quote(typed.format(receipt))}")
    assert (answer.status, dict(answer.headers)["Location"]) == (303, f"/pulls/{receipt}")


def test_what_is_no_receipt_number_or_unknown_is_a_sentence(viewer: Viewer) -> None:
    assert "is no receipt number" in read(
        page(viewer, f"?receipt_number={quote(EVIL)}", status=400)
    )
    text = page(viewer, "/1574629893929968613", status=404)
    assert "Nothing is known of this receipt number" in read(text)
    assert 'name="guild"' in text
    assert "There is no such page" in read(page(viewer, "/nowhere", status=404))
    outside = viewer.answer("GET", "/other", {})
    assert outside.status == 404


def test_express_shows_what_log_and_ledger_know(cloud: Recorded, viewer: Viewer) -> None:
    cloud.express = ("pull", "change", "reply")
    pulled = Pulled()
    receipt = pulled.receipt_number
    history = pulled.history()
    for event in history.events:  # the log is searched around the interaction's own time
        event["timestamp"] = snowflake.created_ms(receipt) / 1000 + event["id"]
    cloud.add_log(receipt, history)
    cloud.put("gacha_history", pulled.row)
    text = page(viewer, f"/{receipt}")
    shown = read(text)
    assert "Express keeps no history; this is put together from its log." in shown
    assert "12 write units" in shown and text.count('<svg class="odds"') == 10
    assert "word " in shown


def test_without_a_log_the_ledgers_part_is_shown(cloud: Recorded, viewer: Viewer) -> None:
    cloud.express = ("pull", "change", "reply")
    pulled = Pulled()
    cloud.put("gacha_history", pulled.row)
    cloud.put("discord_users", {"user_id": {"S": PLAYER_KEY}, "guild_id": {"S": GUILD}})
    text = page(viewer, f"/{pulled.receipt_number}?guild={GUILD}")
    assert text.count('<svg class="odds"') == 10 and 'class="mark"' not in text
    shown = read(text)
    assert "The random words stand in the history of an execution only" in shown
    assert "its log has no steps" in shown and "gacha-pull is Express" in shown


# --- the odds -------------------------------------------------------------------------------------

FILES = [
    *sorted((ROOT / "tests/banners").rglob("*.toml")),
    ROOT / "layers/gacha/python/gacha/banners/starlit-atelier.toml",
]


def banners_of_the_tests() -> list[banner.Banner]:
    found = []
    for path in FILES:
        try:
            found.append(banner.parse(path.read_bytes(), path.name))
        except Exception:  # those that are meant to be refused
            continue
    return found


def _words(words: list[int], number: int) -> Iterator[int]:
    return iter([words[number]] * 9)


def test_the_mark_falls_where_the_engine_draws() -> None:
    """Over every kind of banner there is: the picture's own sampling finds the engine's card, its
    bands fill the whole line, and both marks lie in the card's band."""
    chosen = random.Random(11)
    drawn = 0
    for of in banners_of_the_tests():
        state = engine.start(of)
        for count in (10, 1, 10, 10):
            words = [chosen.getrandbits(64) for _ in range(count)]
            rolls, following = engine.trace(of, state, count, partial(_words, words))
            receipt = {
                "before": state.to_dict(),
                "count": count,
                "cards": [roll.card.id for roll in rolls],
                "nonce": 5,
            }
            for shown, roll in zip(odds.draws(of, receipt, words), rolls, strict=True):
                assert shown.agrees and shown.card == roll.card.name
                for bands in (shown.rarities, shown.cards):
                    assert abs(sum(float(b.width) for b in bands) - odds.WIDTH) < 0.02 * len(bands)
                for mark, bands in ((shown.mark, shown.rarities), (shown.zoomed_mark, shown.cards)):
                    [hit] = [band for band in bands if band.is_hit]
                    assert float(hit.left) - 0.02 <= float(mark)
                    assert float(mark) <= float(hit.left) + float(hit.width) + 0.02
                drawn += 1
            state = following
    assert drawn > 300


def test_a_word_that_gives_another_card_is_said(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled(count=1)
    word = int(pulled.decision["rolls"][0]["word"], 16)  # type: ignore[index]
    other = (word + engine.WORD // 2) % engine.WORD
    pulled.decision["rolls"][0]["word"] = f"{other:016x}"  # type: ignore[index]
    of = next(each for each in banners_of_the_tests() if each.id == "starlit-atelier")
    receipt = pulled.decision["receipt"]
    [agreeing] = odds.draws(of, receipt, [word])  # type: ignore[arg-type]
    [shown] = odds.draws(of, receipt, [other])  # type: ignore[arg-type]
    assert (agreeing.agrees, shown.agrees) == (True, False)
    text = page(viewer, f"/{add(cloud, pulled, pulled.history())}")
    assert "This word gives another card." in read(text)


def test_a_receipt_that_is_not_the_banners_is_a_sentence(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled(count=1)
    receipt = json.loads(pulled.row["receipt"]["S"]) | {"banner_hash": "0" * 64}
    pulled.row["receipt"] = {"S": json.dumps(receipt)}
    text = read(page(viewer, f"/{add(cloud, pulled, pulled.history())}"))
    assert "The odds cannot be shown: LookupError: the banner starlit-atelier" in text


@pytest.mark.parametrize("where", ["the bucket", "the settings of before"])
def test_odds_are_those_of_the_banners_file_whatever_ships_now(
    cloud: Recorded, viewer: Viewer, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    pulled = Pulled(count=1)
    file, hash_ = banners.text("starlit-atelier"), banners.load("starlit-atelier").hash
    if where == "the bucket":
        cloud.files[f"banners/{hash_}.toml"] = file.encode()
    else:
        row = {"server_id": GUILD, "setting": f"banner#{hash_}", "toml": file}
        cloud.put("server_settings", to_item(row))
    monkeypatch.setattr(banners, "ids", lambda: ())
    assert "cannot be shown" not in read(page(viewer, f"/{add(cloud, pulled, pulled.history())}"))


@pytest.mark.parametrize("has_history", [True, False])
def test_tickets_of_a_shared_box_show_their_place_and_their_odds(
    cloud: Recorded, viewer: Viewer, has_history: bool
) -> None:
    """Nothing of the box is in the player's row but its number and a position: the receipt is in
    the box's chain, and what was left is what the receipts before it say."""
    play = BoxPlay(LOTTERY)
    sold = [play.pull(user, count) for user, count in (("7", 3), ("8", 4), (USER, 2))]
    assert all(isinstance(each, shared_box.Drawn) for each in sold)
    [*_, drawn] = play.drawn
    cloud.files[f"banners/{play.banner.hash}.toml"] = play.text.encode()
    for each in play.drawn:
        [_, receipt_row] = boxes_table.sell(each)
        cloud.put("gacha_history", receipt_row["Put"]["Item"])
    transaction = transactions.of_tickets(drawn, [])
    row = transaction[0]["Put"]["Item"]
    cloud.put("gacha_history", row)
    guild = row["guild_id"]["S"]
    cloud.put("discord_users", {"user_id": row["user_id"], "guild_id": {"S": guild}})
    words = [
        {"position": drawn.box.sold + at, **plan._noted_of(roll)}
        for at, roll in enumerate(drawn.rolls)
    ]
    decision = {"outcome": "drawn", "receipt": dict(drawn.receipt), "rolls": words}
    if has_history:
        given = workflow_input() | {"interaction_id": drawn.interaction_id, "guild_id": guild}
        history = History(given)
        history.task("Draw", given, {"Payload": decision}, {"decision": decision})
        cloud.add(drawn.interaction_id, history.end(output={}))
    else:
        cloud.express = ("pull", "change", "reply")
    left = {card.id: card.stock or 0 for card in play.banner.cards}
    for each in play.drawn[:-1]:
        for card in each.receipt["cards"]:
            left[card] -= 1
    place = f"/{drawn.interaction_id}?guild={guild}"
    english, japanese = read(page(viewer, place)), read(page(viewer, place, "ja"))
    box, price = drawn.box.name, drawn.receipt["price"]
    total = shared_box.tickets(play.banner)
    start = f"Shared box {box}: tickets 8 to 9 of {total}, of which {total - 7} were left before."
    assert f"{start} Paid: {price:,} coins" in english
    assert f"{total} 枚のうち 8〜9 枚目（引く前の残り {total - 7} 枚）" in japanese
    assert f"支払い：コイン {price:,}" in japanese
    for at, card in enumerate(drawn.receipt["cards"]):
        odds_then = Fraction(left[card], total - 7 - at)
        assert read(percent(odds_then)) in english
        assert f"ticket {8 + at}" in english
        left[card] -= 1
    assert "cannot be shown" not in english and "another card" not in english
    assert ("word " in english) is has_history


# --- secrets --------------------------------------------------------------------------------------


@pytest.mark.long
def test_no_answer_has_a_token_in_any_form(cloud: Recorded, viewer: Viewer) -> None:
    """Every answer that the pages link to, with the token in all places where one has been."""
    pulled = Pulled()
    receipt = add(cloud, pulled, pulled.history(conflicts=1))
    broken = Pulled(1, count=1)
    history = broken.voided()
    nested = json.dumps({"token": TOKEN, "text": json.dumps({"sealed_token": SEALED_TOKEN})})
    history.task("Look", nested, f"{{broken {nested}", nested, f"said: {nested}")
    history.enter("Told", nested)
    history.fail("E", f"what was given: {broken.input!r} and {nested}; PATCH /{SEALED_TOKEN}/")
    deep = '{"a":' * 400 + json.dumps(broken.input) + "}" * 400
    history.enter("Deep", deep)
    deeper = '{"a":' * 100_000 + json.dumps({"sealed_token": SEALED_TOKEN})
    history.leave("Deep", deeper + "}" * 100_000)
    broken.row["token"] = {"S": TOKEN}
    second = add(cloud, broken, history)
    whole = [
        f"/{number}/text?run=0{step}&part={part}"
        for number in (receipt, second)
        for step in ("", *(f"&step={each}" for each in range(7)))
        for part in ("input", "given", "asked", "answered", "returned", "cause", "cause0", "cause3")
        if bool(step) == (part not in ("input", "cause"))
    ]
    waiting, done = ["", f"/{receipt}", f"/{second}", *whole], set[str]()
    served = 0
    while waiting:
        path = waiting.pop()
        done.add(path)
        answer = asked(viewer, path)
        served += answer.status == 200
        text = answer.body.decode()
        for secret in (TOKEN, SEALED_TOKEN, SEALED_TOKEN[10:60]):
            assert secret not in text, path
        linked = re.findall(r'href="/pulls(/[^"]*)"', text.replace("&amp;", "&"))
        waiting += [each for each in set(linked) - done if each not in waiting]
    assert served > 50
    told = asked(viewer, f"/{second}/text?run=0&step=5&part=cause0").body.decode()
    assert "PATCH /<hidden>/" in told


# --- size -----------------------------------------------------------------------------------------


def test_a_page_is_bounded_whatever_it_shows(cloud: Recorded, viewer: Viewer) -> None:
    """400 states with inputs of 256 KB each; the whole of one is a text of its own."""
    large = json.dumps({"x": "<" * 260_000})
    history = History(workflow_input(7))
    for number in range(24):
        history.task(f"S{number}", large, large, large)
    receipt = workflow_input(7)["interaction_id"]
    cloud.add(receipt, history.end())
    text = page(viewer, f"/{receipt}")
    assert len(text) < 6_000_000
    assert "of 260,0" in read(text)
    [whole] = [
        each
        for each in re.findall(r'href="(/pulls/[^"]*)"', text)
        if "step=0&amp;part=given" in each
    ]
    answer = viewer.answer("GET", whole.replace("&amp;", "&"), {})
    assert dict(answer.headers)["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.body.decode() == large


def test_a_history_without_end_is_cut(
    cloud: Recorded, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(workflow_input(7))
    for number in range(500):
        history.enter(f"S{number}", "{}", "Pass")
        history.leave(f"S{number}", "{}", "Pass")
    receipt = workflow_input(7)["interaction_id"]
    cloud.add(receipt, history.end())
    text = read(page(viewer, f"/{receipt}"))
    assert "The history is longer than what is shown." in text
    assert "S399 " in text and "S400 " not in text
    monkeypatch.setattr(interaction, "MOST_EVENTS", 100)
    cloud.asked.clear()
    page(viewer, f"/{receipt}")
    assert cloud.asked.count("GetExecutionHistory") == 3
    monkeypatch.setattr(interaction, "MOST_CHARACTERS", 10)
    cloud.asked.clear()
    page(viewer, f"/{receipt}")
    assert cloud.asked.count("GetExecutionHistory") == 2


@pytest.mark.parametrize(
    "text",
    ["[" * 50_000, "[" * 3_000 + "]" * 3_000, json.dumps([[1] * 9] * 9_000), "{" + "x" * 300_000],
)
def test_json_of_any_depth_and_length_is_shown_within_its_room(text: str) -> None:
    of = str(interaction.hidden(text))
    box = boxes.pretty(of, 1_000)
    assert len(box.shown) <= 1_000 * 10 and box.all >= len(box.shown)
    assert boxes.pretty('{"a": [1, {}]}', 1_000).shown == '{\n  "a": [\n    1,\n    {}\n  ]\n}'
    assert not boxes.pretty("{}", 10).is_cut and boxes.pretty("[1,2,3]", 5).is_cut


@pytest.mark.parametrize("depth", [60, 900, 3_000, 50_000])
def test_an_input_of_any_depth_is_a_page(cloud: Recorded, viewer: Viewer, depth: int) -> None:
    given = (
        json.dumps(workflow_input(8))[:-1] + ', "a": ' + '{"a":' * depth + "1" + "}" * depth + "}"
    )
    history = History(given)
    history.task("Draw", given, given, given)
    receipt = workflow_input(8)["interaction_id"]
    cloud.add(receipt, history.end())
    text = page(viewer, f"/{receipt}")
    assert "nested too deeply" in read(text) and SEALED_TOKEN not in text
    assert "nested too deeply" in page(viewer, f"/{receipt}/text?run=0&step=0&part=given")


# --- what strangers wrote -------------------------------------------------------------------------


def test_nothing_that_strangers_wrote_becomes_a_tag(cloud: Recorded, viewer: Viewer) -> None:
    """Names, options, errors, states and banners, wherever a page shows them."""
    given = workflow_input(0, "admin grant", admin=EVIL, reason=EVIL) | {"user_id": EVIL}
    history = History(given)
    message = {"kind": "text", "sentence": "stands", "values": {EVIL: EVIL}}
    history.task(EVIL, {EVIL: EVIL}, EVIL, EVIL, {EVIL: EVIL})
    history.enter("Announce", {"message": message})
    history.fail(EVIL, EVIL)
    history.enter(EVIL, EVIL)
    receipt = given["interaction_id"]
    cloud.add(receipt, history)
    cloud.add(f"{EVIL}", History(given | {"command": EVIL}), "change")
    pulled = Pulled(5, count=1)
    changed = json.loads(pulled.row["receipt"]["S"]) | {"banner": EVIL}
    pulled.row["receipt"] = {"S": json.dumps(changed)}
    other = add(cloud, pulled, pulled.history())
    clean = {tag for tag, _ in Tags(page(viewer, "/1574629893929968000", status=404)).tags}
    for path in (
        "",
        f"/{receipt}",
        f"/{other}",
        f"?receipt_number={quote(EVIL)}",
        f"/{quote(EVIL)}",
    ):
        text = asked(viewer, path).body.decode()
        tags = Tags(text)
        assert not [name for _, found in tags.tags for name in found if name.startswith("on")]
        scripts = [found for tag, found in tags.tags if tag == "script"]
        assert scripts == [{"src": "/pulls/page.js", "defer": None}], path
        assert "style" not in {name for _, found in tags.tags for name in found}
        assert not [found for tag, found in tags.tags if tag == "img"] and clean
        assert "\u202e" not in text
    assert "<script>alert(1)</script>" in read(page(viewer, f"/{receipt}"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**a** `b` <@12>", '<b>a</b> <code>b</code> <span class="mention">@12</span>'),
        (r"\*\*a\*\* \<b\>", "**a** &lt;b&gt;"),
        ("<t:0:f>", "<time>1970-01-01 00:00 UTC</time>"),
        ("<t:999999999999:f>", "<time>999999999999</time>"),
        ("**<b>** `<i>`", "<b>&lt;b&gt;</b> <code>&lt;i&gt;</code>"),
        ("`**a**`", "<code>**a**</code>"),
        ('"><script>', "&#34;&gt;&lt;script&gt;"),
    ],
)
def test_discords_markdown_is_shown_and_nothing_else(text: str, html: str) -> None:
    assert str(boxes.markdown(text)) == html


# --- what goes wrong ------------------------------------------------------------------------------


def test_no_cloud_is_a_page_that_asks_again(cloud: Recorded) -> None:
    def none() -> Deployment:
        raise NoLocalError

    viewer = Viewer(none)
    for lang, said, again in (
        ("en", "no local cloud is running", "It is tried again by itself."),
        ("ja", "手元の AWS が動いていません", "自動でもう一度試します。"),
    ):
        text = page(viewer, lang=lang, status=503)
        assert said in read(text) and again in read(text)
        assert "data-every" in text
    with cloud as deployment:
        pass
    gone = Viewer(lambda: deployment)  # the file is still there, and nobody listens
    assert "Could not connect" in read(page(gone, status=503))


def test_a_cloud_that_started_anew_is_the_one_that_is_shown() -> None:
    first, second = Recorded(), Recorded()
    [name] = names(1)
    second.add(name, History("{}").end())
    with first as here, second as there:
        now = [here]
        viewer = Viewer(lambda: now[0])
        assert name not in page(viewer)
        now[0] = there
        assert name in page(viewer)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("AccessDeniedException", 503, "AccessDeniedException <b>for</b> ListExecutions"),
        ("ExpiredTokenException", 503, "you are not logged in to AWS"),
        ("InvalidToken", 400, "This part of the list has expired."),
    ],
)
def test_what_aws_refuses_is_a_sentence(
    cloud: Recorded, viewer: Viewer, code: str, status: int, said: str
) -> None:
    cloud.refused["ListExecutions"] = code
    assert said in read(page(viewer, status=status))


def test_a_fault_of_our_own_shows_nothing_of_it(
    cloud: Recorded,
    here: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    viewer = Viewer(lambda: here)
    monkeypatch.setattr(view, "view", lambda *_: 1 / 0)
    text = page(viewer, "/1574629893929968613", status=500)
    assert "ZeroDivision" not in text and "Something went wrong here" in read(text)
    assert "ZeroDivisionError" in capsys.readouterr().err


# --- who may ask ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:80"}, True),
        (
            {
                "Sec-Fetch-Site": "same-site",
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "document",
            },
            False,
        ),
        (
            {
                "Sec-Fetch-Site": "same-site",
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "iframe",
            },
            False,
        ),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}, False),
        (
            {
                "Sec-Fetch-Site": "cross-site",
                "Sec-Fetch-Mode": "navigate",
                "Sec-Fetch-Dest": "document",
            },
            False,
        ),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://127.0.0.1:81"}, False),
        ({"Host": "evil.example"}, False),
        ({"Host": "127.0.0.1:81"}, False),
    ],
)
def test_pages_answer_their_own_browser_and_no_other_page(
    headers: dict[str, str], allowed: bool
) -> None:
    given = {"Host": "127.0.0.1:80", **headers}
    assert (refusal_of_page(given.items(), loopback(80)) == "") is allowed
    twice = [*given.items(), ("host", "evil.example")]
    assert refusal_of_page(twice, loopback(80))


@pytest.fixture
def address(here: Deployment) -> Iterator[tuple[int, str]]:
    made, url = server(lambda: here)
    made.start()
    yield made.server_port, url.removeprefix(f"http://127.0.0.1:{made.server_port}")
    made.stop()


def fetched(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def test_the_server_listens_here_under_a_folder_that_nobody_guesses(
    address: tuple[int, str],
) -> None:
    port, folder = address
    assert len(folder) >= 17
    status, headers, content = fetched(port, folder)
    assert status == 200 and b"There are no executions yet." in content
    for name, value in site.HEADERS:
        assert headers[name] == value
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    for path in ("/", "/pulls", folder[:-1], f"{folder}x", f"/x{folder}"):
        assert fetched(port, path)[0] == 404, path
    assert fetched(port, folder, Host="evil.example")[0] == 403
    assert fetched(port, folder, Origin="http://evil.example")[0] == 403
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert fetched(port, folder, method)[0] == 405
    assert fetched(port, folder, "HEAD")[2] == b""
    for file in ("page.css", "page.js"):
        assert fetched(port, f"{folder}/{file}")[0] == 200


def test_the_pages_change_nothing(cloud: Recorded, viewer: Viewer) -> None:
    pulled = Pulled()
    receipt = add(cloud, pulled, pulled.history(conflicts=1))
    page(viewer)
    page(viewer, f"/{receipt}")
    page(viewer, f"/{receipt}/text?run=0&step=0&part=given")
    verbs = {re.match(r"[A-Z][a-z]+", each)[0] for each in cloud.asked}  # type: ignore[index]
    assert verbs <= {"Describe", "List", "Get", "Query", "Filter"}


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.9,ja;q=0.8", "en"),
        ("fr,ja;q=0.5,en;q=0.4", "ja"),
        ("en;q=0,ja;q=0.1", "ja"),
        ("ja;q=x, de", "en"),
        ("jam", "en"),
    ],
)
def test_the_language_is_the_browsers(accepted: str, lang: str) -> None:
    assert site.language(accepted) == lang


def test_the_tool_serves_or_inspects(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["1574629893929968613", "--serve"]):
        with pytest.raises(SystemExit) as ended:
            interaction.main(arguments)
        assert ended.value.code == stack.WRONG_QUESTION
    assert "--serve to see all on a page" in capsys.readouterr().err
