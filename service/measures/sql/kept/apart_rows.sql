-- The few rows with figures that the state does not tell; `undelivered` where some copies came.
SELECT
    point_id, title_id, day, scans, office_id, standard_id, route_id, due_ms,
    CASE WHEN counted > 0 THEN undelivered ELSE 0 END AS undelivered,
    undelivered_cause,
    surplus,
    disputed,
    unscanned,
    lost
FROM facts
WHERE surplus > 0 OR disputed > 0 OR unscanned > 0 OR (undelivered > 0 AND counted > 0)
