-- What servers settled, the latest image of each: `gifts` and `names`. What it is told: `settings`
-- (files), `salt` and `full_settings`.
CREATE TABLE settings AS
WITH image AS (
    SELECT
        coalesce(i, k) ->> '$.server_id.S' AS server_id,
        coalesce(i, k) ->> '$.setting.S' AS setting,
        i, changed_us, as_of_us
    FROM written(getvariable('settings'), 'JSON', 'JSON')
)
SELECT substr(sha256(getvariable('salt') || ':' || server_id), 1, 16) AS guild, setting, i AS item
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY server_id, setting ORDER BY as_of_us DESC, changed_us DESC
        ) AS place
    FROM image
    WHERE setting = 'names' OR setting LIKE 'present#%' OR setting LIKE 'code#%'
)
WHERE place = 1 AND i IS NOT NULL AND as_of_us >= getvariable('full_settings');

CREATE VIEW gifts AS
SELECT
    guild,
    split_part(setting, '#', 2) AS gift,
    split_part(setting, '#', 1) AS kind,
    CAST(item ->> '$.ends_ms.N' AS BIGINT) AS ends_ms,
    CAST(item ->> '$.most.N' AS BIGINT) AS most
FROM settings
WHERE setting <> 'names';

CREATE VIEW names AS
SELECT
    guild,
    banner,
    json_extract_string(item, place || '/en/S') AS name_en,
    json_extract_string(item, place || '/ja/S') AS name_ja
FROM (
    -- A pointer of RFC 6901, in which a key may hold any sign.
    SELECT guild, item, banner, '/names/M/' || replace(replace(banner, '~', '~0'), '/', '~1') || '/M' AS place
    FROM (SELECT guild, item, unnest(json_keys(item, '$.names.M')) AS banner FROM settings WHERE setting = 'names')
);
