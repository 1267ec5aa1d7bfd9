-- Copies by group over the picked facts, and causes of failure.
SELECT
    key_no,
    CAST(SUM(expected) AS BIGINT) AS expected,
    CAST(SUM(counted) AS BIGINT) AS delivered,
    CAST(SUM(CASE WHEN late THEN counted ELSE 0 END) AS BIGINT) AS late,
    CAST(SUM(undelivered) AS BIGINT) AS undelivered,
    CAST(SUM(CASE WHEN bundled THEN counted ELSE 0 END) AS BIGINT) AS bundled,
    CAST(SUM(CASE WHEN by_schedule THEN counted ELSE 0 END) AS BIGINT) AS bundled_by_schedule,
    CAST(SUM(CASE WHEN stale THEN counted ELSE 0 END) AS BIGINT) AS stale,
    CAST(SUM(surplus) AS BIGINT) AS surplus,
    CAST(SUM(disputed) AS BIGINT) AS disputed,
    CAST(SUM(effective) AS BIGINT) AS effective,
    CAST(SUM(unscanned) AS BIGINT) AS unscanned,
    CAST(SUM(CASE WHEN late_ms <= 86400000 THEN counted ELSE 0 END) AS BIGINT) AS within_1,
    CAST(SUM(CASE WHEN late_ms <= 172800000 THEN counted ELSE 0 END) AS BIGINT) AS within_2,
    CAST(SUM(CASE WHEN late_ms <= 259200000 THEN counted ELSE 0 END) AS BIGINT) AS within_3,
    CAST(SUM(CASE WHEN late THEN late_ms * counted ELSE 0 END) AS DOUBLE) AS late_copy_ms,
    CAST(SUM(age_days * counted) AS BIGINT) AS age_copy_days,
    {causes}
FROM picked
GROUP BY key_no
