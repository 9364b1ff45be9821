"""Runs the cells of the plan (plan.py) with frameworks, as runner.py says."""

import agents_cases
import langchain_cases
import litellm_cases
import pydantic_ai_cases
import runner

CLIENTS = [
    ("langchain", "chat", langchain_cases.stream, langchain_cases.CHAT),
    ("langchain", "responses", langchain_cases.stream, langchain_cases.CASES),
    ("langchain", "messages", langchain_cases.stream, langchain_cases.CASES),
    ("langchain", "gemini", langchain_cases.stream, langchain_cases.CASES),
    ("pydantic-ai", "chat", pydantic_ai_cases.stream, pydantic_ai_cases.CASES),
    ("pydantic-ai", "responses", pydantic_ai_cases.stream, pydantic_ai_cases.CASES),
    ("pydantic-ai", "messages", pydantic_ai_cases.stream, pydantic_ai_cases.CASES),
    ("pydantic-ai", "gemini", pydantic_ai_cases.stream, pydantic_ai_cases.GEMINI),
    ("openai-agents", "chat", agents_cases.stream, agents_cases.CASES),
    ("openai-agents", "responses", agents_cases.stream, agents_cases.CASES),
    ("litellm", "chat", litellm_cases.stream, litellm_cases.CASES),
    ("litellm", "responses", None, litellm_cases.CASES),  # it does not stream from models that it does not know
    ("litellm", "messages", litellm_cases.stream, litellm_cases.CASES),
]

runner.main(CLIENTS, "q")
