"""A stand-in for providers: OpenAI (Chat, Completions, Responses, also over a WebSocket) and Anthropic (Messages), on the port given.

The model's name says what happens to the response: see cases.tsv. A request that the real API would refuse is refused.
Only the standard library is used.
"""

import base64
import hashlib
import json
import socket
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "upstream-key"
TEXT = ["A gateway ", "earns ", "trust ", "when ", "its provider ", "fails."]
FAILS_AFTER = 3
SILENCE = 30
SLOW = 0.4
CREATED = 1760000000

MEMBERS = {
    "/openai/v1/chat/completions": "model messages stream stream_options max_tokens max_completion_tokens temperature top_p"
    " stop n seed user tools tool_choice parallel_tool_calls response_format store metadata reasoning_effort",
    "/openai/v1/completions": "model prompt stream stream_options max_tokens temperature top_p stop n seed user",
    "/openai/v1/responses": "model input stream instructions max_output_tokens temperature top_p tools tool_choice"
    " parallel_tool_calls store metadata include reasoning text truncation previous_response_id",
    "/anthropic/v1/messages": "model messages max_tokens stream system temperature top_p top_k stop_sequences tools"
    " tool_choice metadata thinking",
}
PATHS = {"/compatible/v1/chat/completions": "/openai/v1/chat/completions"}
USAGE = {"prompt_tokens": 5, "completion_tokens": 6, "total_tokens": 11}


