"""What could not be delivered is kept in a folder, and delivered later, in order for each item, once in effect."""

import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

from process_warden import WardenError, _main, _moment, _Spool
from support import URL, WAIT, Case, until

CHILD = """
import os, sys, time
from process_warden import Warden
warden = Warden(os.environ["AWAY"], spool=sys.argv[1], try_timeout=0.2, on_error=print)
for number in range(5):
    warden.register(sys.argv[2], f"k{number}", timeout=3600, run="r", data={"number": number})
    warden.progress(sys.argv[2], f"k{number}", step="one", run="r")
    if number % 2:
        warden.complete(sys.argv[2], f"k{number}", run="r")
print("kept", warden.spooled, flush=True)
time.sleep(60)
"""


class Away(Case):
    """Work that goes on while the service cannot be reached."""

    def files(self):
        return sorted(self.folder.glob("*.pyspool"))

    def test_away_before_during_and_after_the_work_costs_it_nothing(self):
        for away in ("before", "during", "after"):
            with self.subTest(away):
                warden = self.spooling()
                if away == "before":
                    self.proxy.break_("refuse")
                with warden.watch(self.workflow, away, timeout=3600, data={"away": away}) as watched:
                    if away == "before":
                        self.proxy.mend()
                    if away == "during":
                        self.proxy.break_("refuse")
                    watched.step("one")
                    if away == "during":
                        self.proxy.mend()
                    if away == "after":
                        self.proxy.break_("refuse")
                    watched.step("two")
                if away == "after":
                    self.assertEqual(watched.completion["outcome"], "spooled")
                    self.proxy.mend()
                warden._circuit._until = 0
                until("delivery", lambda warden=warden: warden.flush(WAIT).left == 0)
                self.assertEqual(self.state(away), "completed")
        self.assertEqual(set(self.codes()), {"unreachable"})
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_failure_that_was_kept_is_reported_as_one_that_was_not(self):
        output = "\x1b[31mline 1\r\nline 2\x00\x1b[0m" + "ü" * 2000
        self.direct.register(self.workflow, "direct", timeout=60)
        self.direct.fail(self.workflow, "direct", output, type="t", exit=3)
        warden = self.spooling()
        self.proxy.break_("refuse")
        warden.register(self.workflow, "kept", timeout=60, run="r")
        self.assertEqual(warden.fail(self.workflow, "kept", output, type="t", exit=3, run="r")["outcome"], "spooled")
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT), (2, [], 0))
        failures = [self.direct.get(self.workflow, item)["failure"] for item in ("direct", "kept")]
        self.assertEqual(*[(failure["reason"], failure["type"]) for failure in failures])

    def test_operations_on_an_item_are_delivered_in_their_order_and_none_overtakes(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        for item in range(30):
            warden.register(self.workflow, item, timeout=3600, run="r")
        self.proxy.mode = "refuse"
        for step in range(4):
            for item in range(30):
                warden.progress(self.workflow, item, step=f"s{step}", run="r")
        self.mend(warden)
        # The circuit is closed, but what is sent now would overtake what is kept.
        self.assertEqual(warden.progress(self.workflow, 7, step="last", run="r")["outcome"], "spooled")
        until("delivery", lambda: warden.flush(WAIT).left == 0)
        self.assertEqual(warden.progress(self.workflow, 8, step="direct", run="r")["step"], "direct")
        for item, last in ((6, []), (7, ["last"]), (8, ["direct"])):
            steps = [step["step"] for step in self.direct.get(self.workflow, item)["steps"]]
            self.assertEqual(steps, ["s0", "s1", "s2", "s3", *last])
        self.assertEqual(self.files(), [])

    def test_a_call_costs_milliseconds_while_the_service_is_away(self):
        self.proxy.break_("hang")
        warden = self.spooling(try_timeout=0.3)
        started = time.monotonic()
        warden.register(self.workflow, "first", timeout=60)
        self.assertLess(time.monotonic() - started, 3)
        took = []
        for number in range(200):
            started = time.monotonic()
            warden.register(self.workflow, number, timeout=60)
            took.append(time.monotonic() - started)
        # A machine that runs other tests holds a thread up now and then, so not every single call can be held to it.
        self.assertLess(sorted(took)[190], 0.05)
        self.assertEqual(warden.spooled, 201)

    def test_many_threads_keep_everything_and_all_of_it_is_delivered(self):
        warden = self.spooling()
        self.proxy.break_("refuse")

        def work(name):
            for number in range(10):
                with warden.watch(self.workflow, f"{name}.{number}", timeout=3600) as watched:
                    watched.step("one")

        threads = [threading.Thread(target=work, args=(name,)) for name in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(warden.spooled, 600)
        self.mend(warden)
        until("delivery", lambda: warden.flush(WAIT).left == 0)
        ids = [f"{name}.{number}" for name in range(20) for number in range(10)]
        self.assertEqual(self.direct.reconcile(self.workflow, ids)["counts"]["completed"], 200)

    def test_a_batch_is_kept_too(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        operations = [{"op": "register", "item": f"{number}", "timeout": 60} for number in range(120)]
        self.assertEqual({one["outcome"] for one in warden.batch(self.workflow, operations)}, {"spooled"})
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT)[0::2], (120, 0))

    def test_a_background_thread_delivers_without_being_asked(self):
        warden = self.spooling(background=True)
        self.proxy.break_("refuse")
        warden.register(self.workflow, "x", timeout=60)
        self.proxy.mend()
        until("delivery", lambda: warden.spooled == 0)
        self.assertEqual(self.state("x"), "waiting")


class Deadlines(Case):
    def test_a_registration_keeps_its_own_deadline(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        warden.register(self.workflow, "kept", timeout="1h")
        time.sleep(0.3)  # what the registration waits in the spool must be seen
        self.proxy.mend()
        self.direct.register(self.workflow, "direct", timeout="1h")
        warden.flush(WAIT)
        kept, direct = (self.direct.get(self.workflow, item) for item in ("kept", "direct"))
        times = [_moment(direct[name]) - _moment(kept[name]) for name in ("startedAt", "deadline")]
        self.assertEqual(times[0], times[1])
        self.assertGreaterEqual(times[0], 0.3)

    def test_one_that_is_past_when_it_arrives_is_said_to_be(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        now = time.time()
        warden._keep(self.workflow, {"op": "register", "item": "late", "timeout": 60, "run": "r"}, now - 3600)
        warden._keep(self.workflow, {"op": "register", "item": "done", "timeout": 60, "run": "r"}, now - 3600)
        warden._keep(self.workflow, {"op": "complete", "item": "done", "run": "r"}, now - 10)
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT)[0::2], (3, 0))
        self.assertIn("spool-overdue", self.codes())
        self.assertEqual(self.direct.get(self.workflow, "done")["completion"]["outcome"], "late")
        late = self.direct.get(self.workflow, "late")
        self.assertEqual((late["state"], _moment(late["deadline"]) - _moment(late["startedAt"])), ("waiting", 60))


class Crashes(Case):
    def test_what_a_killed_process_kept_is_delivered_by_the_next_one(self):
        self.proxy.break_("refuse")
        child = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CHILD, str(self.folder), self.workflow],
            stdout=subprocess.PIPE,
            env={**os.environ, "AWAY": self.proxy.url},
            text=True,
        )
        self.addCleanup(child.stdout.close)
        until("kept", lambda: child.stdout.readline().startswith("kept 12"))
        other = self.spooling()
        self.assertEqual(other.flush(0).left, 0, "the file of a process that runs is its own")
        child.send_signal(signal.SIGKILL)
        child.wait()
        self.mend(other)
        self.assertEqual(other.flush(WAIT), (12, [], 0))
        states = [self.state(f"k{number}") for number in range(5)]
        self.assertEqual(states, ["waiting", "completed", "waiting", "completed", "waiting"])
        self.assertEqual(self.direct.get(self.workflow, "k2")["data"], {"number": 2})
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_a_batch_whose_reply_was_lost_is_sent_again_and_nothing_of_it_counts_as_refused(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        with warden.watch(self.workflow, "x", timeout=60) as watched:
            watched.step("one")
        self.mend(warden)
        self.proxy.mode = "cut"
        self.assertEqual(warden.flush().left, 3)
        self.assertEqual(self.state("x"), "completed")
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT), (3, [], 0))
        self.assertEqual(set(self.codes()), {"unreachable"})

    def test_a_failure_whose_reply_was_lost_is_sent_again_and_starts_no_other_attempt(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        warden.register(self.workflow, "x", timeout=60, run="r")
        warden.fail(self.workflow, "x", "no space", run="r")
        self.mend(warden)
        self.proxy.mode = "cut"
        for _ in range(3):
            warden._circuit.succeeded()
            warden.flush()
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT)[1:], ([], 0))
        item = self.direct.get(self.workflow, "x")
        self.assertEqual((item["state"], item["attempt"]), ("failed", 1))

    def test_what_an_earlier_process_kept_of_an_item_goes_before_a_new_call(self):
        with self.kept("register") as _:
            pass
        warden = self.spooling(background=True)
        warden.progress(self.workflow, "x", step="two", run="r")
        until("delivery", lambda: warden.flush(WAIT).left == 0)
        self.assertEqual(self.direct.get(self.workflow, "x")["step"], "two")

    def test_the_command_delivers_what_is_left(self):
        with self.kept("register"):
            pass
        environment = {**os.environ, "WARDEN_URL": self.proxy.url}
        program = [sys.executable, "-W", "error", "-m", "process_warden", "flush", "--spool", str(self.folder)]
        done = subprocess.run(program, env=environment, capture_output=True, text=True)
        self.assertEqual((done.stdout, done.returncode), ("1 delivered, 0 refused, 0 left\n", 0), done.stderr)
        self.assertEqual(self.state("x"), "waiting")

    def kept(self, op):
        """A spool with one operation, of a process that has ended."""
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden.register(self.workflow, "x", timeout=60, run="r")
        warden.close(0)
        self.proxy.mend()
        return warden

    def test_operations_for_one_service_are_not_sent_to_another(self):
        self.kept("register")
        other = self.client(URL, spool=self.folder)
        self.assertEqual(other.flush(1), (0, [], 0))
        self.assertEqual(len(list(self.folder.iterdir())), 1)

    def test_a_damaged_line_costs_that_line_only_and_is_told(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        for number in range(5):
            warden.register(self.workflow, number, timeout=60, data="text", run="r")
        warden.close(0)
        (path,) = self.folder.glob("*.pyspool")
        lines = path.read_bytes().split(b"\n")
        lines[2] = lines[2].replace(b"text", b"tXxt")
        path.write_bytes(b"\n".join(lines))
        self.proxy.mend()
        self.errors.clear()
        self.assertEqual(self.spooling().flush(WAIT), (4, [], 0))
        self.assertEqual(self.codes(), ["spool-damaged"])
        self.assertRegex(str(self.errors[0]), "1 line is damaged")
        reply = self.direct.reconcile(self.workflow, range(5))
        self.assertEqual((reply["waiting"], reply["unknown"]), (["0", "1", "3", "4"], ["2"]))
        (aside,) = self.folder.iterdir()
        self.assertIn("tXxt", json.loads(aside.read_text())["damaged"])

    def test_a_last_line_that_was_cut_off_anywhere_costs_that_line_only(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        for number in range(3):
            warden.register(self.workflow, number, timeout=60, run="r")
        warden.close(0)
        (path,) = self.folder.glob("*.pyspool")
        whole = path.read_bytes()
        start = whole.rindex(b"\n", 0, -1) + 1
        for cut in range(start, len(whole), 7):
            path.write_bytes(whole[:cut])
            self.errors.clear()
            spool = _Spool(str(self.folder), self.proxy.url, self.errors.append)
            spool.open()
            self.assertEqual(spool.size, 2)
            self.assertEqual(self.codes(), [] if cut == start else ["spool-damaged"])
            spool.close()
            (self.folder / "refused.jsonl").unlink(missing_ok=True)

    def test_bytes_of_any_kind_in_a_file_are_borne(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden.register(self.workflow, "x", timeout=60, run="r")
        warden.close(0)
        (path,) = self.folder.glob("*.pyspool")
        line = path.read_bytes()
        for rubbish in (b"\x00" * 4096, b"\xff\xfe\n\n\n", b"00000000 {}\n", b"[1]\n", b"x" * 9 + b"\n"):
            path.write_bytes(rubbish + b"\n" + line)
            spool = _Spool(str(self.folder), self.proxy.url, self.errors.append)
            spool.open()
            self.assertEqual(spool.size, 1)
            spool.close()

    def test_a_forked_child_keeps_what_is_its_own(self):
        warden = self.spooling()
        self.proxy.break_("refuse")
        warden.register(self.workflow, "parent", timeout=60, run="r")

        def in_child():
            warden.register(self.workflow, "child", timeout=60, run="r")
            os._exit(0 if warden.spooled == 1 else 1)

        child = multiprocessing.get_context("fork").Process(target=in_child)
        child.start()
        child.join(10)
        self.assertEqual(child.exitcode, 0)
        self.assertEqual(len(list(self.folder.iterdir())), 2)
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT)[0::2], (2, 0))


class Limits(Case):
    def test_files_and_folders_are_for_the_owner_only(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden.register(self.workflow, "x", timeout=60)
        modes = [stat.S_IMODE(path.stat().st_mode) for path in [self.folder, *self.folder.iterdir()]]
        self.assertEqual(modes, [0o700, 0o600])

    def test_a_full_spool_is_told_with_its_limits(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden._spool.limit_operations = 3
        for number in range(3):
            warden.register(self.workflow, number, timeout=60)
        with self.assertRaisesRegex(WardenError, "is full: 3 operations") as raised:
            warden.register(self.workflow, 3, timeout=60)
        self.assertEqual(raised.exception.code, "spool-full")
        with warden.watch(self.workflow, 4, timeout=60) as watched:
            self.assertEqual(watched.registration["outcome"], "unwatched")
        self.assertIn("spool-full", self.codes())

    def test_a_folder_that_cannot_be_written_is_told(self):
        blocked = Path(self.folder.parent) / "file"
        blocked.write_text("")
        self.proxy.break_("refuse")
        warden = self.client(spool=blocked / "spool", try_timeout=0.2)
        with self.assertRaises(WardenError) as raised:
            warden.register(self.workflow, 3, timeout=60)
        self.assertEqual(raised.exception.code, "spool-failed")

    def test_files_are_divided_and_removed_when_they_are_delivered(self):
        self.proxy.break_("refuse")
        warden = self.spooling()
        for number in range(30):
            warden.register(self.workflow, number, timeout=60, data="x" * 190_000)
        self.assertGreater(len(list(self.folder.iterdir())), 1)
        self.mend(warden)
        until("delivery", lambda: warden.flush(WAIT).left == 0)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_refused_operations_are_moved_aside_and_told(self):
        self.direct.register(self.workflow, "taken", timeout=60, run="other")
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden.register(self.workflow, "taken", timeout=60, run="r", data="secret")
        warden.register(self.workflow, "bad", timeout="soon")
        warden.register(self.workflow, "good", timeout=60)
        self.mend(warden)
        delivery = warden.flush(WAIT)
        self.assertEqual((delivery.delivered, delivery.left), (1, 0))
        self.assertEqual([one.error.code for one in delivery.refused], ["other-run-waiting", "invalid-request"])
        told = [error for error in self.errors if error.code == "spool-refused"]
        self.assertRegex(str(told[0]), "2 operations from the spool were refused")
        self.assertNotIn("secret", str(told[0]))
        path = self.folder / "refused.jsonl"
        records = [json.loads(line) for line in path.read_text().splitlines()]
        self.assertEqual([record["operation"]["item"] for record in records], ["taken", "bad"])
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

    def test_a_token_that_is_not_let_in_loses_nothing(self):
        from test_requests import Replies

        server, _ = Replies.serve(self, (403, {}, b'{"code":"forbidden","status":403,"detail":"no","title":"no"}'))
        self.proxy.break_("refuse")
        warden = self.spooling()
        warden.register(self.workflow, "x", timeout=60)
        warden._transport._port = server.server_port
        warden._circuit.succeeded()
        self.assertEqual(warden.flush(0.5).left, 1)
        self.assertEqual(self.codes().count("forbidden"), 1, "told once, not at each delivery")

    def test_on_error_may_call_the_client(self):
        self.direct.register(self.workflow, "taken", timeout=60, run="other")
        told = []

        def call_back(error):
            told.append((error.code, warden.spooled, warden.flush(1).left))

        warden = self.spooling(on_error=call_back)
        warden._keep(self.workflow, {"op": "register", "item": "taken", "timeout": 60, "run": "r"}, time.time())
        warden.flush(WAIT)
        self.assertEqual(told, [("spool-refused", 0, 0)])

    def test_a_system_without_file_locks_is_told_what_to_choose(self):
        program = """
import sys
sys.modules["fcntl"] = None
from process_warden import Warden
Warden("http://x")
try:
    Warden("http://x", spool="/tmp/x")
except ValueError as error:
    print(error)
"""
        done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True)
        self.assertRegex(done.stdout, "needs file locks .* on_unavailable", done.stderr)

    def test_usage_of_the_command(self):
        with self.assertRaises(SystemExit) as raised, open(os.devnull, "w") as silent:
            sys.stderr, kept = silent, sys.stderr
            try:
                _main(["flush"])
            finally:
                sys.stderr = kept
        self.assertEqual(raised.exception.code, 2)
