-- Pulls by banner, version and hour of the day.
SELECT banner, banner_hash, hour, count(*) AS pulls, sum(draws) AS draws
FROM events
WHERE kind IN ('pull', 'ticket')
GROUP BY banner, banner_hash, hour
ORDER BY banner, banner_hash, hour
