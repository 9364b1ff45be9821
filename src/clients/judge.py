"""Reads the cells that the clients wrote (run) and what the strict stand-in saw, and prints one table. Exits 1 when a cell is
not as cases.tsv expects.

    judge.py CASES CELLS LOG           LOG: what the stand-in saw, or a file that does not exist
    judge.py CASES CELLS LOG docs      writes src/docs/clients/results.md too

A failure is the client's own where it sees the same directly against the stand-in: it is shown, and is no failure.
"""

import json
import os
import sys
import typing

WORDS = {
    "whole": "a whole response",
    "upstream": "at the provider",
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

    def fault(self, client, case, target, tag):
        """What is wrong with the requests of a cell that the client saw as expected; None if nothing is."""
        if case not in CHECKS:
            return None
        records = self.of(tag)
        return CHECKS[case](client, target, records) if records else "the stand-in saw no request"


def aborted(client, target, records):
    return None if all(record["aborted"] for record in records) else "the provider was not told that the client left"


def retried(client, target, records):
    return None if len(records) == 2 else f"the provider got {len(records)} requests, expected 2"


def members(value):
    """Every object in a body."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from members(each)


SEALED = ("openai", "anthropic", "gemini3")  # the others have no seals
# Chat Completions has no member for the seals of reasoning. These clients keep members that they do not know: openai those of
# messages (for Anthropic) and of tool calls (for Gemini), the others those of tool calls.
KEPT_IN_CHAT = {
    "openai": ("anthropic", "gemini3"),
    "openai-java": ("gemini3",),
    "pydantic-ai": ("gemini3",),
    "openai-agents": ("gemini3",),
    "spring-ai": ("gemini3",),
    "spring-ai ChatClient": ("gemini3",),
}
# Language, client and API of those that lose seals: ai and the others do not ask for them, or drop them, when they do not know the
# model's name; langchain4j keeps the first seal of a response, and that of Gemini's calls is a later one.
LOSE_SEALS = {
    ("node", "ai", "responses"): ("openai", "anthropic"),
    ("node", "langchain", "responses"): ("anthropic", "gemini3"),
    ("python-frameworks", "pydantic-ai", "responses"): SEALED,
    ("java", "langchain4j", "responses"): ("gemini3",),
}


def thought(client, target, records):
    """The reasoning of both rounds is back at its provider in the last request."""
    _, name, api = client
    if target.removeprefix("direct-") not in SEALED or target in LOSE_SEALS.get(client, ()):
        return None
    if api == "chat" and target not in KEPT_IN_CHAT.get(name, ()):
        return None
    objects = list(members(records[-1]["body"]))
    seals = [each.get("encrypted_content") or each.get("signature") or each.get("thoughtSignature") for each in objects]
    real = [seal for seal in seals if seal and seal not in DUMMY_SEALS]
    return None if len(real) == 2 else f"the provider got {len(real)} of its 2 seals back"


def instructed(client, target, records):
    if target not in ("gemini", "cohere") or "valid under this JSON Schema" in json.dumps(records[-1]["body"]):
        return None
    return "the provider got no instruction for the format"


CHECKS = {"structured-tools": instructed, "aborted": aborted, "retried": retried, "thinking": thought, "thinking-streamed": thought}


def expectation(words):
    """The expected sight, and by target what differs."""
    first, *others = words.split()
    differs = {target: seen for seen, target in (other.split(":") for other in others)}
    return lambda target: differs.get(target, first)


class Cell(typing.NamedTuple):
    """What a client saw of a case at a target, and the verdict: ok, refused (as expected), own (the client sees the same
    directly), FAILED."""

    client: tuple
    case: str
    target: str
    verdict: str
    seen: str
    detail: str


def judged(cases_file, cells_file, log_file):
    """Every cell, in the order of the cases."""
    expected = {row[0]: expectation(row[6]) for row in rows(cases_file)}
    upstream = Upstream(log_file)
    cells = {}
    for language, client, api, target, case, tag, seen, *detail in rows(cells_file):
        fault = upstream.fault((language, client, api), case, target, tag) if fits(seen, expected[case](target)) else None
        cell = ("upstream", fault) if fault else (seen, " ".join(detail))
        cells.setdefault(case, {}).setdefault((language, client, api), {})[target] = cell
    for case in [case for case in expected if case in cells]:
        for client, seen in cells[case].items():
            bad = [target for target in seen if not fits(seen[target][0], expected[case](target))]
            for target, (sight, detail) in seen.items():
                verdict = "refused" if expected[case](target) == "refused" else "ok"
                if target in bad:
                    # Directly at the same provider, or at any where the client's format is not the provider's.
                    same = ["direct-" + target] if "direct-" + target in seen else [each for each in seen if "direct" in each]
                    direct = {seen[each][0] for each in same if each in bad}
                    verdict = "own" if target.startswith("direct") or sight in direct else "FAILED"
                yield Cell(client, case, target, verdict, sight, detail)


def main(cases_file, cells_file, log_file, docs=None):
    expected = {row[0]: expectation(row[6]) for row in rows(cases_file)}
    cells = list(judged(cases_file, cells_file, log_file))
    names = list(dict.fromkeys(cell.case for cell in cells))
    keys = list(dict.fromkeys(row[0] for row in rows(cells_file)))
    keys = sorted(dict.fromkeys(cell.client for cell in cells), key=lambda client: keys.index(client[0]))
    wide = max(map(len, names)) + 2
    for number, key in enumerate(keys, 1):
        print(f"{number:3}  {' '.join(key)}")
    print("\n" + " " * wide + "  ".join(f"{number:<8}" for number in range(1, len(keys) + 1)))
    for case in names:
        marks = []
        for key in keys:
            verdicts = [cell.verdict for cell in cells if cell.case == case and cell.client == key]
            good, failed = verdicts.count("ok") + verdicts.count("refused"), verdicts.count("FAILED")
            mark = f"{good}p" if good else ""
            mark += f" {failed}F" if failed else ""
            mark += " d" if "own" in verdicts else ""
            marks.append((mark.strip() or "-").ljust(8))
        print(case.ljust(wide) + "  ".join(marks))
    print("\np: as expected; F: not; d: not directly against the stand-in, so by the client itself; -: not run")
    for title, verdict in ("also directly", "own"), ("FAILED", "FAILED"):
        for client, case, target, _, seen, detail in [cell for cell in cells if cell.verdict == verdict]:
            want = WORDS.get(expected[case](target), expected[case](target))
            print(f"{title} {' '.join(client)}, {case}, at {target}: expected {want}, saw {WORDS.get(seen, seen)}: {detail}")
    failures = sum(cell.verdict == "FAILED" for cell in cells)
    print(f"{len(cells)} cells, {failures} failed")
    if docs:
        import results

        results.write(cells)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
