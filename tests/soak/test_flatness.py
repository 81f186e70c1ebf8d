"""What counts as flat."""

import pytest
from flatness import by_sixths, disturbance, faults, peak, points, table


def samples(**changes):
    """Two minutes of a server that is as it was; a change is a function of the place in time, from
    0 to 1."""
    steady = {"rss_mb": 100, "anonymous_mb": 70, "peak_mb": 120, "open_files": 150, "threads": 8,
              "metrics": 900, "disk_mb": 200, "acknowledged_p50_ms": 1, "acknowledged_p99_ms": 6,
              "acknowledged_max_ms": 20, "consumed_p50_ms": 1, "consumed_p99_ms": 6,
              "consumed_max_ms": 20}
    return [{"at": 5.0 * n, "cpu_seconds": 2.0 * n, "load_seconds": 3.0 * n,
             "machine_seconds": 6.0 * n, **steady,
             **{name: change(n / 24) for name, change in changes.items()}}
            for n in range(25)]


def test_what_stays_is_flat():
    assert faults(samples()) == []


def test_a_warm_up_is_none_of_its_business():
    assert faults(samples(rss_mb=lambda when: 20 if when <= 1 / 6 else 100,
                          acknowledged_p99_ms=lambda when: 90 if when <= 1 / 6 else 6)) == []


@pytest.mark.parametrize("name, change", [
    ("resident memory", {"rss_mb": lambda when: 100 + 15 * when}),
    ("open files", {"open_files": lambda when: 150 + int(25 * when)}),
    ("lines of /metrics", {"metrics": lambda when: 900 + 99 * when}),
    ("threads", {"threads": lambda when: 8 + int(6 * when)}),
    ("p50 until acknowledged", {"acknowledged_p50_ms": lambda when: 1 + 5 * when}),
    ("p99 until consumed", {"consumed_p99_ms": lambda when: 6 + 12 * when})])
def test_what_grows_is_not(name, change):
    found = faults(samples(**change))
    assert len(found) == 1 and found[0].startswith(name)


def test_a_little_growth_is_within_the_measure():
    assert faults(samples(rss_mb=lambda when: 100 + 9 * when,
                          open_files=lambda when: 150 + 8 * when,
                          acknowledged_p99_ms=lambda when: 6 + 5 * when)) == []


def test_a_busy_moment_of_the_machine_is_shown_and_does_not_count():
    disturbed = samples(acknowledged_p99_ms=lambda when: 900 if when == 1 else 6,
                        acknowledged_max_ms=lambda when: 950 if when == 1 else 20)
    assert faults(disturbed) == []
    assert by_sixths(disturbed)[5]["acknowledged_max_ms"] == 950


def test_a_standstill_is_a_fault():
    still = samples()
    del still[20]["consumed_p50_ms"], still[20]["consumed_p99_ms"], still[20]["consumed_max_ms"]
    assert faults(still) == ["nothing was consumed in the seconds before 100"]


def test_shares_of_the_processors_are_of_the_time_between_samples():
    for row in by_sixths(samples()):
        assert row["cpu_percent"] == pytest.approx(40)
        assert row["load_percent"] == pytest.approx(60)
        assert row["others_percent"] == pytest.approx(20)


def test_points_of_a_window():
    assert points([]) == {}
    told = points([n / 1000 for n in range(200)])
    assert told == {"p50": pytest.approx(100), "p99": pytest.approx(198),
                    "max": pytest.approx(199)}


def test_the_table_has_a_line_for_each_sixth():
    assert [line.split()[0] for line in table(samples()).splitlines()] == ["sixth", *"123456"]


def test_the_peak_is_told_beside_its_aim():
    assert peak(samples()).endswith("less than 150 MB holds")
    assert peak(samples(peak_mb=lambda when: 149 + 2 * when)).endswith("less than 150 MB is missed")


def test_a_machine_that_others_use_is_told():
    assert disturbance(samples()).endswith("20 % of a processor in any sixth")
    busy = samples(machine_seconds=lambda when: 24 * 8 * when)
    assert disturbance(busy).endswith("60 % of a processor in any sixth; the latencies are worth "
                                      "little")
