"""How calls behave when the way to the service, or what answers there, is not as it should be."""

import http.server
import threading
import time

from process_warden import Warden, WardenError, _Circuit
from support import URL, Case


class Fake(http.server.BaseHTTPRequestHandler):
    """Replies with what the test has prepared: a status, headers and a body for each request, the last one again."""

    protocol_version = "HTTP/1.1"

    def reply(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        replies = self.server.replies
        status, headers, body = replies.pop(0) if len(replies) > 1 else replies[0]
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_PATCH = do_DELETE = do_POST = reply

    def log_message(self, *_):
        pass


class Replies(Case):
    def serve(self, *replies):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Fake)
        server.daemon_threads = True
        server.block_on_close = False
        server.replies = list(replies)
        server.requests = []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server, self.client(f"http://127.0.0.1:{server.server_port}", token="pw_secret")

    def test_a_busy_service_is_asked_again_after_the_time_that_it_names(self):
        problem = b'{"code":"unavailable","status":503,"detail":"send it again","title":"busy"}'
        server, warden = self.serve(
            (503, {"Retry-After": "1"}, problem), (429, {}, b"{}"), (200, {}, b'{"state":"waiting"}')
        )
        started = time.monotonic()
        self.assertEqual(warden.get("orders", "1"), {"state": "waiting"})
        self.assertGreaterEqual(time.monotonic() - started, 1)
        self.assertEqual(len(server.requests), 3)

    def test_a_refused_call_is_not_sent_again(self):
        server, warden = self.serve((401, {}, b'{"code":"unauthenticated","status":401,"detail":"no","title":"no"}'))
        with self.assertRaises(WardenError) as raised:
            warden.get("orders", "1")
        self.assertEqual(
            (raised.exception.code, raised.exception.status, len(server.requests)), ("unauthenticated", 401, 1)
        )

    def test_a_redirect_is_not_followed_with_the_token(self):
        other, _ = self.serve((200, {}, b"{}"))
        server, warden = self.serve((307, {"Location": f"http://127.0.0.1:{other.server_port}/"}, b""))
        with self.assertRaises(WardenError) as raised:
            warden.get("orders", "1")
        self.assertEqual(raised.exception.code, "not-the-warden")
        self.assertEqual((len(server.requests), other.requests), (1, []))
        self.assertEqual(server.requests[0][2]["Authorization"], "Bearer pw_secret")

    def test_a_page_of_something_else_is_not_taken_for_a_reply(self):
        for status, kind in ((200, "text/html"), (404, "text/html"), (200, "application/json")):
            _, warden = self.serve((status, {"Content-Type": kind}, b"<html>[]"))
            with self.assertRaises(WardenError) as raised:
                warden.complete("orders", "1")
            self.assertEqual((raised.exception.code, raised.exception.retryable), ("not-the-warden", False))

    def test_a_success_without_the_members_of_the_operation_is_not_taken_for_one(self):
        _, warden = self.serve((200, {}, b"{}"))
        for call in (
            lambda: warden.complete("orders", "1"),
            lambda: warden.batch("orders", [{"op": "complete", "item": "1"}]),
        ):
            with self.assertRaises(WardenError) as raised:
                call()
            self.assertEqual(raised.exception.code, "not-the-warden")

    def test_what_would_be_made_twice_is_not_sent_again_when_its_reply_is_lost(self):
        self.proxy.mode = "cut"
        warden = self.client(timeout=2)
        with self.assertRaises(WardenError):
            warden.create_token("x", scopes=["read"], workflows=["*"])
        self.assertEqual(self.proxy.connections, 1)
        problem = b'{"code":"unavailable","status":503,"detail":"","title":""}'
        server, warden = self.serve((503, {}, problem))
        with self.assertRaises(WardenError):
            warden.start_redrive("orders", limit=1)
        self.assertEqual(len(server.requests), 1)

    def test_operations_of_a_batch_that_the_service_had_no_time_for_are_sent_again(self):
        done, busy = (
            b'{"outcome":"on-time","status":200}',
            b'{"code":"unavailable","status":503,"detail":"","title":""}',
        )
        server, warden = self.serve(
            (207, {}, b'{"results":[%s,%s,%s]}' % (done, busy, done)),
            (503, {}, b'{"results":[%s]}' % busy),
            (200, {}, b'{"results":[%s]}' % done),
        )
        results = warden.batch("orders", [{"op": "complete", "item": item} for item in "abc"])
        self.assertEqual(([result["status"] for result in results], len(server.requests)), ([200] * 3, 3))

    def test_api_gateway_that_lets_nobody_in_is_not_taken_for_something_else(self):
        _, warden = self.serve((403, {}, b'{"message":"Forbidden"}'))
        with self.assertRaises(WardenError) as raised:
            warden.get("orders", "1")
        self.assertEqual((raised.exception.code, raised.exception.unavailable), ("forbidden", False))

    def test_a_silence_of_the_service_ends_a_call_in_time(self):
        self.proxy.mode = "hang"
        warden = self.client(try_timeout=0.2, timeout=0.5)
        started = time.monotonic()
        with self.assertRaises(WardenError) as raised:
            warden.get(self.workflow, "1")
        self.assertEqual(raised.exception.code, "timeout")
        self.assertLess(time.monotonic() - started, 3)

    def test_a_reply_that_drips_ends_a_call_in_time(self):
        _, warden = self.serve((200, {"Content-Length": 10_000}, b"{"))
        warden._timeout = 0.3
        started = time.monotonic()
        with self.assertRaises(WardenError) as raised:
            warden.get("orders", "1")
        self.assertEqual(raised.exception.code, "timeout")
        self.assertLess(time.monotonic() - started, 3)

    def test_a_call_gets_through_resets_cut_replies_and_bad_gateways(self):
        for mode in ("reset", "cut", "500"):
            self.proxy.mode = mode
            warden = self.client()
            threading.Timer(0.1, self.proxy.mend).start()
            self.assertIn(
                warden.register(self.workflow, mode, timeout=60, run="r")["outcome"], ("created", "unchanged")
            )

    def test_the_circuit_lets_calls_fail_at_once_and_closes_when_the_service_is_back(self):
        self.proxy.break_("refuse")
        warden = self.client(timeout=0.2)
        with self.assertRaises(WardenError):
            warden.get(self.workflow, "1")
        started = time.monotonic()
        for _ in range(20):
            with self.assertRaises(WardenError) as raised:
                warden.get(self.workflow, "1")
        self.assertLess(time.monotonic() - started, 1)
        self.assertEqual((raised.exception.code, raised.exception.retryable), ("unreachable", True))
        self.proxy.mend()
        warden._circuit._until = 0
        warden._timeout = 30
        self.assertIn("status", warden.health())
        self.assertTrue(warden._circuit.is_closed)

    def test_connections_are_used_again(self):
        warden = self.client()
        for number in range(5):
            warden.register(self.workflow, number, timeout=60)
        self.assertEqual(self.proxy.connections, 1)

    def test_threads_share_a_client(self):
        warden = self.client()
        failures = []

        def work(name):
            try:
                for number in range(10):
                    item = f"{name}.{number}"
                    warden.register(self.workflow, item, timeout=60, data=item)
                    assert warden.get(self.workflow, item)["data"] == item
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class Circuits(Case):
    def test_it_opens_for_longer_each_time_and_lets_one_trial_through(self):
        now = [0.0]
        circuit = _Circuit(clock=lambda: now[0], draw=lambda: 1.0)
        self.assertIs(circuit.admits(), False)
        self.assertTrue(circuit.failed(False, 0))
        self.assertFalse(circuit.failed(False, 0), "a call that was on its way is the same failure")
        for pause in (1, 2, 4, 8, 16, 30, 30):
            self.assertAlmostEqual(circuit.seconds_left, pause)
            now[0] += pause - 0.01
            self.assertIsNone(circuit.admits())
            now[0] += 0.02
            self.assertIs(circuit.admits(), True)
            self.assertIsNone(circuit.admits(), "only one trial at a time")
            circuit.failed(True, 0)
        now[0] += 30
        circuit.admits()
        circuit.succeeded()
        self.assertTrue(circuit.is_closed)

    def test_it_opens_for_as_long_as_the_service_asks_but_not_for_hours(self):
        circuit = _Circuit(clock=lambda: 0.0, draw=lambda: 1.0)
        circuit.failed(False, 20)
        self.assertEqual(circuit.seconds_left, 20)
        other = _Circuit(clock=lambda: 0.0, draw=lambda: 1.0)
        other.failed(False, 86_400)
        self.assertEqual(other.seconds_left, 60)


