"""Terms of service and a privacy policy, which Discord asks of each application: to publish as they
are.

    .venv/bin/python -m scripts.legal stack discord-gacha --bot NAME --operator NAME \\
        --contact MAIL --out FOLDER
    .venv/bin/python -m scripts.legal local --operator NAME --contact MAIL --out FOLDER

Four Markdown files and the same as web pages: terms and privacy, in Japanese and English. What is
kept, how long and where comes from the stack's own settings: write them anew after a deployment
that changes `Phase`, `WorkflowType`, `Analytics`, `BackupCopyRegion` or `PicturesBy`. Discord's
developer portal takes their addresses: your application, *General Information*, *Terms of Service
URL* and *Privacy Policy URL*.

They are drafts by the people who wrote the bot, and no legal advice: read them first, and ask
somebody who knows your country's law where it matters. Exit codes: 0 written, 2 bad question, 3 AWS
could not be asked.
"""

from __future__ import annotations

import argparse
import datetime
import html
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adapters.kept import EXECUTION_DAYS, TRACE_DAYS
from commands.sentences import filled
from gacha.player import LEAVING_MS
from gacha.wishes import LISTED_MS
from scripts import stack
from scripts.cost import Facts
from scripts.stack import Deployment, StackError
from scripts.template import Template

DAY_MS: Final = 24 * 60 * 60 * 1000
WEEK: Final = 7

REGIONS: Final[Mapping[str, tuple[str, str]]] = {
    "ap-northeast-1": (
        "日本（AWS 東京リージョン、ap-northeast-1）",
        "Japan (AWS Region Tokyo, ap-northeast-1)",
    ),
    "ap-northeast-2": (
        "大韓民国（AWS ソウルリージョン、ap-northeast-2）",
        "South Korea (AWS Region Seoul, ap-northeast-2)",
    ),
}

JA, EN = 0, 1
LANGUAGES: Final = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Owner:
    """What no stack knows. `day` is when the text was made."""

    bot: str
    operator: str
    contact: str
    day: datetime.date


@dataclass(frozen=True, slots=True)
class Kept:
    """What a stack's settings say; days, and None where there is nothing of the kind.

    `logged` says of which commands the logs have the command itself, with who used it: "failed"
    ones, those that only "read" and those that failed, or "all"."""

    region: str
    copies: str | None
    logs: int
    logged: str
    executions: int | None
    recovery: int
    backups: int
    exports: int | None
    figures: int | None
    uploads: int
    versions: int

    @classmethod
    def of(cls, template: Template, region: str) -> Kept:
        facts = Facts(template)
        [plan] = template.resources("AWS::Backup::BackupPlan")
        [rule] = plan.properties["BackupPlan"]["BackupPlanRule"]
        tables = template.resources("AWS::DynamoDB::Table")
        lifecycles = {
            (bucket.name, each["Id"]): each
            for bucket in template.resources("AWS::S3::Bucket")
            for each in bucket.properties["LifecycleConfiguration"]["Rules"]
        }
        raw, derived = (lifecycles.get(("AnalyticsBucket", name)) for name in ("raw", "derived"))
        copies = [each["DestinationBackupVaultArn"] for each in rule.get("CopyActions", [])]
        return cls(
            region=region,
            copies=copies[0].split(":")[3] if copies else None,
            logs=facts.retention_days,
            logged=_logged(template),
            executions=None if facts.machine("Pull").express else EXECUTION_DAYS,
            recovery=min(
                int(each.properties["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"])
                for each in tables
            ),
            backups=int(rule["Lifecycle"]["DeleteAfterDays"]),
            exports=int(raw["ExpirationInDays"]) if raw else None,
            figures=int(derived["ExpirationInDays"]) if derived else None,
            uploads=int(lifecycles["Bucket", "uploads"]["ExpirationInDays"]),
            versions=int(
                lifecycles["Bucket", "leftovers"]["NoncurrentVersionExpiration"]["NoncurrentDays"]
            ),
        )

    @property
    def lost(self) -> int | None:
        """Days that the loss of the Region can cost; None where nothing is copied."""
        if self.copies is None:
            return None
        return 1 if self.exports else WEEK


