"""Whether a server stays as it was: its samples by sixths of the time, of which the first is taken
as warm-up and the last is compared with the second."""

import statistics

SIXTHS = 6
SECOND, LAST = 1, 5
SAMPLES_MIN = 2 * SIXTHS
PEAK_AIM_MB = 150
OTHERS_MAX_PERCENT = 20
MEDIANS = ("rss_mb", "anonymous_mb", "open_files", "threads", "metrics", "disk_mb")
LATENCIES = ("acknowledged", "consumed")

# What may not grow: its name, and the most that it may be in the last sixth.
LIMITS = {
    "rss_mb": ("resident memory in MB", lambda second: second + max(8, 0.05 * second)),
    "open_files": ("open files", lambda second: second + max(8, 0.05 * second)),
    "threads": ("threads", lambda second: second + 2),
    "metrics": ("lines of /metrics", lambda second: second + 50),
    **{f"{what}_{point}_ms": (f"{point} until {what} in ms", lambda second: 1.5 * second + 2)
       for what in LATENCIES for point in ("p50", "p99")},
}
COLUMNS = (("RSS MB", "rss_mb", 1), ("anonymous", "anonymous_mb", 1), ("files", "open_files", 0),
           ("threads", "threads", 0), ("metrics", "metrics", 0), ("disk MB", "disk_mb", 0),
           ("CPU %", "cpu_percent", 0), ("load %", "load_percent", 0),
           ("others %", "others_percent", 0),
           *((f"{short} {point}", f"{what}_{point}_ms", 2)
             for what, short in zip(LATENCIES, ("ack", "consume"))
             for point in ("p50", "p99", "max")))


def points(seconds):
    """The p50, p99 and greatest of a window's times, in milliseconds; nothing for an empty one."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    at = {"p50": len(ordered) // 2, "p99": len(ordered) * 99 // 100, "max": -1}
    return {name: 1000 * ordered[place] for name, place in at.items()}


def by_sixths(samples):
    """One row for each. A latency is the median of what its windows of a few seconds had, so that
    a moment in which others used the machine does not count for minutes; max is the worst."""
    first, whole = samples[0]["at"], samples[-1]["at"] - samples[0]["at"]
    parts = [[] for _ in range(SIXTHS)]
    for before, sample in zip(samples, samples[1:]):
        place = int(SIXTHS * (before["at"] - first) / whole)
        parts[place].append((before, sample))
    return [_row(part) for part in parts]


def _row(pairs):
    samples = [sample for _, sample in pairs]
    start, end = pairs[0][0], samples[-1]
    elapsed = end["at"] - start["at"]
    row = {name: statistics.median(sample[name] for sample in samples) for name in MEDIANS}
    for name in ("cpu", "load", "machine"):
        row[f"{name}_percent"] = 100 * (end[f"{name}_seconds"] - start[f"{name}_seconds"]) / elapsed
    row["others_percent"] = max(
        0, row["machine_percent"] - row["cpu_percent"] - row["load_percent"])
    for what in LATENCIES:
        for point, choose in (("p50", statistics.median), ("p99", statistics.median),
                              ("max", max)):
            name = f"{what}_{point}_ms"
            row[name] = choose([sample[name] for sample in samples if name in sample] or [0])
    return row


def faults(samples):
    """A sentence for all that is not flat; none if the server is as it was."""
    rows = by_sixths(samples)
    found = []
    for name, (title, limit) in LIMITS.items():
        second, last = rows[SECOND][name], rows[LAST][name]
        if last > limit(second):
            found.append(f"{title}: {last:.2f} in the last sixth, {second:.2f} in the second; at "
                         f"most {limit(second):.2f} would be flat")
    for sample in samples[1:]:
        found += [f"nothing was {what} in the seconds before {sample['at']:.0f}"
                  for what in LATENCIES if f"{what}_p50_ms" not in sample]
    return found


def table(samples):
    lines = ["sixth  " + "  ".join(title for title, _, _ in COLUMNS)]
    for number, row in enumerate(by_sixths(samples), 1):
        cells = (f"{row[name]:>{len(title)}.{digits}f}" for title, name, digits in COLUMNS)
        lines.append(f"{number:>5}  " + "  ".join(cells))
    return "\n".join(lines)


def peak(samples):
    most = max(sample["peak_mb"] for sample in samples)
    holds = "holds" if most < PEAK_AIM_MB else "is missed"
    return f"peak resident memory {most:.1f} MB; the aim of less than {PEAK_AIM_MB} MB {holds}"


def disturbance(samples):
    most = max(row["others_percent"] for row in by_sixths(samples))
    worth = "; the latencies are worth little" if most > OTHERS_MAX_PERCENT else ""
    return f"others used at most {most:.0f} % of a processor in any sixth{worth}"
