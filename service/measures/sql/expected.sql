-- Expectations (应投): copies of one issue owed to one point, holds taken out.
SELECT subscriptions.point_id, issues.title_id, issues.day,
    CAST(SUM(subscriptions.copies) AS BIGINT) AS expected
FROM subscriptions
JOIN issues
  ON issues.title_id = subscriptions.title_id
 AND issues.day >= subscriptions.start_day
 AND issues.day <= subscriptions.end_day
LEFT JOIN (
    SELECT DISTINCT holds.subscription_id, issues.day
    FROM holds
    JOIN subscriptions ON subscriptions.subscription_id = holds.subscription_id
    JOIN issues
      ON issues.title_id = subscriptions.title_id
     AND issues.day >= holds.start_day
     AND issues.day <= holds.end_day
) AS held
  ON held.subscription_id = subscriptions.subscription_id AND held.day = issues.day
WHERE held.subscription_id IS NULL
GROUP BY subscriptions.point_id, issues.title_id, issues.day
