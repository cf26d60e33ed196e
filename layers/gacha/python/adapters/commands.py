"""The slash commands, as Discord's bulk overwrite takes them. The one place that defines them.

`functions/interactions` checks what arrives against it; `scripts/register_commands.py` sends it.
Payloads carry the default (English) names whatever language the player's client shows.
"""

from __future__ import annotations

from typing import Any, Final

SUBCOMMAND: Final = 1
SUBCOMMAND_GROUP: Final = 2
STRING: Final = 3
INTEGER: Final = 4
USER: Final = 6

PUBLIC: Final = frozenset({"pull"})
"""The subcommands whose answer all may see; the others' only the player sees. Discord takes that
choice in the first answer and never again."""

ANYWHERE: Final = frozenset({"help"})
"""The subcommands that also answer outside a server; economies are per server."""

WORKFLOWS: Final = {
    "pull": "PULL_STATE_MACHINE_ARN",
    "fair seed": "ACT_STATE_MACHINE_ARN",
    "fair rotate": "ACT_STATE_MACHINE_ARN",
    "grant": "ACT_STATE_MACHINE_ARN",
}
"""The environment variable that names the workflow of a subcommand that changes the player; the
others only read, and go to the reply workflow."""

DEFAULTS: Final[dict[str, dict[str, Any]]] = {
    "pull": {"banner": "starlit-atelier", "count": 1},
    "rates": {"banner": "starlit-atelier"},
    "fair receipts": {"part": 1},
}
"""What an option that a player leaves out stands for, by subcommand."""

MANAGE_GUILD: Final = 1 << 5
ADMINISTRATOR: Final = 1 << 3
"""Bits of Discord's permissions. What only admins may do is a command of its own: a server shows it
to those who hold its `default_member_permissions`, and may change that, so `functions/interactions`
checks the member's own permissions, too."""

_BANNER: Final[dict[str, Any]] = {
    "name": "banner",
    "name_localizations": {"ja": "バナー"},
    "description": "Which banner",
    "description_localizations": {"ja": "対象のバナー"},
    "type": STRING,
    "choices": [
        {
            "name": "Starlit Atelier",
            "name_localizations": {"ja": "星あかりのアトリエ"},
            "value": "starlit-atelier",
        },
    ],
}

