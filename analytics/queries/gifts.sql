-- How often each present and code was taken, also of those that nobody took.
WITH taken AS (
    SELECT events.guild, events.kind, u.gift, count(*) AS times, count(DISTINCT events.player) AS players
    FROM events
    CROSS JOIN UNNEST(events.gifts) AS u (gift)
    WHERE events.kind IN ('present', 'code')
    GROUP BY events.guild, events.kind, u.gift
)
SELECT
    coalesce(gifts.guild, taken.guild) AS guild,
    coalesce(gifts.kind, taken.kind) AS kind,
    coalesce(gifts.gift, taken.gift) AS gift,
    coalesce(taken.times, 0) AS times,
    coalesce(taken.players, 0) AS players,
    gifts.most,
    gifts.ends_ms
FROM gifts
FULL JOIN taken
    ON taken.guild = gifts.guild AND taken.kind = gifts.kind AND taken.gift = gifts.gift
ORDER BY times DESC, guild, kind, gift
