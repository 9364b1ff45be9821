"""Reads the cells that the clients wrote (run) and what the strict stand-in saw, and prints one table. Exits 1 when a cell is
not as cases.tsv expects.

    judge.py CASES CELLS LOG    LOG: what the stand-in saw, or a file that does not exist

A failure is the client's own where it sees the same directly against the stand-in: it is shown, and is no failure.
"""

import json
import os
import sys

WORDS = {
    "whole": "a whole response",
    "error": "an error after the response began",
    "early": "an error before the response began",
    "refused": "a refusal (400)",
    "any-error": "an error",
    "hung": "no end",
}
DUMMY_SEALS = ("skip_thought_signature_validator", "context_engineering_is_the_way_to_go")


def fits(seen, expected):
    return seen == expected or expected == "any-error" and seen in ("error", "early", "refused")


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]


class Upstream:
    """What the strict stand-in saw: by the tag, which is in the model's name or in the prompt."""

    def __init__(self, path):
        self.records = []
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.records = [(record, json.dumps(record["body"])) for record in json.load(file) if "body" in record]

    def of(self, tag):
        return [record for record, text in self.records if tag in text or tag in record["path"]]

    def fault(self, client, api, case, target, tag):
        """What is wrong with the requests of a cell that the client saw as expected; None if nothing is."""
        if case not in CHECKS:
            return None
        records = self.of(tag)
        return CHECKS[case](client, api, target, records) if records else "the stand-in saw no request"


def aborted(client, api, target, records):
    return None if all(record["aborted"] for record in records) else "the provider was not told that the client left"


def retried(client, api, target, records):
    return None if len(records) == 2 else f"the provider got {len(records)} requests, expected 2"


def members(value):
    """Every object in a body."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from members(each)


def thought(client, api, target, records):
    """The reasoning of both rounds is back at its provider in the last request."""
    if target.removeprefix("direct-") not in ("openai", "anthropic", "gemini3"):
        return None  # the others have no seals
    if api == "chat" and target.endswith("openai") or client == "ai" and api != "messages":
        return None  # the provider has no member for it, or the client has none or does not ask for it
    objects = list(members(records[-1]["body"]))
    seals = [each.get("encrypted_content") or each.get("signature") or each.get("thoughtSignature") for each in objects]
    real = [seal for seal in seals if seal and seal not in DUMMY_SEALS]
    return None if len(real) == 2 else f"the provider got {len(real)} of its 2 seals back"


def instructed(client, api, target, records):
    if target not in ("gemini", "cohere") or "valid under this JSON Schema" in json.dumps(records[-1]["body"]):
        return None
    return "the provider got no instruction for the format"


CHECKS = {"structured-tools": instructed, "aborted": aborted, "retried": retried, "thinking": thought, "thinking-streamed": thought}


def expectation(words):
    """The expected sight, and by target what differs."""
    first, *others = words.split()
    differs = {target: seen for seen, target in (other.split(":") for other in others)}
    return lambda target: differs.get(target, first)


def main(cases_file, cells_file, log_file):
    expected = {row[0]: expectation(row[6]) for row in rows(cases_file)}
    upstream = Upstream(log_file)
    cells = {}
    for language, client, api, target, case, tag, seen, *detail in rows(cells_file):
        fault = upstream.fault(client, api, case, target, tag) if fits(seen, expected[case](target)) else None
        cell = ("upstream", fault) if fault else (seen, " ".join(detail))
        cells.setdefault((language, client, api), {}).setdefault(case, {})[target] = cell
    names = [case for case in expected if any(case in by_case for by_case in cells.values())]
    keys = list(cells)
    wide = max(map(len, names)) + 2
    for number, key in enumerate(keys, 1):
        print(f"{number:3}  {' '.join(key)}")
    print("\n" + " " * wide + "  ".join(f"{number:<8}" for number in range(1, len(keys) + 1)))
    failures, own = [], []
    for case in names:
        marks = []
        for key in keys:
            seen = cells[key].get(case, {})
            bad = [target for target in seen if not fits(seen[target][0], expected[case](target))]
            direct = {seen[target][0] for target in bad if target.startswith("direct")}
            through = [target for target in bad if not target.startswith("direct") and seen[target][0] not in direct]
            failures += [(key, case, target, *seen[target]) for target in through]
            own += [(key, case, target, *seen[target]) for target in bad if target not in through]
            good = len(seen) - len(bad)
            mark = f"{good}p" if good else ""
            mark += f" {len(through)}F" if through else ""
            mark += " d" if direct else ""
            marks.append((mark.strip() or "-").ljust(8))
        print(case.ljust(wide) + "  ".join(marks))
    print("\np: as expected; F: not; d: not directly against the stand-in, so by the client itself; -: not run")
    for title, some in ("also directly", own), ("FAILED", failures):
        for key, case, target, seen, detail in some:
            want = expected[case](target)
            print(f"{title} {' '.join(key)}, {case}, at {target}: expected {WORDS[want]}, saw {WORDS.get(seen, seen)}: {detail}")
    print(f"{sum(len(by) for cell in cells.values() for by in cell.values())} cells, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
