-- The stretches of days [D, L] in which a failure's cause is looked for: up to the due date for
-- late and undelivered copies, up to the day before the hand-over for the older issues of a bundle.
SELECT spot_id, day AS from_day, due_on AS until_day, arrived_ms FROM handed WHERE late
UNION
SELECT spot_id, day, due_on, arrived_ms FROM pairs WHERE delivered < expected
UNION
SELECT spot_id, day, handed_on - 1, arrived_ms FROM handed WHERE older
