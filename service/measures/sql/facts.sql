-- The facts: a row for each hand-over of an expectation, or one row for an expectation that was
-- never met. Figures of the whole expectation stand in its first row only, 0 or null in others.
-- `lost` are disputed copies that would be effective: effective copies are those on time and not
-- bundled, less the lost.
SELECT
    owed.point_id,
    owed.title_id,
    owed.day,
    CAST(spots.scans AS TINYINT) AS scans,
    owed.office_id,
    owed.standard_id,
    owed.route_id,
    owed.due_ms,
    told.scan_id,
    CAST(told.handed_on - owed.day AS INTEGER) AS age_days,
    told.counted,
    told.ms > owed.due_ms AS late,
    told.ms - owed.due_ms AS late_ms,
    told.bundled,
    told.by_schedule,
    owed.next_day <= told.handed_on AS stale,
    CAST(CASE
        WHEN told.ms <= owed.due_ms THEN NULL
        WHEN told.unmet_cause > 1 AND told.handed_on <= owed.due_on THEN 2
        ELSE told.unmet_cause
    END AS TINYINT) AS late_cause,
    CAST(told.bundle_cause AS TINYINT) AS bundle_cause,
    CASE WHEN told.first THEN owed.expected ELSE 0 END AS expected,
    CASE WHEN told.first THEN owed.expected - LEAST(told.brought, owed.expected) ELSE 0 END
        AS undelivered,
    CAST(CASE WHEN told.first AND told.brought < owed.expected THEN told.unmet_cause END AS TINYINT)
        AS undelivered_cause,
    CASE WHEN told.first THEN told.brought - LEAST(told.brought, owed.expected) ELSE 0 END
        AS surplus,
    CAST(CASE
        WHEN told.first THEN LEAST(COALESCE(words.denied, 0), told.brought, owed.expected)
        ELSE 0
    END AS INTEGER) AS disputed,
    CAST(CASE
        WHEN told.first
        THEN GREATEST(LEAST(COALESCE(words.received, 0), owed.expected) - told.brought, 0)
        ELSE 0
    END AS INTEGER) AS unscanned,
    CAST(CASE
        WHEN NOT told.first THEN 0
        ELSE LEAST(
            CASE
                WHEN told.repeated THEN COALESCE(told.clean, 0)
                WHEN told.ms <= owed.due_ms AND NOT told.bundled THEN told.counted
                ELSE 0
            END,
            COALESCE(words.denied, 0))
    END AS INTEGER) AS lost,
    CASE
        WHEN NOT told.first OR words.first_received_ms IS NULL THEN NULL
        ELSE GREATEST(words.first_received_ms - told.ms, 0)
    END AS gap_ms
FROM told
JOIN owed ON owed.pair * 2 = told.double_pair
JOIN spots ON spots.point_id = owed.point_id AND spots.world = told.world
LEFT JOIN words ON words.pair = owed.pair
UNION ALL
SELECT
    owed.point_id, owed.title_id, owed.day, CAST(unmet.scans AS TINYINT), owed.office_id,
    owed.standard_id, owed.route_id, owed.due_ms, NULL, NULL, 0, FALSE, NULL, FALSE, FALSE, FALSE,
    NULL, NULL, owed.expected, owed.expected,
    CAST(CASE
        WHEN why_unmet.pair IS NULL THEN 0
        WHEN why_unmet.passed = 0 THEN 1
        WHEN why_unmet.visited = 1 THEN 3
        ELSE 4
    END AS TINYINT),
    0, 0, CAST(LEAST(COALESCE(words.received, 0), owed.expected) AS INTEGER), 0, NULL
FROM unmet
JOIN owed ON owed.pair = unmet.owed_pair
LEFT JOIN why_unmet ON why_unmet.pair = unmet.pair
LEFT JOIN words ON words.pair = owed.pair
WHERE unmet.never
