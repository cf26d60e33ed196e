"""What `/gacha-admin panel` says, in Japanese and English."""

from __future__ import annotations

from typing import Final

from commands import given_texts
from commands.sentences import Sentences, speaking

SENTENCES: Final[Sentences] = {
    "pledge": given_texts.SENTENCES["pledge"],
    "confirm": ("確認してパネルを表示", "Confirm and post the panel"),
    "over": (
        "「{banner}」は終了しているため、パネルを出せません。"
        "開催中のガチャは {/banners} で確認できます。",
        "“{banner}” is over, so it cannot have a panel. {/banners} shows what is open.",
    ),
    "unpublished": (
        "「{banner}」はまだ公開されていません。{/admin banner list} で選び、「公開」を押すと、"
        "パネルを出せます。",
        "“{banner}” is not published yet. Choose it in {/admin banner list} and press “Publish”; "
        "then it can have a panel.",
    ),
    "perhaps_started": (
        "受付を確認できませんでした。パネルが出なければ、もう一度お試しください。"
        "受付番号 {receipt_number}",
        "We could not confirm your request. If no panel appears, please try again. "
        "Receipt number {receipt_number}",
    ),
    "starts": ("開始：<t:{starts}:R>（<t:{starts}:f>）", "Starts <t:{starts}:R> (<t:{starts}:f>)"),
    "ended": (
        "このガチャは終了しました。開催中のガチャは {/banners} で確認できます。",
        "This banner is over. {/banners} shows what is open.",
    ),
    "sold_out": (
        "完売しました。ほかに開催中のガチャは {/banners} で確認できます。",
        "This is sold out. {/banners} shows what else is open.",
    ),
    "how": (
        "ボタンは誰でも押せます。押した人が自分の{currency}で引き、結果は本人だけに表示されます。",
        "Anybody can press. You pull with your own {currency}, and only you see the result.",
    ),
    "made": (
        "パネルを出しました。消すまで残ります。",
        "The panel is posted. It stays until you delete it.",
    ),
    "drawn_anew": (
        "パネルが古い内容のままだったので、いまの内容に更新しました。今回は何も引いていません。"
        "もう一度押すと使えます。",
        "The panel was out of date and shows what holds now. Nothing was drawn this time. "
        "Press once more to use it.",
    ),
    "no_look": (
        "画像・説明・色は、{/admin banner list} でこのガチャを選び、「画像・説明・色」から"
        "付けられます。"
        "公開したあと、サーバーの管理者がパネルのボタンを押すと新しくなります。",
        "For a picture, a description and colours, choose this banner in {/admin banner list} and "
        "press “Picture, words, colours”. Publish it, and the panel shows it once somebody who "
        "manages the server presses one of its buttons.",
    ),
    "has_look": (
        "画像・説明・色は {/admin banner list} の「画像・説明・色」で変えられます。"
        "公開したあと、サーバーの管理者がパネルのボタンを押すと新しくなります。",
        "Its picture, description and colours are changed in {/admin banner list}, with “Picture, "
        "words, colours”. Publish that, and the panel shows it once somebody who manages the "
        "server presses one of its buttons.",
    ),
    "look": ("画像・説明・色", "Picture, words, colours"),
    "rates": ("提供割合", "Rates"),
}

say: Final = speaking(SENTENCES)
