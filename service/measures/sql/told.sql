-- Hand-overs of the issues wanted, with what befell their copies and why. Causes: 0 schedule, 1 upstream, 2 slow_round,
-- 3 left_behind, 4 missed_visit; the first of metrics.md's table that holds.
SELECT
    counted.pair - counted.pair % 2 AS double_pair,
    counted.pair % 2 AS world,
    counted.scan_id,
    counted.ms,
    counted.handed_on,
    counted.counted,
    counted.brought,
    counted.first,
    counted.repeated,
    bundles.newest IS NOT NULL AS bundled,
    by_schedule.visit IS NOT NULL AS by_schedule,
    CASE
        WHEN why_unmet.pair IS NULL THEN 0
        WHEN why_unmet.passed = 0 THEN 1
        WHEN why_unmet.visited = 1 THEN 3
        ELSE 4
    END AS unmet_cause,
    CASE
        WHEN bundles.newest IS NULL OR counted.day >= bundles.newest THEN NULL
        WHEN why_bundled.pair IS NULL THEN 0
        WHEN why_bundled.passed = 0 THEN 1
        WHEN why_bundled.visited = 1 THEN 3
        ELSE 4
    END AS bundle_cause,
    clean.copies AS clean
FROM counted
LEFT JOIN bundles ON bundles.visit = counted.visit AND bundles.title_id = counted.title_id
LEFT JOIN by_schedule
  ON by_schedule.visit = counted.visit AND by_schedule.title_id = counted.title_id
LEFT JOIN why_unmet ON why_unmet.pair = counted.pair
LEFT JOIN why_bundled ON why_bundled.pair = counted.pair AND why_bundled.place = counted.place
LEFT JOIN clean ON clean.pair = counted.pair
WHERE counted.wanted
