"""The cases of Google's library: the Gemini API."""

import base64

from common import (
    LONG,
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    STATUS,
    SYSTEM,
    TOOLS,
    Report,
    check,
    check_report,
    check_results,
    check_source,
    check_status,
    check_system,
    check_usage,
    run_tool,
)
from google import genai
from google.genai import types


def client(call, retries=0):
    retry = types.HttpRetryOptions(attempts=retries + 1)
    options = types.HttpOptions(base_url=call.base, timeout=READ_TIMEOUT * 1000, retry_options=retry)
    return genai.Client(api_key=call.key, http_options=options)


def generate(call, contents, stream=False, retries=0, **config):
    """The response; of a stream, its last chunk with the parts of all."""
    google = client(call, retries)  # it closes its connections when nothing refers to it
    request = {"model": call.model, "contents": contents, "config": types.GenerateContentConfig(**config)}
    if not stream:
        return google.models.generate_content(**request)
    parts, last = [], None
    for last in google.models.generate_content_stream(**request):
        call.began()
        for candidate in last.candidates or []:
            parts += (candidate.content and candidate.content.parts) or []
    assert last and last.candidates and last.candidates[0].finish_reason, "no end of the stream"
    last.candidates[0].content = types.Content(role="model", parts=parts)
    return last


def text_of(response):
    return "".join(part.text for part in response.candidates[0].content.parts if part.text and not part.thought)


def stream_events(call):
    return text_of(generate(call, "hi", stream=True))


def check_tokens(usage):
    check_usage(usage.prompt_token_count, usage.candidates_token_count + (usage.thoughts_token_count or 0))


def plain(call):
    response = generate(call, call.ask("hello"), system_instruction=SYSTEM)
    assert response.candidates[0].finish_reason == types.FinishReason.STOP, response
    check_tokens(response.usage_metadata)
    return check_system(response.text)


def streamed(call):
    response = generate(call, call.ask("LONG"), stream=True)
    assert text_of(response) == LONG, response
    check_tokens(response.usage_metadata)
    return LONG


def history(call):
    contents = [
        types.UserContent("hi"),
        types.ModelContent("hello"),
        types.UserContent(call.ask("ECHO:ünï 😀")),
    ]
    return check(generate(call, contents, system_instruction=SYSTEM, max_output_tokens=200).text, "ünï 😀")


def length(call):
    response = generate(call, call.ask("LENGTH"), max_output_tokens=16)
    assert response.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS, response
    return "length"


def offered():
    declarations = [
        types.FunctionDeclaration(name=name, description=model.__doc__, parameters_json_schema=model.model_json_schema())
        for name, model in TOOLS
    ]
    return [types.Tool(function_declarations=declarations)]


def loop(call, text, stream=False, **config):
    contents = [types.UserContent(text)]
    calls = thoughts = 0
    for rounds in range(1, 6):
        content = generate(call, contents, stream, tools=offered(), **config).candidates[0].content
        contents.append(content)
        thoughts += sum(1 for part in content.parts if part.thought)
        results = []
        for part in content.parts:
            if part.function_call:
                calls += 1
                function = part.function_call
                result = {"result": run_tool(function.name, function.args)}
                response = types.FunctionResponse(id=function.id, name=function.name, response=result)
                results.append(types.Part(function_response=response))
        if not results:
            break
        contents.append(types.UserContent(results))
    text = "".join(part.text for part in content.parts if part.text and not part.thought)
    return text, rounds, calls, thoughts


def with_tools(call, stream=False):
    text, rounds, calls, _ = loop(call, call.tools(), stream)
    return check_results(text, rounds, calls)


def tool_forced(call):
    calling = types.FunctionCallingConfig(mode="ANY", allowed_function_names=["time"])
    config = types.ToolConfig(function_calling_config=calling)
    response = generate(call, call.ask("hi"), tools=offered(), tool_config=config)
    assert [each.name for each in response.function_calls] == ["time"], response
    return "called"


def structured(call, stream=False):
    config = {"response_mime_type": "application/json", "response_json_schema": Report.model_json_schema()}
    response = generate(call, call.ask("report"), stream, **config)
    return check_report(Report.model_validate_json(text_of(response)))


def part(call, data, mime, seen):
    blob = types.Part.from_bytes(data=base64.b64decode(data), mime_type=mime)
    return check(generate(call, [call.ask("look"), blob]).text, seen)


def thinking(call, stream=False):
    config = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
    text, rounds, calls, thoughts = loop(call, call.tools("PREFACE THINK "), stream, thinking_config=config)
    assert thoughts, "no thoughts"
    return check_results(text, rounds, calls)


def retried(call):
    return check(generate(call, call.ask("hello"), retries=2).text, "Hello")


def aborted(call):
    google = client(call)
    stream = google.models.generate_content_stream(model=call.model, contents=call.ask("LONG"))
    next(iter(stream))
    stream.close()
    return "closed"


def search(call):
    response = generate(call, call.ask("SEARCH"), tools=[types.Tool(google_search=types.GoogleSearch())])
    return check_source([chunk.web.uri for chunk in response.candidates[0].grounding_metadata.grounding_chunks])


def search_streamed(call):
    google = client(call)
    config = types.GenerateContentConfig(tools=[types.Tool(google_search=types.GoogleSearch())])
    found = []
    for chunk in google.models.generate_content_stream(model=call.model, contents=call.ask("SEARCH"), config=config):
        for candidate in chunk.candidates or []:
            found += (candidate.grounding_metadata and candidate.grounding_metadata.grounding_chunks) or []
    return check_source([chunk.web.uri for chunk in found])


def count(call):
    google = client(call)
    counted = google.models.count_tokens(model=call.model, contents=call.ask("hello"))
    assert counted.total_tokens > 0, counted
    return str(counted.total_tokens)


CASES = {
    "plain": plain,
    "streamed": streamed,
    "history": history,
    "length": length,
    "tools": with_tools,
    "tools-streamed": lambda call: with_tools(call, True),
    "tool-forced": tool_forced,
    "structured": structured,
    "structured-streamed": lambda call: structured(call, True),
    "image": lambda call: part(call, PNG, "image/png", SEEN_PNG),
    "document": lambda call: part(call, PDF, "application/pdf", SEEN_PDF),
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
    "retried": retried,
    "aborted": aborted,
    "count": count,
    "search": search,
    "search-streamed": search_streamed,
} | dict.fromkeys(STATUS, lambda call: check_status(call, lambda stream: generate(call, call.ask("hello" * 100), stream)))
