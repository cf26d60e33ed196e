-- The ledger's rows of players, the latest image of each.
WITH full_export AS (
    -- The second of the last one that is whole; 0 without one.
    SELECT coalesce(max(CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint)), 0) AS at
    FROM raw_history
    WHERE "$path" LIKE '%/manifest-summary.json'
),
lines AS (
    SELECT
        json_parse(line) AS doc,
        CAST(regexp_extract("$path", '/full-([0-9]+)/', 1) AS bigint) AS full_at
    FROM raw_history
    WHERE "$path" LIKE '%/data/%'
),
written AS (
    SELECT
        coalesce(json_extract(doc, '$.Item'), json_extract(doc, '$.NewImage')) AS item,
        coalesce(
            json_extract_scalar(doc, '$.Item.user_id.S'), json_extract_scalar(doc, '$.Keys.user_id.S')
        ) AS user_id,
        coalesce(
            json_extract_scalar(doc, '$.Item.timestamp.N'),
            json_extract_scalar(doc, '$.Keys.timestamp.N')
        ) AS key,
        CAST(json_extract_scalar(doc, '$.Metadata.WriteTimestampMicros.N') AS bigint) AS changed_us,
        full_at
    FROM lines
),
images AS (
    SELECT
        written.user_id, written.item, written.key,
        coalesce(written.changed_us, written.full_at * 1000000) AS as_of_us,
        full_export.at * 1000000 AS base_us,
        row_number() OVER (
            PARTITION BY written.user_id, written.key
            ORDER BY coalesce(written.changed_us, written.full_at * 1000000) DESC, written.changed_us DESC
        ) AS place,
        max(written.changed_us) OVER (PARTITION BY written.user_id, written.key) AS last_us
    FROM written
    CROSS JOIN full_export
    -- Of full exports only the last that is whole: a later one may have come half.
    WHERE coalesce(written.full_at, full_export.at) = full_export.at
),
told AS (
    SELECT
        images.user_id, images.item, images.last_us,
        CAST(images.key AS decimal(38, 7)) AS at,
        json_extract_scalar(images.item, '$.kind.S') AS kind,
        json_extract_scalar(images.item, '$.receipt.S') AS receipt
    FROM images
    WHERE images.place = 1
        AND images.item IS NOT NULL
        AND images.as_of_us >= images.base_us
        AND images.user_id NOT LIKE 'server@%'
        AND images.user_id NOT LIKE 'box:%'
),
typed AS (
    SELECT
        substr(lower(to_hex(sha256(to_utf8(concat('{salt}', ':', user_id))))), 1, 16) AS player,
        substr(
            lower(to_hex(sha256(to_utf8(concat(
                '{salt}', ':', json_extract_scalar(item, '$.guild_id.S')
            ))))),
            1, 16
        ) AS guild,
        kind,
        -- An opening has no time of its own.
        CASE WHEN kind = 'opening'
            THEN min(CASE WHEN kind NOT IN ('opening', 'void') THEN CAST(floor(at) AS bigint) END)
                OVER (PARTITION BY user_id)
            ELSE CAST(floor(at) AS bigint)
        END AS at_ms,
        kind NOT IN ('opening', 'grant', 'take', 'lapse', 'void') AS is_played,
        CAST(json_extract_scalar(item, '$.version.N') AS bigint) AS version,
        CAST(json_extract_scalar(item, '$.amount.N') AS bigint) AS coins,
        CAST(json_extract_scalar(item, '$.balance.N') AS bigint) AS balance,
        CASE WHEN kind = 'grant' AND json_extract_scalar(item, '$.granted_by.S') IS NULL
            THEN 'adopted' ELSE kind END AS source,
        coalesce(CAST(json_extract_scalar(item, '$.shards.N') AS bigint), 0) AS shards,
        coalesce(
            reduce(
                CAST(json_extract(item, '$.tickets.L') AS array(json)),
                CAST(0 AS bigint),
                (s, lot) -> s + CAST(json_extract_scalar(lot, '$.M.n.N') AS bigint),
                s -> s
            ),
            0
        ) AS tickets,
        CASE WHEN kind IN ('pull', 'ticket') THEN json_extract_scalar(item, '$.banner.S') END AS banner,
        CASE WHEN kind IN ('pull', 'ticket') THEN json_extract_scalar(item, '$.banner_hash.S') END
            AS banner_hash,
        CASE WHEN kind IN ('pull', 'ticket')
            THEN CAST(json_extract_scalar(item, '$.count.N') AS integer) ELSE 0 END AS draws,
        CASE WHEN kind IN ('pull', 'ticket') THEN
            coalesce(
                transform(
                    CAST(json_extract(item, '$.cards.L') AS array(json)),
                    card -> json_extract_scalar(card, '$.S')
                ),
                CAST(ARRAY[] AS array(varchar))
            )
            ELSE CAST(ARRAY[] AS array(varchar))
        END AS cards,
        CASE
            WHEN kind <> 'pull' THEN NULL
            WHEN json_extract_scalar(receipt, '$.counts') = 'false' THEN ''
            ELSE replace(
                regexp_replace(
                    regexp_replace(
                        json_format(json_extract(receipt, '$.before')),
                        '"(exchanged|limit)":[{][^{}]*[}],', ''
                    ),
                    '"points":[0-9]+,?', ''
                ),
                ',}', '}'
            )
        END AS state,
        CASE kind
            WHEN 'present' THEN coalesce(
                transform(
                    CAST(json_extract(item, '$.presents.L') AS array(json)),
                    present -> json_extract_scalar(present, '$.M.id.S')
                ),
                CAST(ARRAY[] AS array(varchar))
            )
            WHEN 'code' THEN ARRAY[json_extract_scalar(item, '$.campaign.S')]
            ELSE CAST(ARRAY[] AS array(varchar))
        END AS gifts,
        CAST(floor(last_us / 1000.0) AS bigint) AS written_ms,
        json_extract_scalar(item, '$.undelivered.S') IS NULL AS is_delivered
    FROM told
)
SELECT
    player, guild, kind, at_ms,
    CAST(from_unixtime(at_ms / 1000.0) AT TIME ZONE '{zone}' AS date) AS day,
    CAST(hour(from_unixtime(at_ms / 1000.0) AT TIME ZONE '{zone}') AS integer) AS hour,
    is_played, version, coins, balance, source, shards, tickets, banner, banner_hash, draws, cards,
    state, gifts, written_ms, is_delivered
FROM typed
-- An opening of which no export has what it opened with.
WHERE at_ms IS NOT NULL
