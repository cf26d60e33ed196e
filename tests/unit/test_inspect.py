"""scripts.inspect apart from the running stack (tests/e2e/test_inspect.py has that)."""

from __future__ import annotations

import inspect
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from commands import events
from gacha import kinds, snowflake
from scripts import interaction, stack, summary
from scripts.interaction import UNSAID, Execution, Failure, Found, Hint, Logged, Result, Step
from scripts.stack import Deployment
from tests import cloudformation
from tests.conftest import ROOT
from tests.over import over
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, TOKEN, workflow_input

REGION = "ap-northeast-1"
RECEIPT = str(FIRST_ID)
BEGAN = datetime(2026, 11, 25, 7, 12, tzinfo=UTC)
ROLE = "arn:aws:iam::123456789012:role/any"


def at(milliseconds: int) -> datetime:
    return BEGAN + timedelta(milliseconds=milliseconds)


def entered(name: str, when: int) -> dict[str, Any]:
    return {
        "type": "TaskStateEntered",
        "timestamp": at(when),
        "stateEnteredEventDetails": {"name": name, "input": f'{{"into": "{name}"}}'},
    }


def left(name: str, when: int) -> dict[str, Any]:
    return {
        "type": "TaskStateExited",
        "timestamp": at(when),
        "stateExitedEventDetails": {"name": name, "output": f'{{"from": "{name}"}}'},
    }


def failed(when: int, error: str) -> dict[str, Any]:
    return {
        "type": "TaskFailed",
        "timestamp": at(when),
        "taskFailedEventDetails": {"error": error, "cause": "why"},
    }


# --- histories ------------------------------------------------------------------------------------


def test_each_state_has_its_time_input_and_output() -> None:
    first, second = interaction.steps(
        [entered("Draw", 0), left("Draw", 120), entered("Record", 121), left("Record", 150)]
    )
    assert first == Step("Draw", at(0), '{"into": "Draw"}', 120, '{"from": "Draw"}')
    assert (second.name, second.milliseconds) == ("Record", 29)


def test_retries_and_the_failure_that_led_elsewhere_are_problems() -> None:
    history = [entered("Draw", 0), failed(10, "E1"), failed(20, "E2"), left("Draw", 30)]
    history += [entered("Record", 31), failed(40, "E3"), entered("Void", 41)]
    draw, record, void = interaction.steps(history)
    assert [str(each) for each in draw.failures] == ["TaskFailed E1 why", "TaskFailed E2 why"]
    assert [str(each) for each in record.failures] == ["TaskFailed E3 why"]
    assert record.milliseconds is None
    assert (draw.caught_by, record.caught_by, void.caught_by) == ("Record", "Void", "")
    assert (void.name, void.milliseconds, void.returned) == ("Void", None, "")
    assert list(interaction.steps([])) == []


events_of_a_line = st.lists(
    st.sampled_from(["enter", "leave", "fail", "ask", "succeed"]), max_size=8
).map(lambda kinds: ["enter", *kinds])


def written(kind: str, line: int, number: int) -> dict[str, Any]:
    """An event that says of which line it is, and which of it."""
    text = f"{line}-{number}"
    return {
        "enter": entered(text, number),
        "leave": left(text, number),
        "fail": failed(number, text),
        "ask": {
            "type": "TaskScheduled",
            "timestamp": at(number),
            "taskScheduledEventDetails": {"parameters": text},
        },
        "succeed": {
            "type": "TaskSucceeded",
            "timestamp": at(number),
            "taskSucceededEventDetails": {"output": text},
        },
    }[kind]


