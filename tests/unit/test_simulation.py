"""What SimCord 3.2.1 leaves out and the playground bridges, seen from both of its sides: the
requests that its page makes, and the endpoint and messages of a bot."""

from __future__ import annotations

import http.server
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Self
from urllib.parse import urlsplit

import pytest
import requests

from gacha import snowflake
from local.client import Answer, Signer
from local.cloud import free_port
from local.discord_application import APPLICATION
from local.playground import relay
from local.playground.cast import CAST, ENGLISH, JAPANESE, OWNER, STRANGER, conversation
from local.playground.page import Request
from local.playground.relay import PYTHON, Playground

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="SimCord is not installed (make setup)")
PATIENCE: Final = 60  # seconds, on a busy machine
DEFERRED: Final = {"type": 5}
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
FILE_COMMAND: Final = {
    "name": "upload",
    "description": "takes a file",
    "type": 1,
    "contexts": [0],
    "options": [{"name": "file", "description": "a file", "type": 11, "required": True}],
}


class Bot:
    """The endpoint: keeps what arrives, and answers what a test says."""

    def __init__(self) -> None:
        self.interactions: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], Answer] = lambda _: said(DEFERRED)

    def send(self, _url: str, _signer: Signer, interaction: dict[str, Any]) -> Answer:
        self.interactions.append(interaction)
        return self.answer(interaction)


def said(answer: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(answer).encode(), 1)


class View:
    """A page of SimCord's, as its script asks for it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._root = f"http://{parts.netloc}/api"
        self._headers = {"X-Simcord-Capability": parts.fragment}
        self.session = requests.Session()
        self.session.trust_env = False
        self._sequence = 0
        self.state = self._ask("POST", "/pages", {})
        self._headers["X-Simcord-Context"] = self.state["context"]["id"]

    def _ask(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.session.request(
            method,
            f"{self._root}{path}",
            json=body,
            headers=self._headers,
            timeout=PATIENCE,
            **more,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def read(self) -> dict[str, Any]:
        state: dict[str, Any] = self._ask("GET", "/state")
        self.state = state
        return state

    def close(self) -> None:
        self._ask("DELETE", f"/pages/{self._headers['X-Simcord-Context']}")

    def act(
        self, kind: str, files: Any = None, *, look: bool = True, **more: Any
    ) -> dict[str, Any]:
        """An action as the page sends it, which has looked just before or not for a while."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if look:
                self.read()
            body = {
                "protocol_version": 3,
                "sequence": self._sequence + 1,
                "request_id": str(uuid.uuid4()),
                "generation": self.state["context"]["generation"],
                "bot_generation": self.state["botGeneration"],
                "published_revision": self.state["publishedRevision"],
                "kind": kind,
                **more,
            }
            if files:
                parts = [("payload", (None, json.dumps(body), "application/json")), *files]
                receipt = self._ask("POST", "/action", files=parts)
            else:
                receipt = self._ask("POST", "/action", body)
            if receipt["rejected"]:
                codes = {each["code"] for each in receipt["diagnostics"]}
                assert codes <= {"busy"}, receipt
                assert time.monotonic() < deadline
                continue
            self._sequence += 1
            settled: dict[str, Any] = receipt
            return settled

    def commands(self) -> dict[str, dict[str, Any]]:
        return {each["invocation"]: each for each in self._ask("GET", "/commands")["entries"]}

    def use(self, invocation: str, files: Any = None, **options: Any) -> dict[str, Any]:
        entry = self.commands()[invocation]
        return self.act(
            "run_command",
            files,
            command_id=entry["commandId"],
            path=entry["path"],
            schema_fingerprint=entry["schemaFingerprint"],
            options=options,
        )

    def be(self, user: int) -> Self:
        self.act("viewer", viewer_id=str(user))
        return self

    def until(self, text: str) -> dict[str, Any]:
        """The state, once a message on the page has this text; without any action."""
        deadline = time.monotonic() + PATIENCE
        while text not in json.dumps(self.read()["messages"], ensure_ascii=False):
            assert time.monotonic() < deadline, self.state["messages"]
            time.sleep(0.05)
        return dict(self.state)

    def press(self, label: str) -> dict[str, Any]:
        for message_id, message in self.read()["messages"].items():
            text = json.dumps(message, ensure_ascii=False)
            if label in text:
                for row, each in enumerate(message["components"]):
                    for column, button in enumerate(each["components"]):
                        if button.get("label") == label:
                            key = f"message:{message_id}:component:{row}.components.{column}"
                            return self.act("click", target_id=message_id, control_key=key)
        raise AssertionError(f"no button {label}")


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot()


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory, bot: Bot) -> Iterator[Playground]:
    folder = tmp_path_factory.mktemp("playground")
    playground = Playground(free_port(), folder, Signer.development())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "send", bot.send)
        playground.start()
        try:
            playground._stack = SimpleNamespace(  # type: ignore[assignment]
                interactions_url="", outputs={"ApiId": "abc"}, port=1
            )
            playground._elsewhere = SimpleNamespace(  # type: ignore[assignment]
                send=lambda signer, interaction: bot.send("", signer, interaction)
            )
            deadline = time.monotonic() + PATIENCE
            while not playground.is_ready():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield playground
        finally:
            playground.stop()