def _logged(template: Template) -> str:
    levels = {}
    for each in template.resources(
        "AWS::Serverless::StateMachine", "AWS::StepFunctions::StateMachine"
    ):
        logging: Mapping[str, Any] = (
            each.properties.get("Logging") or each.properties.get("LoggingConfiguration") or {}
        )
        levels[each.name.removesuffix("StateMachine")] = logging.get("Level", "OFF")
    if levels["Pull"] == "ALL":
        return "all"
    return "read" if levels["Reply"] == "ALL" else "failed"


# --- the texts ------------------------------------------------------------------------------------
# A pair is Japanese and English; a block is a paragraph, or a list of lines. A blank such as
# `{/privacy show}` is a command's name, as Discord shows it in that language.

Pair = tuple[str, str]
Block = Pair | Sequence[Pair]
Section = tuple[Pair, Sequence[Block]]


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    title: Pair
    sections: Sequence[Section]


def privacy(owner: Owner, kept: Kept) -> Document:
    return Document(
        "privacy",
        (f"{owner.bot} プライバシーポリシー", f"Privacy policy of {owner.bot}"),
        [
            (
                ("このページについて", "About this page"),
                [
                    (
                        f"{owner.operator}（以下「運営者」）は、Discord のサーバーで遊べるボット"
                        f"「{owner.bot}」（以下「本ボット」）を運営しています。"
                        "ここでは、本ボットが利用者のどの情報を、何のために、いつまで、"
                        "どこに保存するか、"
                        "利用者に何ができるかを説明します。",
                        f"{owner.operator} (“we”) runs {owner.bot} (“the bot”), a bot for Discord "
                        "servers. This page says what the bot keeps of you, what for, how long and "
                        "where, and what you can do about it.",
                    ),
                ],
            ),
            (("取得する情報", "What is kept"), list(_what_is_kept(kept))),
            (("利用目的", "What it is used for"), list(_purposes(kept))),
            (("保存期間", "How long it is kept"), list(_how_long(kept))),
            (("保存する場所", "Where it is kept"), list(_places(kept))),
            (("ほかの人から見えるもの", "Who can see it"), list(_who_sees(owner))),
            (("利用者ができること", "What you can do"), list(_rights(owner))),
            (
                ("安全管理", "How it is protected"),
                [
                    (
                        "情報は暗号化して保存し、暗号化された通信で送受信します。"
                        "プログラムごとに、必要な権限だけを与えています。"
                        "データを読める人は、運営者と、運営者が権限を与えた人に限ります。",
                        "What is kept is encrypted, and so is its way there. Each part of the bot "
                        "has the rights that it needs and no others. Who may read the data: we, "
                        "and those to whom we give that right.",
                    ),
                ],
            ),
            _changes_and_contact(owner),
        ],
    )


def _what_is_kept(kept: Kept) -> Iterator[Block]:
    yield (
        "コマンドを使うかボタンを押すと、Discord から本ボットに情報が届きます。"
        "そのうち保存するのは、次のものです。",
        "When you use a command or press one of the bot’s buttons, Discord tells the bot about it. "
        "Of that the bot keeps:",
    )
    yield [
        (
            "利用者の Discord のユーザー ID と、サーバーの ID",
            "your Discord user ID, and the server’s ID",
        ),
        (
            "ゲームのデータ：はじめて遊んだ日時、通貨・チケットの残高、カード、ガチャの結果と記録、"
            "受け取ったボーナス・プレゼント・コード、ほしいカード・ロック・個人設定、"
            "利用者が選んだクライアントシード（抽選に使う文字列）",
            "your game: when you first played, your currency and tickets, cards, results and their "
            "receipts, what you took of daily bonuses, presents and codes, wishes, locks and "
            "settings, and the client seed that you chose (a text that takes part in draws)",
        ),
        (
            "コマンドの記録：いつ、誰が、どのコマンドを、どんな内容で使ったか。"
            "必要なものには、ロールの ID と、サーバーに参加した日時も含みます",
            "a record of each command: who used which, when, and with what; where the command "
            "needs them, also the IDs of roles and when you joined the server",
        ),
        (
            "カードの画像を通報したこと、サーバーの管理者として変更したことと、その理由",
            "that you reported a card’s picture; and what you changed as an admin of a server, "
            "with "
            "the reason that you gave",
        ),
        (
            "サーバーの管理者が登録したカードの名前・画像などのファイル",
            "files that admins of servers upload, such as cards’ names and pictures",
        ),
    ]
    yield (
        "名前、アイコン、メールアドレス、メッセージの内容は保存しません。"
        "本ボットは、チャンネルのメッセージを読みません。"
        "コマンドは Discord のサーバーから届くので、利用者の IP アドレスも届きません。"
        f"例外として、カードの画像のアドレスをブラウザーで直接開くと、IP アドレスがアクセスログに"
        f" {kept.logs} 日間残ります。",
        "It does not keep your name, avatar, mail address or messages, and it reads no messages of "
        "any channel. Commands come from Discord’s servers, so your IP address does not reach the "
        "bot. There is one exception: whoever opens a card picture’s address in a browser leaves "
        f"their IP address in an access log for {kept.logs} days.",
    )


