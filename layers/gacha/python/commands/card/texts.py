"""What `/gacha card` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "no_card": (
        "「{name}」に当てはまるカードはありません。カードの一覧は {/rates} で確認できます。",
        "No card matches “{name}”. {/rates} lists every card.",
    ),
    "several": (
        "「{name}」に当てはまるカードは {found:,} 種類あります。下の一覧から選んでください。",
        "{found:,} {found:card matches|cards match} “{name}”. Choose one below.",
    ),
    "choose": ("カードを選択（{page}／{pages} ページ）", "Choose a card (page {page} of {pages})"),
    "previous": ("前のページ", "Previous"),
    "next": ("次のページ", "Next"),
    "number": ("No. {number}", "No. {number}"),
    "featured": ("ピックアップ", "featured"),
    "owned": ("所持：{copies:,} 枚", "You own {copies:,}."),
    "not_owned": ("まだ持っていません。", "You do not own it yet."),
    "rates": ("**開催中のガチャでの提供割合**", "**Rate in open banners**"),
    "rate": ("{banner}：{rate}", "{banner}: {rate}"),
    "rate_next": (
        "{banner}：{rate}（あなたの次の 1 回：{next}）",
        "{banner}: {rate} (your next pull: {next})",
    ),
    "in_pack": (
        "{banner}：{size:,} 連で出るカードのうち {part}"
        "（あなたの次の {size:,} 連に 1 枚以上：{next}）",
        "{banner}: {part} of all cards in pulls of {size:,} (at least one in your next: {next})",
    ),
    "in_pack_alone": (
        "{banner}：{size:,} 連で出るカードのうち {part}",
        "{banner}: {part} of all cards in pulls of {size:,}",
    ),
    "too_long": ("（計算に時間がかかるため省略）", "(takes too long to compute here)"),
    "long_run": (
        "まとめ引きの割合は、天井や確定も含めて長く引き続けたときのものです。",
        "Rates in packs are those of the long run, with pity and all guarantees.",
    ),
    "in_box": (
        "{banner}：次の 1 枚は {next}（箱の残り {tickets:,} 枚のうち {left:,} 枚）",
        "{banner}: {next} for the next ticket ({left:,} of the {tickets:,} that are left)",
    ),
    "in_box_last": (
        "{banner}：次の 1 枚は {next}（箱の残り {tickets:,} 枚のうち {left:,} 枚）。"
        "箱の最後の 1 枚を引いた人にも",
        "{banner}: {next} for the next ticket ({left:,} of the {tickets:,} that are left), "
        "and to whoever draws the last one",
    ),
    "last_only": (
        "{banner}：箱の最後の 1 枚を引いた人に（残り {tickets:,} 枚）",
        "{banner}: to whoever draws the box’s last ticket ({tickets:,} left)",
    ),
    "none_left": (
        "{banner}：いまの箱にはもうありません（残り {tickets:,} 枚）",
        "{banner}: none left in this box ({tickets:,} {tickets:ticket|tickets} left)",
    ),
    "sold_out": ("{banner}：完売しました", "{banner}: sold out"),
    "left": ("ほか {left:,} 件", "and {left:,} more"),
    "first_pull": ("最初の 1 回の割合です。", "These are the rates of a first pull."),
    "add": ("ほしいものに登録", "Add to my wishlist"),
    "drop": ("ほしいものから削除", "Take off my wishlist"),
    "lock": ("ロック", "Lock"),
    "open": ("ロック解除", "Unlock"),
    "report": ("この画像を通報", "Report this picture"),
    "nowhere": (
        "開催中のガチャからは出ません。",
        "No open banner has this card right now.",
    ),
}

say: Final = speaking(SENTENCES)
