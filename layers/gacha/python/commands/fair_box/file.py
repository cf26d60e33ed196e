"""The receipts of a box that has ended, as the file that verify.py and verify.html read.

The form is docs/receipt-format.md. Announce reads them itself, because a thousand of them are more
than a workflow's state may hold.
"""

from __future__ import annotations

import hashlib
import json
from typing import cast

from adapters import banners
from adapters.tables import boxes
from commands.asked import Asked
from commands.fair_box.show import Told
from commands.kit import Attachment
from commands.message import Content, parsed
from gacha import pulling


def attach(asked: Asked, content: Content) -> tuple[Content, Attachment | None]:
    told = parsed(Told, content)
    if "ended" not in told:
        return content, None
    ended = told["ended"]
    receipts = boxes.receipts(ended["box"])
    if not receipts:
        return {**told, "ended": {**ended, "receipts": 0}}, None
    first = pulling.parse(receipts[0])
    banner_id = ended["box"].partition("#")[0]
    head = {
        "format": "gacha-box-1",
        "box": ended["box"],
        "epochs": [
            {
                "epoch": each["epoch"],
                "commitment": hashlib.sha256(bytes.fromhex(each["server_seed"])).hexdigest(),
                "server_seed": each["server_seed"],
            }
            for each in ended["epochs"]
        ],
        "banners": {
            first["banner_hash"]: banners.file_of(asked.guild, banner_id, first["banner_hash"])
        },
    }
    lines = ",\n".join(
        json.dumps({"text": each, "hash": pulling.hash_of(each)}, ensure_ascii=False)
        for each in receipts
    )
    start = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    file = Attachment(
        f"box-{banner_id}-{ended['number']}.json",
        f'{start},\n "receipts": [\n{lines}\n]}}\n'.encode(),
    )
    return cast(Content, {**told, "ended": {**ended, "receipts": len(receipts)}}), file
