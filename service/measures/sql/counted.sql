-- Items with the copies that count, which are at most what is still owed when their scans are taken
-- in order. `brought` are the copies of all items of the pair and `last_ms` the last of them; `first`
-- marks its first item, which always counts.
SELECT
    handed.pair, handed.title_id, handed.day, handed.scan_id, handed.place, handed.visit,
    handed.ms, handed.handed_on, handed.wanted,
    LEAST(handed.copies, handed.expected) AS counted,
    handed.copies AS brought,
    handed.ms AS last_ms,
    TRUE AS first,
    FALSE AS repeated
FROM handed
LEFT JOIN repeated ON repeated.pair = handed.pair
WHERE repeated.pair IS NULL
UNION ALL
SELECT
    pair, title_id, day, scan_id, place, visit, ms, handed_on, wanted,
    CAST(LEAST(copies, expected - copies_before) AS INTEGER),
    brought, last_ms, copies_before = 0, TRUE
FROM (
    SELECT
        handed.*,
        CAST(COALESCE(SUM(handed.copies) OVER (
            PARTITION BY handed.pair ORDER BY handed.place
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS BIGINT) AS copies_before,
        CAST(SUM(handed.copies) OVER (PARTITION BY handed.pair) AS INTEGER) AS brought,
        MAX(handed.ms) OVER (PARTITION BY handed.pair) AS last_ms
    FROM handed
    JOIN repeated ON repeated.pair = handed.pair
) AS in_order
WHERE copies_before < expected