@pytest.fixture(autouse=True)
def fresh(bot: Bot) -> None:
    bot.interactions.clear()
    bot.answer = lambda _: said(DEFERRED)


@pytest.fixture
def view(playground: Playground) -> Iterator[View]:
    view = View(playground.page.pages["server"])
    yield view
    view.close()


def edit(
    playground: Playground, interaction: dict[str, Any], method: str = "PATCH", **body: Any
) -> tuple[int, Any]:
    """What the bot asks of its message, through the stand-in."""
    path = f"/webhooks/{APPLICATION}/{interaction['token']}/messages/@original"
    return playground.forward(method, path, "application/json", json.dumps(body).encode())


def test_every_conversation_has_a_page_of_its_own(playground: Playground) -> None:
    pages = playground.page.pages
    assert set(pages) == {each.name for each in CAST}
    assert len({urlsplit(url).netloc for url in pages.values()}) == len(CAST)
    assert all(urlsplit(url).hostname == "127.0.0.1" for url in pages.values())
    seen = {
        each.name: [viewer["id"] for viewer in View(pages[each.name]).state["viewers"]]
        for each in CAST
    }
    assert seen == {each.name: [str(person.id) for person in each.people] for each in CAST}


def test_an_interaction_and_its_message_are_of_now(
    view: View, playground: Playground, bot: Bot
) -> None:
    before = time.time()
    view.use("ガチャ プロフィール")
    [interaction] = bot.interactions
    assert before - 1 <= snowflake.created_ms(interaction["id"]) / 1000 <= time.time() + 1
    message = edit(playground, interaction, content="now")[1]
    for name in ("timestamp", "edited_timestamp"):
        at = datetime.fromisoformat(message[name]).timestamp()
        assert before - 1 <= at <= time.time() + 1


def test_ids_differ_in_all_conversations(playground: Playground, bot: Bot) -> None:
    for name in ("server", "dm", "elsewhere"):
        view = View(playground.page.pages[name])
        [help_] = [each for each in view.commands() if each.endswith((" help", " ヘルプ"))]
        view.use(help_)
    ids = [interaction["id"] for interaction in bot.interactions]
    assert len(set(ids)) == len({int(each) % (1 << 22) for each in ids}) == 3


@pytest.mark.parametrize(
    ("person", "command", "locale"),
    [
        (JAPANESE, "ガチャ プロフィール", "ja"),
        (ENGLISH, "gacha profile", "en-US"),
        (OWNER, "ガチャ プロフィール", "ja"),
    ],
)
def test_a_client_has_its_own_language(
    view: View, bot: Bot, person: Any, command: str, locale: str
) -> None:
    view.be(person.id).use(command)
    [interaction] = bot.interactions
    assert interaction["member"]["user"]["id"] == str(person.id)
    assert interaction["locale"] == locale
    assert interaction["guild_locale"] == "ja"
    assert interaction["data"]["name"] == "gacha"
    assert interaction["data"]["options"] == [{"name": "profile", "type": 1, "options": []}]


