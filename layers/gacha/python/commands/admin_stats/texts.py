"""What `/gacha-admin stats` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("このサーバーの 1 週間", "This server’s week"),
    "week": ("{day} までの 7 日間です。", "The seven days up to {day}."),
    "players_name": ("プレイヤー", "Players"),
    "played": ("遊んだ人：**{players:,}** 人", "**{players:,}** played"),
    "came_back": (
        "前の週に遊んだ {returnable:,} 人のうち、**{returned:,}** 人がまた遊びました",
        "**{returned:,}** of the {returnable:,} who played in the week before came back",
    ),
    "nobody_before": ("前の週に遊んだ人はいません", "Nobody had played in the week before"),
    "pulls_name": ("ガチャ", "Pulls"),
    "pulled": (
        "**{pulls:,}** 回（カード {draws:,} 枚）",
        "**{pulls:,}** {pulls:pull|pulls}, {draws:,} {draws:card|cards}",
    ),
    "coins_name": ("収支", "In and out"),
    "moved": (
        "増えた分：**{coins_in:,}**\n使われた分：**{coins_out:,}**",
        "In: **{coins_in:,}**\nOut: **{coins_out:,}**",
    ),
    "odds_name": ("確率から最も離れたガチャ", "Furthest from its odds"),
    "furthest": (
        "**{banner}**：{rarity} が {got:,} 枚。確率どおりなら {expected} 枚ほどです",
        "**{banner}**: {got:,} {rarity}, where its odds would give about {expected}",
    ),
    "chance": (
        "この程度の差は、偶然でも起こります",
        "A difference like this comes about by chance",
    ),
    "unlikely": (
        "偶然でこれほど離れる確率は {percent} % 以下です。運営者に知らせてください",
        "By chance it would be this far off at most {percent} % of the time: tell whoever runs "
        "the bot",
    ),
    "partly": (
        "（この週の {banners:,} 種類のうち、計算できたのは {tested:,} 種類です）",
        "({banners:,} {banners:banner|banners} this week, {tested:,} of them worked out)",
    ),
    "untested": (
        "この週に、確率と比べられるガチャはありません",
        "No banner of this week can be held against its odds",
    ),
    "source": (
        "1 日 1 回のエクスポートから集計したもので、今日の分は入っていません。",
        "From the daily export; today is not in it.",
    ),
    "off": (
        "このボットでは、統計が無効になっています。ボットの運営者が、設定 `Analytics` を `DAILY` "
        "にしてデプロイすると、翌日から表示されます。",
        "This bot keeps no statistics. Whoever runs it can switch them on by deploying with "
        "`Analytics` set to `DAILY`; they are here from the next day on.",
    ),
    "not_yet": (
        "統計はまだありません。1 日 1 回、日本時間の早朝に集計されるので、"
        "明日もう一度お試しください。",
        "There are no statistics yet. They are made once a day, early in the morning in Japan: "
        "please try again tomorrow.",
    ),
    "nobody": (
        "最後に集計した時点では、このサーバーで遊んだ人はいません。{/pull} で遊べます。",
        "When the last statistics were made, nobody had played in this server. {/pull} is how to "
        "begin.",
    ),
}

say: Final = speaking(SENTENCES)
