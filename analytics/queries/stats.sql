-- One row for each server that has players: its week up to the last whole day.
-- `banners` is JSON: of each banner and version that was drawn from in the week, how often each card
-- came, and how many pulls of which size began in which state. States are left out (null) where
-- there are more than 2,000 of them. All names in it are slugs, and states are JSON themselves.
-- Athena works `fortnight` out wherever it is named, and reads the ledger for it: so that is twice.
WITH fortnight AS (
    SELECT
        events.guild, events.player, events.kind, events.is_played, events.coins, events.draws,
        events.banner, events.banner_hash, events.cards, events.state,
        events.day > date_add('day', -7, span.last_day) AS is_week
    FROM events
    CROSS JOIN span
    WHERE events.day > date_add('day', -14, span.last_day) AND events.day <= span.last_day
),
did AS (
    SELECT
        guild, player,
        count_if(is_played AND is_week) > 0 AS is_active,
        count_if(is_played AND NOT is_week) > 0 AS was_active,
        count_if(is_week AND kind IN ('pull', 'ticket')) AS pulls,
        sum(CASE WHEN is_week THEN draws ELSE 0 END) AS draws,
        sum(CASE WHEN is_week AND coins > 0 THEN coins ELSE 0 END) AS coins_in,
        sum(CASE WHEN is_week AND coins < 0 THEN -coins ELSE 0 END) AS coins_out
    FROM fortnight
    GROUP BY guild, player
),
week AS (
    SELECT
        guild,
        count_if(is_active) AS players,
        count_if(was_active AND is_active) AS returned,
        count_if(was_active) AS returnable,
        sum(pulls) AS pulls,
        sum(draws) AS draws,
        sum(coins_in) AS coins_in,
        sum(coins_out) AS coins_out
    FROM did
    GROUP BY guild
),
-- A line for each card that a pull gave, and one, of the card '', for the pull itself.
drawn AS (
    SELECT
        fortnight.guild, fortnight.banner, fortnight.banner_hash, u.card,
        CASE WHEN u.card = '' THEN fortnight.state END AS state,
        CASE WHEN u.card = '' THEN fortnight.draws END AS draws
    FROM fortnight
    CROSS JOIN UNNEST(ARRAY[''] || fortnight.cards) AS u (card)
    WHERE fortnight.kind = 'pull' AND fortnight.is_week
),
counted AS (
    SELECT guild, banner, banner_hash, card, state, draws, count(*) AS times
    FROM drawn
    GROUP BY guild, banner, banner_hash, card, state, draws
),
versions AS (
    SELECT
        guild, banner, banner_hash,
        array_join(
            array_agg(concat('"', card, '":', CAST(times AS varchar)) ORDER BY card)
                FILTER (WHERE card <> ''),
            ','
        ) AS cards,
        CASE WHEN count_if(card = '') <= 2000 THEN array_join(
            array_agg(
                concat(
                    '[', CASE WHEN state = '' THEN 'null' ELSE state END, ',',
                    CAST(draws AS varchar), ',', CAST(times AS varchar), ']'
                )
                ORDER BY state, draws
            ) FILTER (WHERE card = ''),
            ','
        ) END AS states
    FROM counted
    GROUP BY guild, banner, banner_hash
),
banners AS (
    SELECT
        guild,
        array_join(
            array_agg(
                concat(
                    '{"banner":"', banner, '","hash":"', banner_hash, '","cards":{', cards,
                    '},"states":', coalesce(concat('[', states, ']'), 'null'), '}'
                )
                ORDER BY banner, banner_hash
            ),
            ','
        ) AS said
    FROM versions
    WHERE cards IS NOT NULL
    GROUP BY guild
),
served AS (
    SELECT guild FROM players GROUP BY guild
)
SELECT
    served.guild,
    span.last_day,
    coalesce(week.players, 0) AS players,
    coalesce(week.returned, 0) AS returned,
    coalesce(week.returnable, 0) AS returnable,
    coalesce(week.pulls, 0) AS pulls,
    coalesce(week.draws, 0) AS draws,
    coalesce(week.coins_in, 0) AS coins_in,
    coalesce(week.coins_out, 0) AS coins_out,
    concat('[', coalesce(banners.said, ''), ']') AS banners
FROM served
CROSS JOIN span
LEFT JOIN week ON week.guild = served.guild
LEFT JOIN banners ON banners.guild = served.guild
ORDER BY served.guild