COMMANDS: Final[list[dict[str, Any]]] = [
    {
        "name": "gacha",
        "name_localizations": {"ja": "ガチャ"},
        "description": "Pull on a banner, see your balance and your history",
        "description_localizations": {"ja": "ガチャを引く・所持通貨や履歴を見る"},
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
                    _BANNER,
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
                "description": "Your balance, how many cards you have, how close you are to pity",
                "description_localizations": {
                    "ja": "所持通貨・集めたカードの種類数・天井までの回数を見る"
                },
                "type": SUBCOMMAND,
            },
            {
                "name": "history",
                "name_localizations": {"ja": "履歴"},
                "description": "Your pulls, presents and other changes, newest first",
                "description_localizations": {"ja": "これまでの結果やプレゼントを新しい順に見る"},
                "type": SUBCOMMAND,
            },
            {
                "name": "rates",
                "name_localizations": {"ja": "確率"},
                "description": "Every card’s exact rate, the rules, and your next pull’s rates",
                "description_localizations": {
                    "ja": "全カードの確率とルール、次の 1 回の確率を見る"
                },
                "type": SUBCOMMAND,
                "options": [_BANNER],
            },
            {
                "name": "fair",
                "name_localizations": {"ja": "検証"},
                "description": "Check that your draws were fair",
                "description_localizations": {"ja": "抽選が公正だったか自分で確かめる"},
                "type": SUBCOMMAND_GROUP,
                "options": [
                    {
                        "name": "show",
                        "name_localizations": {"ja": "表示"},
                        "description": "What you need to check your draws",
                        "description_localizations": {"ja": "抽選を確かめるための情報を見る"},
                        "type": SUBCOMMAND,
                    },
                    {
                        "name": "seed",
                        "name_localizations": {"ja": "シード"},
                        "description": "Choose your client seed, which every later draw depends on",
                        "description_localizations": {
                            "ja": "以後の抽選に使うクライアントシードを決める"
                        },
                        "type": SUBCOMMAND,
                        "options": [
                            {
                                "name": "text",
                                "name_localizations": {"ja": "文字列"},
                                "description": "Any text you like",
                                "description_localizations": {"ja": "好きな文字列"},
                                "type": STRING,
                                "required": True,
                                "min_length": 1,
                                "max_length": 64,
                            },
                        ],
                    },
                    {
                        "name": "rotate",
                        "name_localizations": {"ja": "更新"},
                        "description": "Close this epoch, so that its seed can be revealed",
                        "description_localizations": {
                            "ja": "今の期間を閉じ、そのシードを公開できるようにする"
                        },
                        "type": SUBCOMMAND,
                    },
                    {
                        "name": "receipts",
                        "name_localizations": {"ja": "記録"},
                        "description": "A closed epoch’s seed and receipts, as a file to check",
                        "description_localizations": {
                            "ja": "閉じた期間のシードと記録をファイルで受け取る"
                        },
                        "type": SUBCOMMAND,
                        "options": [
                            {
                                "name": "epoch",
                                "name_localizations": {"ja": "期間"},
                                "description": "Which closed epoch; the last one if left out",
                                "description_localizations": {
                                    "ja": "閉じた期間の番号（省略すると、最後に閉じた期間）"
                                },
                                "type": INTEGER,
                                "min_value": 0,
                                "max_value": 10_000_000_000,  # Unix seconds after a restore
                            },
                            {
                                "name": "part",
                                "name_localizations": {"ja": "部"},
                                "description": "The number that the last file’s message names",
                                "description_localizations": {
                                    "ja": "前のファイルのメッセージにある番号（省略すると最初から）"
                                },
                                "type": INTEGER,
                                "min_value": 1,
                                "max_value": 10_000_000_000_000,  # Unix milliseconds
                            },
                        ],
                    },
                ],
            },
            {
                "name": "help",
                "name_localizations": {"ja": "ヘルプ"},
                "description": "What the commands do and what a pull costs",
                "description_localizations": {"ja": "コマンドの説明と、引くときの値段を見る"},
                "type": SUBCOMMAND,
            },
        ],
    },
    {
        "name": "gacha-admin",
        "name_localizations": {"ja": "ガチャ管理"},
        "description": "For the server’s admins: give currency",
        "description_localizations": {"ja": "サーバー管理者用：通貨を付与する"},
        "type": 1,
        "integration_types": [0],
        "contexts": [0],
        "default_member_permissions": str(MANAGE_GUILD),
        "options": [
            {
                "name": "grant",
                "name_localizations": {"ja": "付与"},
                "description": "Give a member currency, as compensation or as a present",
                "description_localizations": {"ja": "お詫びやプレゼントとして通貨を渡す"},
                "type": SUBCOMMAND,
                "options": [
                    {
                        "name": "user",
                        "name_localizations": {"ja": "メンバー"},
                        "description": "Who gets it",
                        "description_localizations": {"ja": "渡す相手"},
                        "type": USER,
                        "required": True,
                    },
                    {
                        "name": "amount",
                        "name_localizations": {"ja": "額"},
                        "description": "How much",
                        "description_localizations": {"ja": "渡す額"},
                        "type": INTEGER,
                        "required": True,
                        "min_value": 1,
                        "max_value": 1_000_000,  # `gacha.acting.MOST_GRANTED`
                    },
                    {
                        "name": "receipt",
                        "name_localizations": {"ja": "受付番号"},
                        "description": "Receipt number of the member’s pull that this makes up for",
                        "description_localizations": {"ja": "お詫びの対象になった結果の受付番号"},
                        "type": STRING,
                        "min_length": 1,
                        "max_length": 300,  # a line of a message: `gacha.snowflake.read_receipt`
                    },
                    {
                        "name": "reason",
                        "name_localizations": {"ja": "理由"},
                        "description": "Why; shown with the present, which others may see",
                        "description_localizations": {
                            "ja": "理由（プレゼントと一緒に表示。ほかの人にも見えることがあります）"
                        },
                        "type": STRING,
                        "min_length": 1,
                        "max_length": 200,
                    },
                ],
            },
        ],
    },
]
