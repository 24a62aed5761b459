"""What the tests share: a way to the service that can be broken, and clients that tell of their errors."""

import contextlib
import os
import socket
import tempfile
import threading
import time
import unittest
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from process_warden import Warden

URL = os.environ["WARDEN_URL"]
# The most seconds that a test waits for what must happen. It goes on as soon as that has happened.
WAIT = 60.0


def until(what, ask, within=WAIT):
    """Asks until there is an answer. The client delivers from its own thread, so a test can only ask."""
    end = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {within} s")
        time.sleep(0.01)


def _end(connection):
    """A close alone does not reach the other side while a thread reads."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


class Proxy:
    """Passes connections on to the service. ``mode``: pass, refuse, hang, reset, cut (half of each reply), or 500.

    ``draw`` chooses the mode of each connection instead.
    """

    draw = None

    def __init__(self, target=URL):
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._open = []
        self.mode = "pass"
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self._port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._listen()

    def _listen(self):
        self._accepting = threading.Thread(target=self._accept, args=(self._server,), daemon=True)
        self._accepting.start()

    def break_(self, mode):
        """Also ends the connections that are open."""
        self.mode = mode
        if mode == "refuse":
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            # Until its thread has left it, the port is not free.
            self._accepting.join()
        self._end()

    def mend(self):
        if self.mode == "refuse":
            self._server = socket.create_server(("127.0.0.1", self._port))
            self._listen()
        self.mode = "pass"
        self._end()

    def close(self):
        self._server.close()
        self._end()

    def _end(self):
        for one in self._open:
            _end(one)
        self._open.clear()

    def _accept(self, server):
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        mode = self.draw() if self.draw else self.mode
        try:
            if mode == "hang":
                return
            if mode == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                client.close()
                return
            if mode == "500":
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops")
                client.close()
                return
            service = socket.create_connection(self._target)
            self._open.append(service)
            threading.Thread(target=self._pipe, args=(client, service, False), daemon=True).start()
            self._pipe(service, client, mode == "cut")
        except OSError:
            client.close()

    def _pipe(self, source, sink, cuts):
        try:
            while True:
                data = source.recv(65_536)
                if not data:
                    break
                # The service knows itself by its own address only.
                data = data.replace(b"Host: 127.0.0.1:%d" % self._port, b"Host: 127.0.0.1:%d" % self._target[1])
                sink.sendall(data[: len(data) // 2] if cuts else data)
                if cuts:
                    break
        except OSError:
            pass
        _end(source)
        _end(sink)


class Case(unittest.TestCase):
    """A test with a workflow, a folder and a way to the service of its own."""

    def setUp(self):
        self.workflow = f"python-{uuid.uuid4().hex[:12]}"
        self.errors = []
        self.proxy = Proxy()
        self.addCleanup(self.proxy.close)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "spool"
        self.direct = self.client(URL)

    def client(self, url=None, **options):
        warden = Warden(url or self.proxy.url, on_error=options.pop("on_error", self.errors.append), **options)
        self.addCleanup(warden.close, 0)
        return warden

    def spooling(self, background=False, **options):
        """A client that delivers when it is told to, or also from its own thread."""
        warden = self.client(spool=self.folder, **options)
        if not background:
            warden._thread = threading.Thread(target=warden._spool.open)
            warden._thread.start()
            warden._thread.join()
        return warden

    def mend(self, warden):
        """The service is back, and the client need not wait to find out."""
        self.proxy.mend()
        warden._circuit.succeeded()

    def codes(self):
        return [error.code for error in self.errors]

    def state(self, item):
        return self.direct.get(self.workflow, item)["state"]
