"""Runs the cases of cases.tsv with OpenAI's and Anthropic's Python libraries.

Each cell is one line on standard output: client, api, target, case, what the program saw, detail. It saw `whole`, an
`error` after the response began, an `early` error, or no end: `hung`.
"""

import os
import signal
import sys
import threading
import time

import anthropic
import openai

LIMIT = 15
OPENING = threading.Semaphore(8)  # requests at once whose response has not begun
READ_TIMEOUT = 12
SLUICE = os.environ["CLIENTS_SLUICE"]
DRAINING = os.environ["CLIENTS_DRAINING"]
UPSTREAM = os.environ["CLIENTS_UPSTREAM"]
KEY = os.environ["CLIENTS_KEY"]
TARGETS = {
    "chat": ["openai", "compatible", "anthropic"],
    "completions": ["openai", "anthropic"],
    "responses": ["openai", "compatible", "anthropic"],
    "messages": ["anthropic", "openai", "compatible"],
}
PROMPT = [{"role": "user", "content": "hi"}]


def openai_client(base):
    return openai.OpenAI(base_url=base + "/v1", api_key=KEY, max_retries=0, timeout=READ_TIMEOUT)


def anthropic_client(base):
    return anthropic.Anthropic(base_url=base, api_key=KEY, max_retries=0, timeout=READ_TIMEOUT)


def chat(base, model, began):
    for chunk in openai_client(base).chat.completions.create(model=model, messages=PROMPT, stream=True):
        began()
    return chunk.choices[0].finish_reason


def chat_stream(base, model, began):
    with openai_client(base).chat.completions.stream(model=model, messages=PROMPT) as stream:
        for event in stream:
            began()
        return stream.get_final_completion().choices[0].message.content


def completions(base, model, began):
    for chunk in openai_client(base).completions.create(model=model, prompt="hi", stream=True):
        began()
    return chunk.choices[0].finish_reason


def responses(base, model, began):
    for event in openai_client(base).responses.create(model=model, input="hi", stream=True):
        began()
    return event.type


def responses_stream(base, model, began):
    with openai_client(base).responses.stream(model=model, input="hi") as stream:
        for event in stream:
            began()
        return stream.get_final_response().output_text


def messages(base, model, began):
    for event in anthropic_client(base).messages.create(model=model, max_tokens=100, messages=PROMPT, stream=True):
        began()
    return event.type


def messages_stream(base, model, began):
    with anthropic_client(base).messages.stream(model=model, max_tokens=100, messages=PROMPT) as stream:
        for event in stream:
            began()
        return stream.get_final_text()


CLIENTS = [
    ("openai", "chat", chat),
    ("openai stream()", "chat", chat_stream),
    ("openai", "completions", completions),
    ("openai", "responses", responses),
    ("openai stream()", "responses", responses_stream),
    ("anthropic", "messages", messages),
    ("anthropic stream()", "messages", messages_stream),
]


class Cell(threading.Thread):
    def __init__(self, client, api, run, target, case, base, model):
        super().__init__(daemon=True)
        self.name_of = (client, api, target, case)
        self.run_client = run
        self.base = base
        self.model = model
        self.began = threading.Event()
        self.started = None
        self.result = ("hung", f"no end after {LIMIT} s")

    def begin(self):
        if not self.began.is_set():
            self.began.set()
            OPENING.release()

    def run(self):
        OPENING.acquire()
        self.started = time.monotonic()
        try:
            result = ("whole", str(self.run_client(self.base, self.model, self.begin)))
        except Exception as error:
            result = ("error" if self.began.is_set() else "early", f"{type(error).__name__}: {error}")
        self.result = result
        self.begin()

    def wait(self):
        while self.is_alive() and (self.started is None or time.monotonic() < self.started + LIMIT):
            self.join(0.1)

    def line(self):
        kind, detail = self.result
        return "\t".join([*self.name_of, kind, " ".join(detail.split())[:200]])


def cases():
    with open(os.environ["CLIENTS_CASES"], encoding="utf-8") as table:
        return [line.rstrip("\n").split("\t") for line in table if not line.startswith("#")]


def cells():
    for client, api, run in CLIENTS:
        for case, model, apis, direct, _ in cases():
            if api not in apis.split():
                continue
            base = DRAINING if case == "drain" else SLUICE
            for target in TARGETS[api]:
                yield Cell(client, api, run, target, case, base, f"{target}/{model}")
            if direct == "yes":
                path = "/anthropic" if api == "messages" else "/openai"
                yield Cell(client, api, run, "direct", case, UPSTREAM + path, model)


def main():
    every = sorted(cells(), key=lambda cell: cell.base != DRAINING)
    for cell in every:
        cell.start()
    for cell in every:
        if cell.base == DRAINING:
            cell.began.wait()
    os.kill(int(os.environ["CLIENTS_DRAINING_PID"]), signal.SIGTERM)
    for cell in every:
        cell.wait()
        print(cell.line())
    sys.stdout.flush()
    os._exit(0)  # a client that hangs must not keep the process


main()
