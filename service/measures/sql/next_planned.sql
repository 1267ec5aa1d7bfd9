-- For each day the first planned visit on or after it, where one is found among 62 days.
SELECT planned.point_id, planned.day - numbers.n AS day, planned.place
FROM planned
JOIN numbers
  ON numbers.n < LEAST(planned.day - COALESCE(planned.day_before, planned.day - 62), 62)
JOIN (
    SELECT DISTINCT spans.point_id
    FROM spans
    JOIN visit_standards ON visit_standards.standard_id = spans.standard_id
) AS promised ON promised.point_id = planned.point_id