@settings(max_examples=100)
@given(st.lists(events_of_a_line, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_items_of_a_map_that_run_side_by_side_are_told_apart(
    kinds: list[list[str]], chance: random.Random
) -> None:
    """However they are mixed, each has the steps that it has alone."""
    lines = [
        [written(kind, line, number) for number, kind in enumerate(each)]
        for line, each in enumerate(kinds)
    ]
    history = [entered("Pictures", 0), {"type": "MapStateStarted", "timestamp": at(0)}]
    for number, event in enumerate(history, 1):
        event |= {"id": number, "previousEventId": number - 1}
    last: dict[int, int] = {}
    waiting = [line for line, each in enumerate(lines) for _ in range(len(each) + 2)]
    chance.shuffle(waiting)
    left_over = [iter(each) for each in lines]
    for line in waiting:
        details = {"name": "Pictures", "index": line}
        ended = {
            "type": "MapIterationSucceeded",
            "timestamp": at(0),
            "mapIterationSucceededEventDetails": details,
        }
        began = {
            "type": "MapIterationStarted",
            "timestamp": at(0),
            "mapIterationStartedEventDetails": details,
        }
        event = next(left_over[line], ended) if line in last else began
        history.append({**event, "id": len(history) + 1, "previousEventId": last.get(line, 2)})
        last[line] = len(history)
    history.append({**left("Pictures", 9), "id": len(history) + 1, "previousEventId": last[line]})
    of_map, *found = interaction.steps(history)
    assert (of_map.name, of_map.within, of_map.milliseconds) == ("Pictures", "", 9)
    for line, each in enumerate(lines):
        alone = [replace(step, within="Pictures", item=line) for step in interaction.steps(each)]
        assert [step for step in found if step.item == line] == alone
    assert [step.place for step in found if step.item == 1][:1] in ([], ["Pictures 2 › 1-0"])


# --- secrets --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["token", "sealed_token"])
def test_tokens_are_hidden_at_every_depth(name: str) -> None:
    secret = {name: TOKEN, "kept": 1}
    nested = {"a": [secret], "text": json.dumps({"b": secret}), "broken": "{" + "x", "none": None}
    shown = interaction.hidden(nested)
    assert TOKEN not in json.dumps(shown)
    assert shown["a"][0] == {name: "<hidden>", "kept": 1}
    assert json.loads(shown["text"])["b"]["kept"] == 1
    assert (shown["broken"], shown["none"]) == ("{x", None)


SIGNED: Final = "https://cdn.discordapp.com/a/b.zip?ex=1&is=2&hm=canary"


@pytest.mark.parametrize(
    "text",
    [
        SIGNED,
        f"4096 {SIGNED}& b.zip\n5 {SIGNED} c.png",
        json.dumps({"file": f"4096 {SIGNED} b.zip"}),
        json.dumps({"of": json.dumps({"file": f"4096 {SIGNED} b.zip"})}),
        json.dumps(json.dumps(json.dumps({"file": SIGNED}))),
        f"{{ not JSON, from '{SIGNED}'",
        f'could not be fetched: "{SIGNED}"',
    ],
)
def test_an_address_is_shown_without_what_opens_it(text: str) -> None:
    shown = str(interaction.hidden({"given": [text]}))
    assert "canary" not in shown and "ex=1" not in shown
    assert "https://cdn.discordapp.com/a/b.zip?<hidden>" in shown


def test_what_is_no_signed_address_stays() -> None:
    for text in ("https://a.test/b#c", "what? https://a.test/b c?d=e", "?", "1 ? 2 : 3"):
        assert interaction.hidden(text) == text


@pytest.mark.parametrize("full", [True, False])
def test_no_token_is_shown_whatever_is_shown(
    full: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.dumps({"interaction": workflow_input(), "sealed_token": TOKEN, "long": "x" * 900})
    failure = Failure(BEGAN, "TaskFailed", "E", data)
    step = Step("Draw", BEGAN, data, 5, data, [failure], asked=data, answered=data)
    arn = f"arn:aws:states:{REGION}:1:execution:pull:{RECEIPT}"
    execution = Execution(arn, "FAILED", BEGAN, None, workflow_input(), [step], "because")
    row = {"kind": "pull", "undelivered": "pull", "token": TOKEN}
    player = {"user_id": PLAYER_KEY, "balance": 3040}
    logged = Logged("reply", [(BEGAN, "TaskStateEntered", "Answer")], workflow_input(), [step])
    found = Found([execution], [logged], row, player, [])
    interaction.show(Deployment("s", REGION, {}), RECEIPT, found, full=full)
    out = capsys.readouterr().out
    assert TOKEN not in out
    assert ("--full shows all" in out) is not full
    for expected in (
        f"https://{REGION}.console.aws.amazon.com/states/home?region={REGION}"
        f"#/v2/executions/details/{arn}",
        "FAILED, still running",
        "cause: because",
        "has not arrived",
        "balance 3040",
        "TaskStateEntered             Answer",
    ):
        assert expected in out, expected


# --- Express: its log is all there is -------------------------------------------------------------


@pytest.fixture
def express() -> Iterator[Deployment]:
    """All workflows as Express in moto, with logs; and the template's ledger."""
    with mock_aws():
        here = Deployment("gacha", REGION, {"UsersTable": "u", "HistoryTable": "h"} | tables())
        states = here.client("stepfunctions")
        for name in ("Pull", "Change", "Reply", "Workshop"):
            group = f"/aws/vendedlogs/states/{name}"
            if name != "Change":
                here.client("logs").create_log_group(logGroupName=group)
                here.client("logs").create_log_stream(logGroupName=group, logStreamName="s")
            arn = f"arn:aws:logs:{REGION}:123456789012:log-group:{group}:*"
            machine = states.create_state_machine(
                name=name.lower(),
                type="EXPRESS",
                roleArn=ROLE,
                definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
                loggingConfiguration={
                    "level": "ALL",
                    "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": arn}}],
                },
            )["stateMachineArn"]
            here.outputs[f"{name}StateMachineArn"] = machine  # type: ignore[index]
        for name, called in (("HistoryTable", "h"), ("UsersTable", "u")):
            table = cloudformation.tables()[name] | {"TableName": called}
            here.client("dynamodb").create_table(**table)
        yield here


