-- What happened on each day. Days without an event are missing here.
SELECT
    day,
    count(DISTINCT CASE WHEN is_played THEN player END) AS players,
    count_if(kind = 'opening') AS newcomers,
    count_if(kind IN ('pull', 'ticket')) AS pulls,
    sum(draws) AS draws,
    sum(CASE WHEN coins > 0 THEN coins ELSE 0 END) AS coins_in,
    sum(CASE WHEN coins < 0 THEN -coins ELSE 0 END) AS coins_out
FROM events
GROUP BY day
ORDER BY day
