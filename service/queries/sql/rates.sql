-- Copies by group: first by what decides the group and by state of a row
-- (measures/sql/kept/day_rows.sql), then what each state means. Figures that the state does not tell come from the few rows `apart`.
SELECT
    states.*,
    states.never + COALESCE(apart.undelivered, 0) AS undelivered,
    COALESCE(apart.surplus, 0) AS surplus,
    COALESCE(apart.disputed, 0) AS disputed,
    COALESCE(apart.unscanned, 0) AS unscanned,
    states.clean - COALESCE(apart.lost, 0) AS effective,
    {partly}
FROM (
    SELECT
        key_no,
        CAST(SUM(expected) AS BIGINT) AS expected,
        CAST(SUM(counted) AS BIGINT) AS delivered,
        CAST(SUM(CASE WHEN late_digit > 0 THEN counted ELSE 0 END) AS BIGINT) AS late,
        CAST(SUM(CASE WHEN never_digit > 0 THEN expected ELSE 0 END) AS BIGINT) AS never,
        CAST(SUM(CASE WHEN bundled_digit = 1 THEN counted ELSE 0 END) AS BIGINT) AS bundled,
        CAST(SUM(CASE WHEN schedule_digit = 1 THEN counted ELSE 0 END) AS BIGINT)
            AS bundled_by_schedule,
        CAST(SUM(CASE WHEN stale_digit = 1 THEN counted ELSE 0 END) AS BIGINT) AS stale,
        CAST(SUM(CASE WHEN late_digit = 0 AND bundled_digit = 0 THEN counted ELSE 0 END) AS BIGINT)
            AS clean,
        CAST(SUM(CASE WHEN days_digit = 1 THEN counted ELSE 0 END) AS BIGINT) AS within_1,
        CAST(SUM(CASE WHEN days_digit IN (1, 2) THEN counted ELSE 0 END) AS BIGINT) AS within_2,
        CAST(SUM(CASE WHEN days_digit IN (1, 2, 3) THEN counted ELSE 0 END) AS BIGINT) AS within_3,
        CAST(SUM(CASE WHEN late_digit > 0 THEN copy_ms ELSE 0 END) AS DOUBLE) AS late_copy_ms,
        CAST(SUM(copy_days) AS BIGINT) AS age_copy_days,
        {causes}
    FROM (
        SELECT
            keyed.*,
            state % 6 AS late_digit,
            CAST(floor(state / 6) AS BIGINT) % 6 AS never_digit,
            CAST(floor(state / 36) AS BIGINT) % 6 AS bundle_digit,
            CAST(floor(state / 216) AS BIGINT) % 2 AS bundled_digit,
            CAST(floor(state / 432) AS BIGINT) % 2 AS schedule_digit,
            CAST(floor(state / 864) AS BIGINT) % 2 AS stale_digit,
            CAST(floor(state / 1728) AS BIGINT) AS days_digit
        FROM (
            SELECT
                {key} AS key_no,
                CAST(state AS BIGINT) AS state,
                expected,
                counted,
                copy_ms,
                copy_days
            FROM (
                SELECT
                    {column},
                    state,
                    SUM(expected) AS expected,
                    SUM(counted) AS counted,
                    SUM(copy_ms) AS copy_ms,
                    SUM(copy_days) AS copy_days
                FROM kept
                GROUP BY {column}, state
            ) AS summed
            {join}
        ) AS keyed
    ) AS digits
    GROUP BY key_no
) AS states
LEFT JOIN (
    SELECT
        {key} AS key_no,
        CAST(SUM(undelivered) AS BIGINT) AS undelivered,
        CAST(SUM(surplus) AS BIGINT) AS surplus,
        CAST(SUM(disputed) AS BIGINT) AS disputed,
        CAST(SUM(unscanned) AS BIGINT) AS unscanned,
        CAST(SUM(lost) AS BIGINT) AS lost,
        {partly_causes}
    FROM apart
    {join}
    GROUP BY {key}
) AS apart ON apart.key_no = states.key_no
