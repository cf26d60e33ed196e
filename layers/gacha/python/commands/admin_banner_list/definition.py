"""`/gacha-admin banner list`: a server's banners, and how a draft becomes one that is pulled."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, EDITORS, STRING, SURE, WORKSHOP, Command, Control, Option

BANNER: Final = Option(
    name=("ガチャ", "banner"),
    description=("操作するガチャ", "The banner to work on"),
    type=STRING,
    required=True,
    low=1,
    high=20,
)

FIELDS: Final = (
    Option(name=("開始", "starts"), description=("開始日時", "Start"), type=STRING),
    Option(name=("終了", "ends"), description=("終了日時", "End"), type=STRING),
)
"""Their bounds are the plan's: what it refuses, it keeps."""

_BANNER: Final = "(?P<banner>b[0-9]{1,6})"
_SEEN: Final = "(?P<seen>[0-9a-f]{1,9})"
_MINUTES: Final = "(?P<first>[0-9]{0,8}):(?P<last>[0-9]{0,8})"
"""Start and end in minutes since 1970; empty is open on that side."""

COMMAND: Final = Command(
    name=("一覧", "list"),
    description=(
        "ガチャの一覧：公開・日程・並び順・終了・再開催",
        "Your banners: publish, schedule, order, end, run again",
    ),
    workflow=CHANGE,
    controls=(
        Control("pick", fields=(BANNER,)),
        Control("(?P<do>list):(?P<page>[0-9]{1,4})"),
        Control(f"(?P<do>open|preview|sample):{_BANNER}"),
        Control(f"(?P<do>pictures):{_BANNER}:(?P<page>[0-9]{{1,4}})"),
        # Of a draft as somebody saw it (its version), in another period than its own.
        Control(f"(?P<do>publish):{_BANNER}:(?P<draft>[0-9]{{1,9}})(?::{_MINUTES})?{SURE}"),
        Control(f"(?P<do>discard):{_BANNER}:(?P<draft>[0-9]{{1,9}}){SURE}"),
        # Whether a new card is a known one under another name. It edits the draft, which is the
        # workshop's work.
        Control(
            f"(?P<do>answer):{_BANNER}:(?P<number>[0-9]{{1,5}}):(?P<card>same|other)",
            workflow=WORKSHOP,
        ),
        Control(f"(?P<do>default|unhide|up|down):{_BANNER}"),
        Control(f"(?P<do>end|hide|remove):{_BANNER}{SURE}"),
        # Back to the rules of this hash, so that a second press goes nowhere else.
        Control(f"(?P<do>back):{_BANNER}:(?P<rules>[0-9a-f]{{16}}){SURE}"),
        # When it is open. `seen` is the period that somebody saw, or the draft's version.
        Control(f"(?P<do>when):{_BANNER}", opens=True),
        Control(f"(?P<do>when):{_BANNER}:(?P<draft>[0-9]{{1,9}}):{_MINUTES}", opens=True),
        Control(f"(?P<do>again):(?P<of>offer|draft):{_BANNER}:{_SEEN}", opens=True),
        Control(
            f"(?P<do>period):(?P<of>offer|draft):{_BANNER}:{_SEEN}", fields=FIELDS, is_form=True
        ),
    ),
    of_server=True,
    is_followed=True,
    role=EDITORS,
)
