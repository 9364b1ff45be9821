"""Writes src/docs/clients/results.md: what each client saw of each case, by API. And a summary in src/docs/providers.md."""

import datetime
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "../docs/clients/results.md")
PROVIDERS = os.path.join(HERE, "../docs/providers.md")
BEGIN = "<!-- written by src/clients/run --write-docs -->\n"
END = "<!-- end of what src/clients/run writes -->\n"
TITLES = {
    "chat": "Chat Completions",
    "completions": "Completions",
    "responses": "Responses",
    "socket": "Responses over a WebSocket",
    "messages": "Messages",
    "gemini": "Gemini",
}
HEAD = """# Results of real clients

[src/clients](../../clients/README.md) runs each client against a running Sluice in front of stand-ins for providers. One of them refuses
what the real providers are reported to refuse. The providers are `openai`, `compatible` (an OpenAI-compatible server), `anthropic`,
`gemini` (2.5), `gemini3` and `cohere`; the cases about failures in streams run at the first three.

| cell | meaning |
|---|---|
| `ok` | at every provider, as the case expects it |
| `refused: P` | at provider P Sluice refuses it with a reason, which [Refusals](#refusals) shows; elsewhere `ok` |
| `client: P` | at provider P the client does not see what the case expects, and neither does it without Sluice |
| `FAILED: P` | at provider P the client does not see what the case expects |
| `-` | the client has no such function, or the program does not run it |

[cases.tsv](../../clients/cases.tsv) has the cases. This page is written by `src/clients/run --write-docs`.

"""


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def versions():
    """The pinned libraries of each program."""
    python = "requirements.txt", "requirements-frameworks.txt", "requirements-instructor.txt"
    poms = read("java/pom.xml") + read("java/pom-spring.xml")
    named = dict(re.findall(r"<([\w.-]+\.version)>([^<]+)</", poms))
    artifacts = re.findall(r"<artifactId>([^<]+)</artifactId><version>([^<]+)</version></dependency>", poms)
    java = [(name, named.get(version.strip("${}"), version)) for name, version in artifacts if "slf4j" not in name]
    go = re.findall(r"^\t(\S+) v(\S+)$", read("go/go.mod").split(")")[0], re.MULTILINE)
    rust = re.findall(r'^(async-openai|genai) = .*?"=([\d.]+)"', read("rust/Cargo.toml"), re.MULTILINE)
    return {
        "Python": sorted({tuple(re.split(r"(?:\[.*])?==", line)) for name in python for line in read("python/" + name).split()}),
        "Node": list(json.loads(read("node/package.json"))["dependencies"].items()),
        "Java": java,
        "Go": [(name.removeprefix("github.com/"), version) for name, version in go],
        "Rust": rust,
    }


def language_of(client):
    return client[0].split("-")[0]


def row(cells):
    return "| " + " | ".join(cells) + " |\n"


def mark(cells):
    """What a client saw of a case at all providers."""
    through = [cell for cell in cells if not cell.target.startswith("direct")]
    if not through:
        return "-"
    words = ["ok"] if any(cell.verdict == "ok" for cell in through) else []
    for verdict, word in ("refused", "refused"), ("own", "client"), ("FAILED", "FAILED"):
        targets = [cell.target for cell in through if cell.verdict == verdict]
        if targets:
            words.append(f"{word}: {' '.join(targets)}")
    return "; ".join(words)


def table(cells):
    clients = list(dict.fromkeys(cell.client for cell in cells))
    yield row(["case", *(f"{client[1]} ({language_of(client)})" for client in clients)])
    yield "|---" * (len(clients) + 1) + "|\n"
    for case in dict.fromkeys(cell.case for cell in cells):
        of_case = [cell for cell in cells if cell.case == case]
        yield row([case, *(mark([cell for cell in of_case if cell.client == client]) for client in clients)])


def quoted(detail):
    return detail.replace("|", "\\|").replace("<", "&lt;")


def reasons(cells, verdict):
    """Each case and API once, with what the first client saw."""
    seen = {}
    for cell in cells:
        if cell.verdict == verdict and not cell.target.startswith("direct"):
            seen.setdefault((cell.case, cell.client[2]), []).append(cell)
    for (case, api), of_case in seen.items():
        targets = " ".join(dict.fromkeys(cell.target for cell in of_case))
        clients = ", ".join(dict.fromkeys(cell.client[1] for cell in of_case))
        yield row([case, TITLES[api], targets, clients, quoted(of_case[0].detail)])


def page(cells):
    yield HEAD
    yield f"Run on {datetime.date.today()} with:\n\n| language | clients |\n|---|---|\n"
    ran = {language_of(cell.client) for cell in cells}
    for language, libraries in versions().items():
        if language.lower() in ran:
            yield row([language, ", ".join(f"{name} {version}" for name, version in libraries)])
    for api, title in TITLES.items():
        of_api = [cell for cell in cells if cell.client[2] == api]
        if of_api:
            yield f"\n## {title}\n\n"
            yield from table(of_api)
    for title, verdict in ("Refusals", "refused"), ("Clients' own faults", "own"), ("Failures", "FAILED"):
        lines = list(reasons(cells, verdict))
        if lines:
            yield f"\n## {title}\n\n| case | API | providers | clients | what the first of them saw |\n|---|---|---|---|---|\n"
            yield from lines


def count(cells):
    """How many cells of a provider have which verdict."""
    if not cells:
        return "-"
    words = [str(sum(cell.verdict == "ok" for cell in cells)) + " ok"]
    for verdict, word in ("refused", "refused"), ("own", "client"), ("FAILED", "FAILED"):
        cases = list(dict.fromkeys(cell.case for cell in cells if cell.verdict == verdict))
        if cases:
            number = sum(cell.verdict == verdict for cell in cells)
            words.append(f"{number} {word}" + (f" ({', '.join(cases)})" if verdict != "own" else ""))
    return ", ".join(words)


def summary(cells):
    apis = [api for api in TITLES if any(cell.client[2] == api for cell in cells)]
    clients = {(language_of(cell.client), cell.client[1].split(" ")[0]) for cell in cells}
    languages = {language for language, _ in clients}
    yield f"""
## Real clients

{len(clients)} client libraries in {len(languages)} languages run {len({cell.case for cell in cells})} cases against a running Sluice in front
of stand-ins for providers: plain and streamed responses, tools in parallel, structured output, images, documents, thinking, errors,
failures in streams. The table counts what they saw, by provider and by the API that the client speaks.
[Results of real clients](clients/results.md) has each client and case, with versions.

| cell | meaning |
|---|---|
| `ok` | the client saw what the case expects |
| `refused` | Sluice refused it with a reason, as the case expects |
| `client` | the client sees the same without Sluice |

"""
    yield row(["provider", *(TITLES[api] for api in apis)])
    yield "|---" * (len(apis) + 1) + "|\n"
    through = [cell for cell in cells if not cell.target.startswith("direct")]
    for target in dict.fromkeys(cell.target for cell in through):
        yield row([target, *(count([c for c in through if (c.target, c.client[2]) == (target, api)]) for api in apis)])


def write(cells):
    with open(PAGE, "w", encoding="utf-8") as file:
        file.writelines(page(cells))
    with open(PROVIDERS, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    with open(PROVIDERS, "w", encoding="utf-8") as file:
        file.writelines([before, BEGIN, *summary(cells), END, rest.split(END)[1]])
