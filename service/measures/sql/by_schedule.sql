-- Bundles that the plan itself made: every counted copy of their older issues has that cause.
SELECT spot_id, visit, title_id
FROM causes
WHERE older
GROUP BY spot_id, visit, title_id
HAVING MIN(CASE WHEN bundle_cause = 0 THEN 1 ELSE 0 END) = 1
