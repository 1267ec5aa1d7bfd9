-- The facts: a row for each hand-over of an expectation, or one row for an expectation that was
-- never met. Figures of the whole expectation stand in its first row only, 0 or null in others.
SELECT
    CAST(pairs.point_id AS INTEGER) AS point_id,
    CAST(pairs.title_id AS INTEGER) AS title_id,
    CAST(pairs.day AS INTEGER) AS day,
    CAST(pairs.scans AS TINYINT) AS scans,
    CAST(pairs.office_id AS INTEGER) AS office_id,
    CAST(pairs.standard_id AS INTEGER) AS standard_id,
    CAST(pairs.route_id AS INTEGER) AS route_id,
    pairs.due_ms,
    causes.scan_id,
    CAST(causes.handed_on - pairs.day AS INTEGER) AS age_days,
    CAST(COALESCE(causes.counted, 0) AS INTEGER) AS counted,
    COALESCE(causes.late, FALSE) AS late,
    causes.late_ms,
    COALESCE(causes.bundled, FALSE) AS bundled,
    by_schedule.spot_id IS NOT NULL AS by_schedule,
    COALESCE(causes.stale, FALSE) AS stale,
    CAST(causes.late_cause AS TINYINT) AS late_cause,
    CAST(causes.bundle_cause AS TINYINT) AS bundle_cause,
    CAST(CASE WHEN pairs.first_place <> causes.place THEN 0 ELSE pairs.expected END AS BIGINT)
        AS expected,
    CAST(CASE
        WHEN pairs.first_place <> causes.place THEN 0
        ELSE pairs.expected - pairs.delivered
    END AS BIGINT) AS undelivered,
    CAST(CASE
        WHEN pairs.first_place <> causes.place THEN NULL
        WHEN pairs.delivered = pairs.expected THEN NULL
        WHEN NOT explained.planned THEN 0
        WHEN explained.passed = 0 THEN 1
        WHEN explained.visited = 1 THEN 3
        ELSE 4
    END AS TINYINT) AS undelivered_cause,
    CAST(CASE WHEN pairs.first_place <> causes.place THEN 0 ELSE pairs.surplus END AS BIGINT)
        AS surplus,
    CAST(CASE
        WHEN pairs.first_place <> causes.place THEN 0
        ELSE LEAST(COALESCE(words.denied, 0), pairs.delivered)
    END AS BIGINT) AS disputed,
    CAST(CASE
        WHEN pairs.first_place <> causes.place THEN 0
        ELSE GREATEST(LEAST(COALESCE(words.received, 0), pairs.expected) - pairs.delivered, 0)
    END AS BIGINT) AS unscanned,
    CAST(CASE
        WHEN pairs.first_place <> causes.place THEN 0
        ELSE GREATEST(
            COALESCE(clean.copies, 0) - LEAST(COALESCE(words.denied, 0), pairs.delivered), 0)
    END AS BIGINT) AS effective,
    CASE
        WHEN pairs.first_place <> causes.place THEN NULL
        WHEN words.first_received_ms < pairs.first_ms THEN 0
        ELSE words.first_received_ms - pairs.first_ms
    END AS gap_ms
FROM pairs
LEFT JOIN causes
  ON causes.spot_id = pairs.spot_id
 AND causes.title_id = pairs.title_id
 AND causes.day = pairs.day
LEFT JOIN by_schedule
  ON by_schedule.spot_id = causes.spot_id
 AND by_schedule.visit = causes.visit
 AND by_schedule.title_id = causes.title_id
LEFT JOIN (
    SELECT spot_id, title_id, day, CAST(SUM(counted) AS BIGINT) AS copies
    FROM causes
    WHERE NOT late AND NOT bundled
    GROUP BY spot_id, title_id, day
) AS clean
  ON clean.spot_id = pairs.spot_id
 AND clean.title_id = pairs.title_id
 AND clean.day = pairs.day
LEFT JOIN words
  ON words.point_id = pairs.point_id
 AND words.title_id = pairs.title_id
 AND words.day = pairs.day
LEFT JOIN explained
  ON explained.spot_id = pairs.spot_id
 AND explained.from_day = pairs.day
 AND explained.until_day = pairs.due_on
 AND explained.arrived_ms = pairs.arrived_ms
WHERE pairs.wanted
