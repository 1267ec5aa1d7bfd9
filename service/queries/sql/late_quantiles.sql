-- The least lateness at which the running copies reach a half and nine tenths of their total.
SELECT
    key_no,
    MIN(CASE WHEN running * 2 >= total THEN late_ms END) AS p50,
    MIN(CASE WHEN running * 10 >= total * 9 THEN late_ms END) AS p90
FROM (
    SELECT
        key_no,
        late_ms,
        SUM(copies) OVER (
            PARTITION BY key_no ORDER BY late_ms
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS running,
        SUM(copies) OVER (PARTITION BY key_no) AS total
    FROM (
        SELECT {key} AS key_no, late_ms, SUM(counted) AS copies
        FROM late
        {join}
        GROUP BY {key}, late_ms
    ) AS by_lateness
) AS counted_up
GROUP BY key_no
