"""A node on this machine: JSON-RPC over real HTTP, one at a time or in batches, and misbehaviour on demand."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Node:
    """Who answers, what was asked, and how the next answers go wrong.

    ``mischief`` is a list of ``busy`` (503), ``drop`` (the connection closes without an answer), ``cut`` (half of one),
    ``limit`` (every second request of the batch is refused for its rate), ``refuse`` (401), ``null`` (no block known),
    ``single`` (batches are not taken), or None. Each answer takes the first of them away.
    """

    def __init__(self, answer):
        self.answer, self.asked, self.posts, self.mischief = answer, [], 0, []
        self.url = None

    def reply(self, question, number, mischief):
        self.asked.append((question["method"], question["params"][0]))
        answer = self.answer(question["method"], question["params"])
        if mischief == "limit" and number % 2 == 0:
            answer = {"error": {"code": -32005, "message": "daily request count exceeded, request rate limited"}}
        if mischief == "null":
            answer = {"result": None}
        return {"jsonrpc": "2.0", "id": question["id"]} | answer


@contextmanager
def serving(answer):
    """A `Node` at work; `answer` takes a method and its parameters, and gives ``result`` or ``error``."""
    node = Node(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(node))
    node.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield node
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(node):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            questions = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            node.posts += 1
            mischief = node.mischief.pop(0) if node.mischief else None
            if mischief == "drop":
                self.close_connection = True
                return self.connection.close()
            if mischief in ("busy", "refuse"):
                return self.send_error(503 if mischief == "busy" else 401)
            self._send(json.dumps(self._replies(questions, mischief)).encode(), mischief)

        def _replies(self, questions, mischief):
            if isinstance(questions, dict):
                return node.reply(questions, 0, mischief)
            if mischief == "single":
                return {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "batches are not taken"}}
            return [node.reply(question, number, mischief) for number, question in enumerate(questions)]

        def _send(self, body, mischief):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if mischief == "cut" else body)

        def log_message(self, *_):
            pass

    return Handler
