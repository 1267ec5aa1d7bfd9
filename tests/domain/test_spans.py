"""What is in force at a point from day to day."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.spans import FIRST_DAY, LAST_DAY, Change, Membership, Span, point_spans

S1, S2, O1, O2 = 11, 12, 21, 22


def test_a_point_that_never_changes_has_one_span() -> None:
    assert point_spans(S1, O1, [], []) == [Span(FIRST_DAY, LAST_DAY, S1, O1, None)]


def test_an_empty_cell_of_a_change_leaves_what_was_in_force() -> None:
    changes = [Change(10, S2, None), Change(20, None, O2), Change(30, S1, O1)]
    assert point_spans(S1, O1, changes, []) == [
        Span(FIRST_DAY, 9, S1, O1, None),
        Span(10, 19, S2, O1, None),
        Span(20, 29, S2, O2, None),
        Span(30, LAST_DAY, S1, O1, None),
    ]


def test_a_change_holds_from_its_own_day_on() -> None:
    spans = point_spans(S1, O1, [Change(0, S2, O2)], [])
    assert spans == [Span(-1, -1, S1, O1, None), Span(0, LAST_DAY, S2, O2, None)]


def test_the_route_of_a_point_is_the_lowest_coded_one_that_has_it_on_the_day() -> None:
    memberships = [
        Membership(10, 30, "R9", 9),
        Membership(20, 40, "R10", 10),
        Membership(25, 26, "r1", 1),
    ]
    assert [(s.from_day, s.route_id) for s in point_spans(S1, O1, [], memberships)] == [
        (FIRST_DAY, None),
        (10, 9),
        (20, 10),
        (25, 10),
        (27, 10),
        (31, 10),
        (41, None),
    ]


def test_codes_are_compared_by_code_points() -> None:
    together = [Membership(5, 5, code, id_) for id_, code in enumerate(["b", "a", "Z", "段", "É"])]
    [on_the_day] = [span for span in point_spans(S1, O1, [], together) if span.from_day == 5]
    assert on_the_day.route_id == 2


def test_a_route_may_have_the_point_for_one_day_or_for_ever() -> None:
    assert point_spans(S1, O1, [], [Membership(7, 7, "R1", 1)]) == [
        Span(FIRST_DAY, 6, S1, O1, None),
        Span(7, 7, S1, O1, 1),
        Span(8, LAST_DAY, S1, O1, None),
    ]
    for_ever = [Membership(FIRST_DAY, LAST_DAY, "R1", 1)]
    assert point_spans(S1, O1, [], for_ever) == [Span(FIRST_DAY, LAST_DAY, S1, O1, 1)]


def test_a_route_that_leaves_a_point_and_comes_back_is_its_route_twice() -> None:
    memberships = [Membership(0, 4, "R1", 1), Membership(10, LAST_DAY, "R1", 1)]
    assert [span.route_id for span in point_spans(S1, O1, [], memberships)] == [None, 1, None, 1]


DAYS = st.integers(-1, 12)
CHANGES = st.lists(
    st.builds(Change, DAYS, st.sampled_from([None, S1, S2]), st.sampled_from([None, O1, O2])),
    max_size=4,
    unique_by=lambda change: change.valid_from,
).map(lambda changes: sorted(changes, key=lambda change: change.valid_from))
MEMBERSHIPS = st.lists(
    st.tuples(DAYS, st.integers(0, 6) | st.just(LAST_DAY), st.integers(1, 4)).map(
        lambda t: Membership(t[0], min(t[0] + t[1], LAST_DAY), f"R{t[2]}", t[2])
    ),
    max_size=5,
)


@settings(deadline=None)
@given(CHANGES, MEMBERSHIPS)
def test_every_day_has_one_span_which_says_what_the_definitions_say(
    changes: list[Change], memberships: list[Membership]
) -> None:
    spans = point_spans(S1, O1, changes, memberships)
    assert (spans[0].from_day, spans[-1].until_day) == (FIRST_DAY, LAST_DAY)
    assert all(one.until_day + 1 == other.from_day for one, other in pairwise(spans))
    for day in (*range(-1, 22), LAST_DAY):
        [span] = [span for span in spans if span.from_day <= day <= span.until_day]
        past = [change for change in changes if change.valid_from <= day]
        standards = [change.standard_id for change in past if change.standard_id is not None]
        offices = [change.office_id for change in past if change.office_id is not None]
        routes = [m.route_id for m in memberships if m.from_day <= day <= m.until_day]
        assert span.standard_id == [S1, *standards][-1]
        assert span.office_id == [O1, *offices][-1]
        assert span.route_id == min(routes, default=None)
