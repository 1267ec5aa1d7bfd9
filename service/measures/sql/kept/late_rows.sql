-- Copies past due, with how late they came.
SELECT
    point_id, title_id, day, scans, office_id, standard_id, route_id, due_ms, counted, late_ms
FROM facts
WHERE late_ms > 0
