"""What the judge of messages refuses, by which of its parts, and that it takes all the rest."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests

from commands import kit
from local.cloud import free_port
from local.discord_standin import DiscordStandin
from tests.judge import Judge, refusal, refusal_of_answer

Json = dict[str, Any]

LAYOUT: Final = 1 << 15
ORIGINAL: Final = "/webhooks/1/token/messages/@original"


def button(**more: Any) -> Json:
    return {"type": 2, "style": 1, "label": "l", "custom_id": "x", **more}


def row(*buttons: Json) -> list[Json]:
    return [{"type": 1, "components": [*buttons]}]


def embed(**more: Any) -> Json:
    return {"embeds": [{"title": "t", **more}]}


def field(**more: Any) -> Json:
    return embed(fields=[{"name": "n", "value": "v", **more}])


def layout(*components: Json, **more: Any) -> Json:
    return {"flags": LAYOUT, "components": [*components], **more}


def text(of: str = "x") -> Json:
    return {"type": 10, "content": of}


def gallery(items: int, **more: Any) -> Json:
    return {"type": 12, "items": [{"media": {"url": "https://x/y.png"}, **more}] * items}


def buttons(count: int, **more: Any) -> list[Json]:
    return [button(custom_id=str(number), **more) for number in range(count)]


def select(options: int, **more: Any) -> Json:
    told = [{"label": "l", "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "s", "options": told, **more}


def edited(judge: Judge, body: Any, path: str = ORIGINAL, method: str = "PATCH") -> tuple[int, Any]:
    return judge.ask(method, path, "application/json", json.dumps(body).encode())


SIMCORD: Final[dict[str, Json]] = {
    "content of 2,001": {"content": "c" * 2001},
    "11 embeds": {"embeds": [{"title": "t"}] * 11},
    "a title of 257": embed(title="t" * 257),
    "a description of 4,097": embed(description="d" * 4097),
    "6,002 in two embeds": {"embeds": [{"description": "d" * 3001}] * 2},
    "a footer of 2,049": embed(footer={"text": "f" * 2049}),
    "an author of 257": embed(author={"name": "a" * 257}),
    "26 fields": embed(fields=[{"name": "n", "value": "v"}] * 26),
    "a field's name of 257": field(name="n" * 257),
    "a field's value of 1,025": field(value="v" * 1025),
    "an empty row": {"content": "c", "components": row()},
    "6 rows": {"content": "c", "components": [row(each)[0] for each in buttons(6)]},
    "6 buttons in a row": {"content": "c", "components": row(*buttons(6))},
    "a custom_id twice": {"content": "c", "components": row(button(), button())},
    "a custom_id of 101": {"content": "c", "components": row(button(custom_id="x" * 101))},
    "an empty custom_id": {"content": "c", "components": row(button(custom_id=""))},
    "a label of 81": {"content": "c", "components": row(button(label="l" * 81))},
    "26 to choose from": {"content": "c", "components": row(select(26))},
    "nothing to choose from": {"content": "c", "components": row(select(0))},
    "a menu beside a button": {"content": "c", "components": row(select(1), button())},
    "a placeholder of 151": {"content": "c", "components": row(select(1, placeholder="p" * 151))},
    "a mention allowed twice": {"allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "a mention of no kind": {"content": "c", "allowed_mentions": {"parse": ["all"]}},
    "an attachment that was not sent": {"content": "c", "attachments": [{"id": 0}]},
    "a layout of nothing": {"flags": LAYOUT},
    "a layout without its flag": {"components": [text()]},
    "a layout with content": layout(text(), content="c"),
    "a layout with an embed": layout(text(), **embed()),
    "41 components": layout(*[text()] * 41),
    "4,001 in two texts": layout(text("x" * 2001), text("x" * 2000)),
    "an empty text": layout(text("")),
    "a gallery of 11": layout(gallery(11)),
    "a gallery of none": layout(gallery(0)),
    "an alt text of 1,025": layout(gallery(1, description="d" * 1025)),
    "a component's id twice": layout({**text(), "id": 5}, {**text(), "id": 5}),
}
SHAPE: Final[dict[str, Any]] = {
    "no object": "text",
    "an unknown key": {"contents": "c"},
    "content that is no text": {"content": 5},
    "flags that are no number": {"content": "c", "flags": "64"},
    "an unknown key of an embed": embed(colour=1),
    "embeds that are no list": {"embeds": "t"},
    "a colour of 25 bits": embed(color=1 << 24),
    "a colour below 0": embed(color=-1),
    "a time that is none": embed(timestamp="yesterday"),
    "an address that is none": embed(url="nothing"),
    "a picture from nowhere": embed(image={}),
    "a field without a name": field(name=""),
    "a field without a value": field(value=""),
    "a footer without text": embed(footer={}),
    "a button without a row": {"content": "c", "components": [button()]},
    "an unknown key of a button": {"content": "c", "components": row(button(lable="l"))},
    "an empty label": {"content": "c", "components": row(button(label=""))},
    "a button that does nothing": {"content": "c", "components": row({"type": 2, "style": 1})},
    "a link to nowhere": {"content": "c", "components": row({"type": 2, "style": 5})},
    "disabled in words": {"content": "c", "components": row(button(disabled="yes"))},
    "an emoji that is none": {"content": "c", "components": row(button(emoji={}))},
    "an unknown component": {"content": "c", "components": [{"type": 99}]},
    "101 people mentioned": {
        "content": "c",
        "allowed_mentions": {"users": [str(number) for number in range(1, 102)]},
    },
    "11 attachments": {"content": "c", "attachments": [{"id": number} for number in range(11)]},
    "a container of nothing": layout({"type": 17, "components": []}),
    "a picture of a layout from nowhere": layout({"type": 12, "items": [{"media": {}}]}),
    "a name that a follow-up cannot have": {"content": "c", "username": "somebody"},
}
OURS: Final[dict[str, Json]] = {
    "nothing": {},
    "nothing but space": {"content": "  "},
    "no content any more": {"content": None},
    "a layout of 10,171 bytes": layout(text("あ" * 3390 + "x")),
}
"""What neither SimCord nor Discord's description says; why, see tests/judge.py."""


