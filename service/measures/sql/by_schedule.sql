-- Bundles that the plan itself made: every counted copy of their older issues has that cause, which
-- is the one without a planned visit day.
SELECT older.visit, older.title_id
FROM older
LEFT JOIN why_bundled ON why_bundled.pair = older.pair AND why_bundled.place = older.place
GROUP BY older.visit, older.title_id
HAVING COUNT(why_bundled.pair) = 0
