"""The causes of failure, in the order in which they are tried; facts hold the number of one."""

CAUSES = ("schedule", "upstream", "slow_round", "left_behind", "missed_visit")