def _purposes(kept: Kept) -> Iterator[Block]:
    lines = [
        ("ゲームを動かし、結果を表示するため", "to run the game and show its results"),
        (
            "抽選が公正だったことを、利用者が検証できるようにするため",
            "to let you check that draws were fair",
        ),
        (
            "不具合の調査、問い合わせへの対応、不正の防止のため",
            "to find faults, to answer you, and to keep abuse away",
        ),
    ]
    if kept.figures:
        lines.append(
            (
                "ゲームの統計を作るため（ID の代わりに符号を使います）",
                "for statistics of the game, with a code in place of your ID",
            )
        )
    yield lines
    yield (
        "広告には使いません。販売もしません。",
        "It is not used for advertising, and not sold.",
    )


_LOGGED: Final[Mapping[str, Pair]] = {
    "failed": (
        "失敗したコマンドについては、内容とユーザー ID も残ります",
        "of commands that failed they also have the command, with your user ID",
    ),
    "read": (
        "表示だけのコマンドと、失敗したコマンドについては、内容とユーザー ID も残ります",
        "of commands that only show something, and of those that failed, they also have the "
        "command, with your user ID",
    ),
    "all": (
        "コマンドの内容とユーザー ID も残ります",
        "they also have each command, with your user ID",
    ),
}


def _how_long(kept: Kept) -> Iterator[Block]:
    logged = _LOGGED[kept.logged]
    leaving = LEAVING_MS // DAY_MS
    lines = [
        (
            "ゲームのデータ：利用者が削除するか、サーバーのデータ全体が削除されるまで。"
            f"「{{/privacy delete}}」で申し込むと、{leaving} 日後に削除します。"
            "それまでは取り消せます",
            "your game: until you delete it, or all data of the server is deleted. "
            f"{{/privacy delete}} does that {leaving} days later; until then you can undo it",
        ),
        (
            f"動作ログ：{kept.logs} 日。ふだんは ID の代わりに短い符号"
            f"（運営者は、符号から誰のものか調べられます）が残りますが、{logged[JA]}",
            f"logs: {kept.logs} days. They have a short code in place of your ID, from which we "
            f"can find out whose it is; {logged[EN]}",
        ),
    ]
    if kept.executions:
        lines.append(
            (
                f"コマンドの記録：{kept.executions} 日",
                f"records of commands: {kept.executions} days",
            )
        )
    lines += [
        (
            "処理時間の記録（AWS X-Ray。サーバーの ID と受付番号を含み、ユーザー ID は含まない）："
            f"{TRACE_DAYS} 日",
            "how long commands took (AWS X-Ray; with the server’s ID and the receipt number, "
            f"without your ID): {TRACE_DAYS} days",
        ),
        (
            f"バックアップ：週 1 回、{kept.backups} 日。ほかに、直近 {kept.recovery} "
            "日の状態に戻すための控え",
            f"backups: one a week, for {kept.backups} days; and what it takes to restore any "
            "moment "
            f"of the last {kept.recovery} days",
        ),
    ]
    if kept.exports and kept.figures:
        lines.append(
            (
                f"統計のための写し（ID を含む）：{kept.exports} 日。そこから作った、ID "
                "の代わりに符号（運営者は、鍵を使って ID から計算できます）を付けた集計："
                f"{kept.figures} 日",
                f"copies for statistics, with your ID: {kept.exports} days; figures made from "
                "them, with a code in place of your ID that we, who have the key, can work out "
                f"from it: {kept.figures} days",
            )
        )
    lines += [
        (
            f"同じカードをほしい人の一覧への掲載（公開した人だけ）：最長 {LISTED_MS // DAY_MS} 日",
            "your place in a list of those who wish for the same card, if you opened it: "
            f"at most {LISTED_MS // DAY_MS} days",
        ),
        (
            f"管理者がアップロードしたファイル：{kept.uploads} 日。取り込んだ画像と下書きは、"
            "使われている間と、その後に運営者が整理するまで。"
            f"整理・削除した後も {kept.versions} 日は控えが残ります",
            f"what admins upload: {kept.uploads} day; the pictures and drafts made from it, "
            "as long as they are used and until the operator next clears up; of what is removed "
            f"or cleared up, earlier versions for {kept.versions} days",
        ),
    ]
    yield lines
    yield (
        "削除したデータは、ログ・コマンドの記録・バックアップ・写しから、"
        "それぞれの期間が過ぎるまでに消えます。"
        "削除しても、ほかの人の記録と、サーバー共通の箱の抽選記録（利用者と分からない形）、"
        "削除したという記録は残ります。"
        "すでに Discord に表示されたメッセージは、Discord のものとして残ります。",
        "What you delete is gone from logs, records, backups and copies once their time is over. "
        "Other people’s "
        "records stay, as do draws from boxes that the server shares, in a form that does not name "
        "you, and a note that you deleted your data. Messages that Discord has shown are "
        "Discord’s.",
    )