@pytest.mark.parametrize("body", SIMCORD.values(), ids=[*SIMCORD])
def test_simcord_refuses(body: Json) -> None:
    status, error = edited(Judge(), body)
    assert (status, error["code"]) == (400, 50035)
    assert error["message"].startswith("Invalid Form Body")


@pytest.mark.parametrize("body", SHAPE.values(), ids=[*SHAPE])
def test_discords_description_refuses(body: Any) -> None:
    status, error = edited(Judge(), body)
    assert (status, error["code"]) == (400, 50035)
    assert error["message"].startswith("$")


@pytest.mark.parametrize("body", OURS.values(), ids=[*OURS])
def test_we_refuse(body: Json) -> None:
    status, error = edited(Judge(), body)
    assert status in (400, 500)
    assert error["message"].startswith(("Cannot send an empty message", "more than 10170 bytes"))


@pytest.mark.parametrize(
    "body",
    [
        {"content": "c" * 2000, "allowed_mentions": {"parse": []}},
        {**embed(title="t" * 256, description="d" * 4096, footer={"text": "f" * 1648})},
        {"embeds": [{"title": "t"}] * 10},
        embed(fields=[{"name": "n" * 100, "value": "v" * 100}] * 25),
        {"content": "c", "components": [row(*buttons(5, label=f"{n}"))[0] for n in "1"] * 1},
        {"content": "c", "components": row(select(25, placeholder="p" * 150))},
        {"content": None, **embed()},
        layout(text("あ" * 3390), gallery(10, description="d" * 1024)),
        layout({"type": 17, "accent_color": 0, "components": [text(), {"type": 14}, gallery(1)]}),
        layout(
            {
                "type": 9,
                "components": [text()],
                "accessory": {"type": 11, "media": {"url": "https://x/y.png"}},
            }
        ),
    ],
    ids=lambda body: str(body)[:40],
)
def test_the_limits_themselves_are_taken(body: Json) -> None:
    assert refusal(body) == ""


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (1, {"type": 1}),
        (2, {"type": 4, "data": {"content": "c", "flags": 64}}),
        (2, {"type": 5, "data": {"flags": 64}}),
        (3, {"type": 6}),
        (3, {"type": 7, "data": {"content": "c"}}),
        (4, {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}]}}),
    ],
    ids=str,
)
def test_first_answers_are_taken(kind: int, answer: Json) -> None:
    assert refusal_of_answer(answer, kind) == ""


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (2, {"type": 0}),
        (2, {"typ": 5}),
        (2, {"type": 4, "data": {"content": "c" * 2001}}),
        (2, {"type": 4, "data": {"content": ""}}),
        (2, {"type": 4, "data": {"contents": "c"}}),
        (2, {"type": 5, "data": {"content": "c"}}),
        (2, {"type": 7, "data": {"content": "c"}}),
        (3, {"type": 7, "data": {"content": "c" * 2001}}),
        (3, {"type": 7, "data": {"embeds": [{"title": "t" * 257}]}}),
        (3, {"type": 7, "data": {"content": ""}}),
        (4, {"type": 8, "data": {"choices": [{"name": "n", "value": "v"}] * 26}}),
        (2, {"type": 9, "data": {"custom_id": "x", "title": "t" * 46, "components": []}}),
    ],
    ids=str,
)
def test_first_answers_are_refused(kind: int, answer: Json) -> None:
    assert refusal_of_answer(answer, kind)


