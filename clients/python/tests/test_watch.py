"""Work that is watched: in a block, by a decorator, with asyncio, and while the service is away."""

import asyncio
import logging

from process_warden import WardenError, current_watch
from support import WAIT, Case


class Work(Exception):
    """The work's own exception."""


class Watching(Case):
    def test_a_block_is_registered_and_completed(self):
        with self.direct.watch(self.workflow, 4711, timeout="15m", data={"a": 1}, tags={"t": "x"}) as watched:
            item = self.direct.get(self.workflow, "4711")
            self.assertEqual((item["state"], item["data"], item["run"]), ("waiting", {"a": 1}, watched.run))
            watched.step("charged")
            watched.extend("30m")
            watched.progress(tags={"t": "y"}, data={"a": 2})
            changed = self.direct.get(self.workflow, "4711")
            self.assertEqual((changed["step"], changed["tags"], changed["data"]), ("charged", {"t": "y"}, {"a": 2}))
            self.assertGreater(changed["deadline"], item["deadline"])
        self.assertEqual((watched.registration["outcome"], watched.completion["outcome"]), ("created", "on-time"))
        self.assertEqual(self.errors, [])

    def test_the_exception_of_the_work_fails_the_item_and_is_raised_unchanged(self):
        error = Work("card 4111 declined")
        with self.assertRaises(Work) as raised, self.direct.watch(self.workflow, "f", timeout=60):
            raise error
        self.assertIs(raised.exception, error)
        self.assertIsNone(error.__context__)
        failure = self.direct.get(self.workflow, "f")["failure"]
        self.assertEqual((failure["type"], failure["reason"]), ("Work", "the work raised Work"), "no message (P9)")
        with self.assertRaises(OSError), self.direct.watch(self.workflow, "o", timeout=60):
            raise FileNotFoundError(2, "secret")
        failure = self.direct.get(self.workflow, "o")["failure"]
        self.assertEqual(failure["reason"], "the work raised FileNotFoundError with the code ENOENT")

    def test_the_message_is_the_reason_if_asked(self):
        with self.assertRaises(Work), self.direct.watch(self.workflow, "f", timeout=60, reason_of=str):
            raise Work("line 1\nline 2 \x00")
        self.assertEqual(self.direct.get(self.workflow, "f")["failure"]["reason"], "line 1\nline 2")
        with self.assertRaises(Work), self.direct.watch(self.workflow, "g", timeout=60, reason_of=lambda _: 1 / 0):
            raise Work
        self.assertEqual(self.direct.get(self.workflow, "g")["failure"]["reason"], "the work raised Work")

    def test_the_end_of_the_program_is_a_completion_and_an_interrupt_is_a_failure(self):
        for item, error, state in [
            ("exit", SystemExit(), "completed"),
            ("exit 0", SystemExit(0), "completed"),
            ("exit 1", SystemExit(1), "failed"),
            ("ctrl-c", KeyboardInterrupt(), "failed"),
        ]:
            with self.assertRaises(type(error)), self.direct.watch(self.workflow, item, timeout=60):
                raise error
            self.assertEqual(self.state(item), state)

    def test_a_second_worker_starts_the_next_attempt_and_the_first_one_changes_nothing(self):
        with self.direct.watch(self.workflow, "x", timeout=60) as first:
            with self.direct.watch(self.workflow, "x", timeout=60) as second:
                self.assertEqual((second.registration["outcome"], second.registration["attempt"]), ("restarted", 2))
                first.step("late")
            self.assertEqual(second.completion["outcome"], "on-time")
        self.assertEqual((self.state("x"), first.completion, first.superseded), ("completed", None, True))
        self.assertFalse(second.superseded)
        self.assertEqual(self.codes(), ["other-attempt", "other-attempt"])

    def test_a_registration_that_arrives_again_after_the_failure_changes_nothing(self):
        sent = self.registrations(self.direct)
        with self.assertRaises(Work), self.direct.watch(self.workflow, "x", timeout=60):
            raise Work
        ((late, _),) = sent
        self.assertEqual(late()["outcome"], "unchanged")
        item = self.direct.get(self.workflow, "x")
        self.assertEqual((item["state"], item["attempt"]), ("failed", 1))

    def test_another_run_is_replaced_and_a_restart_is_sent_only_if_it_is_waiting(self):
        sent = self.registrations(self.direct)
        self.direct.register(self.workflow, "waiting", timeout=60, run="died")
        self.direct.register(self.workflow, "without a run", timeout=60)
        self.direct.register(self.workflow, "failed", timeout=60, run="died")
        self.direct.fail(self.workflow, "failed", run="died")
        for item, requests in [("waiting", 2), ("without a run", 2), ("failed", 1)]:
            sent.clear()
            with self.direct.watch(self.workflow, item, timeout=60) as watched:
                self.assertEqual((watched.registration["outcome"], watched.registration["attempt"]), ("restarted", 2))
            self.assertEqual((watched.completion["outcome"], len(sent)), ("on-time", requests))
            limits = [seconds for _, seconds in sent]
            self.assertEqual(limits, sorted(set(limits), reverse=True), "both requests have the time of one")
        self.assertEqual(self.errors, [])

    def test_a_run_of_the_caller_and_a_block_that_is_entered_again_start_the_next_attempt_of_their_failed_run(self):
        given = [self.direct.watch(self.workflow, "given", timeout=60, run="r") for _ in range(2)]
        again = self.direct.watch(self.workflow, "again", timeout=60)
        for first, second in [given, (again, again)]:
            with self.assertRaises(Work), first:
                raise Work
            with second:
                self.assertEqual(second.registration["outcome"], "restarted")

    def registrations(self, warden):
        """The registrations that a client sends: each can be sent again, and has a time limit."""
        sent, send = [], warden._call

        def recorded(name, *args, **named):
            if name == "register":
                sent.append((lambda: send(name, *args, **named), named["seconds"]))
            return send(name, *args, **named)

        warden._call = recorded
        return sent

    def test_a_registration_that_is_refused_does_not_stop_the_work(self):
        ran = []
        for item, options in [("x", {}), (None, {"timeout": 60}), ("x", {"timeout": 60, "data": object()})]:
            with self.direct.watch(self.workflow, item, **options) as watched:
                watched.step("a")
                ran.append(watched.registration["outcome"])
        self.assertEqual(ran, ["unwatched"] * 3)
        self.assertEqual(self.codes(), ["deadline-missing", "invalid-request", "invalid-request"])

    def test_a_fault_of_the_client_does_not_stop_the_work(self):
        def broken(*_args, **_named):
            raise ZeroDivisionError

        self.direct._call = broken
        with self.direct.watch(self.workflow, "x", timeout=60):
            pass
        self.assertEqual(self.codes(), ["client-fault"])

    def test_what_on_error_raises_is_raised(self):
        def raise_it(error):
            raise error

        warden = self.client(on_error=raise_it)
        with self.assertRaises(WardenError), warden.watch(self.workflow, "x"):
            self.fail("the work has begun")

    def test_errors_are_logged_without_what_was_sent(self):
        warden = self.client(on_error=None)
        with self.assertLogs("process_warden", logging.WARNING) as logged:
            for _ in range(3):
                with warden.watch(self.workflow, "secret\u200b", timeout=60, data="secret"):
                    pass
        self.assertEqual(logged.output, ["WARNING:process_warden:invalid-request (400): id"])


