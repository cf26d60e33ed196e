"""What `/gacha fair box` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("{banner}：箱の検証", "{banner}: checking the box"),
    "box_title": ("箱", "The box"),
    "state_open": (
        "箱 {number:,}（{stock:,} 枚のうち {sold:,} 枚が引かれました）",
        "Box {number:,}: {sold:,} of {stock:,} {stock:ticket|tickets} drawn",
    ),
    "state_over": (
        "箱 {number:,}（終了。{sold:,} 枚が引かれました）",
        "Box {number:,}, ended: {sold:,} {sold:ticket|tickets} drawn",
    ),
    "commitment_title": (
        "コミットメント（箱のシードの SHA-256）",
        "Commitment (the box’s seed’s SHA-256)",
    ),
    "version_title": ("ガチャの版", "Version of the banner"),
    "head_title": ("最後の記録のハッシュ", "The last receipt’s hash"),
    "none": ("まだありません", "none yet"),
    "own_title": ("この箱での購入者 ID", "You in this box"),
    "own_ids": (
        "`{buyer}`\nクライアントシードのハッシュ `{client}`",
        "buyer `{buyer}`\nhash of your client seed `{client}`",
    ),
    "key_title": ("あなただけの鍵", "Your own key"),
    "key_why": (
        "人に見せると、どの券があなたのものかが分かります。",
        "Whoever sees it can tell which tickets are yours.",
    ),
    "ended_title": ("終わった箱の記録", "A box that has ended"),
    "file": (
        "箱 {number:,} のシードと、記録 {receipts:,} 件です。"
        "リポジトリの verify.html か `python verify.py` で、だれでも確かめられます。"
        "手順は docs/fairness.ja.md にあります。",
        "The seed of box {number:,}, and {receipts:,} {receipts:receipt|receipts}. Anybody can "
        "check {receipts:it|them} with the repository’s verify.html or `python verify.py`; "
        "docs/fairness.md says how.",
    ),
    "file_of_none": (
        "箱 {number:,} からは、だれも引いていません。",
        "Nobody drew from box {number:,}.",
    ),
    "own_there": (
        "その箱での購入者は `{buyer}`、鍵は ||`{key}`|| です。",
        "There you are buyer `{buyer}`, by the key ||`{key}`||.",
    ),
    "not_shared": (
        "「{banner}」は、みんなで引く箱のガチャではありません。"
        "自分の記録は {/fair receipts} で受け取れます。",
        "“{banner}” has no box that the server shares. {/fair receipts} gives you your own "
        "receipts.",
    ),
    "no_such_box": (
        "「{banner}」は、いま箱 {last:,} です。"
        "「{/fair box:number}」を省くと、最後に終わった箱の記録を受け取れます。",
        "“{banner}” is at box {last:,}. Leave “{/fair box:number}” out for the last one that has "
        "ended.",
    ),
    "revealed": (
        "「{banner}」の箱 {number:,} を閉じました。シードと記録は {/fair box} で受け取れます。",
        "Box {number:,} of “{banner}” is closed. {/fair box} gives you its seed and receipts.",
    ),
    "kept": (
        "箱 {number:,} のコミットメント：`{commitment}`",
        "Box {number:,}, commitment `{commitment}`",
    ),
    "line": (
        "「{banner}」の箱 {number:,} のシードを公開",
        "Revealed the seed of box {number:,} of “{banner}”",
    ),
    "void": ("箱の確認（できませんでした）", "Checking a box (failed)"),
    "voided": (
        "確認できませんでした。何も変わっていません。もう一度お試しください。"
        "受付番号 {receipt_number}",
        "That did not work, and nothing was changed. Please try again. "
        "Receipt number {receipt_number}",
    ),
}

say: Final = speaking(SENTENCES)
