"""Discord's snowflake ids, and the ledger's sort key made from them.

A snowflake is an unsigned 64-bit integer: 42 bits of milliseconds since 2015-01-01T00:00Z, then
22 bits that make it unique (source: Discord API reference, "Snowflakes").
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

DISCORD_EPOCH_MS: Final = 1_420_070_400_000
TOKEN_LIFE_S: Final = 15 * 60
"""How long an interaction's token lives (Discord API reference, "Receiving and Responding")."""

_LOW_BITS: Final = 22
_DIGITS: Final = 7  # 2**22 is below 10**7, so seven digits hold the low bits without loss

_FORM: Final = re.compile(r"[0-9]{1,20}")
_SHORTEST_RECEIPT: Final = 17  # digits; 16 are the first month of 2015, before Discord opened
_LONG_NUMBER: Final = re.compile(rf"\d{{{_SHORTEST_RECEIPT},}}")
_AROUND: Final = re.compile(r"^[\s`]+0*(?=[0-9])|^0+(?=[0-9])|[\s`]+$")


def is_snowflake(value: object) -> bool:
    """Whether `value` is a string that Discord could have sent as an id."""
    return isinstance(value, str) and _FORM.fullmatch(value) is not None and int(value) < 1 << 64


def canonical(value: object) -> str | None:
    """The id in the one form in which it is stored and compared: decimal, without leading zeros.
    None for what Discord could not have sent."""
    return str(int(value)) if isinstance(value, str) and is_snowflake(value) else None


def read(text: str) -> str | None:
    """The id in what a person typed or pasted: in backticks as a message shows it, with spaces of
    any kind or invisible signs around it, in full-width digits. None if it holds no id, or more.

    Ids that programs hand over are read by `canonical`.
    """
    return canonical(_AROUND.sub("", _visible(text)))


def read_receipt_number(text: str) -> str | None:
    """The receipt number in a line that a person copied, such as "Receipt number 1576…": the one
    number of 17 to 20 digits, leading zeros aside. None without one, or beside any other number of
    17 digits or more: a guess could name somebody else's pull."""
    match _LONG_NUMBER.findall(_visible(text)):
        case [number] if len(number.lstrip("0")) >= _SHORTEST_RECEIPT:
            return canonical(number.lstrip("0"))
    return None


def _visible(text: str) -> str:
    """Without invisible signs, and with full-width digits as ASCII ones."""
    # Imported here, because `interactions`, whose start a player waits for, never needs it.
    import unicodedata

    return "".join(
        each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf"
    )


def created_ms(snowflake: str) -> int:
    """When the id was made, in Unix milliseconds."""
    return (int(snowflake) >> _LOW_BITS) + DISCORD_EPOCH_MS


def sort_key(snowflake: str) -> Decimal:
    """The ledger's `timestamp`: Unix milliseconds, with the low 22 bits as seven decimal places.

    Unique and ordered like the ids, and within DynamoDB's 38 digits, so it serves as the
    interaction's idempotency key too.
    """
    low = int(snowflake) & ((1 << _LOW_BITS) - 1)
    return Decimal(f"{created_ms(snowflake)}.{low:0{_DIGITS}d}")


def key_text(snowflake: str) -> str:
    """`sort_key` as text, in the shortest form, which is how DynamoDB gives it back. JSON's numbers
    end at 2**53, so whatever passes through JSON carries the key like this."""
    return format(sort_key(snowflake).normalize(), "f")


def from_sort_key(timestamp: Decimal) -> str:
    """The id that `sort_key` made `timestamp` from, whether or not trailing zeros were stripped."""
    milliseconds, low = divmod(timestamp, 1)
    return str(
        (int(milliseconds) - DISCORD_EPOCH_MS) << _LOW_BITS | int(low.scaleb(_DIGITS)),
    )
