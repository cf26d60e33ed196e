-- How many events there are of each kind.
SELECT kind, count(*) AS events, count(DISTINCT player) AS players
FROM events
GROUP BY kind
ORDER BY kind
