-- What servers settled, the latest image of each: `gifts` and `names`. What it is told: `settings`
-- (files), `salt`, `full_settings`, and the table `exported`.
CREATE TABLE settled AS
WITH written AS (
    SELECT
        coalesce(i, k) ->> '$.server_id.S' AS server_id,
        coalesce(i, k) ->> '$.setting.S' AS setting,
        i,
        changed_us,
        coalesce(changed_us, exported.at_us) AS as_of_us
    FROM (
        SELECT
            filename, coalesce(Item, NewImage) AS i, Keys AS k,
            CAST(Metadata.WriteTimestampMicros.N AS BIGINT) AS changed_us
        FROM read_json(
            getvariable('settings'), format = 'newline_delimited', filename = true,
            columns = {
                Item: 'JSON', NewImage: 'JSON', Keys: 'JSON',
                Metadata: 'STRUCT(WriteTimestampMicros STRUCT(N VARCHAR))'
            }
        )
    )
    JOIN exported USING (filename)
)
SELECT substr(sha256(getvariable('salt') || ':' || server_id), 1, 16) AS guild, setting, i
FROM (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY server_id, setting ORDER BY as_of_us DESC, changed_us DESC
        ) AS place
    FROM written
    WHERE setting = 'names' OR setting LIKE 'present#%' OR setting LIKE 'code#%'
)
WHERE place = 1 AND i IS NOT NULL AND as_of_us >= getvariable('full_settings');

CREATE VIEW gifts AS
SELECT
    guild,
    split_part(setting, '#', 2) AS gift,
    split_part(setting, '#', 1) AS kind,
    CAST(i ->> '$.ends_ms.N' AS BIGINT) AS ends_ms,
    CAST(i ->> '$.most.N' AS BIGINT) AS most
FROM settled
WHERE setting <> 'names';

CREATE VIEW names AS
SELECT
    guild,
    banner,
    json_extract_string(i, '$.names.M."' || banner || '".M.en.S') AS name_en,
    json_extract_string(i, '$.names.M."' || banner || '".M.ja.S') AS name_ja
FROM (SELECT guild, i, unnest(json_keys(i, '$.names.M')) AS banner FROM settled WHERE setting = 'names');
