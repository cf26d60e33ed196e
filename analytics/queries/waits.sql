-- How long it took from an interaction to its row's last write, in tenths of a second rounded down,
-- the last one being a minute and more. Of a pull that is when its message had arrived.
SELECT
    kind,
    least(CAST(floor(CAST(written_ms - at_ms AS double) / 100) AS bigint), 600) AS tenths,
    count(*) AS events
FROM events
WHERE written_ms >= at_ms AND is_delivered AND kind NOT IN ('opening', 'void')
GROUP BY kind, least(CAST(floor(CAST(written_ms - at_ms AS double) / 100) AS bigint), 600)
ORDER BY kind, tenths
