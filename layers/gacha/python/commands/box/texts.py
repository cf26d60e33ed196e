"""What the buttons that begin a box anew say, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "ask": ("「{banner}」を新しいボックスに替えますか？", "Begin a new box of “{banner}”?"),
    "not_yet": ("「{banner}」のボックス", "Your box of “{banner}”"),
    "lost": (
        "いまのボックスに残っている **{left:,} 枚**は引けなくなり、元には戻せません。",
        "The **{left:,}** {left:card|cards} left in your box will be gone. "
        "This cannot be taken back.",
    ),
    "card": ("{star} {name} × {copies:,}", "{star} {name} × {copies:,}"),
    "more": (
        "ほか {kinds:,} 種類（{copies:,} 枚）",
        "{kinds:,} more {kinds:kind|kinds} ({copies:,} {copies:card|cards})",
    ),
    "anew": (
        "新しいボックスは {full:,} 枚入りです。替えるのは無料で、カードはもらえません。",
        "The new box holds {full:,} {full:card|cards}. It costs nothing, and gives you no card.",
    ),
    "begin": ("新しいボックスへ", "Begin a new box"),
    "is_full": (
        "ボックスは {full:,} 枚入りで、まだ 1 枚も引いていません。替える必要はありません。",
        "Your box is full: {full:,} {full:card|cards}. There is nothing to begin anew.",
    ),
    "is_left": (
        "ボックスの残りは {left:,}／{full:,} 枚です。まだ新しいボックスには替えられません。",
        "{left:,} of {full:,} {full:card|cards} are left in your box. "
        "You cannot begin a new one yet.",
    ),
    "begun": (
        "「{banner}」を新しいボックス（{left:,} 枚）に替えました。"
        "前のボックスに残っていた {lost:,} 枚は引けなくなりました。{/pull} で引けます。",
        "You have a new box of “{banner}” with {left:,} {left:card|cards}. "
        "The {lost:,} that your old box still held {lost:is|are} gone. Draw with {/pull}.",
    ),
    "not_here": (
        "「{banner}」のボックスは、自分で新しくできるものではなくなりました。"
        "今回は何も変わっていません。いまのルールは {/rates} で確認できます。",
        "“{banner}” no longer lets you begin a new box by choice. Nothing was changed. "
        "{/rates} shows its rules.",
    ),
    "already_done": (
        "このボックスは <t:{at}:R> に新しいボックスに替わっています（受付番号 {done}）。"
        "今回は何も変わっていません。",
        "This box was begun anew <t:{at}:R> (receipt number {done}). "
        "Nothing was changed this time.",
    ),
    "stale_box": (
        "確認のあとにボックスの残りが変わったため（いま {left:,} 枚）、今回は替えていません。"
        "先に {/history} を確認してから、{/rates} のボタンでやり直してください。",
        "Your box has changed since you were asked ({left:,} left now), so it was not begun anew. "
        "Look in {/history} before you try again with the button of {/rates}.",
    ),
    "history": (
        "新しいボックス：{banner}（残っていた {lost:,} 枚は終了）",
        "New box: {banner} ({lost:,} {lost:card|cards} left behind)",
    ),
    "void": (
        "新しいボックスに替えられませんでした（ボックスはそのままです）",
        "A new box that could not be begun (the old one stands)",
    ),
}

say: Final = speaking(SENTENCES)
