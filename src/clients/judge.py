"""Reads the cells that the clients wrote (run) and prints one table. Exits 1 when a cell is not as cases.tsv expects.

A failure is the client's own where it sees the same directly against the stand-in: it is shown, and is no failure.
"""

import sys

WORDS = {
    "whole": "a whole response",
    "error": "an error after the response began",
    "early": "an error before the response began",
    "any-error": "an error",
    "hung": "no end",
}


def fits(seen, expected):
    return seen == expected or expected == "any-error" and seen in ("error", "early")


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]


def main(cases_file, cells_file):
    expected = {row[0]: row[4] for row in rows(cases_file)}
    cells = {}
    for language, client, api, target, case, seen, *detail in rows(cells_file):
        cells.setdefault((language, client, api), {}).setdefault(case, {})[target] = (seen, " ".join(detail))
    names = list(expected)
    wide = max(len(" ".join(key)) for key in cells) + 2
    print(" " * wide + "  ".join(names))
    failures = []
    for key, by_case in cells.items():
        marks = []
        for case in names:
            seen = {target: cell[0] for target, cell in by_case.get(case, {}).items()}
            bad = [target for target in seen if not fits(seen[target], expected[case])]
            good = len(seen) - len(bad)
            own = seen.get("direct") if "direct" in bad and seen["direct"] in ("whole", "hung") else None
            through = [target for target in bad if target != "direct" and seen[target] != own]
            failures += [(key, case, target, *by_case[case][target]) for target in through]
            mark = f"{good}p" if good else ""
            mark += f" {len(through)}F" if through else ""
            mark += " d" if "direct" in bad else ""
            marks.append((mark.strip() or "-").ljust(len(case)))
        print(" ".join(key).ljust(wide) + "  ".join(marks))
    print("\np: as expected; F: not; d: not directly against the stand-in, so by the client itself; -: not run")
    for key, case, target, seen, detail in failures:
        print(f"FAILED {' '.join(key)}, {case}, at {target}: expected {WORDS[expected[case]]}, saw {WORDS[seen]}: {detail}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
