"""Tests of the feed: reading, checking, writing."""