def _places(kept: Kept) -> Iterator[Block]:
    home = _region(kept.region)
    yield (
        f"{home[JA]}です。情報は Amazon Web Services（AWS）に預けています。",
        f"In {home[EN]}, with Amazon Web Services (AWS), which keeps it for us.",
    )
    if kept.copies:
        other = _region(kept.copies)
        ja, en = (
            ("、統計のための写し、", ", of what statistics are made from,")
            if kept.exports
            else ("と、", "")
        )
        yield (
            f"リージョンを失ったときに備えて、バックアップ{ja}カードの画像などのファイルの控えを、"
            f"{other[JA]}にも置いています。",
            f"Copies of backups{en} and of files such as pictures are also in {other[EN]}, in case "
            "the first Region is lost.",
        )


def _region(name: str) -> Pair:
    return REGIONS.get(name, (f"AWS の {name}", f"the AWS Region {name}"))


def _who_sees(owner: Owner) -> Iterator[Block]:
    yield [
        (
            "サーバーのメンバー：チャンネルに表示された結果と、プロフィール・カード"
            "（「{/settings}」で非公開にできます）",
            "members of the server: results shown in channels, and profiles and cards, which "
            "{/settings} can close",
        ),
        (
            "サーバーの管理者：「{/admin player}」・「{/admin receipt}」で見る残高や結果と、"
            "管理者の操作記録",
            "admins of the server: balances and results, by {/admin player} and {/admin receipt}, "
            "and what admins did",
        ),
        ("運営者：保存しているすべて", "us: all of it"),
    ]
    yield (
        "法令に基づく場合を除き、本人の同意なく第三者に提供しません。"
        "AWS には、情報の保存と処理を委託しています。"
        "Discord での情報の取り扱いは、Discord のプライバシーポリシーによります。",
        "We give it to nobody else, unless a law makes us. AWS keeps and processes it on our "
        "behalf. What Discord does with your data is in Discord’s own privacy policy.",
    )


def _rights(owner: Owner) -> Iterator[Block]:
    yield [
        (
            "「{/privacy show}」：何が保存されているかを見る",
            "{/privacy show}: see what is kept",
        ),
        (
            "「{/privacy export}」：自分のデータをファイルで受け取る",
            "{/privacy export}: get all of it as a file",
        ),
        ("「{/privacy delete}」：自分のデータを削除する", "{/privacy delete}: delete it"),
    ]
    yield (
        "どれも、ボットとのダイレクトメッセージでも使えます。サーバーから抜けたあとでも使えます。",
        "They also work in a direct message to the bot, also after you left a server.",
    )
    yield (
        "このほか、保有個人データの利用目的の通知、開示、訂正・追加・削除、利用の停止・消去、"
        "第三者への提供の停止、提供記録の開示を請求できます。"
        f"運営者の住所・代表者名を含め、お問い合わせは {owner.contact} へお願いします。"
        "ご本人であることを確かめたうえで、遅滞なくお答えします。",
        "Beyond that you may ask us what is kept of you and why, and to correct it, stop using it "
        f"or erase it. Write to {owner.contact}; we answer once we know that it is you, and "
        "without "
        "undue delay. You may also complain to your data protection authority.",
    )