def tables() -> dict[str, str]:
    return {"SettingsTable": "s", "CollectionTable": "c", "FairnessSecretArn": "f"}


def log(deployment: Deployment, *messages: str) -> None:
    made = snowflake.created_ms(RECEIPT)
    deployment.client("logs").put_log_events(
        logGroupName="/aws/vendedlogs/states/Pull",
        logStreamName="s",
        logEvents=[{"timestamp": made + n, "message": text} for n, text in enumerate(messages)],
    )


def line(number: int, kind: str, name: str, receipt: str = RECEIPT) -> str:
    made = snowflake.created_ms(RECEIPT)
    return json.dumps(
        {
            "id": str(number),
            "type": kind,
            "details": {"name": name} if name else {},
            "event_timestamp": str(made + number),
            "execution_arn": f"arn:aws:states:{REGION}:1:express:pull:{receipt}:some-uuid",
        }
    )


def test_an_express_pull_is_read_from_its_log_in_order(express: Deployment) -> None:
    log(
        express,
        line(2, "TaskStateEntered", "Draw"),
        line(1, "ExecutionStarted", ""),
        line(10, "ExecutionSucceeded", ""),
        line(1, "ExecutionStarted", "", receipt="1"),
        f"no JSON, but {RECEIPT}",
    )
    found = interaction.find(express, RECEIPT)
    [logged] = found.logged
    assert logged.machine == "pull"
    assert [kind for _, kind, _ in logged.events] == [
        "ExecutionStarted",
        "TaskStateEntered",
        "ExecutionSucceeded",
    ]
    assert found and found.row is None and not found.executions
    assert Hint("no guild") in found.hints


