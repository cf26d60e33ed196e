-- The servers, the one with the most players first.
SELECT
    guild,
    count(DISTINCT CASE WHEN is_played THEN player END) AS players,
    count_if(kind IN ('pull', 'ticket')) AS pulls,
    sum(CASE WHEN coins > 0 THEN coins ELSE 0 END) AS coins_in,
    sum(CASE WHEN coins < 0 THEN -coins ELSE 0 END) AS coins_out
FROM events
GROUP BY guild
ORDER BY players DESC, guild