class Refused(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Cut(Exception):
    """The connection is closed in the middle of the response."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    socket = False  # whether the connection is a WebSocket

    def log_message(self, *args):
        pass

    def do_POST(self):
        path = PATHS.get(self.path, self.path)
        try:
            body = self.read(path)
        except Refused as refused:
            self.refuse(path, refused)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        try:
            WRITERS[path](self, body)
            self.wfile.write(b"0\r\n\r\n")
        except Cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.close_connection = True

    def do_GET(self):
        """A WebSocket (RFC 6455): each text message is a request, and each event of its response a text message."""
        path = "/openai/v1/responses"
        if self.path != path or not self.headers.get("sec-websocket-key"):
            self.refuse(path, Refused(404, f"no such path: {self.path}"))
            return
        digest = hashlib.sha1((self.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        self.send_response(101)
        self.send_header("upgrade", "websocket")
        self.send_header("connection", "Upgrade")
        self.send_header("sec-websocket-accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.socket = self.close_connection = True
        try:
            while (text := self.message()) is not None:
                body = json.loads(text)
                try:
                    if body.pop("type", None) != "response.create":
                        raise Refused(400, "unknown type of event")
                    responses(self, self.check(path, body | {"stream": True}))
                except Refused as refused:
                    error = {"type": "invalid_request_error", "message": str(refused), "param": None, "code": None}
                    self.event({"type": "error", "status": refused.status, "error": error})
        except Cut:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def message(self):
        """The next message of the WebSocket; None at its end."""
        head = self.rfile.read(2)
        if len(head) < 2 or head[0] & 15 == 8:
            return None
        size = head[1] & 127
        if size > 125:
            size = struct.unpack(">H", self.rfile.read(2))[0] if size == 126 else struct.unpack(">Q", self.rfile.read(8))[0]
        mask, data = self.rfile.read(4), self.rfile.read(size)
        return bytes(byte ^ mask[number % 4] for number, byte in enumerate(data))

    def read(self, path):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if path not in MEMBERS:
            raise Refused(404, f"no such path: {self.path}")
        bearer = (self.headers.get("authorization") or "").removeprefix("Bearer ")
        if KEY not in (bearer, self.headers.get("x-api-key")):
            raise Refused(401, "invalid API key")
        if path.startswith("/anthropic") and not self.headers.get("anthropic-version"):
            raise Refused(400, "anthropic-version: header is required")
        try:
            body = json.loads(body)
        except ValueError as invalid:
            raise Refused(400, f"the body is not JSON: {invalid}") from invalid
        return self.check(path, body)

    def check(self, path, body):
        for name in body:
            if name not in MEMBERS[path].split():
                raise Refused(400, f"Unknown parameter: '{name}'.")
        if not body.get("stream"):
            raise Refused(400, "this stand-in only streams")
        if path.startswith("/anthropic") and not body.get("max_tokens"):
            raise Refused(400, "max_tokens: Field required")
        return body

    def refuse(self, path, refused):
        error = {"type": "invalid_request_error", "message": str(refused)}
        if path.startswith("/anthropic"):
            body = {"type": "error", "error": error}
        else:
            body = {"error": error | {"param": None, "code": None}}
        data = json.dumps(body).encode()
        self.send_response(refused.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def event(self, data, name=None):
        if self.socket:
            data = json.dumps(data).encode()
            size = bytes([len(data)]) if len(data) < 126 else b"\x7e" + struct.pack(">H", len(data))
            self.wfile.write(b"\x81" + size + data)
            return
        text = (f"event: {name}\n" if name else "") + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n"
        self.wfile.write(f"{len(text.encode()):x}\r\n{text}\r\n".encode())
        self.wfile.flush()

    def pieces(self, model, fail):
        """The text in pieces, until the model's fault happens. `fail` writes the provider's own error."""
        if model == "opening":
            raise Cut
        for number, piece in enumerate(TEXT * 100 if model == "slow" else TEXT):
            if number == FAILS_AFTER and model not in ("fine", "slow"):
                break
            if model == "slow":
                time.sleep(SLOW)
            yield piece
        if model == "cut":
            raise Cut
        if model == "stall":
            self.connection.settimeout(SILENCE)
            self.connection.recv(1)  # until the client leaves
            raise Cut
        if model in ("error", "failed"):
            fail()
            raise StopWriting


class StopWriting(Exception):
    pass


def chunks(handler, body, kind, first, content, last):
    def chunk(choices, **more):
        start = {"id": "c-1", "object": kind, "created": CREATED, "model": body["model"], "choices": choices}
        handler.event(start | more)

    def choice(part, reason=None):
        return [{"index": 0} | part | {"logprobs": None, "finish_reason": reason}]

    def fail():
        message = "The server had an error while processing your request."
        handler.event({"error": {"message": message, "type": "server_error", "param": None, "code": None}})

    chunk(choice(first))
    try:
        for piece in handler.pieces(body["model"], fail):
            chunk(choice(content(piece)))
    except StopWriting:
        return
    chunk(choice(last, "stop"))
    if (body.get("stream_options") or {}).get("include_usage"):
        chunk([], usage=USAGE)
    handler.event("[DONE]")


def chat(handler, body):
    chunks(
        handler,
        body,
        "chat.completion.chunk",
        {"delta": {"role": "assistant", "content": ""}},
        lambda piece: {"delta": {"content": piece}},
        {"delta": {}},
    )


def completions(handler, body):
    chunks(handler, body, "text_completion", {"text": ""}, lambda piece: {"text": piece}, {"text": ""})


def responses(handler, body):
    number = 0

    def send(kind, **more):
        nonlocal number
        handler.event({"type": kind, "sequence_number": number} | more, kind)
        number += 1

    def response(status, **more):
        return {
            "id": "resp_1",
            "object": "response",
            "created_at": CREATED,
            "status": status,
            "background": False,
            "error": None,
            "incomplete_details": None,
            "instructions": body.get("instructions"),
            "max_output_tokens": body.get("max_output_tokens"),
            "model": body["model"],
            "output": [],
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": True,
            "temperature": 1.0,
            "text": {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": 1.0,
            "truncation": "disabled",
            "usage": None,
            "metadata": {},
        } | more

    def fail():
        code, message = "server_error", "The server had an error while processing your request."
        if body["model"] == "failed":
            send("response.failed", response=response("failed", error={"code": code, "message": message}))
        else:
            send("error", error={"type": code, "code": code, "message": message, "param": None})

    def item(status, content):
        return {"type": "message", "id": "msg_1", "role": "assistant", "status": status, "content": content}

    def part(text):
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    send("response.created", response=response("in_progress"))
    send("response.in_progress", response=response("in_progress"))
    at = {"output_index": 0, "content_index": 0, "item_id": "msg_1"}
    text = ""
    try:
        for piece in handler.pieces(body["model"], fail):
            if not text:
                send("response.output_item.added", output_index=0, item=item("in_progress", []))
                send("response.content_part.added", **at, part=part(""))
            text += piece
            send("response.output_text.delta", **at, delta=piece, logprobs=[])
    except StopWriting:
        return
    send("response.output_text.done", **at, text=text, logprobs=[])
    send("response.content_part.done", **at, part=part(text))
    done = item("completed", [part(text)])
    send("response.output_item.done", output_index=0, item=done)
    usage = {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 6,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 11,
    }
    send("response.completed", response=response("completed", output=[done], usage=usage))


def messages(handler, body):
    def send(kind, **more):
        handler.event({"type": kind} | more, kind)

    def fail():
        send("error", error={"type": "overloaded_error", "message": "Overloaded"}, request_id="req_1")

    usage = {
        "input_tokens": 5,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
        "output_tokens": 1,
        "service_tier": "standard",
    }
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"], "content": []}
    send("message_start", message=message | {"stop_reason": None, "stop_sequence": None, "usage": usage})
    send("content_block_start", index=0, content_block={"type": "text", "text": ""})
    send("ping")
    try:
        for piece in handler.pieces(body["model"], fail):
            send("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
    except StopWriting:
        return
    send("content_block_stop", index=0)
    send("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 6})
    send("message_stop")


WRITERS = {
    "/openai/v1/chat/completions": chat,
    "/openai/v1/completions": completions,
    "/openai/v1/responses": responses,
    "/anthropic/v1/messages": messages,
}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
    print(f"upstream at http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