def _changes_and_contact(owner: Owner) -> Section:
    return (
        ("変更と連絡先", "Changes and contact"),
        [
            (
                "内容を変えるときは、このページを更新します。重要な変更は、前もって知らせます。",
                "If this changes, this page does; what matters is announced beforehand.",
            ),
            (
                f"{owner.operator}（連絡先：{owner.contact}）",
                f"{owner.operator}, {owner.contact}",
            ),
            (
                f"最終更新日：{owner.day.year} 年 {owner.day.month} 月 {owner.day.day} 日",
                f"Last changed on {owner.day:%B} {owner.day.day}, {owner.day.year}",
            ),
        ],
    )


def terms(owner: Owner, kept: Kept) -> Document:
    return Document(
        "terms",
        (f"{owner.bot} 利用規約", f"Terms of service of {owner.bot}"),
        [
            (
                ("この規約について", "These terms"),
                [
                    (
                        f"この規約は、{owner.operator}（以下「運営者」）が運営する Discord のボット"
                        f"「{owner.bot}」（以下「本ボット」）の利用条件を定めます。"
                        "本ボットを使うと、この規約に同意したものとみなします。"
                        "Discord の利用規約も適用されます。"
                        "未成年の方は、保護者の同意を得てお使いください。",
                        f"These are the terms between you and {owner.operator} (“we”) for "
                        f"{owner.bot} (“the bot”), a bot for Discord. By using it you accept them. "
                        "Discord’s own terms apply, too. If you are a minor, ask your parents or "
                        "guardian first.",
                    ),
                ],
            ),
            (
                ("無料であること", "It is free"),
                [
                    (
                        "本ボットは、ガチャを引いてカードを集めるゲームです。無料で、"
                        "支払いの機能はありません。"
                        "通貨・チケット・カード・かけら・コードは、ゲームの中だけのものです。"
                        "購入できず、金銭や品物に換えることもできず、財産的な価値はありません。",
                        "The bot is a game in which you draw and collect cards. It is free, and it "
                        "takes no payment of any kind. Currency, tickets, cards, shards and codes "
                        "exist in the game only: they cannot be bought or turned into money or "
                        "goods, and have no value outside it.",
                    ),
                    (
                        "これらを、またはこれらをもらえるロールを、売買してはいけません。"
                        "現実の価値がある賞品を、結果に応じて渡してはいけません。"
                        "カードをそろえたことに対して賞品を渡すこと"
                        "（いわゆるコンプガチャ。景品表示法でいうカード合わせ）も、"
                        "してはいけません。",
                        "Nobody may sell or buy them, or roles that grant them, nor give prizes of "
                        "real value for results, nor for completing a set (“kompu gacha”, which "
                        "Japan’s premiums act forbids).",
                    ),
                ],
            ),
            (
                ("提供割合と公正さ", "Rates and fairness"),
                [
                    (
                        "各ガチャの提供割合は、「{/rates}」で、引く前に確認できます。"
                        "引いた結果の記録は「{/fair receipts}」で受け取れ、"
                        "抽選がそのとおりに行われたことを誰でも検証できます。"
                        "ガチャの内容は変わることがありますが、"
                        "結果には引いた時点の内容が適用されます。",
                        "{/rates} shows each banner’s rates before you pull. {/fair receipts} "
                        "gives "
                        "you the receipts of your pulls, with which anybody can check that they "
                        "were drawn by those rates. A banner may change; a pull is drawn by what "
                        "it was when you made it.",
                    ),
                    (
                        "検証で分かるのは、抽選が示された提供割合のとおりだったことです。"
                        "運営者は抽選のもとになる秘密の値を知っています。",
                        "What a check shows is that draws followed the rates shown. We know the "
                        "secret from which draws are made.",
                    ),
                ],
            ),
            (
                ("サーバー独自のガチャ", "Servers’ own banners"),
                [
                    (
                        "サーバーの管理者は、独自のガチャ・カード・画像を登録できます。"
                        "その内容と権利については、登録した管理者が責任を負います。"
                        "画像は、カードの下のボタンから通報できます。"
                        "運営者は、違法なものや他人の権利を侵すものを、予告なく削除できます。",
                        "Admins of a server may upload banners, cards and pictures of their own, "
                        "and answer for them and for the rights to them. A button below each card "
                        "reports its picture. We may remove what is unlawful or somebody else’s, "
                        "without notice.",
                    ),
                ],
            ),
            (
                ("してはいけないこと", "What you may not do"),
                [
                    [
                        (
                            "自動操作や、本ボットに過大な負荷をかけること",
                            "automate play, or put an undue load on the bot",
                        ),
                        (
                            "不具合を利用して利益を得ること（見つけたら、"
                            "運営者に知らせてください）",
                            "profit from faults (tell us of them instead)",
                        ),
                        (
                            "違法な内容や、他人の権利を侵す内容を登録すること",
                            "upload what is unlawful, or violates somebody’s rights",
                        ),
                        (
                            "ほかの人になりすますこと、ほかの人の利用を妨げること",
                            "pose as somebody else, or keep others from playing",
                        ),
                    ],
                    (
                        "これらに当たるときは、利用を止めることがあります。",
                        "Whoever does may lose access to the bot.",
                    ),
                ],
            ),
            (
                ("変更・停止・終了", "Changes, interruptions, and the end"),
                list(_interruptions(kept)),
            ),
            (
                ("責任", "Liability"),
                [
                    (
                        "本ボットは現状のまま提供し、途切れないことや、"
                        "特定の目的に合うことを保証しません。"
                        "本ボットの利用から生じた損害について運営者が負う責任は、"
                        "運営者の故意または重大な過失による場合を除き、"
                        "通常生ずべき損害の範囲に限ります。",
                        "The bot is provided as it is, without a promise that it is always there "
                        "or fit for a purpose. Except for intent and gross negligence, we are "
                        "liable for ordinary damage only, as far as the law lets us limit it.",
                    ),
                ],
            ),
            (
                ("個人情報と準拠法", "Data, and which law applies"),
                [
                    (
                        "情報の取り扱いは、プライバシーポリシーによります。"
                        "この規約には、運営者の所在地の法が適用されます。"
                        "利用者の国の消費者保護の規定が、これによって失われることはありません。",
                        "The privacy policy says what is kept of you. The law of the place where "
                        "we "
                        "are established applies; it takes nothing from what your own country’s "
                        "law gives you as a consumer.",
                    ),
                ],
            ),
            _changes_and_contact(owner),
        ],
    )


