"""What `/gacha-admin banner template` says."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": (
        "**記入する表：{rules}** — Excel、Google スプレッドシート、Numbers で開けます。",
        "**The sheet to fill in: {rules}** — Excel, Google Sheets and Numbers open it.",
    ),
    "cards": (
        "左側に、カードを 1 行に 1 枚ずつ書きます。「重み」は同じレアリティの中での出やすさです"
        "（空欄なら 1）。",
        "On the left, write one card to a row. “weight” is how often it comes within its rarity; "
        "left empty, it is 1.",
    ),
    "featured": (
        "ピックアップするカードには、「ピックアップ」に ○ を付けます。",
        "Choose “yes” in the column “featured” for the cards that are.",
    ),
    "stock": (
        "「枚数」は、箱に入れる枚数です（空欄なら 1）。",
        "“stock” is how many copies lie in the box; left empty, it is 1.",
    ),
    "stock_shared": (
        "「枚数」は、箱に入れる枚数です（空欄なら 1、全部で 1000 枚まで）。"
        "0 枚のカード 1 つが最後の1枚賞になり、最後の券を引いた人がもらえます。",
        "“stock” is how many copies lie in the box; left empty, it is 1, and 1,000 in all are the "
        "most. One card of 0 copies is the last-ticket prize, for whoever draws the last ticket.",
    ),
    "multi": (
        "「価格」を 1 つだけにすると（例：500）、1 回ずつは売らず、まとめ引きだけになります。"
        "枚目ごとの割合や特別なパックは表では作れません。TOML のファイルで送ってください。",
        "With one price alone (like 500) there are no single pulls, only packs. Rates for each "
        "card of a pack, and special packs, are for a TOML file, not for a sheet.",
    ),
    "cards_only": (
        "左側に、カードを 1 行に 1 枚ずつ書きます。",
        "On the left, write one card to a row.",
    ),
    "settings": (
        "右側の「設定」と「値」がルールです。ガチャの名前を書き、値を直します。"
        "空欄にすると「なし」です。",
        "The columns “setting” and “value” on the right are the rules: give the banner a name, and "
        "change the values. One that is left empty means none.",
    ),
    "pictures": (
        "画像を付けるなら、「画像」にファイル名を書き、表と画像を 1 つの ZIP にまとめます。"
        "あとからでも付けられます。",
        "For pictures, write their files’ names in the column “picture”, and put the sheet and the "
        "pictures into one ZIP. They can come later, too.",
    ),
    "send": (
        "できたら {/admin banner upload} で送ってください。公開前にプレビューで確かめられます。",
        "Then send it with {/admin banner upload}. You see a preview before it is published.",
    ),
}

say: Final = speaking(SENTENCES)
