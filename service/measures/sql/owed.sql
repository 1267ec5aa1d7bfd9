-- Expectations with their promise and arrival; no arrival recorded counts as there since ever.
-- `pair` is one number for (point, title, issue day).
SELECT
    (expected.point_id * 1048576 + expected.title_id) * 131072 + expected.day AS pair,
    CAST(expected.point_id AS INTEGER) AS point_id,
    CAST(expected.title_id AS INTEGER) AS title_id,
    CAST(expected.day AS INTEGER) AS day,
    CAST(expected.expected AS INTEGER) AS expected,
    CAST(issues.next_day AS INTEGER) AS next_day,
    issues.wanted,
    CAST(promised.office_id AS INTEGER) AS office_id,
    CAST(promised.standard_id AS INTEGER) AS standard_id,
    CAST(promised.route_id AS INTEGER) AS route_id,
    promised.due_ms,
    CAST(promised.due_on AS INTEGER) AS due_on,
    COALESCE(arrivals.arrived_ms, -1000000000000000) AS arrived_ms
FROM expected
JOIN issues ON issues.title_id = expected.title_id AND issues.day = expected.day
JOIN promised ON promised.point_id = expected.point_id AND promised.day = expected.day
LEFT JOIN arrivals
  ON arrivals.office_id = promised.office_id
 AND arrivals.title_id = expected.title_id
 AND arrivals.day = expected.day
