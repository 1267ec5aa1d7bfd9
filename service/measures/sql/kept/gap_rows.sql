-- Issues at points with the time from hand-over to the first reader's word.
SELECT point_id, title_id, day, scans, office_id, standard_id, route_id, due_ms, gap_ms
FROM facts
WHERE gap_ms IS NOT NULL