# --- what was said before counts ------------------------------------------------------------------


def command(number: int, **more: Any) -> Json:
    return {"id": str(number), "token": f"token{number}", "type": 2, **more}


def press(number: int, on: Json) -> Json:
    return command(number, type=3, message={"interaction_metadata": {"id": on["id"]}})


@pytest.mark.parametrize("deferral", [6, 7])
def test_a_press_changes_the_message_it_is_on(deferral: int) -> None:
    judge = Judge()
    judge.answer(command(1), {"type": 4, "data": layout(text())})
    if deferral == 7:
        judge.answer(press(2, command(1)), {"type": 7, "data": {"content": "c"}})
    else:
        judge.answer(press(2, command(1)), {"type": 6})
        assert judge.refused == []
        edited(judge, {"content": "c"}, "/webhooks/1/token2/messages/@original")
    [refused] = judge.refused  # a layout takes no content, and stays one
    assert "components_v2" in refused


def test_a_press_on_what_a_press_changed_is_on_the_same_message() -> None:
    judge = Judge()
    judge.answer(command(1), {"type": 4, "data": layout(text())})
    judge.answer(press(2, command(1)), {"type": 6})
    judge.answer(press(3, press(2, command(1))), {"type": 7, "data": {"flags": 0, "content": "c"}})
    assert len(judge.refused) == 1


def test_a_second_answer_changes_nothing() -> None:
    judge = Judge()
    judge.answer(command(1), {"type": 4, "data": {"content": "c"}})
    assert judge.answer(command(1), {"type": 4, "data": {"content": ""}})[0] == 204
    assert judge.refused == []


def test_an_edit_that_outran_the_first_answer_waits_for_it() -> None:
    judge = Judge()
    judge.answer(command(1), {"type": 4, "data": layout(text())})
    on = press(2, command(1))
    with judge.awaiting("token2"):
        editing = threading.Thread(
            target=edited, args=(judge, {"content": "c"}, "/webhooks/1/token2/messages/@original")
        )
        editing.start()
        judge.answer(on, {"type": 6})
    editing.join()
    assert "components_v2" in judge.refused[0]


def test_a_form_with_a_file_is_judged() -> None:
    def said(attachments: list[Json]) -> str:
        judge = Judge()
        form = requests.Request(
            "PATCH",
            "http://x/",
            files={
                "payload_json": (None, json.dumps({"attachments": attachments})),
                "files[0]": ("a.json", b"{}", "application/json"),
            },
        ).prepare()
        assert isinstance(form.body, bytes)
        judge.ask("PATCH", ORIGINAL, form.headers["Content-Type"], form.body)
        return "".join(judge.refused)

    assert said([{"id": 0, "filename": "a.json"}]) == ""
    assert said([{"id": 1, "filename": "a.json"}])


