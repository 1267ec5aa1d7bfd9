-- Expectations with their promise and arrival; no arrival recorded counts as there since ever.
SELECT
    expected.point_id,
    expected.title_id,
    expected.day,
    expected.expected,
    issues.next_day,
    issues.wanted,
    promised.office_id,
    promised.standard_id,
    promised.route_id,
    promised.due_ms,
    promised.due_on,
    COALESCE(arrivals.arrived_ms, -1000000000000000) AS arrived_ms
FROM expected
JOIN issues ON issues.title_id = expected.title_id AND issues.day = expected.day
JOIN promised ON promised.point_id = expected.point_id AND promised.day = expected.day
LEFT JOIN arrivals
  ON arrivals.office_id = promised.office_id
 AND arrivals.title_id = expected.title_id
 AND arrivals.day = expected.day
