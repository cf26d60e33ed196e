"""What `/gacha collection` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "title": ("あなたの図鑑", "Your collection"),
    "title_of": ("<@{user}> の図鑑", "The collection of <@{user}>"),
    "sorted": ("{by}順", "by {by}"),
    "found": ("{found:,} 種類", "{found:,} {found:card|cards}"),
    "nothing": (
        "当てはまるカードはありません。下の一覧から、ほかの表示を選べます。",
        "No card fits. Choose another view below.",
    ),
    "complete": (
        "**コンプリート {owned:,}／{of:,} 種類**",
        "**{owned:,} of {of:,} {of:card|cards}**",
    ),
    "left": ("-# ほか {left:,} 件", "-# and {left:,} more"),
    "previous": ("前のページ", "Previous"),
    "next": ("次のページ", "Next"),
    "pictures": ("画像", "As pictures"),
    "share": ("見せる", "Show everyone"),
    "to_a_bot": (
        "ボットはプレイヤーではありません。「{/collection:member}」には人を選んでください。",
        "A bot is no player. Please choose a person as “{/collection:member}”.",
    ),
    "to_no_member": (
        "その人はこのサーバーにいません。"
        "「{/collection:member}」にはサーバーのメンバーを選んでください。",
        "That person is not in this server. "
        "Please choose a member of the server as “{/collection:member}”.",
    ),
    "closed_book": (
        "<@{user}> は図鑑を公開していません。自分の図鑑は {/collection} で見られます。",
        "<@{user}> keeps their collection to themselves. {/collection} shows yours.",
    ),
    "list": ("一覧", "As a list"),
    "choose": ("表示を選択（{page}／{pages} ページ）", "Choose a view (page {page} of {pages})"),
}

say: Final = speaking(SENTENCES)
