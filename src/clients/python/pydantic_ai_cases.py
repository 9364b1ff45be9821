"""The cases of pydantic-ai: each API by the model class that speaks it."""

import asyncio
import base64

import anthropic
import openai
from common import (
    LONG,
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    STATUS,
    SYSTEM,
    Report,
    check,
    check_report,
    check_results,
    check_status,
    check_system,
    check_usage,
    run_tool,
)
from pydantic_ai import Agent, BinaryContent
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.google import GoogleModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.google import GoogleProvider
from pydantic_ai.providers.openai import OpenAIProvider

THINKING = {
    "chat": {"openai_reasoning_effort": "low"},
    "responses": {"openai_reasoning_effort": "low", "openai_reasoning_summary": "auto"},
    "messages": {"anthropic_thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 4000},
    "gemini": {"google_thinking_config": {"include_thoughts": True, "thinking_budget": 1024}},
}


def model(call, retries=0):
    settings = {"api_key": call.key, "max_retries": retries, "timeout": READ_TIMEOUT}
    if call.api == "messages":
        client = anthropic.AsyncAnthropic(base_url=call.base, **settings)
        return AnthropicModel(call.model, provider=AnthropicProvider(anthropic_client=client))
    if call.api == "gemini":
        return GoogleModel(call.model, provider=GoogleProvider(api_key=call.key, base_url=call.base))
    client = openai.AsyncOpenAI(base_url=call.base + "/v1", **settings)
    of = OpenAIResponsesModel if call.api == "responses" else OpenAIChatModel
    return of(call.model, provider=OpenAIProvider(openai_client=client))


def run(call, prompt, stream=False, settings=None, retries=0, **more):
    """The result of an agent."""

    async def watch(context, events):
        async for _ in events:
            call.began()

    async def finish():
        agent = Agent(model(call, retries), model_settings={"max_tokens": 1000} | (settings or {}), **more)
        return await agent.run(prompt, event_stream_handler=watch if stream else None)

    return asyncio.run(finish())


def stream(call):
    return run(call, "hi", stream=True).output


def usage_of(result):
    usage = result.usage() if callable(result.usage) else result.usage
    check_usage(usage.input_tokens, usage.output_tokens)


def plain(call):
    result = run(call, call.ask("hello"), instructions=SYSTEM)
    usage_of(result)
    return check_system(result.output)


def streamed(call):
    result = run(call, call.ask("LONG"), stream=True)
    assert result.output == LONG, result.output
    usage_of(result)
    return LONG


def with_tools(call, stream=False, words="PREFACE ", settings=None):
    called = []

    def weather(city: str) -> str:
        """The weather of a city."""
        called.append(city)
        return run_tool("weather", {"city": city})

    def time(zone: str) -> str:
        """The time in a zone."""
        called.append(zone)
        return run_tool("time", {"zone": zone})

    result = run(call, call.tools(words), stream, settings, tools=[weather, time], instructions=SYSTEM)
    usage = result.usage() if callable(result.usage) else result.usage
    # To Gemini it sends results as JSON, which the stand-in repeats.
    return check_results(result.output.replace('\\"', '"'), usage.requests, len(called))


def thinking(call, stream=False):
    return with_tools(call, stream, "PREFACE THINK ", THINKING[call.api])


def structured(call, stream=False):
    return check_report(run(call, call.ask("report"), stream, output_type=Report).output)


def part(call, data, mime, seen):
    content = BinaryContent(base64.b64decode(data), media_type=mime)
    return check(run(call, [call.ask("look"), content]).output, seen)


def refused(call):
    return check_status(call, lambda stream: run(call, call.ask("hello" * 100), stream, instructions=SYSTEM))


def retried(call):
    return check(run(call, call.ask("hello"), retries=2).output, "Hello")


CASES = {
    "plain": plain,
    "streamed": streamed,
    "tools": with_tools,
    "tools-streamed": lambda call: with_tools(call, True),
    "structured": structured,
    "structured-streamed": lambda call: structured(call, True),
    "image": lambda call: part(call, PNG, "image/png", SEEN_PNG),
    "document": lambda call: part(call, PDF, "application/pdf", SEEN_PDF),
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
    "retried": retried,
} | dict.fromkeys(STATUS, refused)
GEMINI = {name: case for name, case in CASES.items() if name != "retried"}
