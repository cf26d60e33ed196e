"""What Discord takes from this bot, in JSON Schema: the parts of its API that we use.

Written after Discord's documentation and its public OpenAPI document (version 10). Every object is
closed, so that a mistyped key fails; a field that we begin to send is written down here first.

Of messages, only what they are made of. How long, how many and what goes with what is SimCord's to
say, together with which they are held against this in tests/judge.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import jsonschema

Schema = dict[str, Any]

LOCALES: Final = frozenset(
    """
    ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru
    sv-SE th tr uk vi zh-CN zh-TW
    """.split()  # noqa: SIM905 - thirty names read best as words
)


def text(least: int, most: int) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most}


def shape(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def array(of: Schema, most: int, least: int = 0) -> Schema:
    return {"type": "array", "items": of, "minItems": least, "maxItems": most}


def list_of(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def nullable(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def whole(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


SNOWFLAKE: Final[Schema] = {"type": "string", "pattern": "^(0|[1-9][0-9]{0,19})$"}
URL: Final[Schema] = {"type": "string", "maxLength": 2048, "pattern": "^(https?|attachment)://"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
TEXT: Final[Schema] = {"type": "string"}
SOME_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
FLAGS: Final = whole(0, (1 << 53) - 1)

# --- messages -------------------------------------------------------------------------------------

EMOJI: Final = {
    "anyOf": [shape({"name": text(1, 32)}), shape({"id": SNOWFLAKE}, {"name": text(0, 32)})]
}
ID: Final = {"id": whole(0, 1 << 31)}
LABELLED: Final = {"label": SOME_TEXT, "emoji": EMOJI, "disabled": BOOLEAN, **ID}
BUTTON: Final = {
    "anyOf": [
        shape({"type": {"const": 2}, "style": whole(1, 4), "custom_id": TEXT}, LABELLED),
        shape({"type": {"const": 2}, "style": {"const": 5}, "url": URL}, LABELLED),
    ]
}
SELECT: Final = shape(
    {
        "type": {"const": 3},
        "custom_id": TEXT,
        "options": list_of(
            shape(
                {"label": TEXT, "value": TEXT},
                {"description": TEXT, "default": BOOLEAN, "emoji": EMOJI},
            )
        ),
    },
    {
        "placeholder": TEXT,
        "min_values": whole(0, 25),
        "max_values": whole(1, 25),
        "disabled": BOOLEAN,
        **ID,
    },
)
ROW: Final = shape({"type": {"const": 1}, "components": list_of({"anyOf": [BUTTON, SELECT]})})
PICTURED: Final = {"description": TEXT, "spoiler": BOOLEAN}
MEDIA: Final = shape({"url": URL})
TEXT_DISPLAY: Final = shape({"type": {"const": 10}, "content": TEXT}, ID)
THUMBNAIL: Final = shape({"type": {"const": 11}, "media": MEDIA}, {**PICTURED, **ID})
INSIDE: Final = [
    ROW,
    TEXT_DISPLAY,
    shape(
        {
            "type": {"const": 9},
            "components": list_of(TEXT_DISPLAY),
            "accessory": {"anyOf": [THUMBNAIL, BUTTON]},
        },
        ID,
    ),
    shape({"type": {"const": 12}, "items": list_of(shape({"media": MEDIA}, PICTURED))}, ID),
    shape({"type": {"const": 14}}, {"divider": BOOLEAN, "spacing": whole(1, 2), **ID}),
]
CONTAINER: Final = shape(
    {"type": {"const": 17}, "components": array({"anyOf": INSIDE}, 40, 1)},
    {"accent_color": nullable(whole(0, 0xFFFFFF)), "spoiler": BOOLEAN, **ID},
)
EMBED: Final = shape(
    {},
    {
        "title": TEXT,
        "description": TEXT,
        "url": URL,
        "color": whole(0, 0xFFFFFF),
        "timestamp": text(20, 40),
        "fields": list_of(shape({"name": SOME_TEXT, "value": SOME_TEXT}, {"inline": BOOLEAN})),
        "footer": shape({"text": SOME_TEXT}, {"icon_url": URL}),
        "author": shape({"name": SOME_TEXT}, {"url": URL, "icon_url": URL}),
        "image": shape({"url": URL}),
        "thumbnail": shape({"url": URL}),
    },
)
MENTIONS: Final = shape(
    {},
    {
        "parse": list_of(TEXT),
        "users": array(SNOWFLAKE, 100),
        "roles": array(SNOWFLAKE, 100),
        "replied_user": BOOLEAN,
    },
)
ATTACHMENT: Final = shape(
    {"id": {"anyOf": [whole(0, 9), SNOWFLAKE]}},
    {"filename": text(1, 1024), "description": text(0, 1024)},
)
MESSAGE: Final[Mapping[str, Schema]] = {
    "content": nullable(TEXT),
    "embeds": nullable(list_of(EMBED)),
    "components": nullable(list_of({"anyOf": [*INSIDE, CONTAINER]})),
    "attachments": nullable(array(ATTACHMENT, 10)),
    "allowed_mentions": nullable(MENTIONS),
    "flags": nullable(FLAGS),
}
EDIT: Final = shape({}, MESSAGE)
"""PATCH …/messages/@original, and a follow-up."""

# --- what an interaction is answered with ---------------------------------------------------------

CHOICE: Final = {
    "anyOf": [
        shape(
            {"name": text(1, 100), "value": value},
            {"name_localizations": {"type": "object"}},
        )
        for value in (text(0, 100), {"type": "number"})
    ]
}
ANSWER: Final = {
    "anyOf": [
        shape({"type": {"const": 1}}),
        shape({"type": {"const": 4}, "data": shape({}, {**MESSAGE, "tts": BOOLEAN})}),
        shape({"type": {"const": 5}}, {"data": shape({}, {"flags": FLAGS})}),
        shape({"type": {"const": 6}}),
        shape({"type": {"const": 7}, "data": shape({}, MESSAGE)}),
        shape({"type": {"const": 8}, "data": shape({"choices": array(CHOICE, 25)})}),
        # SimCord looks at all of a form.
        shape({"type": {"const": 9}, "data": {"type": "object"}}),
    ]
}

# --- commands -------------------------------------------------------------------------------------

_FIELD: Final = {"custom_id": text(1, 100)}
_CHOSEN: Final = {"required": BOOLEAN, "placeholder": text(0, 150), "id": whole(0, 1 << 31)}
_MANY: Final = {"min_values": whole(0, 25), "max_values": whole(1, 25), **_CHOSEN}
MODAL: Final = shape(
    {
        "custom_id": text(1, 100),
        "title": text(1, 45),
        "components": array(
            shape(
                {
                    "type": {"const": 18},
                    "label": text(1, 45),
                    "component": {
                        "anyOf": [
                            shape(
                                {"type": {"const": 4}, **_FIELD, "style": whole(1, 2)},
                                {
                                    **_CHOSEN,
                                    "min_length": whole(0, 4000),
                                    "max_length": whole(1, 4000),
                                    "value": text(0, 4000),
                                },
                            ),
                            shape(
                                {
                                    "type": {"const": 3},
                                    **_FIELD,
                                    "options": array(
                                        shape(
                                            {"label": text(1, 100), "value": text(1, 100)},
                                            {"description": text(0, 100), "default": BOOLEAN},
                                        ),
                                        25,
                                        1,
                                    ),
                                },
                                _MANY,
                            ),
                            shape(
                                {"type": {"const": 6}, **_FIELD},
                                {
                                    **_MANY,
                                    "default_values": array(
                                        shape({"id": SNOWFLAKE, "type": {"const": "role"}}), 25
                                    ),
                                },
                            ),
                        ]
                    },
                },
                {"description": text(0, 100), "id": whole(0, 1 << 31)},
            ),
            5,
            1,
        ),
    }
)
"""The data of an answer of type 9: a form."""

NAMES: Final = shape({}, {locale: text(1, 32) for locale in LOCALES})
DESCRIPTIONS: Final = shape({}, {locale: text(1, 100) for locale in LOCALES})
DESCRIBED: Final = {"name": text(1, 32), "description": text(1, 100)}
LOCALIZED: Final = {"name_localizations": NAMES, "description_localizations": DESCRIPTIONS}


def choices(value: Schema) -> Schema:
    labels = shape({}, {locale: text(1, 100) for locale in LOCALES})
    return array(shape({"name": text(1, 100), "value": value}, {"name_localizations": labels}), 25)


def option(kind: int, **more: Schema) -> Schema:
    extra = {**LOCALIZED, "required": BOOLEAN, **more}
    return shape({"type": {"const": kind}, **DESCRIBED}, extra)


INTEGER: Final = whole(-(1 << 53) + 1, (1 << 53) - 1)
VALUES: Final = {
    "anyOf": [
        option(
            3,
            choices=choices(text(0, 6000)),
            min_length=whole(0, 6000),
            max_length=whole(1, 6000),
            autocomplete=BOOLEAN,
        ),
        option(
            4, choices=choices(INTEGER), min_value=INTEGER, max_value=INTEGER, autocomplete=BOOLEAN
        ),
        option(6),
        option(8),
        option(11),
    ]
}
SUBCOMMAND: Final = shape(
    {"type": {"const": 1}, **DESCRIBED}, {**LOCALIZED, "options": array(VALUES, 25)}
)
GROUP: Final = shape(
    {"type": {"const": 2}, **DESCRIBED, "options": array(SUBCOMMAND, 25, 1)}, LOCALIZED
)
COMMANDS: Final = array(
    shape(
        {"type": {"const": 1}, **DESCRIBED},
        {
            **LOCALIZED,
            "options": array({"anyOf": [SUBCOMMAND, GROUP, *VALUES["anyOf"]]}, 25),
            "default_member_permissions": {"type": ["string", "null"], "pattern": "^[0-9]+$"},
            "contexts": {**array({"enum": [0, 1, 2]}, 3, 1), "uniqueItems": True},
            "integration_types": {**array({"enum": [0, 1]}, 2, 1), "uniqueItems": True},
            "nsfw": BOOLEAN,
        },
    ),
    100,
)
"""PUT /applications/<id>/commands."""


def validator(schema: Schema) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(schema)
    assert re.fullmatch(SNOWFLAKE["pattern"], "1290000000000000001")
    return jsonschema.Draft202012Validator(schema)
