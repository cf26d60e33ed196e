"""Plays Discord's part towards the bot: builds interactions, signs and sends them."""

import base64
import itertools
import json
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import requests
from nacl.signing import SigningKey

from local import LOCAL, write_private
from local.discord_application import APPLICATION

KEY_FILE: Final = LOCAL / "discord-key.json"
DISCORD_EPOCH: Final = 1_420_070_400_000  # Unix milliseconds of a snowflake's zero

PING: Final = 1
COMMAND: Final = 2
SUBCOMMAND: Final = 1
GROUP: Final = 2
STRING: Final = 3
INTEGER: Final = 4
USER: Final = 6
ROLE: Final = 8
ATTACHMENT: Final = 11
COMPONENT: Final = 3

MEMBER: Final = "562949953863680"
"""What anybody may do in a server, as Discord writes sets of permissions."""

_sequence = itertools.count(secrets.randbits(22))


def snowflake(at: float | None = None) -> str:
    """A new id of the present, or of the Unix time `at` (seconds)."""
    milliseconds = int((time.time() if at is None else at) * 1000) - DISCORD_EPOCH
    return str(milliseconds << 22 | next(_sequence) % (1 << 22))


@dataclass(frozen=True)
class Signer:
    """A key pair, or the public half of one that somebody else signs with."""

    public_key: str
    private_key: str | None = None

    @classmethod
    def development(cls, path: Path = KEY_FILE) -> Self:
        """The development key pair, made on first use."""
        if not path.exists():
            key = SigningKey.generate()
            pair = {
                "private_key": key.encode().hex(),
                "public_key": key.verify_key.encode().hex(),
            }
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(f".{os.getpid()}")
            write_private(unfinished, json.dumps(pair) + "\n")
            try:
                path.hardlink_to(unfinished)  # of two that start at once, one makes the key
            except FileExistsError:
                pass
            finally:
                unfinished.unlink()
        pair = json.loads(path.read_text())
        return cls(pair["public_key"], pair["private_key"])

    def headers(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """Discord's headers for a body signed now, or at the Unix time `at` (seconds)."""
        if self.private_key is None:
            raise ValueError("only the public key is known")
        timestamp = str(int(time.time() if at is None else at))
        key = SigningKey(bytes.fromhex(self.private_key))
        signature = key.sign(timestamp.encode() + body).signature.hex()
        return {
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": timestamp,
        }


@dataclass(frozen=True)
class Answer:
    """What the endpoint answered, and after how many milliseconds."""

    status: int
    content: bytes
    milliseconds: float

    @property
    def json(self) -> Any:
        return json.loads(self.content)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send a body as it is."""
    started = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(url, data=body, headers=dict(headers), timeout=40)
    return Answer(response.status_code, response.content, (time.perf_counter() - started) * 1000)


def encode(interaction: Mapping[str, Any]) -> bytes:
    """The bytes that Discord would sign and send."""
    return json.dumps(interaction, ensure_ascii=False, separators=(",", ":")).encode()


def send(url: str, signer: Signer, interaction: Mapping[str, Any]) -> Answer:
    """Sign an interaction and send it."""
    body = encode(interaction)
    return post(url, body, signer.headers(body))


def ping(url: str, signer: Signer) -> str:
    """What is wrong with the endpoint's answer to a PING; empty if nothing is.

    Where somebody else holds the private key, a forged PING must be refused.
    """
    interaction = {"id": snowflake(), "application_id": APPLICATION, "type": PING, "version": 1}
    if signer.private_key is None:
        forger = Signer("", SigningKey.generate().encode().hex())
        forged = send(url, forger, interaction)
        return "" if forged.status == 401 else f"HTTP {forged.status} instead of 401"
    answer = send(url, signer, interaction)
    if answer.status == 200 and answer.json == {"type": 1}:
        return ""
    return f"HTTP {answer.status} {answer.content[:200]!r}"


def user(user_id: str, name: str = "player") -> dict[str, Any]:
    return {
        "id": user_id,
        "username": name,
        "global_name": name.title(),
        "discriminator": "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "clan": None,
        "primary_guild": None,
        "public_flags": 0,
    }


def command(
    path: Sequence[str],
    options: Mapping[str, str | int] | None = None,
    *,
    user_id: str | None = None,
    guild_id: str | None = "1290000000000000002",
    locale: str = "ja",
    interaction_id: str | None = None,
    token: str | None = None,
    permissions: str = MEMBER,
    roles: Sequence[str] = (),
    files: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """A slash command, such as ["gacha", "pull"], with every field that Discord sends.

    Without a guild it comes from a direct message with the bot. The option `user` is a member, and
    `role` a role; `roles` are those of who uses the command. `files` are options, too: each is an
    attachment as Discord describes it, with its id.
    """
    interaction_id = interaction_id or snowflake()
    player = user(user_id or snowflake())
    values: list[dict[str, Any]] = [
        {"name": name, "type": _option_type(name, value), "value": value}
        for name, value in (options or {}).items()
    ]
    files = files or {}
    values += [
        {"name": name, "type": ATTACHMENT, "value": file["id"]} for name, file in files.items()
    ]
    for depth, name in enumerate(reversed(path[1:])):
        values = [{"name": name, "type": GROUP if depth else SUBCOMMAND, "options": values}]
    channel_id = "1290000000000000003"
    interaction: dict[str, Any] = {
        "id": interaction_id,
        "application_id": APPLICATION,
        "type": COMMAND,
        "version": 1,
        "token": token or new_token(interaction_id),
        "data": {"id": "1290000000000000004", "name": path[0], "type": 1, "options": values},
        "channel_id": channel_id,
        "channel": {"id": channel_id, "type": 0 if guild_id else 1, "flags": 0},
        "locale": locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "app_permissions": "562949953863680",
        "authorizing_integration_owners": {"0": guild_id} if guild_id else {"1": player["id"]},
        "attachment_size_limit": 10_485_760,
    }
    if files:
        described = {file["id"]: dict(file) for file in files.values()}
        interaction["data"]["resolved"] = {"attachments": described}
    if guild_id is None:
        return interaction | {"context": 1, "user": player}
    membership = _membership(permissions) | {"roles": list(roles)}
    member = {"user": player, **membership, "deaf": False, "mute": False}
    if found := (options or {}).get("user") or (options or {}).get("member"):
        named = user(str(found), "member")
        interaction["data"].setdefault("resolved", {}).update(
            users={named["id"]: named}, members={named["id"]: _membership("0")}
        )
    if role := (options or {}).get("role"):
        interaction["data"].setdefault("resolved", {}).update(roles={str(role): _role(str(role))})
    return interaction | {
        "context": 0,
        "guild_id": guild_id,
        "guild": {"id": guild_id, "locale": locale, "features": []},
        "guild_locale": locale,
        "member": member,
    }


def _membership(permissions: str) -> dict[str, Any]:
    """A member without the user, as `resolved` has them."""
    return {
        "roles": [],
        "permissions": permissions,
        "joined_at": "2026-01-01T00:00:00.000000+00:00",
        "nick": None,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "unusual_dm_activity_until": None,
        "pending": False,
        "flags": 0,
    }


def _role(role_id: str) -> dict[str, Any]:
    return {
        "id": role_id,
        "name": "role",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 1,
        "permissions": "0",
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _option_type(name: str, value: str | int) -> int:
    if name in ("user", "role"):
        return USER if name == "user" else ROLE
    return INTEGER if isinstance(value, int) else STRING


def press(
    answered: Mapping[str, Any], custom_id: str, by: str | None = None, *, flags: int = 0
) -> dict[str, Any]:
    """A press on a button of the message that answered a command or another press, by the same
    person or, in a server, by somebody else. `flags` are the message's (64: only they see it)."""
    interaction_id = snowflake()
    is_direct = "member" not in answered
    owner = answered["user"] if is_direct else answered["member"]["user"]
    presser = user(by) if by else owner
    who = {"user": presser} if is_direct else {"member": {**answered["member"], "user": presser}}
    return {
        **answered,
        "id": interaction_id,
        "token": new_token(interaction_id),
        "type": COMPONENT,
        **who,
        "data": {"component_type": 2, "custom_id": custom_id, "id": 2},
        "message": {
            "id": snowflake(),
            "type": 20,
            "application_id": APPLICATION,
            "flags": flags,
            "interaction_metadata": {
                "id": answered["id"],
                "type": answered["type"],
                "user": owner,
            },
        },
    }


def new_token(interaction_id: str) -> str:
    """A token of Discord's shape and length."""
    inner = f"interaction:{interaction_id}:{secrets.token_urlsafe(96)}"
    return base64.urlsafe_b64encode(inner.encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Standin:
    """The control side of the Discord stand-in; see local/discord_standin.py."""

    url: str

    def script(self, token: str, *answers: Mapping[str, Any]) -> None:
        """Answer the token's next requests like this."""
        with requests.Session() as session:
            session.trust_env = False
            response = session.put(
                f"{self.url}/_standin/tokens/{token}/script", json=answers, timeout=10
            )
        response.raise_for_status()

    def read(self, token: str, wait: float = 0) -> dict[str, Any]:
        """The token's message and requests, after up to `wait` seconds if it has no message yet."""
        with requests.Session() as session:
            session.trust_env = False
            response = session.get(
                f"{self.url}/_standin/tokens/{token}", params={"wait": wait}, timeout=wait + 10
            )
        response.raise_for_status()
        record: dict[str, Any] = response.json()
        return record

    def application(self) -> dict[str, Any]:
        """What was asked of the application; see local/discord_application.py."""
        with requests.Session() as session:
            session.trust_env = False
            response = session.get(f"{self.url}/_standin/application", timeout=10)
        response.raise_for_status()
        described: dict[str, Any] = response.json()
        return described