def test_what_is_chosen_in_japanese_is_sent_by_its_default_names(view: View, bot: Bot) -> None:
    view.use("ガチャ 引く", 回数="10", ガチャ="starlit-atelier")
    [interaction] = bot.interactions
    [pull] = interaction["data"]["options"]
    assert pull["name"] == "pull"
    assert {each["name"]: each["value"] for each in pull["options"]} == {
        "count": 10,
        "banner": "starlit-atelier",
    }


def test_only_the_owner_sees_what_admins_may(view: View) -> None:
    assert not any("管理" in each or "admin" in each for each in view.commands())
    assert not any("admin" in each for each in view.be(ENGLISH.id).commands())
    assert any("管理" in each for each in view.be(OWNER.id).commands())


def test_permissions_are_the_members_own(view: View, bot: Bot) -> None:
    view.use("ガチャ プロフィール")
    view.be(OWNER.id).use("ガチャ プロフィール")
    manage = 1 << 5
    player, owner = (int(each["member"]["permissions"]) for each in bot.interactions)
    assert not player & manage
    assert owner & manage


def test_outside_of_servers_there_is_no_member(playground: Playground, bot: Bot) -> None:
    view = View(playground.page.pages["dm"])
    view.use("ガチャ ヘルプ")
    [interaction] = bot.interactions
    assert interaction["context"] == 1
    assert "member" not in interaction and "guild_id" not in interaction
    assert interaction["user"]["id"] == str(conversation("dm").people[0].id)
    assert not any("管理" in each for each in view.commands())


def test_a_server_that_is_not_allowed_is_asked_as_such(playground: Playground, bot: Bot) -> None:
    bot.answer = lambda _: said({"type": 4, "data": {"content": "not here", "flags": 64}})
    view = View(playground.page.pages["elsewhere"])
    view.use("gacha help")
    assert bot.interactions[0]["guild_id"] == str(conversation("elsewhere").guild_id)
    assert bot.interactions[0]["member"]["user"]["id"] == str(STRANGER.id)
    view.until("not here")


def test_an_edit_is_shown_without_any_action(view: View, playground: Playground, bot: Bot) -> None:
    view.use("ガチャ プロフィール")
    text = f"edited {uuid.uuid4()}"
    status, message = edit(playground, bot.interactions[0], content=text)
    assert status == 200 and message["content"] == text
    view.until(text)


def test_two_pages_show_the_same_and_one_may_go(
    view: View, playground: Playground, bot: Bot
) -> None:
    other = View(playground.page.pages["server"])
    view.use("ガチャ プロフィール")
    View(playground.page.pages["server"]).session.close()  # and another without a word
    text = f"for both {uuid.uuid4()}"
    assert edit(playground, bot.interactions[0], content=text)[0] == 200
    other.until(text)
    View(playground.page.pages["server"]).until(text)  # reloaded


def test_a_press_counts_though_somebody_else_was_faster(
    view: View, playground: Playground, bot: Bot
) -> None:
    view.use("ガチャ プロフィール")
    first = bot.interactions[0]
    button = {"type": 2, "style": 1, "label": "早く", "custom_id": "some:thing"}
    edit(playground, first, content="x", components=[{"type": 1, "components": [button]}])
    state = view.until("早く")
    behind = state["publishedRevision"]
    [message_id] = [
        id_
        for id_, each in state["messages"].items()
        if "早く" in json.dumps(each, ensure_ascii=False)
    ]
    key = f"message:{message_id}:component:0.components.0"
    view.state["publishedRevision"] = behind - 1
    view.act("click", look=False, target_id=message_id, control_key=key)
    assert bot.interactions[-1]["data"]["custom_id"] == "some:thing"


def test_a_browser_that_is_killed_again_and_again_can_come_back(playground: Playground) -> None:
    views = [View(playground.page.pages["dm"]) for _ in range(40)]
    assert len({view.state["context"]["id"] for view in views}) == 40


def test_an_edit_before_the_first_answer_is_not_found_yet(
    view: View, playground: Playground, bot: Bot
) -> None:
    early: list[tuple[int, Any]] = []

    def answer(interaction: dict[str, Any]) -> Answer:
        early.append(edit(playground, interaction, content="too early"))
        return said(DEFERRED)

    bot.answer = answer
    view.use("ガチャ プロフィール")
    assert [(status, body["code"]) for status, body in early] == [(404, 10015)]
    assert edit(playground, bot.interactions[0], content="now")[0] == 200


