"""The cases of Anthropic's library: Messages."""

import functools
import json

import anthropic
from anthropic import beta_tool
from common import (
    LONG,
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    SYSTEM,
    TOOLS,
    Report,
    check,
    check_refusal,
    check_report,
    check_results,
    check_source,
    check_system,
    check_usage,
    run_tool,
)

CLASSES = {
    "error-400": anthropic.BadRequestError,
    "error-401": anthropic.AuthenticationError,
    "error-403": anthropic.PermissionDeniedError,
    "error-404": anthropic.NotFoundError,
    "error-429": anthropic.RateLimitError,
    "error-500": anthropic.InternalServerError,
    "error-overload": anthropic.InternalServerError,
    "overflow": anthropic.BadRequestError,
}
PROMPT = [{"role": "user", "content": "hi"}]


@functools.lru_cache(maxsize=None)
def client_of(base, key, retries=0):
    return anthropic.Anthropic(base_url=base, api_key=key, max_retries=retries, timeout=READ_TIMEOUT)


def client(call, retries=0):
    return client_of(call.base, call.key, retries)


def stream_events(call):
    for event in client(call).messages.create(model=call.model, max_tokens=100, messages=PROMPT, stream=True):
        call.began()
    return event.type


def stream_helper(call):
    with client(call).messages.stream(model=call.model, max_tokens=100, messages=PROMPT) as stream:
        for _ in stream:
            call.began()
        return stream.get_final_text()


def create(call, content, retries=0, **more):
    messages = content if isinstance(content, list) else [{"role": "user", "content": content}]
    return client(call, retries).messages.create(**{"model": call.model, "max_tokens": 1000, "messages": messages} | more)


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


def check_tokens(usage):
    check_usage(usage.input_tokens + (usage.cache_read_input_tokens or 0), usage.output_tokens)


def plain(call):
    message = create(call, call.ask("hello"), system=SYSTEM)
    assert message.type == "message" and message.stop_reason == "end_turn", message
    check_tokens(message.usage)
    return check_system(text_of(message))


def streamed(call):
    with client(call).messages.stream(
        model=call.model, max_tokens=1000, messages=[{"role": "user", "content": call.ask("LONG")}]
    ) as stream:
        for _ in stream:
            call.began()
        message = stream.get_final_message()
    assert (text_of(message), message.stop_reason) == (LONG, "end_turn"), message
    check_tokens(message.usage)
    return text_of(message)


