"""What `/gacha-admin banner new` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commands import draft_texts
from commands.command import Words
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **draft_texts.SENTENCES,
    "title_new_form": ("新しいガチャ", "New banner"),
    "title_form": ("ガチャの基本", "Basics of the banner"),
    "title_numbers": ("ルールの数値", "Numbers of the rules"),
    "title_look": ("画像・説明・色", "Picture, description, colours"),
    "kept_pictures": (
        "前に送った画像を使います。選び直すと置き換わります。",
        "The picture that you sent is kept. Another takes its place.",
    ),
    "title_shards": ("かけらの数", "Amounts of shards"),
    "shards_of_shared": (
        "例：A賞 30（重複でもらえる数）。数量限定くじのカードはショップで買えません。",
        "Like “A 30”: for a duplicate. The shop sells no cards of limited stock.",
    ),
    "shards_head": ("**かけら**（重複・ショップ）", "**Shards** (duplicate, shop)"),
    "rarities": ("SSR 3%\nSR 12%\nR 残り", "SSR 3%\nSR 12%\nR rest"),
    "rarities_head": ("**レアリティ**", "**Rarities**"),
    "rarity": ("- {name}：{rate}", "- {name}: {rate}"),
    "rarity_one_in": (
        "- {name}：{rate}（約 {times} 回に 1 回）",
        "- {name}: {rate} (about 1 in {times})",
    ),
    "rarity_unrated": ("- {name}", "- {name}"),
    "sum": (
        "- 合計 **{sum}**：100 % になるように直してください。",
        "- In all **{sum}**: please make it 100 %.",
    ),
    "kind": ("**ルール**：{kind}", "**Rules**: {kind}"),
    "number": ("- {field}：{value}", "- {field}: {value}"),
    "default_none": ("なし", "none"),
    "default_of": ("最高レアリティ", "the highest"),
    "prices": (
        "**値段**：1 回 {one:price}／{size:,} 連 {many:price}",
        "**Price**: {one:price} for 1, {many:price} for {size:,}",
    ),
    "price_of_several": (
        "**値段**：{size:,} 連 {many:price}（1 回ずつは引けません）",
        "**Price**: {many:price} for {size:,} (no single pulls)",
    ),
    "price": ("**値段**：1 回 {one:price}", "**Price**: {one:price}"),
    "price_in_turn": ("**1 日の値段**：1 回 {prices}", "**Price**, each day: {prices}"),
    "price_of_steps": (
        "**値段**：1 回 {one:price}／10 連はステップごと",
        "**Price**: {one:price} for 1, and each step’s for 10",
    ),
    "period": ("**期間**：{start} 〜 {end}", "**Open**: {start} – {end}"),
    "at_once": ("公開した時", "when published"),
    "no_end": ("期限なし", "without an end"),
    "edited_by": (
        "<@{by}> が下書き「{name}」を編集（カード {cards:,} 枚）",
        "<@{by}> edited the draft “{name}” ({cards:,} {cards:card|cards})",
    ),
}

HINTS: Final[Mapping[str, Words]] = {
    "rarities": (
        "高い順に。例：SSR 3%。「残り」は 100% までの残り。"
        "ボックスや数量限定くじは、名前だけ書きます。",
        "Highest first, like “SSR 3%”; “rest” takes what is left. Box, limited stock: names alone.",
    ),
    "kind": ("数値は、次のフォームで決められます。", "A second form has its numbers."),
    "prices": (
        "まとめ引きは 10 連です（種類が「まとめ引き」なら、その枚数）。空欄なら 160 / 1600",
        "Several are ten, or as many as a multi-pull has. Left empty: 160 / 1600",
    ),
    "period": (
        "例：12/24 18:00〜12/31。空欄なら、公開した時から期限なし",
        "Like 12/24 18:00 – 12/31. Left empty: from when it is published, without an end",
    ),
    "shards": (
        "例：SSR 30 300（重複でもらえる数、ショップでの値段）。"
        "書かないレアリティは自動で決まります。",
        "Like “SSR 30 300”: for a duplicate, in the shop. A rarity without a line has the default.",
    ),
    "pictures": (
        "パネルと開催中の一覧に出ます。PNG・JPEG・WebP・GIF。選ばなければ今のまま",
        "Shown on the panel and among the banners. PNG, JPEG, WebP or GIF. Without one: as it is",
    ),
    "description": (
        "パネルに出ます。改行と **太字** などが使えます。",
        "Shown on the panel. Lines and **bold** can be used.",
    ),
    "looks": (
        "例：SSR 🌟 #FFAA00（色は # と 6 桁）。書かないレアリティは自動で決まります。",
        "Like “SSR 🌟 #FFAA00”. A rarity without a line has the usual ones.",
    ),
    "of": (
        "天井、最後のステップ、スタンプカードで確定するレアリティです。",
        "What pity, the last step or a stamp card guarantees.",
    ),
    "least": (
        "まとめて引いたうちの 1 枚は、このレアリティ以上になります。",
        "One card of each multi-pull is of this rarity, or better.",
    ),
    "exchange": (
        "1 回引くと 1 ポイント。空欄なら交換なし",
        "Each pull gives one point. Left empty: no exchange",
    ),
    "ceiling": ("例：100。空欄なら天井なし", "For example 100. Left empty: no pity"),
    "share": (
        "最高レアリティが出たとき、ピックアップになる割合。例：50%",
        "How much of the highest rarity is featured, for example 50%",
    ),
    "guarantee": ("例：1。0 なら確定なし", "For example 1; with 0, never"),
    "steps": (
        "例：800 / 1600 / 1600。最後のステップは、対象のレアリティが 1 枚確定します。",
        "Like 800 / 1600 / 1600. The last one has a card of the rarity below for sure.",
    ),
    "size": (
        "2〜20。値段は基本設定の 2 つ目です（1 つだけなら、1 回ずつは売りません）。空欄なら 11",
        "2 to 20, at the second price of the basics (one alone: no single pulls). Left empty: 11",
    ),
    "total": (
        "回数ではなく枚数です。例：5 枚ずつ 2 回なら 10。空欄なら何回でも",
        "Cards, not pulls: 10 are two packs of 5. Left empty: no end",
    ),
    "per_day": (
        "日付は、デイリーと同じ時刻に変わります。",
        "Days begin as those of the daily do.",
    ),
    "turns": (
        "例：0（1 回目は無料）。続きは基本設定の値段。空欄ならすべて同じ値段",
        "Like 0: the first is free, then the price of the basics. Left empty: that price for all",
    ),
    "every": (
        "例：10。途中で出ても、回数は戻りません。",
        "For example 10. What comes before does not begin it anew.",
    ),
    "boxes": (
        "空欄なら 1。箱の中身は、カードの枚数で決まります。",
        "Left empty: 1. What is in a box are the copies of its cards.",
    ),
    "age": (
        "アカウントの作成とサーバーへの参加から。空欄なら 7、0 なら誰でも",
        "Since the account was made, and since they joined. Left empty: 7; 0 is anybody",
    ),
}

say: Final = speaking(SENTENCES)
