"""The figures as a table, as a verdict and as a plot."""

import os
import platform
from pathlib import Path
from typing import Any

Result = dict[str, Any]
MOST_SECONDS_TO_START = 2.0
MOST_MEMORY_MB = 90.0
MOST_TIMES_BESIDE_LOGINS = 3.0
MOST_SECONDS_OF_LOGINS = 10.0
MOST_LOGINS_SENT_AWAY = 20
HEADS = (
    "path", "req/s", "p50 ms", "p99 ms", "errors", "queries", "CPU µs", "MB",
    "of constant", "floor", "× twin", "floor", "of pgbench",
)  # fmt: skip


def result(
    rows: list[dict[str, Any]],
    *,
    bare: dict[str, Any],
    beside_logins: dict[str, float],
    hashing_us: float,
    seconds: float,
) -> Result:
    """Return all figures, with the machine on which they were measured."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    beside = beside_logins
    without = f"{bare['rate']:,.0f} requests/s, {bare['cpu_us']:,.0f} µs"
    login_us = next(row["ours"]["cpu_us"] for row in rows if row["flow"] == "login")
    share = f"{hashing_us:,.0f} µs, {hashing_us / login_us:.0%} of it"
    models = [line.split(": ")[1] for line in lines if line.startswith("model name")]
    return {
        "machine": f"{len(models)} × {models[0]}, Python {platform.python_version()}",
        "load": os.getloadavg()[0],
        "seconds": round(seconds),
        "beside_logins": beside,
        "hashing_us": hashing_us,
        "bare": bare,
        "rows": rows,
        "notes": [
            f"The constant view without any middleware: {without}.",
            (
                f"Ready after {beside['ready_after']:.1f} s. Of 100 logins at once"
                f" {beside['logins_done']:.0f} succeed within {beside['logins_seconds']:.1f} s,"
                f" {beside['logins_busy']:.0f} answers are 503; a map's p99 meanwhile is"
                f" {beside['p99_times']:.1f} times its quiet value."
            ),
            f"A login takes {login_us:,.0f} µs of CPU; judging the password is {share}.",
        ],
    }


def cells(row: dict[str, Any]) -> list[str]:
    """Return a row of the table as texts."""
    ours = row["ours"]
    return [
        row["path"],
        f"{ours['rate']:,.0f}",
        f"{ours['p50_ms']:.1f}",
        f"{ours['p99_ms']:.1f}",
        str(ours["errors"]),
        f"{row['queries']:.1f}",
        f"{ours['cpu_us']:,.0f}",
        f"{ours['memory_mb']:.0f}",
        f"{row['of_the_constant']:.3f}",
        f"{row['floor_of_the_constant'] or '':}",
        f"{row['times_the_twin']:.1f}" if "times_the_twin" in row else "",
        f"{row.get('floor_times_the_twin', ''):}",
        f"{row['of_pgbench']:.3f}" if "of_pgbench" in row else "",
    ]


def table(found: Result) -> str:
    """Return the table in Markdown."""
    lines = [list(HEADS), *(cells(row) for row in found["rows"])]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADS))]
    written = [
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        + " |"
        for line in lines
    ]
    written.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    constant = found["rows"][0]["constant"]
    each = f"{constant['rate']:,.0f} requests/s, {constant['cpu_us']:,.0f} µs of CPU each"
    written += ["", f"{found['machine']}; in {found['seconds']} s. The constant view: {each}."]
    return "\n".join([*written, *found["notes"]])


def missed(found: Result) -> list[str]:
    """Return sentences about the floors that were missed and the answers that were wrong."""
    said = [
        f"{row['path']}: {side} gave wrong answers: {row[side]['wrong']}"
        for row in found["rows"]
        for side in ("constant", "ours", "twin")
        if side in row and row[side]["errors"]
    ]
    said += [
        f"{row['path']}: {name} is {row[name]:.3f}, below {row['floor_' + name]}"
        for row in found["rows"]
        for name in ("of_the_constant", "times_the_twin")
        if row.get(name, 0.0) < row.get(f"floor_{name}", 0.0)
    ]
    memory = max(row["ours"]["memory_mb"] for row in found["rows"])
    if memory > MOST_MEMORY_MB:
        said.append(f"A worker takes {memory:.0f} MB, more than {MOST_MEMORY_MB:.0f}")
    return said + missed_beside_logins(found["beside_logins"])


def missed_beside_logins(beside: dict[str, float]) -> list[str]:
    """Return sentences about the floors that were missed with 100 logins at once."""
    said = []
    if beside["ready_after"] > MOST_SECONDS_TO_START:
        said.append(f"Ready only after {beside['ready_after']:.1f} s")
    if beside["p99_times"] > MOST_TIMES_BESIDE_LOGINS:
        said.append(f"Logins make the seat map's p99 {beside['p99_times']:.1f} times as long")
    if beside["logins_done"] < 100 or beside["logins_seconds"] > MOST_SECONDS_OF_LOGINS:
        said.append(f"Only {beside['logins_done']:.0f} of 100 logins in time")
    if beside["logins_busy"] > MOST_LOGINS_SENT_AWAY:
        said.append(f"{beside['logins_busy']:.0f} logins were sent away")
    return said


def plot(found: Result) -> str:
    """Return a bar chart in SVG: requests a second of twin, program and constant view, per path."""
    rows = [row for row in found["rows"] if row["flow"] != "login"]
    most = max(row["constant"]["rate"] for row in rows)
    colours = {"twin": "#b9b9b9", "ours": "#1f6feb", "constant": "#d8e6fb"}
    parts, y = [], 40.0
    for row in rows:
        parts.append(f'<text x="190" y="{y + 20}" text-anchor="end">{row["path"]}</text>')
        for i, side in enumerate(side for side in colours if side in row):
            width = 480 * row[side]["rate"] / most
            parts.append(
                f'<rect x="200" y="{y + 12 * i:.0f}" width="{width:.1f}" height="11"'
                f' fill="{colours[side]}"/>'
                f'<text x="{205 + width:.1f}" y="{y + 12 * i + 9.5:.1f}" font-size="9">'
                f"{row[side]['rate']:,.0f}</text>"
            )
        y += 46
    legend = "".join(
        f'<rect x="{200 + 130 * i}" y="10" width="11" height="11" fill="{colour}"/>'
        f'<text x="{216 + 130 * i}" y="20">{name}</text>'
        for i, (name, colour) in enumerate(
            (
                ("typical twin", colours["twin"]),
                ("MovieBooking", colours["ours"]),
                ("a constant", colours["constant"]),
            )
        )
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {y:.0f}" '
        'font-family="sans-serif" font-size="12" fill="#333">'
        f'<rect width="760" height="{y:.0f}" fill="#fff"/>'
        f"<title>Requests a second, {found['machine']}</title>{legend}{''.join(parts)}</svg>\n"
    )