class Decorating(Case):
    def test_each_call_of_a_function_is_watched(self):
        @self.direct.watched(
            self.workflow, item=lambda order, **_: order["id"], data=lambda order, **_: order, timeout="15m"
        )
        def ship(order, *, to):
            """Ships it."""
            current_watch().step("packed")
            return self.direct.get(self.workflow, order["id"]), to

        item, to = ship({"id": 12}, to="Bern")
        self.assertEqual((item["item"], item["data"], item["step"], to), ("12", {"id": 12}, "packed", "Bern"))
        self.assertEqual((self.state("12"), ship.__doc__), ("completed", "Ships it."))
        with self.assertRaises(LookupError):
            current_watch()

    def test_an_item_that_cannot_be_made_does_not_stop_the_call(self):
        @self.direct.watched(self.workflow, item=lambda order: order["id"], timeout="15m")
        def ship(order):
            return order

        self.assertEqual(ship({"secret": 1}), {"secret": 1})
        self.assertEqual(self.codes(), ["invalid-request"])
        self.assertNotIn("secret", str(self.errors[0]))

    def test_a_generator_is_refused_when_it_is_decorated(self):
        with self.assertRaisesRegex(TypeError, "generator"):

            @self.direct.watched(self.workflow, item=str, timeout=60)
            def rows(_):
                yield 1

    def test_coroutines_are_watched_side_by_side(self):
        @self.direct.watched(self.workflow, item=lambda number: number, timeout=60)
        async def work(number):
            await asyncio.sleep(0)
            if number == 3:
                raise Work
            return current_watch().item

        async def all_of_them():
            return await asyncio.gather(*(work(number) for number in range(6)), return_exceptions=True)

        results = asyncio.run(all_of_them())
        self.assertEqual([result for result in results if not isinstance(result, Work)], [0, 1, 2, 4, 5])
        self.assertEqual([self.state(number) for number in (2, 3, 4)], ["completed", "failed", "completed"])

    def test_a_block_that_is_cancelled_has_failed(self):
        async def work():
            async with self.direct.watch(self.workflow, "c", timeout=60):
                await asyncio.sleep(60)

        async def cancelled():
            task = asyncio.create_task(work())
            while await asyncio.to_thread(self.items) == []:
                pass
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(cancelled())
        self.assertEqual(self.direct.get(self.workflow, "c")["failure"]["type"], "CancelledError")

    def items(self):
        try:
            return list(self.direct.list(self.workflow))
        except WardenError:
            return []


