"""What the endpoint answers at once, before any workflow."""

import time
from collections.abc import Callable

import pytest
from nacl.signing import SigningKey

from local.client import command, encode, ping, post, snowflake
from local.players import Player, World

Headers = dict[str, str]
SIGNATURE = "X-Signature-Ed25519"
TIMESTAMP = "X-Signature-Timestamp"


def test_ping(world: World) -> None:
    assert ping(world.stack.interactions_url, world.signer) == ""


def without(name: str) -> Callable[[Headers], Headers]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


def changed(name: str, change: Callable[[str], str]) -> Callable[[Headers], Headers]:
    return lambda headers: {**headers, name: change(headers[name])}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(without(SIGNATURE), id="no signature"),
        pytest.param(without(TIMESTAMP), id="no timestamp"),
        pytest.param(changed(SIGNATURE, lambda _: "signature"), id="no hex"),
        pytest.param(changed(SIGNATURE, lambda s: s[:-2]), id="too short"),
        pytest.param(changed(SIGNATURE, lambda s: s + "00"), id="too long"),
        pytest.param(changed(SIGNATURE, str.upper), id="uppercase"),
        pytest.param(changed(SIGNATURE, lambda s: "00" * 64), id="wrong"),
        pytest.param(changed(SIGNATURE, lambda s: s[64:] + s[:64]), id="halves swapped"),
        pytest.param(changed(TIMESTAMP, lambda t: str(int(t) + 1)), id="timestamp not signed"),
        pytest.param(changed(TIMESTAMP, lambda _: "now"), id="timestamp no number"),
    ],
)
def test_a_bad_signature_is_refused(
    world: World, player: Player, spoil: Callable[[Headers], Headers]
) -> None:
    interaction = player.command("pull", count=1)
    body = encode(interaction)
    answer = post(world.stack.interactions_url, body, spoil(world.signer.headers(body)))
    assert answer.status == 401
    assert len(answer.content.splitlines()) <= 1
    assert interaction["id"] not in world.executions()


@pytest.mark.parametrize("seconds", [-310, 310])
def test_a_signature_of_another_time_is_refused(world: World, player: Player, seconds: int) -> None:
    body = encode(player.command("pull", count=1))
    headers = world.signer.headers(body, at=time.time() + seconds)
    assert post(world.stack.interactions_url, body, headers).status == 401


def test_another_key_is_refused(world: World, player: Player) -> None:
    body = encode(player.command("pull", count=1))
    timestamp = str(int(time.time()))
    signature = SigningKey.generate().sign(timestamp.encode() + body).signature.hex()
    headers = {SIGNATURE: signature, TIMESTAMP: timestamp}
    assert post(world.stack.interactions_url, body, headers).status == 401


def test_a_changed_body_is_refused(world: World, player: Player) -> None:
    body = encode(player.command("pull", count=1))
    headers = world.signer.headers(body)
    changed = body.replace(b'"value":1', b'"value":2')
    assert changed != body
    assert post(world.stack.interactions_url, changed, headers).status == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"pull"', b"null", b"{}", b'{"type": 77}', b'{"type": "2"}'],
    ids=repr,
)
def test_a_signed_body_that_is_no_interaction_is_refused(world: World, body: bytes) -> None:
    answer = post(world.stack.interactions_url, body, world.signer.headers(body))
    assert answer.status == 400
    assert len(answer.content.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("dance", {}),
        ("pull", {"count": 21}),
        ("pull", {"count": "1"}),
        ("pull", {"price": 1}),
        ("pull", {"banner": ""}),
    ],
)
def test_a_command_that_does_not_exist_is_explained(
    world: World, player: Player, name: str, options: dict[str, str | int]
) -> None:
    sent = player.use(name, **options)
    assert sent.answer.status == 200
    assert sent.answer.json["type"] == 4
    assert sent.answer.json["data"]["flags"] == 64
    assert sent.answer.json["data"]["content"]
    assert sent.id not in world.executions()


def test_a_large_body_with_emoji_and_odd_header_names_is_like_any_other(
    world: World, player: Player
) -> None:
    interaction = player.command("help") | {"unheard_of": "🎰é" * 15_000}
    body = encode(interaction)
    headers = {name.upper(): value for name, value in world.signer.headers(body).items()}
    answer = post(world.stack.interactions_url, body, headers)
    assert (answer.status, answer.json["type"]) == (200, 5)
    assert world.standin.read(interaction["token"], wait=60)["message"]


def test_outside_a_server_only_help_answers_and_what_is_ones_own(world: World) -> None:
    user_id = snowflake()
    for name in ("pull", "profile", "history"):
        sent = world.send(command(["gacha", name], user_id=user_id, guild_id=None))
        assert sent.answer.json["type"] == 4
        assert "サーバー内でお使いください" in sent.answer.json["data"]["content"]
    sent = world.send(command(["gacha", "help"], user_id=user_id, guild_id=None))
    assert sent.answer.json["type"] == 5
    assert "1,600" in world.message(sent)
