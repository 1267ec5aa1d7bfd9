-- Counted copies with the cause of their lateness and of their being bundled: the first line of the
-- table of causes that holds. 0 schedule, 1 upstream, 2 slow_round, 3 left_behind, 4 missed_visit.
SELECT
    handed.*,
    CASE
        WHEN NOT handed.late THEN NULL
        WHEN NOT late_why.planned THEN 0
        WHEN late_why.passed = 0 THEN 1
        WHEN handed.handed_on <= handed.due_on THEN 2
        WHEN late_why.visited = 1 THEN 3
        ELSE 4
    END AS late_cause,
    CASE
        WHEN NOT handed.older THEN NULL
        WHEN NOT bundle_why.planned THEN 0
        WHEN bundle_why.passed = 0 THEN 1
        WHEN bundle_why.visited = 1 THEN 3
        ELSE 4
    END AS bundle_cause
FROM handed
LEFT JOIN explained AS late_why
  ON handed.late
 AND late_why.spot_id = handed.spot_id
 AND late_why.from_day = handed.day
 AND late_why.until_day = handed.due_on
 AND late_why.arrived_ms = handed.arrived_ms
LEFT JOIN explained AS bundle_why
  ON handed.older
 AND bundle_why.spot_id = handed.spot_id
 AND bundle_why.from_day = handed.day
 AND bundle_why.until_day = handed.handed_on - 1
 AND bundle_why.arrived_ms = handed.arrived_ms
