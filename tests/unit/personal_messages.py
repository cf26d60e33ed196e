"""What is shown of a person's own data, with everything in it that can be long."""

from __future__ import annotations

from typing import Any, Final

_SERVER: Final = "18446744073709551615"
_UNTIL: Final = 1_796_500_000
_KEPT: Final = {
    "region": "ap-northeast-1",
    "copied_to": "ap-northeast-2",
    "logs": 90,
    "logged": "read",
    "executions": 90,
    "backups": 90,
    "recent": 35,
    "exports": 35,
    "derived": 400,
}
_HELD: Final = {
    "balance": 10**12,
    "cards": 10**5,
    "events": 10**9,
    "since": 1_700_000_000,
    "leaving": 0,
}
_PERSONAL: Final = {
    "kind": "privacy show",
    "server": "",
    "kept": _KEPT,
    "erased": 0,
    "is_going": False,
}
_LISTED: Final = {
    "kind": "privacy list",
    "places": [
        {
            "server": str(int(_SERVER) - number),
            "since": 1_700_000_000,
            "banner": {"ja": "*長い名前*" * 20, "en": "*a long name* " * 20},
        }
        for number in range(25)
    ],
    "page": 2,
    "pages": 9_999,
}
_DELETION: Final = {
    "kind": "privacy delete",
    "state": "asked",
    "server": "",
    "until": _UNTIL,
    "backups": 90,
}
_EXPORT: Final = {
    "kind": "privacy export",
    "server": "",
    "part": 1,
    "events": 1_000,
    "next": "e1795491421928.2630629",
}

MESSAGES: Final[dict[str, dict[str, Any]]] = {
    "what is kept": {**_PERSONAL, "held": _HELD},
    "what is kept, in a direct message": {**_PERSONAL, "server": _SERVER, "held": _HELD},
    "what is kept of whom a command failed": {**_PERSONAL, "failed": True},
    "the same of who was erased, in a direct message": {
        **_PERSONAL,
        "server": _SERVER,
        "erased": _UNTIL,
        "failed": True,
    },
    "what is kept where the server is to be erased": {
        **_PERSONAL,
        "server": _SERVER,
        "held": {**_HELD, "leaving": _UNTIL},
        "server_leaves": _UNTIL,
    },
    "what is kept of an admin who never played": {**_PERSONAL, "failed": True, "noted": True},
    "what is kept of who leaves": {
        **_PERSONAL,
        "server": _SERVER,
        "held": {**_HELD, "leaving": _UNTIL},
    },
    "nothing is kept": {**_PERSONAL, "kept": {**_KEPT, "copied_to": "", "exports": 0}},
    "what was kept is erased": {**_PERSONAL, "server": _SERVER, "erased": _UNTIL},
    "what was kept is being erased": {**_PERSONAL, "server": _SERVER, "is_going": True},
    "servers with something of somebody": _LISTED,
    "no server with anything of somebody": {**_LISTED, "places": [], "page": 1, "pages": 1},
    "a file of one's data": _EXPORT,
    "a file of one's data, in a direct message": {
        **_EXPORT,
        "server": _SERVER,
        "part": 999_998,
        "next": "l1795491421928.2630629",
    },
    "the last file of one's data": {**_EXPORT, "next": ""},
    "deletion: asked": _DELETION,
    "deletion: asked, in a direct message": {**_DELETION, "server": _SERVER},
    "deletion: it comes": {**_DELETION, "state": "leaves"},
    "deletion: it comes, in a direct message": {
        **_DELETION,
        "state": "leaves",
        "server": _SERVER,
    },
    "deletion: undone": {**_DELETION, "state": "undone", "until": 0},
    "deletion: nothing to undo": {**_DELETION, "state": "stays", "until": 0, "server": _SERVER},
    "refused to who leaves": {
        "kind": "text",
        "sentence": "to_be_deleted",
        "values": {"until": _UNTIL},
        "button": {"label": "undo_deletion", "custom_id": "privacy delete:undo:here"},
    },
}
