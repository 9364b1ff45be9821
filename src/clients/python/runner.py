"""Runs the cells of the plan (plan.py) with the clients of a program.

Each cell is one line on standard output: client, api, target, case, tag, what the program saw, detail. It saw `whole`: a
whole response, as the case expects it; an `error` after the response began, an `early` error, an early error with status
400 (`refused`), or no end: `hung`.
"""

import os
import signal
import ssl
import sys
import threading
import time
import warnings

from common import Call, NotJudged, status_of

LIMIT = 15
OPENING = threading.Semaphore(8)  # cells at once whose response has not begun
BASES = {"sluice": os.environ["CLIENTS_SLUICE"], "draining": os.environ["CLIENTS_DRAINING"]}
SOME = os.environ.get("CLIENTS_SOME") == "1" and not sys.argv[0].endswith("/clients.py")


class NoCertificates(ssl.SSLContext):
    """Libraries load the certificates for each of their clients, which takes longer than the requests, which need none."""

    def load_verify_locations(self, *args, **more):
        pass


ssl.create_default_context = lambda *args, **more: NoCertificates(ssl.PROTOCOL_TLS_CLIENT)


class Cell(threading.Thread):
    def __init__(self, client, run, call):
        super().__init__(daemon=True)
        self.client = client
        self.run_client = run
        self.call = call
        self.began = threading.Event()
        self.started = None
        self.result = ("hung", f"no end after {LIMIT} s")
        call.began = self.begin

    @property
    def drains(self):
        return self.call.base == BASES["draining"]

    def begin(self):
        if not self.began.is_set():
            self.began.set()
            OPENING.release()

    def start(self):
        self.started = time.monotonic()
        super().start()

    def run(self):
        try:
            result = ("whole", str(self.run_client(self.call)))
        except NotJudged:
            result = None
        except Exception as error:
            kind = "refused" if status_of(error) == 400 else "early"
            result = ("error" if self.began.is_set() else kind, f"{type(error).__name__}: {error}")
        self.result = result
        self.begin()

    def wait(self):
        self.join(max(0, self.started + LIMIT - time.monotonic()))

    def line(self):
        kind, detail = self.result
        call = self.call
        return "\t".join([self.client, call.api, call.target, call.case, call.tag, kind, " ".join(detail.split())[:300]])


def some(lines, number):
    """The lines of two providers for each case, others for each client, and those that run directly."""
    cases = list(dict.fromkeys(line[0] for line in lines))
    for place, case in enumerate(cases):
        of_case = [line for line in lines if line[0] == case]
        through = [line for line in of_case if line[4] in BASES]
        first = (place + number) % max(1, len(through))
        yield from (through[first:] + through[:first])[:2]
        yield from (line for line in of_case if line[4] not in BASES)


def cells(clients, program):
    with open(os.environ["CLIENTS_PLAN"], encoding="utf-8") as plan:
        every = [line.rstrip("\n").split("\t") for line in plan]
    for number, (client, client_api, stream, functions) in enumerate(clients):
        lines = [line for line in every if line[1] == client_api]
        if SOME:
            lines = some(lines, number)
        for case, api, target, behind, base, model, key, tag in lines:
            run = stream if behind == "faults" else functions.get(case)
            if run:
                tag = f"{tag}{program}{number}e"
                call = Call(case, api, target, BASES.get(base, base), model.replace("{tag}", tag), key, tag, None)
                yield Cell(client, run, call)


def main(clients, program):
    """Runs the clients: (name, API, a function that reads a stream to its end for the cases at `faults`, the functions of the
    other cases by name). `program`: a letter that no other program has, for the tags."""
    warnings.simplefilter("ignore")
    every = sorted(cells(clients, program), key=lambda cell: not cell.drains)
    draining = [cell for cell in every if cell.drains]
    for cell in every:
        OPENING.acquire()
        cell.start()
        if draining and cell is draining[-1]:
            for each in draining:
                each.began.wait()
            os.kill(int(os.environ["CLIENTS_DRAINING_PID"]), signal.SIGTERM)
    for cell in every:
        cell.wait()
        if cell.result:
            print(cell.line())
    sys.stdout.flush()
    os._exit(0)  # a client that hangs must not keep the process