def test_a_message_that_discord_refuses_is_shown_as_its_error(
    view: View, playground: Playground, bot: Bot
) -> None:
    view.use("ガチャ プロフィール")
    status, error = edit(playground, bot.interactions[0], content="x" * 2001)
    assert (status, error["code"]) == (400, 50035)
    state = view.until("Discord refuses")
    assert "50035" in json.dumps(state["messages"])
    assert "Discord refuses" in playground.log.read_text()  # by which the other tests know
    assert edit(playground, bot.interactions[0], embeds=[{"title": 1}])[0] == 400
    assert edit(playground, bot.interactions[0], nonsense=1)[0] == 501  # nor may it pass
    assert edit(playground, bot.interactions[0], content="fine")[0] == 200


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (said({"type": 4, "data": {"content": ""}}), "first answer"),
        (said({"type": 4, "data": {"content": "c" * 2001}}), "50035"),
        (said({"type": 99}), "50035"),
        (said({"type": 7, "data": {"content": "no message to update"}}), "50035"),
        (
            said({"type": 9, "data": {"title": "t" * 46, "custom_id": "x", "components": []}}),
            "50035",
        ),
        (Answer(500, b"Internal Server Error", 1), "HTTP 500"),
        (Answer(200, b"no JSON", 1), "no JSON"),
    ],
)
def test_a_first_answer_that_discord_refuses_is_shown_as_its_error(
    view: View, bot: Bot, answer: Answer, shown: str
) -> None:
    before = set(view.read()["messages"])
    bot.answer = lambda _: answer
    view.use("ガチャ プロフィール")
    deadline = time.monotonic() + PATIENCE
    while not (new := {k: v for k, v in view.read()["messages"].items() if k not in before}):
        assert time.monotonic() < deadline
    assert shown in json.dumps(new, ensure_ascii=False)


def test_a_late_first_answer_is_named(view: View, bot: Bot) -> None:
    def answer(_: dict[str, Any]) -> Answer:
        time.sleep(3.2)
        return said({"type": 4, "data": {"content": "late"}})

    bot.answer = answer
    view.use("ガチャ プロフィール")
    state = view.until("late")
    assert "Discord waits 3 s" in json.dumps(state["messages"])


def test_a_button_and_a_form_go_the_same_way(view: View, playground: Playground, bot: Bot) -> None:
    button = {"type": 2, "style": 1, "label": "押す", "custom_id": "some:thing"}
    view.use("ガチャ プロフィール")
    edit(
        playground,
        bot.interactions[0],
        content="a button",
        components=[{"type": 1, "components": [button]}],
    )
    view.until("押す")
    field = {"type": 4, "custom_id": "text", "style": 1}
    form = {
        "title": "Form",
        "custom_id": "a:form",
        "components": [{"type": 18, "label": "Text", "component": field}],
    }
    bot.answer = lambda _: said({"type": 9, "data": form})
    view.press("押す")
    assert bot.interactions[1]["type"] == 3
    assert bot.interactions[1]["data"]["custom_id"] == "some:thing"
    assert bot.interactions[1]["message"]["interaction_metadata"]["user"]["id"] == str(JAPANESE.id)
    modal = view.read()["modal"]
    bot.answer = lambda _: said({"type": 4, "data": {"content": "thanks"}})
    view.act("modal_submit", modal_handle=modal["handle"], values={"text": "hello"})
    assert bot.interactions[2]["type"] == 5
    assert "hello" in json.dumps(bot.interactions[2]["data"]["components"])
    view.until("thanks")


def test_a_mention_in_an_embed_is_a_name(view: View, playground: Playground, bot: Bot) -> None:
    view.use("ガチャ プロフィール")
    text = str(uuid.uuid4())
    edit(
        playground,
        bot.interactions[0],
        embeds=[{"description": f"<@{ENGLISH.id}> {text}"}],
        allowed_mentions={"parse": []},
    )
    state = view.until(text)
    assert f"@{ENGLISH.name}" in json.dumps(state["messages"])


