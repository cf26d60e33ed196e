"""The messages of presents and codes at their emptiest and longest, for what holds every message
against Discord's bounds."""

from __future__ import annotations

from typing import Any, Final

from gacha import codes, presents, purse

_MARKED: Final = dict.fromkeys(("ja", "en"), "*_~`|<>[]()@#:x" * 5 + "🌟🌟")
_USER: Final = "9" * 20
_FAR: Final = 9_999_999_999

PLENTY: Final[dict[str, Any]] = {
    "coins": purse.MOST_GIVEN,
    "shards": purse.MOST_GIVEN,
    "tickets": [{"count": purse.MOST_TICKETS, "ends": None, "days": 365, "banner": _MARKED}],
    "cards": [{"name": _MARKED, "count": 1}],
}
LITTLE: Final[dict[str, Any]] = {"coins": 160, "shards": 0, "tickets": [], "cards": []}
TAKEN: Final[dict[str, Any]] = {
    "coins": 25 * purse.MOST_GIVEN,
    "shards": 25 * purse.MOST_GIVEN,
    "tickets": [{"count": 1000, "ends": _FAR, "days": 0, "banner": _MARKED}] * purse.MOST_LOTS,
    "cards": [{"name": _MARKED, "count": 2}] * presents.MOST_OPEN,
}


def _waiting(count: int, goods: dict[str, Any], message: str) -> dict[str, Any]:
    each = {"message": message, "by": _USER, "ends": _FAR, "goods": goods}
    waiting = [{"id": f"p{999_999_000 + at}", **each} for at in range(count)]
    return {"kind": "presents", "view": "box", "waiting": waiting}


def _asking(room: str, view: str, **more: Any) -> dict[str, Any]:
    return {"kind": room, "view": view, "goods": PLENTY, "days": 90, "pledge": True, **more}


_TO: Final = {
    "all": ["all", ""],
    "before": ["before", "1790000000000"],
    "role": ["role", _USER],
    "member": ["member", _USER],
}
_CODE: Final = {"note": "*" * 80, "most": codes.MOST_CLAIMS, "singles": 0, "own": False}
_NO_WORD: Final = {"codes": "", "weak": False}
_WORD: Final = {"own": True, "codes": "`" * 60, "weak": True}
_MADE: Final = {**_CODE, "campaign": "c29790", "ends": _FAR, "goods": PLENTY, "codes": ""}

MESSAGES: Final[dict[str, dict[str, Any]]] = {
    "no present": _waiting(0, LITTLE, ""),
    "one present": _waiting(1, LITTLE, "ログインできなかったお詫びです。"),
    "all presents": _waiting(presents.MOST_OPEN, PLENTY, "*" * presents.MOST_MESSAGE),
    "presents taken": {
        "kind": "presents",
        "view": "taken",
        "count": 25,
        "goods": TAKEN,
        "balance": 10**9,
        "left": 5,
    },
    "a card taken": {
        "kind": "presents",
        "view": "taken",
        "count": 1,
        "goods": {**LITTLE, "coins": 0, "cards": PLENTY["cards"]},
        "balance": 0,
        "left": 0,
    },
    "code used": {"kind": "code", "note": "*" * 80, "goods": PLENTY, "balance": 10**9},
    "code used for little": {"kind": "code", "note": "夏フェス", "goods": LITTLE, "balance": 160},
    "no such code": {"kind": "text", "sentence": "no_such_code", "values": {"left": 4}},
    "too many tries": {"kind": "text", "sentence": "too_many_tries", "values": {"again": _FAR}},
    **{
        f"present for {name}": _asking(
            "admin present new",
            "ask",
            message="*" * presents.MOST_MESSAGE,
            to=to,
            again="send:0123abcd",
        )
        for name, to in _TO.items()
    },
    "present to withdraw": _asking(
        "admin present new", "withdraw", message="夏", to=_TO["all"], again="withdraw:p1:yes"
    )
    | {"pledge": False, "takers": {"count": 9_999, "is_more": True}},
    **{
        f"present {view}": {
            "kind": "admin present new",
            "view": view,
            "goods": PLENTY,
            "message": "*" * presents.MOST_MESSAGE,
            "to": _TO["role"],
            "ends": _FAR,
        }
        for view in ("made", "withdrawn")
    },
    "panel to confirm": {"kind": "admin panel", "pledge": "starlit-atelier"},
    "pledged": {"kind": "admin present new", "view": "pledged"},
    "no presents of the server": {"kind": "admin present list", "entries": [], "chosen": ""},
    **{
        f"presents of the server {chosen}": {
            "kind": "admin present list",
            "entries": [
                {
                    "id": f"p{at}",
                    "message": "*" * presents.MOST_MESSAGE,
                    "goods": PLENTY,
                    "to": _TO["before"],
                    "ends": _FAR,
                    "by": _USER,
                    "taken": True,
                }
                for at in range(1, presents.MOST_OPEN + 1)
            ],
            "chosen": chosen,
            **({"takers": {"count": 5_000, "is_more": True}} if chosen else {}),
        }
        for chosen in ("", "p7")
    },
    "code to make": _asking("admin code new", "ask", **_CODE, **_NO_WORD, again="make:0123abcd"),
    "own code to make": _asking(
        "admin code new", "ask", **{**_CODE, **_WORD}, again="make:0123abcd"
    ),
    "codes to make": _asking(
        "admin code new",
        "ask",
        **{**_CODE, **_NO_WORD, "singles": 1000, "most": 1000},
        again="make:0123abcd",
    )
    | {"pledge": False},
    "code to end": _asking("admin code new", "end", **_CODE, **_NO_WORD, again="end:c29790:yes")
    | {"pledge": False},
    "code made": {
        "kind": "admin code new",
        "view": "made",
        **_MADE,
        "codes": "7QA-K2MW-9XHD-3RTB",
    },
    "own code made": {"kind": "admin code new", "view": "made", **_MADE, "own": True},
    "codes made": {"kind": "admin code new", "view": "made", **_MADE, "singles": 1000},
    "code shown": {
        "kind": "admin code new",
        "view": "shown",
        **_MADE,
        "codes": "7QA-K2MW-9XHD-3RTB",
    },
    "own code shown": {
        "kind": "admin code new",
        "view": "shown",
        **_MADE,
        "own": True,
        "codes": "`" * 60,
    },
    "own code not kept": {"kind": "admin code new", "view": "shown", **_MADE, "own": True},
    "codes shown": {"kind": "admin code new", "view": "shown", **_MADE, "singles": 1000},
    "code ended": {"kind": "admin code new", "view": "ended", **_MADE},
    "no codes of the server": {"kind": "admin code list", "entries": [], "chosen": ""},
    **{
        f"codes of the server {chosen}": {
            "kind": "admin code list",
            "entries": [
                {
                    "id": f"c{at}",
                    "note": "*" * 80,
                    "goods": PLENTY,
                    "ends": _FAR,
                    "by": _USER,
                    "taken": 999_999,
                    "most": codes.MOST_CLAIMS,
                    "singles": at % 2,
                }
                for at in range(1, codes.MOST_OPEN + 1)
            ],
            "chosen": chosen,
        }
        for chosen in ("", "c7")
    },
}
