-- What could be taken: presents and codes.
SELECT
    guild,
    split_part(setting, '#', 2) AS gift,
    split_part(setting, '#', 1) AS kind,
    CAST(json_extract_scalar(item, '$.ends_ms.N') AS bigint) AS ends_ms,
    CAST(json_extract_scalar(item, '$.most.N') AS bigint) AS most
FROM settings
WHERE setting <> 'names'