class Pictures(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(PNG)))
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture
def pictures() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pictures_of_this_machine_are_shown(
    view: View, playground: Playground, bot: Bot, pictures: str
) -> None:
    view.use("ガチャ プロフィール")
    item = {"media": {"url": f"{pictures}/art/1"}, "description": "a card"}
    status, error = edit(
        playground,
        bot.interactions[0],
        flags=1 << 15,
        components=[{"type": 12, "items": [item]}],
    )
    assert status == 200, error
    deadline = time.monotonic() + PATIENCE
    while not any(each["available"] for each in view.read()["assets"].values()):
        assert time.monotonic() < deadline, view.state["assets"]
        time.sleep(0.05)


def test_no_other_picture_is_fetched(
    playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(playground._session, "get", lambda url, **more: asked.append((url, more)))
    monkeypatch.setattr(playground, "_is_ours", lambda _: True)
    for url in ("http://example.com/a.png", "https://127.0.0.1/a.png", "file:///etc/passwd", "x"):
        request = Request("/_relay/picture", "", {}, url.encode())  # type: ignore[arg-type]
        assert playground._picture(request).status == 404
    assert not asked


def test_an_upload_has_an_address_that_gives_it(
    view: View, playground: Playground, bot: Bot
) -> None:
    registered = json.loads((playground._folder / "simulation.json").read_text())["commands"]
    playground.register([*registered, FILE_COMMAND])
    deadline = time.monotonic() + PATIENCE
    while "upload" not in view.commands():
        assert time.monotonic() < deadline
    view.use(
        "upload",
        [("file:file", ("banner.toml", b"[banner]\n", "application/toml"))],
        file={"upload": 0},
    )
    [attachment] = bot.interactions[0]["data"]["resolved"]["attachments"].values()
    assert attachment["filename"] == "banner.toml" and attachment["size"] == 9
    assert attachment["url"].startswith(f"http://127.0.0.1:{playground.page.server_port}/cdn/")
    assert requests.get(attachment["url"], timeout=10).content == b"[banner]\n"
    missing = attachment["url"].replace("banner", "other")
    assert requests.get(missing, timeout=10).status_code == 404


def test_an_upload_is_said_to_be_where_somebody_else_serves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(relay, "Group", lambda *given, **_: started.append(given))
    playground = Playground(free_port(), tmp_path, Signer.development(), cdn="https://cdn.example")
    playground.start()
    playground.page.stop()
    assert json.loads((tmp_path / "simulation.json").read_text())["cdn"] == "https://cdn.example"
    assert started


def test_a_file_of_the_bot_arrives_with_its_message(
    view: View, playground: Playground, bot: Bot
) -> None:
    view.use("ガチャ プロフィール")
    message = {
        "content": "your receipts",
        "attachments": [{"id": "0", "filename": "receipts.json"}],
    }
    form = requests.Request(
        "PATCH",
        "http://x/",
        files=[
            ("payload_json", (None, json.dumps(message), "application/json")),
            ("files[0]", ("receipts.json", b'{"format": 1}', "application/json")),
        ],
    ).prepare()
    assert isinstance(form.body, bytes)
    path = f"/webhooks/{APPLICATION}/{bot.interactions[0]['token']}/messages/@original"
    status, edited = playground.forward("PATCH", path, form.headers["Content-Type"], form.body)
    assert status == 200, edited
    [attachment] = edited["attachments"]
    assert (attachment["filename"], attachment["size"]) == ("receipts.json", 13)
    view.until("receipts.json")


def test_an_unknown_token_is_an_unknown_webhook(playground: Playground) -> None:
    assert playground.knows("simcord_interaction_1")
    assert not playground.knows("aW50ZXJhY3Rpb24")
    status, error = edit(playground, {"token": "simcord_interaction_1"}, content="x")
    assert (status, error["code"]) == (404, 10015)


def test_nobody_without_the_secret_is_answered(playground: Playground) -> None:
    url = f"http://127.0.0.1:{playground._ready['port']}"
    for path in ("/cdn/x", "/commands", "/webhooks/1/simcord_interaction_1/messages/@original"):
        assert requests.get(f"{url}{path}", timeout=10).status_code == 403
