"""Lighthouse on the app's first page, a round and the camera; minutes long, and fair only alone."""

from pathlib import Path
from statistics import median

import pytest
from benchmarks import lighthouse
from toolchain import web


@pytest.mark.soak
def test_three_screens_score_95_on_the_mobile_profile(tmp_path: Path) -> None:
    web.npm(
        "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(lighthouse.PACKAGE)
    )
    told = lighthouse.measured(tmp_path, runs=3)
    scores = {screen: median(each["scores"]) for screen, each in told.items()}
    assert sorted(scores) == ["camera", "round", "start"]
    assert [each for each in scores.items() if each[1] < lighthouse.LEAST] == []
