"""Make a failing feed smaller, row by row: what hypothesis leaves is still too large to read."""

from collections.abc import Callable

from tests.oracle.feed_plans import Feed
from tests.oracle.feed_rules import HOMES, problems
from tests.oracle.feeds import REQUIRED
from tests.oracle.records import Row


def without(feed: Feed, name: str, rows: list[Row]) -> Feed:
    """The feed without some rows of a file and without all that refers to them."""
    smaller = {**feed, name: [row for row in feed[name] if row not in rows]}
    while True:
        known = {
            column: {row[column].lower() for row in smaller.get(home, [])}
            for column, home in HOMES.items()
        }
        pruned = {
            file: [
                row for row in kept if all(row[c].lower() in known[c] for c in HOMES if row.get(c))
            ]
            for file, kept in smaller.items()
        }
        if pruned == smaller:
            return {file: kept for file, kept in pruned.items() if kept or file in REQUIRED}
        smaller = pruned


def smallest(feed: Feed, fails: Callable[[Feed], bool]) -> Feed:
    """A valid feed that still fails, of which no row can be left out."""
    shrinking = True
    while shrinking:
        shrinking = False
        for name in list(feed):
            size = len(feed.get(name, []))
            while size:
                start = 0
                while start < len(feed.get(name, [])):
                    smaller = without(feed, name, feed[name][start : start + size])
                    if is_whole(smaller) and not problems(smaller) and fails(smaller):
                        feed, shrinking = smaller, True
                    else:
                        start += size
                size //= 2
    return feed


def is_whole(feed: Feed) -> bool:
    return all(feed.get(name) for name in REQUIRED)
