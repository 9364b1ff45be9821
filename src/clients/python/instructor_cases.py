"""The cases of instructor, which makes values of types: as arguments of a forced tool, or of the structured output of the API."""

import typing

import anthropic
import instructor
import openai
from common import (
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    STATUS,
    SYSTEM,
    NotJudged,
    Report,
    Time,
    Weather,
    check,
    check_report,
    check_status,
    check_system,
    check_usage,
)
from google import genai
from instructor import Mode
from instructor.processing.multimodal import Image
from instructor.processing.multimodal import PDF as Document

TOOLS = {"chat": Mode.TOOLS, "responses": Mode.RESPONSES_TOOLS, "messages": Mode.TOOLS, "gemini": Mode.TOOLS}
SCHEMA = {"chat": Mode.JSON_SCHEMA, "gemini": Mode.JSON}


def client(call, mode, retries=0):
    settings = {"api_key": call.key, "max_retries": retries, "timeout": READ_TIMEOUT}
    if call.api == "messages":
        return instructor.from_anthropic(anthropic.Anthropic(base_url=call.base, **settings), mode=mode)
    if call.api == "gemini":
        options = genai.types.HttpOptions(base_url=call.base, timeout=READ_TIMEOUT * 1000)
        return instructor.from_genai(genai.Client(api_key=call.key, http_options=options), mode=mode)
    return instructor.from_openai(openai.OpenAI(base_url=call.base + "/v1", **settings), mode=mode)


def request(call, content, of=None, **more):
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": content}]
    if call.api == "messages":
        more = {"max_tokens": 1000} | more
    return {"model": call.model, "messages": messages, "response_model": of, "max_retries": 0, "strict": False} | more


def create(call, content, of=None, mode=None, retries=0, **more):
    return client(call, mode or TOOLS[call.api], retries).create(**request(call, content, of, **more))


def stream(call):
    for event in create(call, "hi", stream=True):
        call.began()
    return type(event).__name__


def text_of(call, response):
    if call.api == "chat":
        return response.choices[0].message.content
    if call.api == "messages":
        return response.content[0].text
    return response.text if call.api == "gemini" else response.output_text


def plain(call):
    seen = text_of(call, create(call, call.ask("hello")))
    return check(seen, "SYS") if call.api == "gemini" else check_system(seen)  # for Gemini it changes the system prompt


def tool_forced(call):
    """A type as the arguments of a forced tool, and the usage of the response."""
    value, response = client(call, TOOLS[call.api]).create_with_completion(**request(call, call.ask("report"), Report))
    if call.api == "gemini":
        check_usage(response.usage_metadata.prompt_token_count, response.usage_metadata.candidates_token_count)
    elif call.api == "chat":
        check_usage(response.usage.prompt_tokens, response.usage.completion_tokens)
    else:
        cached = getattr(response.usage, "cache_read_input_tokens", 0) or 0
        check_usage(response.usage.input_tokens + cached, response.usage.output_tokens)
    return check_report(value)


class weather(Weather):
    """The weather of a city."""


class time(Time):
    """The time in a zone."""


def tools(call):
    """Two tools at once, each a type, whose name is that of the tool."""
    made = create(call, call.tools(), typing.Iterable[weather | time], Mode.PARALLEL_TOOLS)
    cities = [each.city for each in made]
    assert cities == ["Paris", "Rome"], cities
    return "called"


def structured(call):
    if call.api == "messages":
        raise NotJudged  # it asks for JSON in a system prompt
    return check_report(create(call, call.ask("report"), Report, SCHEMA.get(call.api)))


def structured_streamed(call):
    for value in client(call, TOOLS[call.api]).create_partial(**request(call, call.ask("report"), Report)):
        call.began()
    return check_report(Report.model_validate(value.model_dump()))


def part(call, part, seen):
    return check(text_of(call, create(call, [call.ask("look"), part])), seen)


def refused(call):
    def ask(stream):
        for _ in create(call, call.ask("hello" * 100), stream=True) if stream else [create(call, "hello" * 100, Report)]:
            pass

    return check_status(call, ask)


CASES = {
    "plain": plain,
    "tool-forced": tool_forced,
    "structured": structured,
    "structured-streamed": structured_streamed,
    "image": lambda call: part(call, Image.from_raw_base64(PNG), SEEN_PNG),
    "document": lambda call: part(call, Document.from_raw_base64(PDF), SEEN_PDF),
    "retried": lambda call: check(text_of(call, create(call, call.ask("hello"), retries=2)), "Hello"),
} | dict.fromkeys(STATUS, refused)
PARALLEL = CASES | {"tools": tools}  # the other APIs have no such mode
