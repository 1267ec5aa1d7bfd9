-- Pairs that were handed over more than once; the others need no counting up.
SELECT pair FROM handed GROUP BY pair HAVING COUNT(*) > 1
