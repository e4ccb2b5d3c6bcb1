"""What is read of Lighthouse's reports, and what is said of a page that misses a limit."""

from typing import Any

from lab.lighthouse.__main__ import LIMITS, figures, missed

REPORT: dict[str, Any] = {
    "categories": {
        "performance": {"score": 0.9},
        "accessibility": {"score": 1},
        "best-practices": {"score": 1},
        "seo": {"score": None},
    },
    "audits": {
        "largest-contentful-paint": {"numericValue": 2100.5},
        "total-blocking-time": {"numericValue": 120},
        "cumulative-layout-shift": {"numericValue": 0.001},
        "is-crawlable": {"score": 1},
    },
}


def test_scores_are_of_a_hundred_and_times_have_their_units() -> None:
    found = figures(REPORT)
    assert found["performance"] == 90
    assert (found["LCP"], found["TBT"], found["CLS"]) == (2.1005, 120, 0.001)


def test_a_category_without_a_score_has_none() -> None:
    assert missed("seats", figures(REPORT)) == ["seats: seo is 0, but may be 90 at least."]


def test_what_is_too_slow_is_named_with_its_limit() -> None:
    fine = {limit.name: limit.least or limit.most for limit in LIMITS}
    assert not missed("film", fine)
    assert missed("film", fine | {"LCP": 4.25}) == ["film: LCP is 4.25 s, but may be 3.5 at most."]
