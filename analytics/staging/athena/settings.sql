-- What servers settled, the latest image of each: presents, codes, and what banners are called.
WITH full_export AS (
    SELECT coalesce(max(CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint)), 0) AS at
    FROM raw_settings
    WHERE "$path" LIKE '%/manifest-summary.json'
),
lines AS (
    SELECT
        json_parse(line) AS doc,
        CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint) AS full_at
    FROM raw_settings
    WHERE "$path" LIKE '%/data/%'
),
written AS (
    SELECT
        coalesce(json_extract(doc, '$.Item'), json_extract(doc, '$.NewImage')) AS item,
        coalesce(
            json_extract_scalar(doc, '$.Item.server_id.S'),
            json_extract_scalar(doc, '$.Keys.server_id.S')
        ) AS server_id,
        coalesce(
            json_extract_scalar(doc, '$.Item.setting.S'), json_extract_scalar(doc, '$.Keys.setting.S')
        ) AS setting,
        CAST(json_extract_scalar(doc, '$.Metadata.WriteTimestampMicros.N') AS bigint) AS changed_us,
        full_at
    FROM lines
),
images AS (
    SELECT
        written.server_id, written.setting, written.item,
        coalesce(written.changed_us, written.full_at * 1000000) AS as_of_us,
        full_export.at * 1000000 AS base_us,
        row_number() OVER (
            PARTITION BY written.server_id, written.setting
            ORDER BY coalesce(written.changed_us, written.full_at * 1000000) DESC, written.changed_us DESC
        ) AS place
    FROM written
    CROSS JOIN full_export
    WHERE coalesce(written.full_at, full_export.at) = full_export.at
        AND (
            written.setting = 'names'
            OR written.setting LIKE 'present#%'
            OR written.setting LIKE 'code#%'
        )
)
SELECT
    substr(lower(to_hex(sha256(to_utf8(concat('{salt}', ':', images.server_id))))), 1, 16) AS guild,
    images.setting, images.item
FROM images
WHERE images.place = 1
    AND images.item IS NOT NULL
    AND images.as_of_us >= images.base_us