def _interruptions(kept: Kept) -> Iterator[Block]:
    yield (
        "運営者は、本ボットの内容を変え、止め、終えることができます。"
        "終えるときは、できるだけ前もって知らせます。",
        "We may change the bot, interrupt it or end it. Before we end it we say so, as early as we "
        "can.",
    )
    back = (
        "障害などのために、データを過去の時点に戻すことがあります。"
        "そのときは、それより後の結果・カード・通貨は、"
        "増えた分も使った分もなかったことになります。",
        "After a failure we may have to put the data back to an earlier moment. Results, cards and "
        "currency of after that moment are then gone, received and spent alike.",
    )
    if kept.lost is None:
        lost = (
            "保存先の地域（リージョン）が失われた場合は、すべてのデータが失われることがあります。",
            "If the Region where it is kept is lost, all of it may be.",
        )
    else:
        days = "day" if kept.lost == 1 else "days"
        lost = (
            "保存先の地域（リージョン）が失われた場合は、"
            f"直前の {kept.lost} 日分ほどが失われることがあります。",
            "If the Region where it is kept is lost, up to about "
            f"{kept.lost} {days} of play may be, too.",
        )
    yield (back[JA] + lost[JA], f"{back[EN]} {lost[EN]}")


# --- as Markdown, and as a web page ---------------------------------------------------------------


def markdown(of: Document, lang: str) -> str:
    index = LANGUAGES.index(lang)
    parts = [f"# {of.title[index]}"]
    for heading, blocks in of.sections:
        parts.append(f"## {heading[index]}")
        for block in blocks:
            parts.append("\n".join(_lines(block, lang)))
    return "\n\n".join(parts) + "\n"


def _lines(block: Block, lang: str) -> Iterator[str]:
    for text in _texts(block, lang):
        yield text if _is_paragraph(block) else f"- {text}"


