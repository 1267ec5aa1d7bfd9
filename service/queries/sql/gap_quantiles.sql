-- The least handover gap at which the running (point, issue) pairs reach a half of their number.
SELECT key_no, MIN(CASE WHEN running * 2 >= total THEN gap_ms END) AS p50
FROM (
    SELECT
        key_no,
        gap_ms,
        ROW_NUMBER() OVER (PARTITION BY key_no ORDER BY gap_ms) AS running,
        COUNT(*) OVER (PARTITION BY key_no) AS total
    FROM (SELECT {key} AS key_no, gap_ms FROM gaps {join}) AS keyed
) AS counted_up
GROUP BY key_no
