"""What the cases of all clients ask for, and what they check."""

import base64
import dataclasses
import hashlib
import json
import struct
import zlib
from collections.abc import Callable
from enum import Enum
from typing import Literal

from pydantic import BaseModel, Field

READ_TIMEOUT = 12
SYSTEM = "Be brief."
LONG = (
    "a gateway earns trust only when the provider behind it misbehaves and the caller still gets one honest answer on time with"
    " nothing lost nothing doubled and nothing hidden"
)
ZONE = 'CET "ünï" 😀'
ROUNDS = ["Paris: sunny", "Rome: sunny", "noon in " + ZONE]
PDF = base64.b64encode(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").decode()
INPUT_TOKENS, OUTPUT_TOKENS = 31, 17


@dataclasses.dataclass
class Call:
    """One cell: what a client's function gets. `began` is called when the response has begun."""

    case: str
    api: str
    target: str
    base: str
    model: str
    key: str
    tag: str
    began: Callable[[], None]

    @property
    def direct(self):
        return self.target.startswith("direct")

    @property
    def instructed(self):
        """Whether the format of a request with tools goes as an instruction, from which the judge writes no JSON."""
        return self.target in ("gemini", "cohere")

    def ask(self, words):
        return f"{words} ({self.tag})"

    def tools(self, words="PREFACE "):
        """Two rounds: two calls at once, then one. PREFACE: each with a text before its calls."""
        rounds = [[f'weather({json.dumps({"city": city})})' for city in ("Paris", "Rome")]]
        rounds.append([f'time({json.dumps({"zone": ZONE}, ensure_ascii=False)})'])
        return self.ask(words + " ".join(f'CALLS[{";; ".join(calls)}]END' for calls in rounds))


def png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")


PNG = base64.b64encode(png()).decode()
SEEN_PNG = f"IMAGES image/png:{len(png())}"
SEEN_PDF = f"DOCS application/pdf:{len(base64.b64decode(PDF))}"


def run_tool(name, arguments):
    if name == "weather":
        return f'{arguments["city"]}: sunny'
    assert name == "time", f"called {name}"
    return f'noon in {arguments["zone"]}'


class Weather(BaseModel):
    """The weather of a city."""

    city: str = Field(min_length=1, max_length=80)


class Time(BaseModel):
    """The time in a zone."""

    zone: str


def parameters(model):
    return model.model_json_schema()


TOOLS = [("weather", Weather), ("time", Time)]


class Status(str, Enum):
    open = "open"
    done = "done"


class Person(BaseModel):
    name: str = Field(min_length=1, max_length=40, description="The full name.")
    age: int = Field(ge=0, le=150)
    role: Literal["owner", "guest"]


class Report(BaseModel):
    """Everything that is usual in a type: limits, choices, nested and optional members, lists."""

    title: str
    status: Status
    people: list[Person] = Field(min_length=1, max_length=5)
    owner: Person | None
    score: float | None = Field(description="From 0 to 10.")
    labels: list[str]
    source: str | int


SOURCE = "https://example.com/"  # what the judge finds


def check_source(urls):
    assert urls == [SOURCE], f"sources: {urls}"
    return SOURCE


def check_report(report):
    assert isinstance(report, Report), f"parsed: {report!r}"
    assert report.people and report.people[0].age >= 0, report
    return report.title


def check(seen, *expected):
    for text in expected:
        assert text in (seen or ""), f"expected «{text}» in: {seen}"
    return seen


def check_system(seen):
    return check(seen, "SYS " + hashlib.sha256(SYSTEM.encode()).hexdigest()[:16])


def check_usage(seen_input, seen_output):
    assert (seen_input, seen_output) == (INPUT_TOKENS, OUTPUT_TOKENS), f"usage: {seen_input}, {seen_output}"


def check_results(text, rounds, calls):
    check(text, *ROUNDS)
    assert (rounds, calls) == (3, 3), f"{rounds} responses, {calls} calls"
    return text


def check_refusal(call, ask, classes, error_class, tokens_error):
    """Asks twice, whole and streamed, and checks the class of the exception. `classes`: of this client, by case."""
    for stream in (False, True):
        try:
            ask(stream)
        except error_class as error:
            expected = classes[call.case]
            assert type(error) is expected, f"expected {expected.__name__}, got {type(error).__name__}: {error}"
            assert call.direct or error.request_id, "the error has no request_id"
            if call.case == "overflow":
                tokens_error(error)
            elif call.case not in ("error-401", "error-429"):  # the second 429 is a key's cooldown
                check(str(error), "fake error")
            if not call.direct and call.case == "error-401":
                check(str(error), "API key")
        else:
            raise AssertionError("no error")
    return "refused"


class NotJudged(Exception):
    """The client cannot run the case at this target, or the stand-in cannot show what is asked for."""


def status_of(error):
    """The HTTP status of a client's error, or of an error that it wraps."""
    while error:
        for name in ("status_code", "code"):
            if isinstance(getattr(error, name, None), int):
                return getattr(error, name)
        error = error.__cause__ or error.__context__
    return None


STATUS = {
    "error-400": (400,),
    "error-401": (401,),
    "error-403": (403,),
    "error-404": (404,),
    "error-429": (429,),
    "error-500": (500, 502),
    "error-overload": (503, 529),
    "overflow": (400,),
}


def check_status(call, ask):
    """Asks twice, whole and streamed, and checks the status and the words of the error."""
    for stream in (False, True):
        try:
            ask(stream)
        except Exception as error:
            status = status_of(error)
            assert status in STATUS[call.case], f"status {status}: {type(error).__name__}: {error}"
            if call.case == "overflow":
                check(str(error).lower(), {"messages": "prompt is too long", "gemini": "token"}.get(call.api, "context"))
            elif call.case not in ("error-401", "error-429"):  # the second 429 is a key's cooldown
                check(str(error), "fake error")
        else:
            raise AssertionError("no error")
    return "refused"