def _texts(block: Block, lang: str) -> Iterator[str]:
    pairs = [block] if _is_paragraph(block) else block
    for pair in pairs:
        yield filled(str(pair[LANGUAGES.index(lang)]), lang, {})


def _is_paragraph(block: Block) -> bool:
    return isinstance(block, tuple) and isinstance(block[0], str)


_STYLE: Final = (
    "body{max-width:44rem;margin:2rem auto;padding:0 1rem;line-height:1.7;"
    "font-family:system-ui,sans-serif;color:#222;background:#fff}"
    "h1{font-size:1.5rem;word-break:keep-all;overflow-wrap:anywhere}"
    "h2{font-size:1.1rem;margin-top:2rem}li{margin:.3rem 0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1f}}"
)


def page(of: Document, lang: str) -> str:
    """One file without scripts, that looks elsewhere for nothing."""
    index = LANGUAGES.index(lang)
    title = html.escape(of.title[index])
    body = [f"<h1>{title}</h1>"]
    for heading, blocks in of.sections:
        body.append(f"<h2>{html.escape(heading[index])}</h2>")
        for block in blocks:
            texts = [html.escape(text) for text in _texts(block, lang)]
            if _is_paragraph(block):
                body.append(f"<p>{texts[0]}</p>")
            else:
                body.append("<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>")
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


# --- the command ----------------------------------------------------------------------------------


def write(folder: Path, owner: Owner, kept: Kept) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for document in (terms(owner, kept), privacy(owner, kept)):
        for lang in LANGUAGES:
            for suffix, text in (("md", markdown(document, lang)), ("html", page(document, lang))):
                path = folder / f"{document.name}.{lang}.{suffix}"
                path.write_text(text, "utf-8")
                written.append(path)
    return written


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.legal",
        description="Writes terms of service and a privacy policy from a stack's own settings.",
        epilog="exit codes: 0 written, 2 bad question, 3 AWS could not be asked. The texts are "
        "drafts and no legal advice.",
    )
    where = parser.add_subparsers(dest="where", required=True)
    for name in ("local", "stack"):
        of = where.add_parser(name)
        if name == "stack":
            of.add_argument("name", help="the stack on AWS")
            stack.add_region(of)
        of.add_argument(
            "--operator", required=True, type=_name, help="who runs the bot: a person or a company"
        )
        of.add_argument("--contact", required=True, type=_contact, help="a mail address")
        of.add_argument(
            "--bot", default="Gacha", type=_name, help="what the bot is called (default: Gacha)"
        )
        of.add_argument("--out", required=True, type=_folder, help="the folder to write to")
    given = parser.parse_args(arguments)

    deployment = stack.local() if given.where == "local" else stack.on_aws(given.name, given.region)
    day = datetime.datetime.now(datetime.UTC).date()
    owner = Owner(given.bot, given.operator, given.contact, day)
    for path in write(given.out, owner, kept_by(deployment)):
        print(path)
    stack.say("drafts, and no legal advice: read them before you publish them. Discord takes")
    stack.say("their addresses in the developer portal: your application, General Information.")
    return stack.FOUND


def kept_by(deployment: Deployment) -> Kept:
    """What the stack keeps, by the parameters that it was deployed with. Raises StackError where
    it was made from another template than this checkout's."""
    known = Template().parameters
    given = {name: value for name, value in deployment.parameters.items() if name in known}
    if not given:
        raise StackError(f"the stack {deployment.name} has none of template.yaml's parameters")
    # AWS shows a parameter that it masks as asterisks, and no text depends on those.
    given.pop("DiscordBotToken", None)
    return Kept.of(Template(given), deployment.region)


def _folder(text: str) -> Path:
    if any(each.exists() and not each.is_dir() for each in (Path(text), *Path(text).parents)):
        raise argparse.ArgumentTypeError(f"{text!r} is no folder, nor can be one: a file is there")
    return Path(text)


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable() or set("{}") & set(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name: one line without braces")
    return text.strip()


def _contact(text: str) -> str:
    if not re.fullmatch(r"[^@\s<>{}]+@[^@\s<>{}]+\.[^@\s<>{}]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no mail address")
    return text


if __name__ == "__main__":
    sys.exit(stack.ending(main))
