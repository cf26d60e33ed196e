"""Ten thousand guesses of codes through the handlers: none gets in, the limits hold, what is read
and written is bounded, and no answer tells one refusal from another."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final
from unittest import mock

import pytest

from adapters import aws, seeds
from adapters.tables.items import from_item
from gacha import codes, snowflake
from tests import giving
from tests.faults import template
from tests.faults.dynamodb import DynamoDB
from tests.giving import WORD, campaign, code, sealed
from tests.support import FIRST_ID, USER, content
from tests.unit.commands.server import Server

GUESSES: Final = 10_000
ALONE: Final = 2_000
"""Guesses of one player, one a second; the others come from many accounts, ten a second."""
ACCOUNTS: Final = 1_000
MOST_READS: Final = 9
"""Calls of DynamoDB that read, for a guess."""
SETTINGS: Final = "server_settings"
NOW: Final = snowflake.created_ms(str(FIRST_ID))


class Counted(DynamoDB):
    """Tables that count how often they are asked."""

    asked = 0

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.asked += 1
        return super().get_item(**request)

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        self.asked += 1
        return super().batch_get_item(**request)

    def query(self, **request: Any) -> dict[str, Any]:
        self.asked += 1
        return super().query(**request)


OPEN: Final = campaign(singles=3, most=3)
OVER: Final = campaign("c2", ends_ms=NOW)
ENDED: Final = campaign("c3", ended="1")
OWN: Final = campaign("c4", ends_ms=NOW, is_own=True)


def guesses(rng: random.Random) -> Iterator[str]:
    """Of one who knows all that can be known: how codes look, which campaigns there are, codes of
    other servers and campaigns, and those that were good once."""
    known = [code(OPEN, number) for number in (1, 2, 3)]
    while True:
        letters = "".join(rng.choices(codes.ALPHABET, k=codes.LETTERS))
        of = rng.choice(known)
        at = rng.randrange(codes.TAG, len(of))
        other = rng.choice(codes.ALPHABET.replace(of[at], ""))
        yield rng.choice(
            [
                of[: codes.TAG] + letters,
                of[:at] + other + of[at + 1 :],
                code(OPEN, rng.randrange(4, 1_000)),
                code(OPEN, 1, "1290000000000000009"),
                code(OVER),
                code(ENDED),
                WORD,
                "".join(rng.choices("あいうえお", k=8)),
            ]
        )


@pytest.fixture
def database(tables: Any) -> Iterator[Counted]:
    """With codes that are good, and some that were."""
    seeds.secret.cache_clear()
    giving.hand_out(OPEN, OVER, ENDED, OWN, word=WORD)
    made = Counted(template.schemas())
    for row in tables.scan(TableName=SETTINGS)["Items"]:
        made.put_item(TableName=SETTINGS, Item=row)
    with mock.patch.object(aws, "dynamodb", return_value=made):
        yield made


def told(left: int) -> tuple[str, dict[str, int]]:
    """The one answer to all of them."""
    return ("no_such_code", {"left": left}) if left else ("no_such_code_last", {})


@pytest.mark.long
def test_ten_thousand_guesses_get_nobody_in_and_tell_nobody_anything(
    database: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    server, rng = Server(), random.Random(4711)
    tried: dict[str, list[int]] = defaultdict(list)
    of_server, said, reads = Counter[int](), Counter[str](), Counter[int]()
    typed = guesses(rng)
    for number in range(GUESSES):
        at_s = number if number < ALONE else ALONE + (number - ALONE) // 10
        now = NOW + number + at_s * 1_000
        user = USER if number < ALONE else str(int(USER) + 1 + rng.randrange(ACCOUNTS))
        interaction = server.asked(now - NOW, "code", text=sealed(next(typed))) | {"user_id": user}
        before = database.asked
        returned = server.work(interaction)
        reads[database.asked - before] += 1
        message = content(returned["message"])
        assert returned["outcome"] == "refused"

        # The limits, counted here: five in any ten minutes, or one where the server has too many.
        window = now // codes.WINDOW_MS
        is_slow = max(of_server[window], of_server[window - 1]) >= codes.SERVER_TRIES
        lately = [each for each in tried[user] if now - each < codes.WINDOW_MS]
        left = (codes.TRIES_OF_SLOWED if is_slow else codes.TRIES) - len(lately)
        written = [each for each in returned["transaction"] if "ConditionCheck" not in each]
        if left > 0:
            assert (message["sentence"], message["values"]) == told(left - 1)
            assert len(written) == 3  # with where they find that, later
            tried[user].append(now)
            of_server[window] += 1
        else:
            assert message["sentence"] == "too_many_tries" and written == []
        said[json.dumps({**message, "values": sorted(message["values"])})] += 1
        database.transact_write_items(TransactItems=returned["transaction"])
    # A wrong code or one that is over, the last of those that may be tried, and one too many.
    assert len(said) == 3, "no more is told"
    assert len(tried[USER]) == 5 * -(-ALONE // 600)
    assert max(reads) <= MOST_READS
    settings = [from_item(each) for each in database.tables[SETTINGS].values()]
    assert not [row for row in settings if row["setting"].startswith("claim#")]
    assert {row["taken"] for row in settings if row["setting"].startswith("claims#")} == {0}
    assert not database.tables["gacha_history"] and not database.tables["discord_users"]
    assert "too many wrong codes" in capsys.readouterr().out
    last = server.asked(now - NOW + 1, "code", text=sealed(code(OPEN, 1))) | {"user_id": "7" * 18}
    assert server.work(last)["outcome"] == "planned", "whoever has a code is locked out by nobody"
