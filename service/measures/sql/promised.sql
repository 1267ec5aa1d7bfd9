-- What was promised at each point for issues of each day: office, standard and route in force, and
-- when they are due. `due_on` is the local date of the due instant.
SELECT
    days.point_id,
    days.day,
    spans.office_id,
    spans.standard_id,
    spans.route_id,
    COALESCE(dues.due_ms, times.ms) AS due_ms,
    COALESCE(dues.due_on, times.on_day) AS due_on
FROM (SELECT DISTINCT point_id, day FROM expected) AS days
JOIN spans
  ON spans.point_id = days.point_id
 AND days.day >= spans.from_day
 AND days.day <= spans.until_day
LEFT JOIN dues ON dues.standard_id = spans.standard_id AND dues.day = days.day
LEFT JOIN visit_standards ON visit_standards.standard_id = spans.standard_id
LEFT JOIN next_planned ON next_planned.point_id = days.point_id AND next_planned.day = days.day
LEFT JOIN planned
  ON planned.point_id = next_planned.point_id
 AND planned.place = next_planned.place + visit_standards.offset_days
 AND planned.day < days.day + 62
LEFT JOIN times
  ON times.day = COALESCE(planned.day, days.day + visit_standards.offset_days)
 AND times.minute = visit_standards.due_minute
