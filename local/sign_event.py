"""Signs an event of events/interactions-*.json as Discord would, now, with the development key.

    python -m local.sign_event events/interactions-ping.json > .local/event.json
    sam local invoke InteractionsFunction --event .local/event.json \\
        --parameter-overrides DiscordPublicKey=$(jq -r .public_key .local/discord-key.json)

A signature holds for five minutes, so the files cannot carry one that works.
"""

import json
import sys
from pathlib import Path
from typing import Any

from local.client import Signer


def signed(event: dict[str, Any], signer: Signer) -> dict[str, Any]:
    """The event with its body's signature of this moment."""
    headers = {
        name.lower(): value for name, value in signer.headers(event["body"].encode()).items()
    }
    return {**event, "headers": {**event["headers"], **headers}}


if __name__ == "__main__":
    event = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(signed(event, Signer.development()), ensure_ascii=False, indent=2))