class Settings(Case):
    def test_an_address_or_token_that_cannot_be_right_is_refused_without_being_shown(self):
        for url, token in [
            ("localhost:8080", None),
            ("ftp://x", None),
            ("http://", None),
            ("http://user:secret@x", None),
            ("http://x?secret", None),
            ("http://x:secret", None),
            (None, None),
            ("http://x", "secret\nsecret"),
            ("http://x", ""),
        ]:
            with self.assertRaises(ValueError) as raised:
                Warden(url, token)
            self.assertNotIn("secret", str(raised.exception))
        for options in (
            {"on_unavailable": "ignore"},
            {"on_unavailable": "spool"},
            {"try_timeout": 0},
            {"timeout": "3"},
            {"timeout": float("inf")},
            {"try_timeout": True},
        ):
            with self.assertRaises(ValueError):
                Warden("http://x", **options)

    def test_the_environment_has_the_address_and_the_token(self):
        self.assertEqual(Warden.from_environment().url, URL)
        with self.subTest("no address"):
            import os
            from unittest import mock

            with mock.patch.dict(os.environ, {"WARDEN_URL": ""}), self.assertRaisesRegex(ValueError, "WARDEN_URL"):
                Warden.from_environment()

    def test_a_path_in_the_address_is_kept(self):
        from process_warden import _Transport

        self.assertEqual(_Transport("https://x/prod/", None, 3)._base, "/prod")
