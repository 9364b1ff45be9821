"""The cases of OpenAI's Agents SDK: Chat Completions and Responses."""

import asyncio

import openai
from agents import (
    Agent,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from common import (
    LONG,
    PDF,
    PNG,
    READ_TIMEOUT,
    SEEN_PDF,
    SEEN_PNG,
    STATUS,
    SYSTEM,
    NotJudged,
    Report,
    check,
    check_report,
    check_results,
    check_status,
    check_system,
    check_usage,
    run_tool,
)
from openai.types.shared import Reasoning

set_tracing_disabled(True)
MODELS = {"chat": OpenAIChatCompletionsModel, "responses": OpenAIResponsesModel}


def run(call, prompt, stream=False, retries=0, settings=None, **more):
    """The result of an agent."""

    async def finish():
        client = openai.AsyncOpenAI(
            base_url=call.base + "/v1", api_key=call.key, max_retries=retries, timeout=READ_TIMEOUT
        )
        model = MODELS[call.api](model=call.model, openai_client=client)
        agent = Agent(name="clients", model=model, model_settings=settings or ModelSettings(), **more)
        if not stream:
            return await Runner.run(agent, prompt)
        result = Runner.run_streamed(agent, prompt)
        async for event in result.stream_events():
            if event.type == "raw_response_event":
                call.began()
        return result

    return asyncio.run(finish())


def stream(call):
    return run(call, "hi", stream=True).final_output


def plain(call):
    result = run(call, call.ask("hello"), instructions=SYSTEM)
    usage = result.context_wrapper.usage
    check_usage(usage.input_tokens, usage.output_tokens)
    return check_system(result.final_output)


def streamed(call):
    result = run(call, call.ask("LONG"), stream=True, settings=ModelSettings(include_usage=True))
    usage = result.context_wrapper.usage
    check_usage(usage.input_tokens, usage.output_tokens)
    assert result.final_output == LONG, result.final_output
    return LONG


def with_tools(call, stream=False, words="PREFACE ", settings=None, **more):
    called = []

    @function_tool
    def weather(city: str) -> str:
        """The weather of a city."""
        called.append(city)
        return run_tool("weather", {"city": city})

    @function_tool
    def time(zone: str) -> str:
        """The time in a zone."""
        called.append(zone)
        return run_tool("time", {"zone": zone})

    result = run(call, call.tools(words), stream, settings=settings, tools=[weather, time], instructions=SYSTEM, **more)
    return result, len(result.raw_responses), len(called)


def tools(call, stream=False):
    result, rounds, calls = with_tools(call, stream)
    return check_results(result.final_output, rounds, calls)


def thinking(call, stream=False):
    settings = ModelSettings(reasoning=Reasoning(effort="low"))
    if call.api == "responses":
        reasoning = Reasoning(effort="low", summary="auto")
        settings = ModelSettings(reasoning=reasoning, response_include=["reasoning.encrypted_content"], store=False)
    result, rounds, calls = with_tools(call, stream, "PREFACE THINK ", settings)
    return check_results(result.final_output, rounds, calls)


def structured(call, stream=False):
    return check_report(run(call, call.ask("report"), stream, output_type=Report).final_output)


def structured_tools(call):
    if call.instructed:
        raise NotJudged
    return check_report(with_tools(call, words="", output_type=Report)[0].final_output)


def part(call, part, seen):
    content = [{"type": "input_text", "text": call.ask("look")}, part]
    return check(run(call, [{"role": "user", "content": content}]).final_output, seen)


IMAGE = {"type": "input_image", "detail": "auto", "image_url": "data:image/png;base64," + PNG}
FILE = {"type": "input_file", "filename": "a.pdf", "file_data": "data:application/pdf;base64," + PDF}
CASES = {
    "plain": plain,
    "streamed": streamed,
    "tools": tools,
    "tools-streamed": lambda call: tools(call, True),
    "structured": structured,
    "structured-streamed": lambda call: structured(call, True),
    "structured-tools": structured_tools,
    "image": lambda call: part(call, IMAGE, SEEN_PNG),
    "document": lambda call: part(call, FILE, SEEN_PDF),
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
    "retried": lambda call: check(run(call, call.ask("hello"), retries=2).final_output, "Hello"),
} | dict.fromkeys(STATUS, lambda call: check_status(call, lambda stream: run(call, call.ask("hello" * 100), stream)))
