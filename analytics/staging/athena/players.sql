-- The rows of the table of players, the latest image of each.
WITH full_export AS (
    SELECT coalesce(max(CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint)), 0) AS at
    FROM raw_users
    WHERE "$path" LIKE '%/manifest-summary.json'
),
lines AS (
    SELECT
        json_parse(line) AS doc,
        CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint) AS full_at
    FROM raw_users
    WHERE "$path" LIKE '%/data/%'
),
written AS (
    SELECT
        coalesce(json_extract(doc, '$.Item'), json_extract(doc, '$.NewImage')) AS item,
        coalesce(
            json_extract_scalar(doc, '$.Item.user_id.S'), json_extract_scalar(doc, '$.Keys.user_id.S')
        ) AS user_id,
        CAST(json_extract_scalar(doc, '$.Metadata.WriteTimestampMicros.N') AS bigint) AS changed_us,
        full_at
    FROM lines
),
images AS (
    SELECT
        written.user_id, written.item,
        coalesce(written.changed_us, written.full_at * 1000000) AS as_of_us,
        full_export.at * 1000000 AS base_us,
        row_number() OVER (
            PARTITION BY written.user_id
            ORDER BY coalesce(written.changed_us, written.full_at * 1000000) DESC, written.changed_us DESC
        ) AS place
    FROM written
    CROSS JOIN full_export
    WHERE coalesce(written.full_at, full_export.at) = full_export.at
)
SELECT
    substr(lower(to_hex(sha256(to_utf8(concat('{salt}', ':', images.user_id))))), 1, 16) AS player,
    substr(
        lower(to_hex(sha256(to_utf8(concat(
            '{salt}', ':', json_extract_scalar(images.item, '$.guild_id.S')
        ))))),
        1, 16
    ) AS guild,
    CAST(json_extract_scalar(images.item, '$.joined_at.N') AS bigint) AS joined_ms,
    CAST(
        from_unixtime(CAST(json_extract_scalar(images.item, '$.joined_at.N') AS bigint) / 1000.0)
            AT TIME ZONE '{zone}' AS date
    ) AS joined_day,
    CAST(json_extract_scalar(images.item, '$.balance.N') AS bigint) AS balance,
    coalesce(CAST(json_extract_scalar(images.item, '$.shards.N') AS bigint), 0) AS shards,
    CAST(json_extract_scalar(images.item, '$.version.N') AS bigint) AS version
FROM images
WHERE images.place = 1
    AND images.as_of_us >= images.base_us
    AND json_extract_scalar(images.item, '$.guild_id.S') IS NOT NULL
    AND json_extract_scalar(images.item, '$.version.N') IS NOT NULL
