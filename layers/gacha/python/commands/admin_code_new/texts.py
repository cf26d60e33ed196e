"""What `/gacha-admin code new` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import given_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    **given_texts.SENTENCES,
    "ask": ("この内容でコードを作りますか？", "Make this code?"),
    "ask_now": ("作成", "Make it"),
    "confirm": ("確認して作成", "Confirm and make it"),
    "sure_ask": (
        "もらった人は {/code} で使えます。まだ作っていません。",
        "Players enter it with {/code}. Nothing is made yet.",
    ),
    "end": ("このコードを終了しますか？", "End this code?"),
    "end_now": ("終了", "End it"),
    "sure_end": (
        "使った人の分はそのままです。まだ使っていない人は、使えなくなります。",
        "Whoever has used it keeps what it gave. Nobody else will be able to use it any more.",
    ),
    "made": ("コードを作りました", "Your code is made"),
    "made_next": (
        "{/admin code list} で、コードの再表示・使われた数の確認・終了ができます。",
        "{/admin code list} shows the code again and how often it was used, and ends it.",
    ),
    "ended": ("コードを終了しました", "The code is ended"),
    "shared": (
        "共通コード：先着 {most:,} 名、1 人 1 回",
        "One code for the first {most:,} {most:player|players}, once each",
    ),
    "own": (
        "自分で決めた共通コード：先着 {most:,} 名、1 人 1 回",
        "Your own word, for the first {most:,} {most:player|players}, once each",
    ),
    "word": ("使う言葉：**{word}**", "The word: **{word}**"),
    "weak": (
        "⚠️ 同じ文字のくり返しや順番どおりの並び（123456 など）は、簡単に当てられます。",
        "⚠️ One letter again and again, or a plain run such as 123456, is easily guessed.",
    ),
    "singles": (
        "1 人用コード {most:,} 個：1 個につき 1 人、1 回だけ",
        "{most:,} single {most:code|codes}, each for one player, once",
    ),
    "for_days": ("使える期間：作ってから {days:,} 日間", "Good for {days:,} {days:day|days}"),
    "until": ("<t:{ends}:f> まで使えます", "Can be used until <t:{ends}:f>"),
    "shown": ("コードを表示しました", "Your code, once more"),
    "in_file": ("コードは添付のファイルにあります。", "The codes are in the attached file."),
    "as_typed": ("コードは、入力した言葉そのものです。", "The code is the word that you typed."),
    "not_kept": (
        "この言葉は保存されていないため、表示できません。分からなくなった場合は、"
        "このコードを終了して {/admin code new} で作り直してください。",
        "This word was not kept, so it cannot be shown. If nobody knows it any more, end this code "
        "and make another with {/admin code new}.",
    ),
    "shared_or_single": (
        "「{/admin code new:singles}」は、「{/admin code new:claims}」や"
        "「{/admin code new:word}」と一緒には使えません。まだ何も作っていません。",
        "“{/admin code new:singles}” cannot go with “{/admin code new:claims}” or "
        "“{/admin code new:word}”. Nothing was made.",
    ),
    "word_signs": (
        "自分で決める言葉に、次の記号は使えません：{signs}　"
        "使えるのは、ひらがな・カタカナ・漢字・英字・数字です。まだ何も作っていません。",
        "Your word cannot have: {signs}. Letters and digits of any language can be used. "
        "Nothing was made.",
    ),
    "word_length": (
        "自分で決める言葉は、空白や記号を除いて {least:,}〜{most:,} 文字にしてください"
        "（いまは {length:,} 文字）。まだ何も作っていません。",
        "Your word needs {least:,} to {most:,} {most:letter|letters}, blanks and hyphens not "
        "counted; it has {length:,}. Nothing was made.",
    ),
    "word_taken": (
        "この言葉は、使用期間中の別のコードと同じです。ほかの言葉にしてください。",
        "This word is a code already that can still be used. Please choose another.",
    ),
    "too_many_codes": (
        "使用期間中のコードは {most:,} 件までです。{/admin code list} で終了するか、"
        "期限を待ってから作ってください。",
        "There can be {most:,} {most:code|codes} at a time. Please end one in {/admin code list}, "
        "or wait until one is over.",
    ),
    "no_more_codes": (
        "このサーバーで作れるコードの数に達しました。"
        "代わりに {/admin present new} をお使いください。",
        "This server has made as many codes as there can be. Use {/admin present new} instead.",
    ),
    "not_open": (
        "このコードは、すでに終了しています。",
        "This code is over already.",
    ),
    "logged_made": (
        "<@{by}> がコードを作成：「{note}」{goods}（合わせて {most:,} 回まで）",
        "<@{by}> made a code: “{note}” {goods} ({most:,} {most:claim|claims})",
    ),
    "logged_ended": ("<@{by}> がコードを終了：「{note}」", "<@{by}> ended a code: “{note}”"),
    "logged_pledged": (
        "同時に確認：通貨・チケット・コード・ロールを販売せず、現実の価値がある賞品を出さない",
        "With it they confirmed that coins, tickets, codes and roles are not sold, and that "
        "nothing of real value can be won",
    ),
}

say: Final = speaking(SENTENCES)
