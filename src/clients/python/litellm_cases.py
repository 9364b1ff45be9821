"""The cases of LiteLLM as a client: its name for the API is the prefix of the model."""

import json
import os

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # it would download it

import litellm
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
    check_status,
    check_system,
    check_usage,
    run_tool,
)

litellm.telemetry = False
litellm.suppress_debug_info = True
PREFIX = {"chat": "openai/", "responses": "openai/responses/", "messages": "anthropic/"}


def complete(call, messages, stream=False, retries=0, **more):
    """The response; of a stream, what the library joins of its chunks."""
    if isinstance(messages, str):
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": messages}]
    base = call.base if call.api == "messages" else call.base + "/v1"
    if call.api == "messages":
        more = {"max_tokens": 4000} | more
    request = {"model": PREFIX[call.api] + call.model, "api_base": base, "api_key": call.key, "messages": messages}
    response = litellm.completion(**request, timeout=READ_TIMEOUT, max_retries=retries, stream=stream, **more)
    if not stream:
        return response
    chunks = []
    for chunk in response:
        call.began()
        chunks.append(chunk)
    return litellm.stream_chunk_builder(chunks, messages=messages)


def stream(call):
    return complete(call, "hi", stream=True, max_tokens=100).choices[0].message.content


def plain(call):
    response = complete(call, call.ask("hello"))
    assert response.choices[0].finish_reason == "stop", response
    check_usage(response.usage.prompt_tokens, response.usage.completion_tokens)
    return check_system(response.choices[0].message.content)


def streamed(call):
    response = complete(call, call.ask("LONG"), stream=True, stream_options={"include_usage": True})
    assert response.choices[0].message.content == LONG, response
    check_usage(response.usage.prompt_tokens, response.usage.completion_tokens)
    return LONG


def length(call):
    response = complete(call, call.ask("LENGTH"), max_tokens=16)
    assert response.choices[0].finish_reason == "length", response
    return "length"


def tools():
    return [
        {
            "type": "function",
            "function": {"name": name, "description": model.__doc__, "parameters": model.model_json_schema()},
        }
        for name, model in TOOLS
    ]


def with_tools(call, stream=False, words="PREFACE ", **more):
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": call.tools(words)}]
    calls = 0
    for rounds in range(1, 6):
        message = complete(call, messages, stream, tools=tools(), **more).choices[0].message
        messages.append(message)
        for each in message.tool_calls or []:
            calls += 1
            result = run_tool(each.function.name, json.loads(each.function.arguments))
            messages.append({"role": "tool", "tool_call_id": each.id, "content": result})
        if not message.tool_calls:
            break
    return check_results(message.content, rounds, calls)


def thinking(call, stream=False):
    more = {"thinking": {"type": "enabled", "budget_tokens": 1024}} if call.api == "messages" else {"reasoning_effort": "low"}
    return with_tools(call, stream, "PREFACE THINK ", allowed_openai_params=list(more), **more)


def tool_forced(call):
    choice = {"type": "function", "function": {"name": "time"}}
    message = complete(call, call.ask("hi"), tools=tools(), tool_choice=choice).choices[0].message
    assert [each.function.name for each in message.tool_calls] == ["time"], message
    return "called"


def structured(call):
    response = complete(call, call.ask("report"), response_format=Report)
    return check_report(Report.model_validate_json(response.choices[0].message.content))


def part(call, part, seen):
    content = [{"type": "text", "text": call.ask("look")}, part]
    return check(complete(call, [{"role": "user", "content": content}]).choices[0].message.content, seen)


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PNG}}
FILE = {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + PDF}}
CASES = {
    "plain": plain,
    "streamed": streamed,
    "length": length,
    "tools": with_tools,
    "tools-streamed": lambda call: with_tools(call, True),
    "tool-forced": tool_forced,
    "structured": structured,
    "image": lambda call: part(call, IMAGE, SEEN_PNG),
    "document": lambda call: part(call, FILE, SEEN_PDF),
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
} | dict.fromkeys(STATUS, lambda call: check_status(call, lambda stream: complete(call, call.ask("hello" * 100), stream)))
