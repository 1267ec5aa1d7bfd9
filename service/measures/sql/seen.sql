-- Local dates on which each point was visited, in each world.
SELECT DISTINCT point_id, world, day FROM visits