def test_an_express_row_is_found_by_its_server(express: Deployment) -> None:
    client = express.client("dynamodb")
    key = {"user_id": {"S": PLAYER_KEY}, "timestamp": {"N": str(snowflake.sort_key(RECEIPT))}}
    client.put_item(TableName="h", Item={**key, "guild_id": {"S": GUILD}, "kind": {"S": "pull"}})
    for user_id, joined_at in ((f"1@{GUILD}", "1"), (PLAYER_KEY, "2"), (f"2@{GUILD}", "3")):
        item = {"user_id": {"S": user_id}, "guild_id": {"S": GUILD}, "joined_at": {"N": joined_at}}
        client.put_item(TableName="u", Item={**item, "balance": {"N": "7"}})
    found = interaction.find(express, RECEIPT, GUILD)
    assert found.row is not None and found.row["kind"] == "pull"
    assert found.player is not None and found.player["balance"] == 7
    assert not interaction.find(express, RECEIPT, "1")


def test_nothing_found_says_what_express_does_not_keep(
    express: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(stack, "chosen", lambda given: express)
    assert interaction.main([RECEIPT, "--guild", GUILD]) == stack.NOT_SO
    said = capsys.readouterr()
    assert f"nothing is known of {RECEIPT}" in said.out and "Check the number" in said.out
    assert "pull is Express: it keeps no executions" in said.err
    assert interaction.main([RECEIPT, "--guild", GUILD, "--lang", "ja"]) == stack.NOT_SO
    said = capsys.readouterr()
    assert "番号を確かめてください" in said.out and "を調べています" in said.err


def test_a_standard_execution_that_is_not_there(express: Deployment) -> None:
    states = express.client("stepfunctions")
    machine = states.create_state_machine(
        name="standard",
        roleArn=ROLE,
        definition='{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}',
    )["stateMachineArn"]
    assert interaction._execution(express, machine, RECEIPT) is None


def test_an_alias_names_its_machine() -> None:
    arn = f"arn:aws:states:{REGION}:1:stateMachine:pull"
    assert interaction.machine_arn(f"{arn}:live") == interaction.machine_arn(arn) == arn


# --- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["12", "--guild", "here"], []])
def test_bad_numbers_end_in_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        interaction.main(arguments)
    assert ended.value.code == stack.WRONG_QUESTION


@pytest.mark.parametrize("name", ["inspect", "cost", "restore", "report", "adopt", "pictures"])
def test_every_tool_explains_itself_and_its_exit_codes(name: str) -> None:
    command = [sys.executable, "-m", f"scripts.{name}", "--help"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert "exit codes:" in ended.stdout


def test_scripts_may_still_be_run_by_their_path() -> None:
    """`scripts/inspect` must not take the standard library's place."""
    command = [sys.executable, "scripts/register_commands.py", "--help"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize(
    "typed",
    ["0123456789012345678", "`123456789012345678`", "１２３４５６７８９０１２３４５６７８ "],
)
def test_a_receipt_number_is_looked_for_in_its_one_form(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    asked: list[Any] = []

    def find(_: Any, receipt: str, guild: str | None) -> Found:
        asked.append((receipt, guild))
        return Found([], [], None, None, [])

    monkeypatch.setattr(interaction, "find", find)
    monkeypatch.setattr(stack, "chosen", lambda _: Deployment("s", REGION, {}))
    assert interaction.main([typed, f"--guild={typed}"]) == 1
    assert asked[0] == ("123456789012345678", "123456789012345678")
    for line in ("受付番号 {}", "Receipt number {}", "結果は記録済みです。受付番号 {}"):
        assert interaction.main([line.format(typed)]) == 1
        assert asked[-1] == ("123456789012345678", None)


@pytest.mark.parametrize("typed", ["0", "1234", "受付番号", "1" * 21, f"{RECEIPT} {RECEIPT}"])
@pytest.mark.parametrize(("lang", "says"), [("en", "17 to 20 digits"), ("ja", "17〜20 桁の数字")])
def test_what_holds_no_receipt_number_or_two_is_a_sentence(
    capsys: pytest.CaptureFixture[str], typed: str, lang: str, says: str
) -> None:
    assert interaction.main([typed, f"--lang={lang}"]) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert says in said.err


@pytest.mark.parametrize("lang", summary.LANGUAGES)
def test_notes_are_in_the_language_that_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    """All that `find` can note, by the sentences that it names."""
    named = set(re.findall(r'Hint\("([^"]+)"', inspect.getsource(interaction.find)))
    hints = [Hint(each, "pull") for each in sorted(named)]
    assert len(hints) == 2
    monkeypatch.setattr(interaction, "find", lambda *_: Found([], [], None, None, hints))
    monkeypatch.setattr(stack, "chosen", lambda _: Deployment("s", REGION, {}))
    assert interaction.main([RECEIPT, f"--lang={lang}"]) == 1
    notes = capsys.readouterr().err.splitlines()[1:]
    for note, hint in zip(notes, hints, strict=True):
        assert note == summary.sentence("note", lang, hint=hint.text(lang))
        assert bool(re.search("[ぁ-ん]", note)) is (lang == "ja")


# --- five lines in words --------------------------------------------------------------------------

ARN = f"arn:aws:states:{REGION}:1:execution:pull:{RECEIPT}"


def told(
    lang: str,
    status: str | None = "SUCCEEDED",
    row: dict[str, Any] | None = None,
    command: str = "pull",
    **options: Any,
) -> list[str]:
    executions = []
    if status:
        given = workflow_input(0, command, **options)
        given["options"] = {name: of for name, of in given["options"].items() if of is not None}
        ended = Result("voided" if row else "refused", "delivered")
        result = ended if status == "SUCCEEDED" else UNSAID
        executions = [Execution(ARN, status, BEGAN, 5, given, [], "", result=result)]
    found = Found(executions, [], row and {"user_id": PLAYER_KEY, **row}, {"balance": 1440}, [])
    lines = summary.lines(found, RECEIPT, lang)
    assert len(lines) == 5
    return lines


PULLED = {"kind": "pull", "banner": "starlit-atelier", "count": 10, "amount": -1600}


@pytest.mark.parametrize(
    ("case", "english", "japanese"),
    [
        ({"row": PULLED}, ["10 pulls from", "-1,600 currency", "arrived", "nothing"], "届きました"),
        (
            {"row": {**PULLED, "undelivered": "pull"}},
            ["not arrived", "Do not refund"],
            "返金はしない",
        ),
        ({"row": {"kind": "void"}}, ["nothing was charged", "try again"], "もう一度"),
        ({"row": {"kind": "grant", "amount": 5}, "status": None}, ["a grant", "+5"], "付与"),
        ({}, ["1 pull from", "refused: nothing was charged"], "何も変わっていません"),
        (
            {"status": "RUNNING", "banner": None},
            [" 1 pull, 20"],
            "ガチャ 1 回",
        ),
        ({"count": None}, ["a pull from", "nothing was charged"], "」のガチャ"),
        ({"count": None, "banner": None}, ["a pull,"], "、ガチャ"),
        ({"row": {**PULLED, "kind": "ticket"}}, ["10 pulls from", "-1,600"], "の 10 連"),
        (
            {"command": "admin settings", "admin": "7"},
            [f"server {GUILD}, changed by user 7"],
            "変更した人：ユーザー 7",
        ),
        ({"command": "fair seed", "text": "x"}, ["/gacha fair seed"], "/ガチャ 検証 シード"),
        ({"command": "admin grant"}, ["the command /gacha-admin grant"], "/ガチャ管理 付与"),
        ({"command": "unheard-of"}, ["the command unheard-of"], "コマンド unheard-of"),
        ({"status": "RUNNING"}, ["still running", "wait"], "待ってください"),
        ({"status": "FAILED"}, ["without a row", "--steps"], "--steps"),
        ({"status": None}, ["no row of it"], "通貨は引かれていません"),
    ],
)
def test_it_begins_with_five_lines_in_words(
    case: dict[str, Any], english: list[str], japanese: str
) -> None:
    text = "\n".join(told("en", **case))
    assert all(words in text for words in english), text
    text = "\n".join(told("ja", **case))
    assert japanese in text
    assert not set(text) & set("()!?,") - set(",")  # full-width signs in Japanese


CHARGES = {"pull": -1600, "ticket": -1600, "grant": 5}


@over("kind", kinds.KINDS)
@over("undelivered", [True, False])
@over("status", ["SUCCEEDED", "FAILED", "RUNNING", None])
def test_what_it_says_is_true_of_the_kind(kind: str, undelivered: bool, status: str | None) -> None:
    """Only what draws leaves cards, and has a price that somebody might refund."""
    row = {**PULLED, "kind": kind, "amount": CHARGES.get(kind, 0)}
    known = events.of(kind)
    if undelivered and (known.is_undelivered or known.is_present):  # no other kind is ever marked
        row["undelivered"] = kind
    told_en, told_ja = ("\n".join(told(each, status, row)) for each in ("en", "ja"))
    if kind not in kinds.DRAWN:
        assert "keeps the cards" not in told_en and "カードはプレイヤー" not in told_ja
    elif undelivered and status != "RUNNING":
        assert "Do not refund" in told_en and "返金はしない" in told_ja
    if kind == "grant" and undelivered and status != "RUNNING":
        assert "Do not grant it again" in told_en and "もう一度付与しない" in told_ja
    if kind == "take" and undelivered and status != "RUNNING":
        assert "Do not take it again" in told_en and "もう一度回収しない" in told_ja
    if kind == "lapse":
        assert "nothing was drawn or charged" in told_en and "復元後" in told_ja
        assert "refund" not in told_en and "返金" not in told_ja
    is_own = known.room is not None and not (known.is_undelivered or known.is_present)
    if is_own and status != "SUCCEEDED":
        assert "arrived" not in told_en and "届きました" not in told_ja  # nobody noted it


def test_a_voided_grant_is_the_admins_to_make_again() -> None:
    assert (
        "the admin can grant again"
        in told("en", row={"kind": "void"}, command="admin grant", admin="1")[-1]
    )
    assert "管理者" in told("ja", row={"kind": "void"}, command="admin grant", admin="1")[-1]


@pytest.mark.parametrize(
    ("row", "english", "japanese"),
    [
        ({}, "10 pulls from Starlit Atelier, ", "「星あかりのアトリエ」の 10 連"),
        ({"count": 1}, "1 pull from Starlit Atelier, ", "「星あかりのアトリエ」の 1 回"),
        ({"banner": "gone"}, "10 pulls from gone, ", "gone の 10 連"),
    ],
)
def test_a_pull_is_named_as_players_read_it(
    row: dict[str, Any], english: str, japanese: str
) -> None:
    assert english in told("en", row={**PULLED, **row})[0]
    assert told("ja", row={**PULLED, **row})[0].endswith(japanese)


@pytest.mark.parametrize(
    ("options", "expected", "absent"),
    [
        ([], ["Whose"], ["ledger\n", "balance: "]),
        (["--steps"], ["Whose", "ledger\n"], ['"row"']),
        (["--full"], ["Whose", "ledger\n"], ['"row"']),
        (["--json"], ['"row"'], ["Whose", "ledger\n"]),
        (["--lang", "ja"], ["だれの"], ["Whose"]),
    ],
)
def test_json_and_steps_come_only_if_asked(
    options: list[str],
    expected: list[str],
    absent: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = Found([], [], {"user_id": PLAYER_KEY, **PULLED, "token": TOKEN}, None, [])
    monkeypatch.setattr(interaction, "find", lambda *_: found)
    monkeypatch.setattr(stack, "chosen", lambda _: Deployment("s", REGION, {}))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert interaction.main([RECEIPT, *options]) == 0
    out = capsys.readouterr().out
    assert all(each in out for each in expected), out
    assert not any(each in out for each in (*absent, TOKEN)), out
    if "--json" in options:
        assert json.loads(out)["row"]["token"] == "<hidden>"