# --- behind the stand-in --------------------------------------------------------------------------


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def bot(judge: Judge) -> Iterator[Any]:
    """Sends a request about a message to a stand-in that asks the judge."""
    server = DiscordStandin(free_port(), judge=judge.ask)
    server.start()

    def ask(method: str, message: str, **body: Any) -> tuple[int, Json]:
        path = f"{f'/messages/{message}' if message else ''}"
        answer = requests.request(
            method,
            f"http://127.0.0.1:{server.server_port}/api/v10/webhooks/1/a%2Ftoken{path}",
            json=body,
            headers={"User-Agent": "DiscordBot (https://example.invalid, 1)"},
            timeout=10,
        )
        kept = server.read("a/token", 0)
        return answer.status_code, {**answer.json(), "kept": kept}

    yield ask
    server.stop()


def test_what_the_judge_refuses_is_refused_and_changes_nothing(bot: Any, judge: Judge) -> None:
    status, answer = bot("PATCH", "@original", content="c" * 2001)
    assert (status, answer["code"], answer["kept"]["message"]) == (400, 50035, None)
    assert bot("PATCH", "@original", content="fine")[0] == 200
    status, answer = bot("PATCH", "@original", content="")
    assert (status, answer["code"], answer["kept"]["message"]["content"]) == (400, 50006, "fine")
    assert len(judge.refused) == 2


def test_a_message_of_its_own_is_edited_by_its_id(bot: Any, judge: Judge) -> None:
    bot("PATCH", "@original", content="one")
    _, second = bot("POST", "", content="two")
    status, answer = bot("PATCH", second["id"], content="three")
    assert status == 200
    assert [each["content"] for each in answer["kept"]["followups"]] == ["three"]
    assert answer["kept"]["message"]["content"] == "one"
    assert judge.refused == []
    assert bot("PATCH", second["id"], content="c" * 2001)[0] == 400
    assert bot("PATCH", "1", content="c")[0] == 404
    assert len(judge.refused) == 2


def test_a_press_knows_that_its_message_was_laid_out_in_bare_words_by_another() -> None:
    judge = Judge()

    def edit(token: str, body: kit.Body) -> int:
        path, said = f"/webhooks/1/{token}/messages/@original", json.dumps(body).encode()
        status, _ = judge.ask("PATCH", path, "application/json", said)
        return status

    press = {"id": "2", "token": "press", "type": 3}
    below = {"message": {"interaction_metadata": {"id": "1"}}}
    judge.answer({"id": "1", "token": "question", "type": 2}, {"type": 5})
    assert not judge.has_bare_words("press")
    judge.answer({**press, **below}, {"type": 6})
    assert edit("question", kit.body(embeds=[{"title": "sure?"}])) == 200
    assert not judge.has_bare_words("press")
    assert edit("question", kit.laid_out(kit.body("sure?"))) == 200
    assert judge.has_bare_words("press")
    assert edit("press", kit.body(embeds=[{"title": "done"}])) == 400


def test_bare_words_for_a_message_that_is_laid_out_are_late_and_an_embed_is_wrong() -> None:
    """Where an edit arrived and its answer did not, Announce cannot know the message's form."""
    path = "/webhooks/1/token/messages/@original"
    missed = {"title": "Missed", "description": "a pull", "color": 1}
    for body, noted in (
        (kit.body("words"), 0),
        (kit.body(embeds=[missed, {"description": "words"}]), 0),
        (kit.body(embeds=[missed]), 1),
        (kit.body(embeds=[{"title": "x"}]), 1),
    ):
        judge = Judge()
        for each in (kit.layout(kit.display("x")), body):
            status, _ = judge.ask("PATCH", path, "application/json", json.dumps(each).encode())
        assert status == 400 and len(judge.refused) == noted
