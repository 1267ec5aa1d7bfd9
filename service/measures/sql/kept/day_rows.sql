-- A file's facts as questions sum them. `state` is one number for all that befell a row's copies,
-- digit by digit: late cause (6), cause of never (6), bundle cause (6), bundled, by schedule, stale (2
-- each), days past due (5: none, 1, 2, 3, more). A cause's digit is its number + 1.
SELECT
    point_id,
    title_id,
    day,
    scans,
    office_id,
    standard_id,
    route_id,
    due_ms,
    expected,
    counted,
    late_ms * counted AS copy_ms,
    CAST(COALESCE(age_days, 0) AS BIGINT) * counted AS copy_days,
    CAST(
        COALESCE(CAST(late_cause AS INTEGER) + 1, 0)
        + 6 * CASE WHEN counted > 0 THEN 0 ELSE CAST(undelivered_cause AS INTEGER) + 1 END
        + 36 * COALESCE(CAST(bundle_cause AS INTEGER) + 1, 0)
        + 216 * CASE WHEN bundled THEN 1 ELSE 0 END
        + 432 * CASE WHEN by_schedule THEN 1 ELSE 0 END
        + 864 * CASE WHEN stale THEN 1 ELSE 0 END
        + 1728 * CASE
            WHEN late_ms IS NULL THEN 0
            WHEN late_ms <= 86400000 THEN 1
            WHEN late_ms <= 172800000 THEN 2
            WHEN late_ms <= 259200000 THEN 3
            ELSE 4
        END
    AS SMALLINT) AS state
FROM facts
