"""What `/gacha banners` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("開催中のガチャ", "Open banners"),
    "nothing": ("現在開催中のガチャはありません。", "No banner is open right now."),
    "until": ("終了：<t:{ends}:R>", "Ends <t:{ends}:R>"),
    "until_when": ("終了：<t:{ends}:R>（<t:{ends}:f>）", "Ends <t:{ends}:R> (<t:{ends}:f>)"),
    "endless": ("期限なし", "No end date"),
    "prices": ("1 回 {one:,}／10 連 {ten:,}", "1 pull {one:,}, 10 pulls {ten:,}"),
    "pity": ("天井 {pulls:,} 回", "pity at {pulls:,}"),
    "guarantee": ("ピックアップ確定あり", "featured guarantee"),
    "box": ("ボックス", "box"),
    "step_up": ("ステップアップ（全 {steps} 段階）", "step-up in {steps} {steps:step|steps}"),
    "ten": ("10 連の確定枠あり", "ten-pull guarantee"),
    "promise": ("回数による確定あり", "guarantees by pull count"),
    "carry_over": ("天井の引き継ぎあり", "pity carries over"),
    "left": (
        "ほか {left:,} 件は、下の一覧から選べます。",
        "and {left:,} more, in the list below",
    ),
    "planned": ("**開催予定**", "**Coming up**"),
    "starts": ("{banner}：<t:{starts}:f> から", "{banner}: from <t:{starts}:f>"),
    "planned_left": ("ほか {left:,} 件", "and {left:,} more"),
    "choose": ("ほかのガチャ", "Choose another banner"),
    "pull_1": ("1 回（{price:,}）", "Pull ×1 ({price:,})"),
    "pull_10": ("10 連（{price:,}）", "Pull ×10 ({price:,})"),
    "rates": ("提供割合", "Rates"),
}

say: Final = speaking(SENTENCES)
