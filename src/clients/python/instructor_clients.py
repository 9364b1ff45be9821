"""Runs the cells of the plan (plan.py) with instructor, as runner.py says: its libraries need versions of their own."""

import instructor_cases
import runner

CLIENTS = [
    ("instructor", "chat", instructor_cases.stream, instructor_cases.PARALLEL),
    ("instructor", "responses", instructor_cases.stream, instructor_cases.CASES),
    ("instructor", "messages", instructor_cases.stream, instructor_cases.PARALLEL),
    ("instructor", "gemini", None, instructor_cases.CASES),
]

runner.main(CLIENTS, "i")
