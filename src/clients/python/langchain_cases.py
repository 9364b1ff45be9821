"""The cases of LangChain: each API by the package that speaks it."""

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
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy
from langchain_anthropic import ChatAnthropic
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_google_genai import ChatGoogleGenerativeAI
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

RESPONSES_THINKING = {
    "reasoning": {"effort": "low", "summary": "auto"},
    "include": ["reasoning.encrypted_content"],
    "store": False,
}
THINKING = {
    "chat": {"reasoning_effort": "low"},
    "responses": RESPONSES_THINKING,
    "messages": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
    "gemini": {"include_thoughts": True, "thinking_budget": 1024},
}


@tool
def weather(city: str) -> str:
    """The weather of a city."""
    return run_tool("weather", {"city": city})


@tool
def time(zone: str) -> str:
    """The time in a zone."""
    return run_tool("time", {"zone": zone})


TOOLS = {"weather": weather, "time": time}


def model(call, retries=0, **more):
    settings = {"model": call.model, "max_retries": retries, "timeout": READ_TIMEOUT} | more
    if call.api == "messages":
        return ChatAnthropic(base_url=call.base, api_key=call.key, **{"max_tokens": 4000} | settings)
    if call.api == "gemini":
        return ChatGoogleGenerativeAI(base_url=call.base, api_key=call.key, **settings | {"max_retries": retries + 1})
    responses = call.api == "responses"
    return ChatOpenAI(
        base_url=call.base + "/v1", api_key=call.key, use_responses_api=responses, stream_usage=True, **settings
    )


def ask(call, of_model, messages, stream=False):
    """The message; of a stream, the sum of its chunks."""
    if not stream:
        return of_model.invoke(messages)
    whole = None
    for chunk in of_model.stream(messages):
        call.began()
        whole = chunk if whole is None else whole + chunk
    return whole


def prompt(call, words):
    return [SystemMessage(SYSTEM), HumanMessage(call.ask(words))]


def stream(call):
    whole = None
    for chunk in model(call, max_tokens=100).stream("hi"):
        call.began()
        whole = chunk if whole is None else whole + chunk
    return whole.text


def check_tokens(message):
    check_usage(message.usage_metadata["input_tokens"], message.usage_metadata["output_tokens"])


def plain(call):
    message = ask(call, model(call), prompt(call, "hello"))
    check_tokens(message)
    return check_system(message.text)


def streamed(call):
    message = ask(call, model(call), prompt(call, "LONG"), stream=True)
    assert message.text == LONG, message
    check_tokens(message)
    return LONG


def length(call):
    message = ask(call, model(call, max_tokens=16), prompt(call, "LENGTH"))
    reasons = str(message.response_metadata)
    assert any(word in reasons for word in ("length", "max_tokens", "MAX_TOKENS", "max_output_tokens")), reasons
    return "length"


def with_tools(call, stream=False, words="PREFACE ", **more):
    bound = model(call, **more).bind_tools(list(TOOLS.values()))
    messages = [SystemMessage(SYSTEM), HumanMessage(call.tools(words))]
    calls = 0
    for rounds in range(1, 6):
        message = ask(call, bound, messages, stream)
        messages.append(message)
        for each in message.tool_calls:
            calls += 1
            messages.append(ToolMessage(TOOLS[each["name"]].invoke(each["args"]), tool_call_id=each["id"]))
        if not message.tool_calls:
            break
    return check_results(message.text, rounds, calls)


def thinking(call, stream=False):
    return with_tools(call, stream, "PREFACE THINK ", **THINKING[call.api])


def tool_forced(call):
    bound = model(call).bind_tools(list(TOOLS.values()), tool_choice="time")
    message = ask(call, bound, prompt(call, "hi"))
    assert [each["name"] for each in message.tool_calls] == ["time"], message
    return "called"


def structured(call):
    return check_report(model(call).with_structured_output(Report).invoke(prompt(call, "report")))


def structured_tools(call):
    if call.instructed:
        raise NotJudged
    agent = create_agent(model(call), list(TOOLS.values()), response_format=ProviderStrategy(Report))
    state = agent.invoke({"messages": [HumanMessage(call.tools(""))]})
    return check_report(state["structured_response"])


def part(call, kind, data, mime, seen, **more):
    block = {"type": kind, "base64": data, "mime_type": mime} | more
    message = HumanMessage(content=[{"type": "text", "text": call.ask("look")}, block])
    return check(ask(call, model(call), [message]).text, seen)


def refused(call):
    return check_status(call, lambda stream: ask(call, model(call), prompt(call, "hello" * 100), stream))


def retried(call):
    return check(ask(call, model(call, retries=2), prompt(call, "hello")).text, "Hello")


def aborted(call):
    stream = model(call).stream(prompt(call, "LONG"))
    for chunk in stream:
        if chunk.text:
            break
    stream.close()
    return "closed"


def embeddings(call):
    # Otherwise it sends numbers of tokens, which only OpenAI accepts.
    embedder = OpenAIEmbeddings(
        model=call.model, base_url=call.base + "/v1", api_key=call.key, check_embedding_ctx_length=False
    )
    assert [len(each) for each in embedder.embed_documents(["a", call.tag])] == [8, 8]
    return "embedded"


CASES = {
    "plain": plain,
    "streamed": streamed,
    "length": length,
    "tools": with_tools,
    "tools-streamed": lambda call: with_tools(call, True),
    "tool-forced": tool_forced,
    "structured": structured,
    "structured-tools": structured_tools,
    "image": lambda call: part(call, "image", PNG, "image/png", SEEN_PNG),
    "document": lambda call: part(call, "file", PDF, "application/pdf", SEEN_PDF, filename="a.pdf"),
    "thinking": thinking,
    "thinking-streamed": lambda call: thinking(call, True),
    "retried": retried,
    "aborted": aborted,
} | dict.fromkeys(STATUS, refused)
CHAT = CASES | {"embeddings": embeddings}