def history(call):
    messages = [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": [{"type": "text", "text": "more", "cache_control": {"type": "ephemeral"}}]},
        {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
        {"role": "user", "content": call.ask("ECHO:ünï 😀")},
    ]
    message = create(call, messages, system=[{"type": "text", "text": SYSTEM}], metadata={"user_id": "u" * 150})
    return check(text_of(message), "ünï 😀")


def length(call):
    message = create(call, call.ask("LENGTH"), max_tokens=16)
    assert message.stop_reason == "max_tokens", message
    return text_of(message)


def tools():
    return [{"name": name, "input_schema": model.model_json_schema()} for name, model in TOOLS]


def loop(call, text, stream=False, **more):
    messages = [{"role": "user", "content": text}]
    calls = thoughts = 0
    for rounds in range(1, 6):
        request = {"model": call.model, "max_tokens": 4000, "messages": messages, "system": SYSTEM} | more
        if stream:
            with client(call).messages.stream(**request) as events:
                for _ in events:
                    call.began()
                message = events.get_final_message()
        else:
            message = client(call).messages.create(**request)
        messages.append({"role": "assistant", "content": message.content})
        thoughts += sum(1 for block in message.content if block.type == "thinking" and block.thinking and block.signature)
        results = []
        for block in message.content:
            if block.type == "tool_use":
                calls += 1
                content = run_tool(block.name, block.input)
                results.append({"type": "tool_result", "tool_use_id": block.id, "content": content})
        if not results:
            break
        messages.append({"role": "user", "content": results})
    return message, rounds, calls, thoughts


def with_tools(call, stream=False):
    message, rounds, calls, _ = loop(call, call.tools(), stream, tools=tools())
    return check_results(text_of(message), rounds, calls)


def tool_forced(call):
    message = create(call, call.ask("hi"), tools=tools(), tool_choice={"type": "tool", "name": "time"})
    assert [block.name for block in message.content if block.type == "tool_use"] == ["time"], message
    return "called"


def tool_runner(call):
    called = []

    @beta_tool
    def weather(city: str) -> str:
        """The weather of a city."""
        called.append(city)
        return run_tool("weather", {"city": city})

    @beta_tool
    def time(zone: str) -> str:
        """The time in a zone."""
        called.append(zone)
        return run_tool("time", {"zone": zone})

    for stream in (False, True):
        called.clear()
        runner = client(call).beta.messages.tool_runner(
            model=call.model,
            max_tokens=1000,
            tools=[weather, time],
            messages=[{"role": "user", "content": call.tools()}],
            stream=stream,
        )
        last = runner.until_done()
        check_results(text_of(last), 3, len(called))
    return "ran"


def structured(call):
    message = client(call).messages.parse(
        model=call.model,
        max_tokens=1000,
        messages=[{"role": "user", "content": call.ask("report")}],
        output_format=Report,
    )
    return check_report(message.parsed_output)


def structured_streamed(call):
    messages = [{"role": "user", "content": call.ask("report")}]
    with client(call).messages.stream(
        model=call.model, max_tokens=1000, messages=messages, output_format=Report
    ) as stream:
        for _ in stream:
            call.began()
        return check_report(stream.get_final_message().parsed_output)


def structured_tools(call):
    schema = {"type": "json_schema", "schema": anthropic.transform_schema(Report)}
    message, rounds, calls, _ = loop(call, call.tools(), tools=tools(), output_config={"format": schema})
    if call.instructed:
        return check_results(text_of(message), rounds, calls)
    return check_report(Report.model_validate_json(text_of(message)))


def image(call):
    source = {"type": "base64", "media_type": "image/png", "data": PNG}
    content = [{"type": "image", "source": source}, {"type": "text", "text": call.ask("look")}]
    return check(text_of(create(call, [{"role": "user", "content": content}])), SEEN_PNG)


def document(call):
    source = {"type": "base64", "media_type": "application/pdf", "data": PDF}
    content = [{"type": "document", "source": source, "title": "A"}, {"type": "text", "text": call.ask("look")}]
    return check(text_of(create(call, [{"role": "user", "content": content}])), SEEN_PDF)


def thinking(call, stream=False):
    budget = {"type": "enabled", "budget_tokens": 1024}
    message, rounds, calls, thoughts = loop(call, call.tools("PREFACE THINK "), stream, tools=tools(), thinking=budget)
    assert thoughts, "no thinking with a signature"
    return check_results(text_of(message), rounds, calls)


def refused(call):
    def ask(stream):
        for _ in create(call, call.ask("hello" * 100), stream=stream):
            pass

    return check_refusal(call, ask, classes(call), anthropic.APIError, lambda error: check(str(error), "prompt is too long"))


def classes(call):
    # 529 is a class of its own.
    return CLASSES | {"error-overload": anthropic._exceptions.OverloadedError}


def retried(call):
    return check(text_of(create(call, call.ask("hello"), retries=2)), "Hello")


def aborted(call):
    with create(call, call.ask("LONG"), stream=True) as stream:
        for event in stream:
            if event.type == "content_block_delta":
                break
    return "closed"


def search(call, stream=False):
    more = {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]}
    if stream:
        messages = [{"role": "user", "content": call.ask("SEARCH")}]
        with client(call).messages.stream(model=call.model, max_tokens=1000, messages=messages, **more) as events:
            message = events.get_final_message()
    else:
        message = create(call, call.ask("SEARCH"), **more)
    if call.target.endswith("anthropic"):
        kinds = [block.type for block in message.content]
        assert kinds[:2] == ["server_tool_use", "web_search_tool_result"], kinds
        assert message.usage.server_tool_use.web_search_requests == 1, message.usage
    return check_source([each.url for block in message.content if block.type == "text" for each in block.citations or []])


def count(call):
    counted = client(call).messages.count_tokens(
        model=call.model, messages=[{"role": "user", "content": call.ask("hello")}], system=SYSTEM, tools=tools()
    )
    assert counted.input_tokens > 0
    return str(counted.input_tokens)


def models(call):
    names = [model.id for model in client(call).models.list()]
    assert any(name.endswith("claude-sonnet-4-5") for name in names), names
    return json.dumps(names)


MESSAGES = {
    "plain": plain,
    "streamed": streamed,
    "history": history,
    "length": length,
    "tools": with_tools,
    "tools-streamed": lambda call: with_tools(call, True),
    "tool-forced": tool_forced,
    "tool-runner": tool_runner,
    "structured": structured,
    "structured-streamed": structured_streamed,
    "structured-tools": structured_tools,
    "image": image,
    "document": document,
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
    "retried": retried,
    "aborted": aborted,
    "count": count,
    "search": search,
    "search-streamed": lambda call: search(call, True),
    "models": models,
} | dict.fromkeys(CLASSES, refused)
