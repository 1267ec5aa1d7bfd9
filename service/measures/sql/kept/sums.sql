-- The `day_rows` summed over the days of the file; `day` and `due_ms` are the last ones.
SELECT
    point_id, title_id, MAX(day) AS day, scans, office_id, standard_id, route_id,
    MAX(due_ms) AS due_ms,
    SUM(expected) AS expected,
    SUM(counted) AS counted,
    SUM(copy_ms) AS copy_ms,
    SUM(copy_days) AS copy_days,
    state
FROM rows_of_file
GROUP BY point_id, title_id, scans, office_id, standard_id, route_id, state
