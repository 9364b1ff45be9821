"""Writes the configuration of Sluice and the list of cells that the programs of all languages run.

    plan.py CASES UPSTREAM JUDGE FOLDER    JUDGE: the URL of the strict stand-in, or nothing; FOLDER: where the files go

A cell is one case at one target: case, api, target, what is behind it, base URL (without /v1), model, key, and a tag that differs in
each cell. A base URL `sluice` or `draining` names a running Sluice. CLIENTS_ONLY, a regular expression, chooses among the lines.
"""

import os
import re
import sys

FAULTS_KEY = "upstream-key"
SLUICE_KEY = "sk-sluice-clients-b8AdgfUTqIdRJvOFIm7iRNaaFbI0nF2gefrfEWVi9cU"
AUTH = """auth:
  pepper: "the pepper of the clients' tests, 32 characters or more"
  required: true
  keys:
    - id: clients
      hash: "hmac-sha256:1c04bc74d5f43fcd719922bd3ef71828:8f6a9a36aad04cf15c1a62ae4ccc0bc1074c85b8afce11f7ee5161d16946722c"
"""

# The providers in front of upstream.py: name, type, path of the base URL.
FAULTS = [
    ("openai", "openai", "openai/v1"),
    ("compatible", "openai_compatible", "compatible/v1"),
    ("anthropic", "anthropic", "anthropic"),
]

# The providers in front of the judge: target, type, path of the base URL, key, plain model, thinking model, embedding model.
JUDGE = [
    ("openai", "openai", "openai/v1", "up-openai", "gpt-4o", "gpt-5", "text-embedding-3-small"),
    ("compatible", "openai_compatible", "compat/v1", "up-compat", "m", "m", "m"),
    ("anthropic", "anthropic", "anthropic", "up-anthropic", "claude-sonnet-4-5", "claude-sonnet-4-5", None),
    ("gemini", "gemini", "gemini/v1beta", "up-gemini", "gemini-2.5-flash", "gemini-2.5-flash", "gemini-embedding-001"),
    ("gemini3", "gemini", "gemini/v1beta", "up-gemini", "gemini-3-pro-preview", "gemini-3-pro-preview", None),
    ("cohere", "cohere", "cohere", "up-cohere", "command-a-03-2025", "command-a-reasoning-08-2025", "embed-v4.0"),
]

# Where clients of an API run directly: target and folder of the base URL.
DIRECT_FAULTS = {"chat": "openai", "completions": "openai", "responses": "openai", "socket": "openai", "messages": "anthropic"}
DIRECT_JUDGE = {
    "chat": [("openai", "openai"), ("compatible", "compat")],
    "responses": [("openai", "openai")],
    "socket": [],
    "messages": [("anthropic", "anthropic")],
    "gemini": [("gemini", "gemini"), ("gemini3", "gemini")],
}


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip() and not line.startswith("#")]


def faults_of(case, model, apis, direct, upstream):
    base = "draining" if case == "drain" else "sluice"
    for api in apis:
        for name, _, _ in FAULTS:
            if api != "completions" or name != "compatible":
                yield case, api, name, "faults", base, f"{name}/{model}", SLUICE_KEY
        if direct and api in DIRECT_FAULTS:
            yield case, api, "direct", "faults", f"{upstream}/{DIRECT_FAULTS[api]}", model, FAULTS_KEY


def judged(case, model, apis, targets, direct, judge):
    for api in apis:
        for target, _, _, key, plain, thinking, embedding in JUDGE:
            if targets != ["all"] and target not in targets:
                continue
            overloaded = "err-529-{tag}" if target == "anthropic" else "err-503-{tag}"
            names = {"plain": plain, "thinking": thinking, "embedding": embedding, "overloaded": overloaded}
            name = names.get(model, model)
            sluice_key = "sk-sluice-clients-wrong" if case == "error-401" else SLUICE_KEY
            yield case, api, target, "judge", "sluice", f"strict-{target}/{name}", sluice_key
            for there, folder in DIRECT_JUDGE[api] if direct else []:
                if there == target:
                    key = "wrong" if case == "error-401" else key
                    yield case, api, "direct-" + target, "judge", f"{judge}/{folder}", name, key


def cells(cases_file, upstream, judge):
    for case, behind, model, apis, targets, direct, _ in rows(cases_file):
        if behind == "faults":
            yield from faults_of(case, model, apis.split(), direct == "yes", upstream)
        elif judge:
            yield from judged(case, model, apis.split(), targets.split(), direct == "yes", judge)


def provider(name, type_, base_url, key, more):
    return f"""  {name}:
    type: {type_}
    base_url: "{base_url}"
    api_keys: [{{ key: {key} }}]
    breaker: {{ min_calls: 100000 }}
{more}"""


def configuration(upstream, judge):
    yield "server: { drain: 0s }\nstore: { enabled: false }\n" + AUTH + "providers:\n"
    for name, type_, path in FAULTS:
        more = "    retry: { attempts: 1 }\n    timeouts: { idle: 2s, total: 8s }\n"
        yield provider(name, type_, f"{upstream}/{path}", FAULTS_KEY, more)
    for target, type_, path, key, *_ in JUDGE if judge else []:
        yield provider("strict-" + target, type_, f"{judge}/{path}", key, "    retry: { budget: 1, attempts: 2 }\n")


def main(cases_file, upstream, judge, folder):
    with open(f"{folder}/sluice.yaml", "w", encoding="utf-8") as file:
        file.writelines(configuration(upstream, judge))
    only = re.compile(os.environ.get("CLIENTS_ONLY", ""))
    with open(f"{folder}/plan.tsv", "w", encoding="utf-8") as file:
        for number, cell in enumerate(cells(cases_file, upstream, judge)):
            line = "\t".join([*cell, f"t{number}"])
            if only.search(line):
                print(line, file=file)


if __name__ == "__main__":
    main(*sys.argv[1:])
