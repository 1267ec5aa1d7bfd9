"""The drawn feeds are valid, touch every edge, and the oracle's figures add up on them."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.oracle.edges import LATE_CAUSES, MARKS, OTHER_CAUSES, Case, build_case, edges_of
from tests.oracle.feed_plans import Feed
from tests.oracle.feed_rules import problems
from tests.oracle.feeds import feeds, questions, write_feed
from tests.oracle.oracle import load, parse, rates

EXAMPLES = 400
EDGES = sorted(
    {f"late: {cause}" for cause in LATE_CAUSES}
    | {f"undelivered: {cause}" for cause in OTHER_CAUSES}
    | {f"bundled: {cause}" for cause in OTHER_CAUSES}
    | {f"mark: {mark}" for mark in MARKS}
    | set()
)

if __name__ == "__main__":
    seen: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data):
        feed = data.draw(feeds())
        q = data.draw(questions(feed))
        p = problems(feed)
        assert not p, p
        seen.update(edges_of(build_case(feed, q)))

    import time

    t = time.time()
    run()
    print(time.time() - t)
    for k, v in sorted(seen.items()):
        print(v, k)
    print(set(EDGES) - set(seen))
