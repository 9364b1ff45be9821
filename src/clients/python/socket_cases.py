"""The cases of OpenAI's library for the Responses API over a WebSocket."""

import json

from common import LONG, STATUS, SYSTEM, check, check_results, check_status, check_system, check_usage, run_tool
from openai_cases import client, flat_tools


class SocketError(Exception):
    """An event that ends a response with an error."""

    def __init__(self, event):
        data = event.to_dict()
        super().__init__(json.dumps(data, ensure_ascii=False))
        self.status_code = data.get("status")


def ask(call, connection, **more):
    """Sends a request; reads the events of its response and returns the response."""
    connection.response.create(model=call.model, **more)
    for event in connection:
        if event.type in ("error", "response.failed"):
            raise SocketError(event)
        call.began()
        if event.type in ("response.completed", "response.incomplete"):
            return event.response
    raise AssertionError("the connection was closed before the end of the response")


def alone(call, **more):
    with client(call).responses.connect() as connection:
        return ask(call, connection, **more)


def stream(call):
    return alone(call, input="hi").output[0].content[0].text


def text_of(response):
    return "".join(part.text for item in response.output if item.type == "message" for part in item.content)


def plain(call):
    response = alone(call, input=call.ask("hello"), instructions=SYSTEM)
    check_usage(response.usage.input_tokens, response.usage.output_tokens)
    return check_system(text_of(response))


def streamed(call):
    response = alone(call, input=call.ask("LONG"), store=False)
    assert text_of(response) == LONG, response
    return LONG


def with_tools(call):
    """Each request has only what is new: the connection remembers the rest, though nothing is stored."""
    items, previous, calls = call.tools(), {}, 0
    with client(call).responses.connect() as connection:
        for rounds in range(1, 6):
            response = ask(call, connection, input=items, tools=flat_tools(), store=False, **previous)
            previous = {"previous_response_id": response.id}
            items = []
            for item in [item for item in response.output if item.type == "function_call"]:
                calls += 1
                result = run_tool(item.name, json.loads(item.arguments))
                items.append({"type": "function_call_output", "call_id": item.call_id, "output": result})
            if not items:
                break
    return check_results(text_of(response), rounds, calls)


def warmed_up(call):
    with client(call).responses.connect() as connection:
        empty = ask(call, connection, input=call.ask("hello"), instructions=SYSTEM, generate=False, store=False)
        assert not empty.output, empty
        more = {"previous_response_id": empty.id, "instructions": SYSTEM, "store": False}
        return check_system(text_of(ask(call, connection, input=[], **more)))


def unknown_previous(call):
    try:
        alone(call, input=call.ask("hello"), previous_response_id="resp_unknown", store=False)
    except SocketError as error:
        return check(str(error), "previous_response_not_found")
    raise AssertionError("no error")


def refused(call):
    return check_status(call, lambda stream: alone(call, input=call.ask("hello" * 100)))


CASES = {
    "plain": plain,
    "streamed": streamed,
    "tools": with_tools,
    "warm-up": warmed_up,
    "unknown-previous": unknown_previous,
} | dict.fromkeys([case for case in STATUS if case != "error-401"], refused)
