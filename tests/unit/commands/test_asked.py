"""Hand-overs: what is written at one edge is read at the other, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.asked import Asked, InputError
from commands.message import Message, parsed, text
from commands.pull.show import Result
from gacha import snowflake
from tests.over import over
from tests.support import workflow_input
from tests.unit.test_announce import pull_message

IDS = st.integers(min_value=1 << 22, max_value=2**64 - 1).map(str)
VALUES = st.one_of(st.text(max_size=20), st.integers(-(2**53), 2**53))
ASKED = st.builds(
    Asked,
    interaction_id=IDS,
    application_id=IDS,
    sealed_token=st.text(max_size=20),
    guild_id=st.none() | IDS,
    user_id=IDS,
    language=st.sampled_from(["ja", "en"]),
    command=st.text(max_size=20),
    options=st.dictionaries(st.text(max_size=9), VALUES, max_size=4),
    received_at=st.none() | st.integers(0, 2**40),
    admin_id=st.none() | IDS,
    sweep=st.integers(0, 8),
    roles=st.none() | st.lists(IDS, max_size=3),
    joined_at=st.text(max_size=9),
)


@given(ASKED)
def test_what_is_written_is_read(asked: Asked) -> None:
    written = json.loads(asked.written())
    assert Asked.read(written) == asked
    assert snowflake.from_sort_key(snowflake.sort_key(asked.interaction_id)) == asked.interaction_id


REQUIRED = set(Asked._fields) - Asked._field_defaults.keys() | {"ledger_key"}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_what_is_missing_raises(name: str) -> None:
    given = {key: value for key, value in workflow_input().items() if key != name}
    with pytest.raises(InputError, match=name):
        Asked.read(given)


@over("name", sorted({*Asked._fields, "ledger_key"}))
@over("value", [True, 1.5, [], [1], {"a": None}, b"x"])
def test_what_is_of_another_type_raises(name: str, value: object) -> None:
    if (name, value) in (("received_at", 1.5), ("roles", [])):
        return
    with pytest.raises(InputError):
        Asked.read({**workflow_input(), name: value})


@pytest.mark.parametrize("given", [None, [], "x", 1, {}])
def test_what_is_no_input_raises(given: object) -> None:
    with pytest.raises(InputError):
        Asked.read(given)


@pytest.mark.parametrize("name", ["admin", "user", "Command", "_fields", "token"])
def test_what_is_unknown_raises(name: str) -> None:
    with pytest.raises(InputError, match=f"{name} is unknown"):
        Asked.read({**workflow_input(), name: "x"})


@pytest.mark.parametrize(
    "changed",
    [
        {"ledger_key": "1795491421922.2630629"},  # another interaction's
        {"ledger_key": "1795491421921.26306290"},
        {"interaction_id": "01574629893929968613"},
        {"interaction_id": "x"},
    ],
)
def test_a_key_that_is_not_the_interactions_raises(changed: dict[str, str]) -> None:
    """Void takes this very place in the ledger."""
    with pytest.raises(InputError):
        Asked.read({**workflow_input(), **changed})


def test_an_option_is_read_as_what_it_is() -> None:
    asked = Asked.read(workflow_input(0, count=10))
    assert (asked.text("banner"), asked.number("count")) == ("starlit-atelier", 10)
    for wrong in (lambda: asked.text("count"), lambda: asked.number("banner")):
        with pytest.raises(TypeError):
            wrong()
    with pytest.raises(KeyError):
        asked.text("reason")


def test_outside_a_server_there_is_no_player() -> None:
    asked = Asked.read({**workflow_input(0, "help"), "guild_id": None})
    for name in ("player_key", "guild", "admin"):
        with pytest.raises(ValueError, match=r"outside a server|no admin"):
            getattr(asked, name)


@pytest.mark.parametrize(
    "message",
    [
        Message(text("paid", price=1)),
        Message(text("paid"), ("1", "2"), is_undelivered=True),
        Message(pull_message(), is_plain=True),
    ],
)
def test_a_message_is_handed_over_as_it_was(message: Message) -> None:
    handed: Any = json.loads(json.dumps(message.handed_over()))
    assert Message.read(handed) == message


@pytest.mark.parametrize("change", [{"missed": []}, {"price": None, "cost": 1}])
def test_a_message_of_another_form_raises(change: dict[str, Any]) -> None:
    content = {**pull_message(), **change}
    assert parsed(Result, pull_message()) == pull_message()
    with pytest.raises(ValueError, match="Result: "):
        parsed(Result, content)
