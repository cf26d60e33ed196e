-- Pulls by banner and hour of the day.
SELECT banner, hour, count(*) AS pulls, sum(draws) AS draws
FROM events
WHERE kind IN ('pull', 'ticket')
GROUP BY banner, hour
ORDER BY banner, hour
