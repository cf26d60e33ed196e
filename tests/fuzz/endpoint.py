"""Throws generated requests at the `interactions` handler, in this process, and checks each answer.

    python -m tests.fuzz.endpoint [--requests 100000] [--seed N]

Three kinds in turn: events of any shape; real requests damaged after Discord signed them; hostile
JSON that is correctly signed. Whatever comes, the handler must neither raise nor answer 5xx, and
an unsigned request must start nothing. A failure prints its request; the seed repeats the run.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import copy
import io
import json
import os
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from nacl.signing import SigningKey

from commands import registry
from tests.conftest import ROOT, load_function
from tests.support import SEALING_PUBLIC_KEY

KEY: Final = SigningKey(b"interactions, when it is fuzzed!")
SIGNATURE: Final = "x-signature-ed25519"
TIMESTAMP: Final = "x-signature-timestamp"
NOW: Final = 1_800_000_000
TOKEN: Final = "canary-token-that-must-not-leak"
MACHINES: Final = {
    f"{name}_STATE_MACHINE_ARN": f"arn:{name.lower()}"
    for name in ("PULL", "CHANGE", "REPLY", "WORKSHOP")
}
ANSWERS: Final = {1, 4, 5, 6, 8, 9}
MEMBER: Final = "1290000000000000010"
FIRST_READ: Final = ("type", "guild_id", "locale", "data", "member", "user")
ALLOWED: Final = (None, frozenset({"1290000000000000002"}), frozenset({"1"}))
"""Servers that the owner may have allowed: all, that of most requests, another one."""
LARGEST_INPUT: Final = 8_192
"""Bytes of a workflow's input; ours have a few hundred and 256 KB are allowed."""

UNSEEN: Final = SimpleNamespace(
    look=lambda *_: SimpleNamespace(is_private=lambda: False),
    is_outdated=lambda _: False,
    forget=lambda _: None,
)
"""In place of the read beside the start: one that fails late writes into the next request's log."""

Event = dict[str, Any]


class Broken(AssertionError):
    """What must hold of every answer did not."""


# --- what is generated ----------------------------------------------------------------------------

TROUBLE: Final[list[Any]] = [
    *(None, True, False, 0, 1, 1.0, 2, 3, 5, 6, -1, 10**30, 2**63, 2**64, 1e308, 5e-324, -0.0),
    *(float("nan"), float("inf"), float("-inf"), [], {}, [[]], [None], {"": None}, {"id": {}}),
    *("", " ", "0", "1", "-1", "null", "\x00", "\ud800", "\udfff\ud800", "\ufeff", "\u202e", "😀"),
    *("{name}", "{0}", "%s", "../..", "a" * 40, "星" * 5_000, "9" * 30, "1290000000000000009"),
    *(
        "gacha",
        "pull",
        "help",
        "count",
        "history:older:1",
        "history:older:1.1234567",
        "ja",
        "__proto__",
    ),
]
RAW_TROUBLE: Final = [
    *('"\\ud800"', "NaN", "-Infinity", "1e999", "1" * 5_000, "0.1e-400", '"\\u0000"', "01", "'a'"),
    *("{}", "[]", "]", "}", "{", "[", ",", ":", '"', "\\", "\x00", "\x1f", "\ufeff", "//", "true"),
    *("[" * 3_000, '{"a":' * 2_000, "[" * 500 + "]" * 500, '{"type":1,"type":2}', '"type":1,'),
]


