"""feed.md: the one description of a feed, and reading, checking, merging and writing one."""
