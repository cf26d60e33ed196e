"""The slash commands, as Discord's bulk overwrite takes them. The one place that defines them.

`functions/interactions` checks what arrives against it; `scripts/register_commands.py` sends it.
Payloads carry the default (English) names whatever language the player's client shows.
"""

from __future__ import annotations

from typing import Any, Final

SUBCOMMAND: Final = 1
STRING: Final = 3
INTEGER: Final = 4

PRIVATE: Final = frozenset({"profile", "history", "help"})
"""The subcommands whose answer only the player sees. Discord takes that choice in the first answer
and never again."""

ANYWHERE: Final = frozenset({"help"})
"""The subcommands that also answer outside a server; economies are per server."""

DEFAULTS: Final[dict[str, dict[str, Any]]] = {"pull": {"banner": "starlit-atelier", "count": 1}}
"""What an option that a player leaves out stands for, by subcommand."""

COMMANDS: Final[list[dict[str, Any]]] = [
    {
        "name": "gacha",
        "name_localizations": {"ja": "ガチャ"},
        "description": "Pull on a banner, see your collection and your history",
        "description_localizations": {"ja": "ガチャを引く・コレクションや履歴を見る"},
        "type": 1,
        "integration_types": [0],
        "contexts": [0, 1],
        "options": [
            {
                "name": "pull",
                "name_localizations": {"ja": "引く"},
                "description": "Pull once, or ten times",
                "description_localizations": {"ja": "1 回または 10 連で引く"},
                "type": SUBCOMMAND,
                "options": [
                    {
                        "name": "banner",
                        "name_localizations": {"ja": "バナー"},
                        "description": "Which banner to pull on",
                        "description_localizations": {"ja": "引くバナー"},
                        "type": STRING,
                        "choices": [
                            {
                                "name": "Starlit Atelier",
                                "name_localizations": {"ja": "星あかりのアトリエ"},
                                "value": "starlit-atelier",
                            },
                        ],
                    },
                    {
                        "name": "count",
                        "name_localizations": {"ja": "回数"},
                        "description": "How many pulls",
                        "description_localizations": {"ja": "引く回数"},
                        "type": INTEGER,
                        "choices": [
                            {"name": "1", "name_localizations": {"ja": "1 回"}, "value": 1},
                            {"name": "10", "name_localizations": {"ja": "10 連"}, "value": 10},
                        ],
                    },
                ],
            },
            {
                "name": "profile",
                "name_localizations": {"ja": "プロフィール"},
                "description": "Your balance, collection and ceilings",
                "description_localizations": {"ja": "所持通貨・コレクション・天井を見る"},
                "type": SUBCOMMAND,
            },
            {
                "name": "history",
                "name_localizations": {"ja": "履歴"},
                "description": "Your pulls, newest first",
                "description_localizations": {"ja": "これまでの結果を新しい順に見る"},
                "type": SUBCOMMAND,
            },
            {
                "name": "help",
                "name_localizations": {"ja": "ヘルプ"},
                "description": "What the commands do and what a pull costs",
                "description_localizations": {"ja": "コマンドの説明と値段"},
                "type": SUBCOMMAND,
            },
        ],
    },
]
