"""A vendor on this machine: real HTTP, files with their checksums, and misbehaviour on demand."""

import hashlib
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Vendor:
    """What is published, what was asked, and by path how the next answers go wrong.

    ``mischief[path]`` is a list of ``busy`` (503), ``cut`` (half of the answer), ``stall`` (half of it, then silence),
    ``whole`` (a Range ignored), ``lie`` (a Range answered with other bytes), ``stuck`` (a Range ignored, half of the
    answer), ``garbled`` (the first byte changed). Each answer takes the first of them away; ``always`` keeps the next.
    """

    def __init__(self):
        self.files, self.asked, self.mischief = {}, [], defaultdict(list)
        self.base = None

    def publish(self, path, content):
        """A file and its checksum, below ``data/``."""
        name = path.rpartition("/")[2]
        self.files[f"/data/{path}"] = content
        self.files[f"/data/{path}.CHECKSUM"] = f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()

    def next_mischief(self, path):
        left = self.mischief[path]
        if not left:
            return None
        return left[1] if left[0] == "always" else left.pop(0)

    def ranges(self, path):
        """The Range headers of the requests for a file, in order; None for the whole."""
        return [wanted for asked, wanted in self.asked if asked == f"/data/{path}"]


@contextmanager
def serving():
    """A `Vendor` at work."""
    vendor = Vendor()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(vendor))
    vendor.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(vendor):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            wanted = self.headers.get("Range")
            vendor.asked.append((self.path, wanted))
            mischief = vendor.next_mischief(self.path.removeprefix("/data/"))
            if self.path not in vendor.files:
                return self.send_error(404)
            if mischief == "busy":
                return self.send_error(503)
            self._send(vendor.files[self.path], wanted, mischief)

        def _send(self, content, wanted, mischief):
            begin = 0 if wanted is None or mischief in ("whole", "stuck") else int(wanted[6:-1])
            if begin and begin >= len(content):
                return self.send_error(416)
            body = content[: len(content) - begin] if mischief == "lie" else content[begin:]
            if mischief == "garbled":
                body = bytes([body[0] ^ 1]) + body[1:]
            self.send_response(206 if begin else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if mischief in ("cut", "stall", "stuck") else body)
            if mischief == "stall":
                self.wfile.flush()
                time.sleep(1)

        def log_message(self, *_):
            pass

    return Handler
