-- Readers' words on each issue at each point that stand at as_of.
SELECT
    (confirmations.point_id * 1048576 + confirmations.title_id) * 131072 + confirmations.day AS pair,
    CAST(SUM(CASE WHEN verdict IN ('missing', 'damaged', 'wrong') THEN copies ELSE 0 END) AS BIGINT)
        AS denied,
    CAST(SUM(CASE WHEN verdict IN ('received', 'late', 'bundled') THEN copies ELSE 0 END) AS BIGINT)
        AS received,
    MIN(CASE WHEN verdict IN ('received', 'late', 'bundled') THEN ms END) AS first_received_ms
FROM confirmations
CROSS JOIN asked
WHERE confirmations.ms <= asked.as_of_ms
  AND (confirmations.voided_ms IS NULL OR confirmations.voided_ms > asked.as_of_ms)
GROUP BY (confirmations.point_id * 1048576 + confirmations.title_id) * 131072 + confirmations.day