class Unavailable(Case):
    def test_without_a_spool_the_work_runs_unwatched_and_says_so(self):
        self.proxy.break_("refuse")
        for policy in (None, "run-unwatched"):
            warden = self.client(try_timeout=0.2, on_unavailable=policy)
            with warden.watch(self.workflow, "x", timeout=60) as watched:
                self.assertEqual(watched.registration["outcome"], "unwatched")
            self.assertIsNone(watched.completion)
        self.assertEqual(set(self.codes()), {"unreachable"})

    def test_throw_raises_before_the_work_begins(self):
        self.proxy.break_("refuse")
        warden = self.client(try_timeout=0.2, on_unavailable="throw", spool=self.folder)
        with self.assertRaises(WardenError), warden.watch(self.workflow, "x", timeout=60):
            self.fail("the work has begun")
        self.assertEqual(warden.spooled, 0)

    def test_a_registration_that_is_kept_replaces_a_run_that_is_waiting(self):
        self.direct.register(self.workflow, "x", timeout=60, run="died")
        warden = self.spooling(try_timeout=0.2)
        self.proxy.break_("refuse")
        with warden.watch(self.workflow, "x", timeout=60) as watched:
            self.assertEqual(watched.registration["outcome"], "spooled")
        self.mend(warden)
        self.assertEqual(warden.flush(WAIT)[1:], ([], 0))
        item = self.direct.get(self.workflow, "x")
        self.assertEqual((item["state"], item["attempt"], item["run"]), ("completed", 2, watched.run))

    def test_the_trouble_of_the_warden_never_hides_that_of_the_work(self):
        self.proxy.break_("refuse")
        warden = self.client(try_timeout=0.2)
        with self.assertRaises(Work), warden.watch(self.workflow, "x", timeout=60):
            raise Work

    def test_a_registration_without_a_spool_raises(self):
        self.proxy.break_("refuse")
        with self.assertRaises(WardenError) as raised:
            self.client(try_timeout=0.2).register(self.workflow, "x", timeout=60)
        self.assertTrue(raised.exception.unavailable)