def any_value(chance: random.Random, depth: int = 0) -> Any:
    """JSON of any shape."""
    kind = chance.random()
    if depth < 4 and kind < 0.15:
        return [any_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    if depth < 4 and kind < 0.3:
        return {any_text(chance): any_value(chance, depth + 1) for _ in range(chance.randrange(4))}
    if kind < 0.4:
        return any_text(chance)
    if kind < 0.5:
        return chance.getrandbits(chance.choice((3, 16, 64, 200))) * chance.choice((1, -1))
    return copy.deepcopy(chance.choice(TROUBLE))  # what comes of it may be changed


def any_text(chance: random.Random) -> str:
    return "".join(chr(chance.choice((0x20, 0x61, 0x3040, 0xD800, 0x1F600)) + chance.randrange(64))
                   for _ in range(chance.randrange(12)))  # fmt: skip


def real_interactions() -> list[dict[str, Any]]:
    """One of each type, every command that there is, and other projects' where they are at hand."""
    from tests.unit import test_interactions as samples

    found = [
        samples.PING,
        samples.button(),
        samples.button("pull:starlit-atelier:10:1732420000000.0000001"),
        samples.in_dm(samples.command("help")),
        samples.command(type=4),
        samples.command(type=5, data={"custom_id": "x", "components": []}),
    ]
    resolved = {"users": {MEMBER: {"id": MEMBER}}, "members": {MEMBER: {"roles": []}}}
    for definition in registry.discord():
        for data in filled(definition):
            asked = samples.command(data={"id": "1", **data, "type": 1, "resolved": resolved})
            asked["member"] = {
                **asked["member"],
                "permissions": definition.get("default_member_permissions", "0"),
            }
            found.append(asked)
    found += [payload for payload, _, _ in samples.PAYLOADS.values()]
    return found


def filled(definition: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The data of each way to use a command, with every option given."""
    below = definition.get("options", [])
    branches = [each for each in below if each["type"] in (1, 2)]
    for branch in branches:
        for inner in filled(branch):
            yield {"name": definition["name"], "type": definition["type"], "options": [inner]}
    if not branches:
        options = [
            {"name": each["name"], "type": each["type"], "value": allowed(each)} for each in below
        ]
        yield {"name": definition["name"], "type": definition["type"], "options": options}


def allowed(option: dict[str, Any]) -> Any:
    if "choices" in option:
        return option["choices"][0]["value"]
    values = {3: "text", 4: option.get("min_value", 1), 6: MEMBER}
    return values.get(option["type"])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else inner:
        yield from places(each, (*path, key))


def changed(chance: random.Random, value: Any) -> Any:
    """The JSON value with a few of its parts replaced, left out, doubled or put elsewhere."""
    value = json.loads(json.dumps(value))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        *parents, key = chance.choice([path for path in places(value) if path] or [("x",)])
        holder = value
        for each in parents:
            holder = holder[each]
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1:
                holder[key] = [holder[key]]
            case 2 if isinstance(holder, dict):
                holder[any_text(chance)] = holder[key]
            case 2:
                holder.append(holder[key])
            case _:
                holder[key] = any_value(chance)
    return value


def broken_text(chance: random.Random, text: str) -> str:
    """JSON text with something in it that no serialiser writes."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(4):
        case 0:
            return text[:at]
        case 1:
            return text[:at] + chance.choice(RAW_TROUBLE) + text[at:]
        case 2:
            return text[:at] + chance.choice(RAW_TROUBLE) + text[at + chance.randrange(1, 30) :]
        case _:
            return text[:at] + chr(chance.randrange(1, 0xFFFF)) + text[at + 1 :]


# --- requests -------------------------------------------------------------------------------------


def wrapped(chance: random.Random, body: bytes, headers: dict[str, Any]) -> Event:
    """As API Gateway hands it over: as text where it is some, in base64 otherwise or anyway."""
    event: Event = {"version": "2.0", "headers": headers, "isBase64Encoded": False}
    with contextlib.suppress(UnicodeDecodeError):
        event["body"] = body.decode()
    if "body" not in event or chance.random() < 0.2:
        event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    return event


def signed(body: bytes, at: int) -> dict[str, Any]:
    signature = KEY.sign(f"{at}".encode() + body).signature.hex()
    return {SIGNATURE: signature, TIMESTAMP: str(at), "content-type": "application/json"}


class Requests:
    """Generates requests; each with whether its signature holds."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._real = real_interactions()

    def any_event(self) -> tuple[Event, bool]:
        """Of any shape, with headers that look better the luckier they are."""
        chance = self._chance
        event: Event = {key: any_value(chance) for key in ("body", "isBase64Encoded", "headers")}
        if chance.random() < 0.7:
            event["headers"] = {
                chance.choice((SIGNATURE, SIGNATURE.upper(), SIGNATURE.title())): chance.choice(
                    (chance.randbytes(64).hex(), chance.randbytes(63).hex(), any_value(chance))
                ),
                chance.choice((TIMESTAMP, TIMESTAMP.upper())): chance.choice(
                    (str(NOW), str(chance.getrandbits(70)), any_value(chance))
                ),
                any_text(chance): any_value(chance),
            }
        if chance.random() < 0.5:
            event["body"] = any_text(chance) * chance.choice((1, 1, 1, 100))
        return {key: event[key] for key in event if chance.random() < 0.9}, False

    def damaged(self) -> tuple[Event, bool]:
        """A real request of which something changed after it was signed."""
        chance = self._chance
        body = json.dumps(chance.choice(self._real), ensure_ascii=False).encode()
        headers = signed(body, NOW)
        match chance.randrange(5):
            case 0:
                at = chance.randrange(len(body))
                body = body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :]
            case 1:
                body = body[: chance.randrange(len(body))]
            case 2:
                headers[TIMESTAMP] = str(NOW + chance.choice((-1, 1, -301, 301, 10**9)))
            case 3:
                text = headers[SIGNATURE]
                at = chance.randrange(len(text))
                headers[SIGNATURE] = chance.choice(
                    (
                        text[:at]
                        + f"{int(text[at], 16) ^ 1 << chance.randrange(4):x}"
                        + text[at + 1 :],
                        text[:at],
                        text + text[at:] + "0",
                        text.upper() if not text.isdigit() else text[1:],
                        f"{text},{text}",
                        chance.randbytes(64).hex(),
                    )
                )
            case _:
                del headers[chance.choice((SIGNATURE, TIMESTAMP))]
        return wrapped(chance, body, headers), False

    def hostile(self) -> tuple[Event, bool]:
        """JSON that nobody but an attacker with Discord's key would send."""
        chance = self._chance
        kind = chance.random()
        value = any_value(chance) if kind < 0.1 else changed(chance, chance.choice(self._real))
        if kind < 0.3 and isinstance(value, dict):  # what is read before all else
            value[chance.choice(FIRST_READ)] = any_value(chance)
        text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
        if kind > 0.6:
            text = broken_text(chance, text)
        body = text.encode(errors=chance.choice(("surrogatepass", "replace")))
        age = chance.choice((0, 0, 0, 0, 0, 0, -300, 300, -301, 301))
        return wrapped(chance, body, signed(body, NOW + age)), abs(age) <= 300


# --- checking answers -----------------------------------------------------------------------------


class Starter:
    """In place of Step Functions."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.asked: list[tuple[str, str, str]] = []

    def start(self, machine: str, name: str, execution_input: str) -> str:
        self.asked.append((machine, name, execution_input))
        return self._chance.choice(("accepted", "accepted", "refused", "ambiguous"))


def check(event: Event, is_signed: bool, answer: Any, starter: Starter, written: str) -> str:
    """What came of the request; raises Broken where something does not hold."""
    text = json.dumps(answer, ensure_ascii=False)
    text.encode()  # how Lambda's runtime hands it on: half a surrogate pair would end as a 502
    status = answer["statusCode"]
    require(status in (200, 400, 401, 413), f"it answers {status}")
    require((status != 401) == is_signed, "its signature is judged wrongly")
    require(TOKEN not in text + written, "the token is shown")
    require(
        not is_signed or event["headers"][SIGNATURE] not in text + written, "the signature, too"
    )
    require(len(starter.asked) <= (status == 200), "it starts too much")
    if status != 200:
        require(len(answer["body"].splitlines()) <= 1, "its body has several lines")
        require(not written, "it logs what is not its own error")
        return str(status)
    told = json.loads(answer["body"])
    require(told["type"] in ANSWERS, f"it answers with type {told['type']}")
    require(told["type"] not in (5, 6) or bool(starter.asked), "it defers what it did not start")
    if told["type"] == 4:
        require(told["data"]["allowed_mentions"] == {"parse": []}, "it may mention somebody")
        require(0 < len(told["data"]["content"]) <= 2_000, "its text is empty or too long")
    for machine, name, execution_input in starter.asked:
        require(machine in MACHINES.values(), "it starts another machine")
        require(name.isascii() and name.isdigit() and len(name) <= 20, "it chooses an odd name")
        require(TOKEN not in execution_input, "the token goes in unsealed")
        require(len(execution_input.encode()) <= LARGEST_INPUT, "it passes on too much")
        require(json.loads(execution_input)["interaction_id"] == name, "name and input differ")
    return f"200, type {told['type']}"


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Broken(otherwise)


def run(
    number: int, seed: int, app: Any, say: Callable[[str], None] = lambda line: None
) -> Counter[str]:
    """How often `app` gave each answer; raises Broken, naming the request."""
    chance = random.Random(seed)
    requests = Requests(chance)
    kinds = (requests.any_event, requests.damaged, requests.hostile, requests.hostile)
    answers: Counter[str] = Counter()
    app.time = SimpleNamespace(time=lambda: NOW, monotonic=lambda: 0.0)  # for a seed to repeat all
    began = time.monotonic()
    for at in range(number):
        event, is_signed = kinds[at % len(kinds)]()
        app._workflows = starter = Starter(chance)
        app._allowed_guilds = servers = chance.choice(ALLOWED)
        app._visibility = UNSEEN
        written = io.StringIO()
        try:
            with contextlib.redirect_stdout(written):
                answer = app.handler(event, None)
            answers[check(event, is_signed, answer, starter, written.getvalue())] += 1
            for _, _, given in starter.asked:
                require(
                    servers is None or json.loads(given)["guild_id"] in {None, *servers},
                    "a server that is not allowed plays",
                )
        except Exception as error:
            raise Broken(f"seed {seed}, request {at}: {error!r}\n{event!a}") from error
        if (at + 1) % 20_000 == 0:
            say(f"{at + 1:,} requests, {time.monotonic() - began:.0f} s")
    return answers


def load() -> Any:
    """The handler's module, with keys of our own."""
    os.environ |= {
        "DISCORD_PUBLIC_KEY": KEY.verify_key.encode().hex(),
        "SEALING_PUBLIC_KEY": SEALING_PUBLIC_KEY,
        "ALLOWED_GUILD_IDS": "any",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",  # nobody listens
        **MACHINES,
    }
    return load_function("interactions")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    given = parser.parse_args(arguments)
    print(f"seed {given.seed}", flush=True)
    began = time.monotonic()
    try:
        answers = run(given.requests, given.seed, load(), lambda line: print(line, file=sys.stderr))
    except Broken as broken:
        print(f"{broken}\nagain: python -m tests.fuzz.endpoint --seed {given.seed}")
        return 1
    for answer, times in sorted(answers.items()):
        print(f"{times:8,}  {answer}")
    print(f"{sum(answers.values()):8,}  requests in {time.monotonic() - began:.1f} s; no failure")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(ROOT) / "layers/gacha/python"))
    sys.exit(main())
