"""Runs the cells of the plan (plan.py) with the Python libraries of OpenAI, Anthropic and Google, as runner.py says."""

import anthropic_cases
import google_cases
import openai_cases
import runner
import socket_cases

CLIENTS = [
    ("openai", "chat", openai_cases.chat_stream_events, openai_cases.CHAT),
    ("openai stream()", "chat", openai_cases.chat_stream_helper, {}),
    ("openai", "completions", openai_cases.completions_stream_events, {}),
    ("openai", "responses", openai_cases.responses_stream_events, openai_cases.RESPONSES),
    ("openai stream()", "responses", openai_cases.responses_stream_helper, {}),
    ("openai", "socket", socket_cases.stream, socket_cases.CASES),
    ("anthropic", "messages", anthropic_cases.stream_events, anthropic_cases.MESSAGES),
    ("anthropic stream()", "messages", anthropic_cases.stream_helper, {}),
    ("google-genai", "gemini", google_cases.stream_events, google_cases.CASES),
]

runner.main(CLIENTS, "p")
