"""The cases of OpenAI's library: Chat Completions, Completions, Responses."""

import functools
import json

import openai
from common import (
    LONG,
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    SYSTEM,
    TOOLS,
    NotJudged,
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

PROMPT = [{"role": "user", "content": "hi"}]
CLASSES = {
    "error-400": openai.BadRequestError,
    "error-401": openai.AuthenticationError,
    "error-403": openai.PermissionDeniedError,
    "error-404": openai.NotFoundError,
    "error-429": openai.RateLimitError,
    "error-500": openai.InternalServerError,
    "error-overload": openai.InternalServerError,
    "overflow": openai.BadRequestError,
}


@functools.lru_cache(maxsize=None)
def client_of(base, key, retries=0):
    return openai.OpenAI(base_url=base + "/v1", api_key=key, max_retries=retries, timeout=READ_TIMEOUT)


def client(call, retries=0):
    return client_of(call.base, call.key, retries)


# Streams that fail: a client reads one to its end.


def chat_stream_events(call):
    for chunk in client(call).chat.completions.create(model=call.model, messages=PROMPT, stream=True):
        call.began()
    return chunk.choices[0].finish_reason


def chat_stream_helper(call):
    with client(call).chat.completions.stream(model=call.model, messages=PROMPT) as stream:
        for _ in stream:
            call.began()
        return stream.get_final_completion().choices[0].message.content


def completions_stream_events(call):
    for chunk in client(call).completions.create(model=call.model, prompt="hi", stream=True):
        call.began()
    return chunk.choices[0].finish_reason


def responses_stream_events(call):
    for event in client(call).responses.create(model=call.model, input="hi", stream=True):
        call.began()
    return event.type


def responses_stream_helper(call):
    with client(call).responses.stream(model=call.model, input="hi") as stream:
        for _ in stream:
            call.began()
        return stream.get_final_response().output_text


# Chat Completions.


def chat_once(call, text, **more):
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
    return client(call).chat.completions.create(model=call.model, messages=messages, **more)


def chat_plain(call):
    completion = chat_once(call, call.ask("hello"))
    assert completion.object == "chat.completion" and completion.id and completion.created
    assert completion.choices[0].finish_reason == "stop"
    check_usage(completion.usage.prompt_tokens, completion.usage.completion_tokens)
    return check_system(completion.choices[0].message.content)


def chat_streamed(call):
    text, reason, usage = "", None, None
    for chunk in chat_once(call, call.ask("LONG"), stream=True, stream_options={"include_usage": True}):
        call.began()
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
    assert (text, reason) == (LONG, "stop"), f"{reason}: {text}"
    check_usage(usage.prompt_tokens, usage.completion_tokens)
    return text


def chat_history(call):
    messages = [
        {"role": "developer", "content": SYSTEM},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": "one more", "name": "ann"},
        {"role": "user", "content": [{"type": "text", "text": call.ask("ECHO:ünï 😀")}]},
    ]
    completion = client(call).chat.completions.create(
        model=call.model, messages=messages, max_completion_tokens=200, user="u" * 64, metadata={"a": "b"}, store=True
    )
    return check(completion.choices[0].message.content, "ünï 😀")


def chat_length(call):
    completion = chat_once(call, call.ask("LENGTH"), max_completion_tokens=16)
    assert completion.choices[0].finish_reason == "length", completion.choices[0]
    return completion.choices[0].message.content


def function_tools():
    return [{"type": "function", "function": {"name": n, "parameters": m.model_json_schema()}} for n, m in TOOLS]


def without_parsed(message):
    """The message as the application gives it back: the library's own members are not the API's."""
    data = message.model_dump(exclude_none=True, exclude={"parsed"})
    for tool_call in data.get("tool_calls") or []:
        tool_call["function"].pop("parsed_arguments", None)
        tool_call.pop("index", None)
    return data


def chat_loop(call, text, stream=False, **more):
    """Runs tools until the model calls none; returns the last message and checks the number of rounds."""
    messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
    calls = thoughts = 0
    chat = client(call).chat.completions
    for rounds in range(1, 6):
        if stream:
            with chat.stream(model=call.model, messages=messages, **more) as events:
                for _ in events:
                    call.began()
                message = events.get_final_completion().choices[0].message
            messages.append(without_parsed(message))
        else:
            message = chat.create(model=call.model, messages=messages, **more).choices[0].message
            messages.append(message)
        thoughts += bool(getattr(message, "reasoning_content", None))
        if not message.tool_calls:
            break
        for tool_call in message.tool_calls:
            calls += 1
            result = run_tool(tool_call.function.name, json.loads(tool_call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": tool_call.id, "content": result})
    return message, rounds, calls, thoughts


def chat_tools(call, stream=False):
    message, rounds, calls, _ = chat_loop(call, call.tools(), stream, tools=function_tools(), parallel_tool_calls=True)
    return check_results(message.content, rounds, calls)


def chat_tool_forced(call):
    choice = {"type": "function", "function": {"name": "time"}}
    message = chat_once(call, call.ask("hi"), tools=function_tools(), tool_choice=choice).choices[0].message
    assert [each.function.name for each in message.tool_calls] == ["time"], message
    return message.tool_calls[0].function.arguments


def chat_structured(call):
    completion = client(call).chat.completions.parse(
        model=call.model, messages=[{"role": "user", "content": call.ask("report")}], response_format=Report
    )
    return check_report(completion.choices[0].message.parsed)


def chat_structured_streamed(call):
    messages = [{"role": "user", "content": call.ask("report")}]
    with client(call).chat.completions.stream(model=call.model, messages=messages, response_format=Report) as stream:
        for _ in stream:
            call.began()
        return check_report(stream.get_final_completion().choices[0].message.parsed)


def chat_structured_tools(call):
    tools = [openai.pydantic_function_tool(model, name=name) for name, model in TOOLS]
    if call.instructed:
        schema = {"name": "report", "schema": Report.model_json_schema()}
        more = {"tools": tools, "response_format": {"type": "json_schema", "json_schema": schema}}
        message, rounds, calls, _ = chat_loop(call, call.tools(), **more)
        return check_results(message.content, rounds, calls)
    messages = [{"role": "user", "content": call.tools("")}]  # parse() takes every text for JSON
    for _ in range(5):
        message = (
            client(call)
            .chat.completions.parse(model=call.model, messages=messages, tools=tools, response_format=Report)
            .choices[0]
            .message
        )
        messages.append(without_parsed(message))
        if not message.tool_calls:
            break
        for tool_call in message.tool_calls:
            result = run_tool(tool_call.function.name, tool_call.function.parsed_arguments.model_dump())
            messages.append({"role": "tool", "tool_call_id": tool_call.id, "content": result})
    return check_report(message.parsed)


def chat_part(call, part, seen):
    content = [{"type": "text", "text": call.ask("look")}, part]
    completion = client(call).chat.completions.create(model=call.model, messages=[{"role": "user", "content": content}])
    return check(completion.choices[0].message.content, seen)


def chat_image(call):
    return chat_part(call, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PNG}}, SEEN_PNG)


def chat_document(call):
    file = {"filename": "a.pdf", "file_data": "data:application/pdf;base64," + PDF}
    return chat_part(call, {"type": "file", "file": file}, SEEN_PDF)


def chat_thinking(call, stream=False):
    message, rounds, calls, thoughts = chat_loop(
        call, call.tools("PREFACE THINK "), stream, tools=function_tools(), reasoning_effort="low"
    )
    # OpenAI's Chat Completions has no thoughts, and Chat has no member that asks Gemini for them.
    assert thoughts or call.target.endswith("openai") or call.target.startswith("gemini"), "no thoughts"
    return check_results(message.content, rounds, calls)


def chat_refused(call):
    def ask(stream):
        for _ in chat_once(call, call.ask("hello" * 100), stream=True) if stream else [chat_once(call, "hello" * 100)]:
            pass

    return check_refusal(call, ask, CLASSES, openai.APIError, tokens_error)


def tokens_error(error):
    # OpenAI-compatible servers repeat the status.
    assert str(error.code) in ("context_length_exceeded", "400"), f"code: {error.code}"
    return check(str(error), "context")


def chat_retried(call):
    messages = [{"role": "user", "content": call.ask("hello")}]
    completion = client(call, 2).chat.completions.create(model=call.model, messages=messages)
    return check(completion.choices[0].message.content, "Hello")


def chat_aborted(call):
    for _ in (stream := chat_once(call, call.ask("LONG"), stream=True)):
        stream.close()
        break
    return "closed"


def chat_search(call, stream=False):
    if call.direct:
        raise NotJudged  # OpenAI's Chat Completions searches with models of its own
    response = chat_once(call, call.ask("SEARCH"), web_search_options={"search_context_size": "low"}, stream=stream)
    if not stream:
        cited = response.choices[0].message.annotations
    else:
        deltas = [choice.delta for chunk in response for choice in chunk.choices]
        cited = [each for delta in deltas for each in getattr(delta, "annotations", None) or []]
        return check_source([each["url_citation"]["url"] for each in cited])
    return check_source([each.url_citation.url for each in cited])


def models(call):
    names = [model.id for model in client(call).models.list()]
    assert any(name.endswith("gpt-4o") for name in names), names
    return names[0]


def embeddings(call):
    for more in ({}, {"dimensions": 4}, {"encoding_format": "float"}):
        made = client(call).embeddings.create(model=call.model, input=["a", call.tag], **more)
        sizes = [len(each.embedding) for each in made.data]
        assert sizes == [more.get("dimensions", 8)] * 2, sizes
        assert made.usage.prompt_tokens > 0
    return "embedded"


# Responses.


def respond(call, **more):
    return client(call).responses.create(model=call.model, **more)


def responses_plain(call):
    response = respond(call, input=call.ask("hello"), instructions=SYSTEM, metadata={"a": "b"})
    assert response.status == "completed" and response.instructions == SYSTEM, response
    check_usage(response.usage.input_tokens, response.usage.output_tokens)
    return check_system(response.output_text)


def responses_streamed(call):
    text, number, last = "", 0, None
    for last in respond(call, input=call.ask("LONG"), stream=True):
        call.began()
        assert last.sequence_number == number, f"sequence_number {last.sequence_number} instead of {number}"
        number += 1
        if last.type == "response.output_text.delta":
            text += last.delta
    assert (last.type, text) == ("response.completed", LONG), f"{last.type}: {text}"
    assert last.response.output_text == LONG
    check_usage(last.response.usage.input_tokens, last.response.usage.output_tokens)
    return text


def responses_history(call):
    messages = [
        {"role": "developer", "content": SYSTEM},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": [{"type": "input_text", "text": call.ask("ECHO:ünï 😀")}]},
    ]
    response = respond(call, input=messages, max_output_tokens=200, user="u" * 64, store=False)
    return check(response.output_text, "ünï 😀")


def responses_length(call):
    response = respond(call, input=call.ask("LENGTH"), max_output_tokens=16)
    assert response.status == "incomplete" and response.incomplete_details.reason == "max_output_tokens", response
    return response.output_text


def flat_tools():
    return [{"type": "function", "name": n, "parameters": m.model_json_schema(), "strict": False} for n, m in TOOLS]


def item_without_parsed(item):
    return item.model_dump(exclude_none=True, exclude={"parsed_arguments": True, "content": {"__all__": {"parsed"}}})


def responses_loop(call, prompt, stream=False, text_format=None, **more):
    items = [{"role": "user", "content": prompt}]
    calls = thoughts = 0
    for rounds in range(1, 6):
        if stream:
            with client(call).responses.stream(model=call.model, input=items, **more) as events:
                for _ in events:
                    call.began()
                response = events.get_final_response()
            items += [item_without_parsed(item) for item in response.output]
        elif text_format:
            response = client(call).responses.parse(model=call.model, input=items, text_format=text_format, **more)
            items += [item_without_parsed(item) for item in response.output]
        else:
            response = respond(call, input=items, **more)
            items += response.output
        called = [item for item in response.output if item.type == "function_call"]
        thoughts += sum(1 for item in response.output if item.type == "reasoning" and item.encrypted_content)
        if not called:
            break
        for item in called:
            calls += 1
            result = run_tool(item.name, json.loads(item.arguments))
            items.append({"type": "function_call_output", "call_id": item.call_id, "output": result})
    return response, rounds, calls, thoughts


def responses_tools(call, stream=False):
    response, rounds, calls, _ = responses_loop(call, call.tools(), stream, tools=flat_tools())
    return check_results(response.output_text, rounds, calls)


def responses_tool_forced(call):
    response = respond(
        call, input=call.ask("hi"), tools=flat_tools(), tool_choice={"type": "function", "name": "time"}
    )
    assert [item.name for item in response.output if item.type == "function_call"] == ["time"], response.output
    return "called"


def responses_structured(call):
    response = client(call).responses.parse(model=call.model, input=call.ask("report"), text_format=Report)
    return check_report(response.output_parsed)


def responses_structured_streamed(call):
    with client(call).responses.stream(model=call.model, input=call.ask("report"), text_format=Report) as stream:
        for _ in stream:
            call.began()
        return check_report(stream.get_final_response().output_parsed)


def responses_structured_tools(call):
    tools = [openai.pydantic_function_tool(model, name=name)["function"] | {"type": "function"} for name, model in TOOLS]
    if call.instructed:
        text = {"format": {"type": "json_schema", "name": "report", "schema": Report.model_json_schema()}}
        response, rounds, calls, _ = responses_loop(call, call.tools(), tools=tools, text=text)
        return check_results(response.output_text, rounds, calls)
    response, *_ = responses_loop(call, call.tools(""), text_format=Report, tools=tools)
    return check_report(response.output_parsed)


def responses_part(call, part, seen):
    content = [{"type": "input_text", "text": call.ask("look")}, part]
    return check(respond(call, input=[{"role": "user", "content": content}]).output_text, seen)


def responses_image(call):
    return responses_part(call, {"type": "input_image", "image_url": "data:image/png;base64," + PNG}, SEEN_PNG)


def responses_document(call):
    part = {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64," + PDF}
    return responses_part(call, part, SEEN_PDF)


def responses_thinking(call, stream=False):
    response, rounds, calls, thoughts = responses_loop(
        call,
        call.tools("PREFACE THINK "),
        stream,
        tools=flat_tools(),
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
        store=False,
    )
    assert thoughts, "no reasoning item with encrypted_content"
    return check_results(response.output_text, rounds, calls)


def responses_refused(call):
    def ask(stream):
        for _ in respond(call, input=call.ask("hello" * 100), stream=stream):
            pass

    return check_refusal(call, ask, CLASSES, openai.APIError, tokens_error)


def responses_retried(call):
    response = client(call, 2).responses.create(model=call.model, input=call.ask("hello"))
    return check(response.output_text, "Hello")


def responses_aborted(call):
    with respond(call, input=call.ask("LONG"), stream=True) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                break
    return "closed"


def responses_search(call, stream=False):
    request = {"model": call.model, "input": call.ask("SEARCH"), "tools": [{"type": "web_search"}]}
    if stream:
        with client(call).responses.stream(**request) as events:
            kinds = [event.type for event in events]
            response = events.get_final_response()
        assert "response.web_search_call.completed" in kinds, kinds
        assert "response.output_text.annotation.added" in kinds or call.direct, kinds
    else:
        response = client(call).responses.create(**request)
    kinds = [item.type for item in response.output if item.type != "reasoning"]
    assert sorted(kinds) == ["message", "web_search_call"], kinds
    parts = [part for item in response.output if item.type == "message" for part in item.content]
    return check_source([each.url for part in parts for each in part.annotations])


def responses_compact(call):
    items = [{"role": "user", "content": call.ask("hello")}, {"role": "assistant", "content": "hello"}]
    compacted = client(call).responses.compact(model=call.model, input=items)
    kinds = [item.type for item in compacted.output]
    assert compacted.object == "response.compaction" and kinds == ["message", "compaction"], compacted
    assert compacted.usage.input_tokens > 0, compacted.usage
    again = [item.to_dict() for item in compacted.output]
    response = respond(call, input=[*again, {"role": "user", "content": call.ask("ECHO:after")}])
    return check(response.output_text, "after")


def streamed(function):
    return lambda call: function(call, True)


CHAT = {
    "plain": chat_plain,
    "streamed": chat_streamed,
    "history": chat_history,
    "length": chat_length,
    "tools": chat_tools,
    "tools-streamed": streamed(chat_tools),
    "tool-forced": chat_tool_forced,
    "structured": chat_structured,
    "structured-streamed": chat_structured_streamed,
    "structured-tools": chat_structured_tools,
    "image": chat_image,
    "document": chat_document,
    "thinking": chat_thinking,
    "thinking-streamed": streamed(chat_thinking),
    "retried": chat_retried,
    "aborted": chat_aborted,
    "search": chat_search,
    "search-streamed": streamed(chat_search),
    "models": models,
    "embeddings": embeddings,
} | dict.fromkeys(CLASSES, chat_refused)

RESPONSES = {
    "plain": responses_plain,
    "streamed": responses_streamed,
    "history": responses_history,
    "length": responses_length,
    "tools": responses_tools,
    "tools-streamed": streamed(responses_tools),
    "tool-forced": responses_tool_forced,
    "structured": responses_structured,
    "structured-streamed": responses_structured_streamed,
    "structured-tools": responses_structured_tools,
    "image": responses_image,
    "document": responses_document,
    "thinking": responses_thinking,
    "thinking-streamed": streamed(responses_thinking),
    "retried": responses_retried,
    "aborted": responses_aborted,
    "search": responses_search,
    "search-streamed": streamed(responses_search),
    "compact": responses_compact,
} | dict.fromkeys(CLASSES, responses_refused)
