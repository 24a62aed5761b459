"""Every verb against the real service."""

import unittest
from datetime import datetime, timedelta, timezone

from process_warden import WardenError
from support import Case

AWKWARD = [
    "a b",
    "a+b",
    "50%25.png",
    "what?.png",
    "img#4.png",
    "a/b//c/",
    "../x",
    ".",
    "a&id=b",
    "ä€😀",
    "日本",
    "'\"\\<>",
    "x/complete",
    "a=b;c",
]


class Items(Case):
    def test_an_item_is_registered_progressed_read_and_completed(self):
        warden, workflow = self.direct, self.workflow
        data = {"amount": 12, "text": "ü\u2028", "big": 12345678901234567890, "none": None}
        reply = warden.register(workflow, "4711", timeout="15m", data=data, tags={"customer": "acme"}, run="r1")
        self.assertEqual((reply["outcome"], reply["state"], reply["attempt"]), ("created", "waiting", 1))
        self.assertEqual(warden.register(workflow, "4711", timeout="15m", run="r1")["outcome"], "unchanged")
        progressed = warden.progress(workflow, "4711", step="charged", extend="30m", run="r1", attempt=1)
        self.assertEqual(progressed["step"], "charged")
        self.assertGreater(progressed["deadline"], reply["deadline"])
        item = warden.get(workflow, 4711)
        self.assertEqual((item["data"], item["tags"]), (data, {"customer": "acme"}))
        self.assertEqual(warden.complete(workflow, "4711", run="r1")["outcome"], "on-time")
        self.assertEqual(warden.get(workflow, "4711")["completion"]["outcome"], "on-time")

    def test_null_is_data_and_nothing_is_no_data(self):
        self.direct.register(self.workflow, "null", timeout=60, data=None)
        self.direct.register(self.workflow, "none", timeout=60)
        self.assertIsNone(self.direct.get(self.workflow, "null")["data"])
        self.assertNotIn("data", self.direct.get(self.workflow, "none"))

    def test_times_are_taken_as_python_has_them(self):
        soon = datetime.now(timezone(timedelta(hours=2))) + timedelta(hours=1)
        reply = self.direct.register(self.workflow, "d", deadline=soon)
        self.assertEqual(
            datetime.fromisoformat(reply["deadline"][:-1] + "+00:00"),
            soon.replace(microsecond=soon.microsecond // 1000 * 1000),
        )
        self.assertEqual(self.direct.register(self.workflow, "t", timeout=timedelta(minutes=15))["outcome"], "created")
        with self.assertRaisesRegex(WardenError, "time zone"):
            self.direct.register(self.workflow, "naive", deadline=datetime(2027, 1, 1))

    def test_an_item_fails_with_the_output_of_a_job(self):
        self.direct.register(self.workflow, "f", timeout=60)
        self.direct.fail(self.workflow, "f", "\x1b[31mdisk\x1b[0m full\r\n", type="disk-full", exit=3)
        failure = self.direct.get(self.workflow, "f")["failure"]
        self.assertEqual((failure["reason"], failure["type"]), ("exit code 3: disk full", "disk-full"))

    def test_every_awkward_id_is_the_item_that_was_meant(self):
        for item in AWKWARD:
            with self.subTest(item=item):
                self.direct.register(self.workflow, item, timeout=60, data=item)
                self.assertEqual(self.direct.get(self.workflow, item)["data"], item)
        self.assertEqual(sorted(found["item"] for found in self.direct.list(self.workflow)), sorted(AWKWARD))
        for item in AWKWARD:
            self.assertEqual(self.direct.complete(self.workflow, item)["outcome"], "on-time")

    def test_bad_input_is_refused_with_the_member_at_fault(self):
        for call, code, path in [
            (lambda: self.direct.register(self.workflow, "x", timeout="soon"), "invalid-request", "timeout"),
            (lambda: self.direct.register(self.workflow, "x"), "deadline-missing", "timeout"),
            (lambda: self.direct.register(self.workflow, "x", timeout=0.1), "deadline-out-of-range", "timeout"),
            (lambda: self.direct.register(self.workflow, "\ud800", timeout=60), "invalid-request", "id"),
            (lambda: self.direct.register(self.workflow, "", timeout=60), "invalid-request", "item"),
            (lambda: self.direct.register(self.workflow, None, timeout=60), "invalid-request", "item"),
            (lambda: self.direct.register(self.workflow, True, timeout=60), "invalid-request", "item"),
            (lambda: self.direct.register("a/b", "x", timeout=60), "invalid-request", "workflow"),
            (lambda: self.direct.register("..", "x", timeout=60), "invalid-request", "workflow"),
            (
                lambda: self.direct.register(self.workflow, "x", timeout=60, tags={"-": "x"}),
                "invalid-request",
                "tags.-",
            ),
            (lambda: list(self.direct.list(self.workflow, dueBefor="x")), "invalid-request", "dueBefor"),
        ]:
            with self.assertRaises(WardenError) as raised:
                call()
            self.assertEqual((raised.exception.code, raised.exception.errors[0]["path"]), (code, path))
            self.assertFalse(raised.exception.retryable)

    def test_data_that_is_no_json_is_refused_without_being_shown(self):
        for data in ({"secret": {1, 2}}, float("nan"), {"secret": object()}):
            with self.assertRaises(WardenError) as raised:
                self.direct.register(self.workflow, "x", timeout=60, data=data)
            self.assertEqual(raised.exception.code, "invalid-request")
            self.assertNotIn("secret", str(raised.exception))

    def test_too_much_data_is_refused_and_not_retried(self):
        for size, code in ((210_000, "data-too-large"), (300_000, "body-too-large")):
            with self.assertRaises(WardenError) as raised:
                self.direct.register(self.workflow, "x", timeout=60, data="x" * size)
            self.assertEqual((raised.exception.code, raised.exception.status), (code, 413))

    def test_conflicts_are_told_apart_by_their_codes(self):
        self.direct.register(self.workflow, "x", timeout=60, run="a")
        for call, code, status in [
            (lambda: self.direct.register(self.workflow, "x", timeout=60, run="b"), "other-run-waiting", 409),
            (lambda: self.direct.complete(self.workflow, "x", run="b"), "other-attempt", 412),
            (lambda: self.direct.complete(self.workflow, "x", attempt=7), "other-attempt", 412),
            (lambda: self.direct.complete(self.workflow, "y"), "item-not-found", 404),
            (lambda: self.direct.workflow("never-seen"), "workflow-not-found", 404),
        ]:
            with self.assertRaises(WardenError) as raised:
                call()
            self.assertEqual((raised.exception.code, raised.exception.status), (code, status))


class ManyItems(Case):
    def test_lists_and_exports_walk_all_pages(self):
        names = [f"item {number:03}" for number in range(25)]
        operations = [{"op": "register", "item": name, "timeout": 60, "data": {"name": name}} for name in names]
        self.assertEqual([result["status"] for result in self.direct.batch(self.workflow, operations)], [201] * 25)
        listed = list(self.direct.list(self.workflow, state=["waiting", "overdue"], limit=10))
        self.assertEqual(sorted(item["item"] for item in listed), names)
        exported = list(self.direct.export(self.workflow, limit=10))
        self.assertEqual({item["item"]: item["data"] for item in exported}, {name: {"name": name} for name in names})
        self.assertEqual([item["item"] for item in self.direct.list(self.workflow, id="item 007")], ["item 007"])
        with self.assertRaisesRegex(WardenError, "there is no workflow"):
            list(self.direct.export("never-seen"))

    def test_a_batch_of_any_size_has_a_result_for_each_operation(self):
        operations = [{"op": "register", "item": f"{number}", "timeout": timedelta(minutes=1)} for number in range(150)]
        operations.insert(70, {"op": "complete", "item": "unknown"})
        results = self.direct.batch(self.workflow, operations)
        self.assertEqual([result["status"] for result in results], [201] * 70 + [404] + [201] * 80)
        self.assertEqual(results[70]["code"], "item-not-found")
        self.assertEqual(self.direct.batch(self.workflow, []), [])
        only_bad = self.direct.batch(self.workflow, [{"op": "complete", "item": "unknown"}])
        self.assertEqual(only_bad[0]["status"], 404)

    def test_reconcile_says_what_the_warden_knows(self):
        self.direct.register(self.workflow, "a", timeout=60)
        self.direct.register(self.workflow, "b", timeout=60)
        self.direct.complete(self.workflow, "b")
        ids = ["a", "b"] + [f"never {number}" for number in range(10_050)]
        reply = self.direct.reconcile(self.workflow, ids)
        self.assertEqual((reply["waiting"], reply["completed"], len(reply["unknown"])), (["a"], ["b"], 10_050))
        self.assertEqual(reply["counts"]["unknown"], 10_050)


class Operating(Case):
    def test_workflows_have_settings_statistics_and_a_silence(self):
        warden, workflow = self.direct, self.workflow
        self.assertEqual(warden.save_workflow(workflow, {"timeout": "15m", "owner": "me"})["owner"], "me")
        self.assertNotIn("owner", warden.change_workflow(workflow, {"owner": None}))
        self.assertEqual(warden.workflow(workflow)["timeout"], "15m")
        self.assertIn(workflow, [one["workflow"] for one in warden.workflows()])
        self.assertEqual(warden.statistics(workflow, by="hour")["by"], "hour")
        self.assertIn("process_warden", warden.metrics())
        until = datetime.now(timezone.utc) + timedelta(hours=1)
        self.assertEqual(warden.silence(workflow, until=until, reason="deploying")["reason"], "deploying")
        self.assertIsNone(warden.end_silence(workflow))
        self.assertIsNone(warden.remove_workflow(workflow))

    def test_incidents_are_acknowledged_and_items_resumed_and_discarded(self):
        warden, workflow = self.direct, self.workflow
        for item in ("a", "b"):
            warden.register(workflow, item, timeout=60)
            warden.fail(workflow, item, "no space left", type="disk-full")
        (incident,) = warden.incidents(workflow=workflow, state="open")
        self.assertEqual(warden.acknowledge(incident["id"], note="on it")["acknowledged"]["note"], "on it")
        self.assertIn("timeline", warden.incident(incident["id"]))
        self.assertEqual(warden.start_redrive(workflow, type="disk-full", dry_run=True)["count"], 2)
        redrive = warden.start_redrive(workflow, ids=["a"], rate=5)
        self.assertEqual([one["id"] for one in warden.redrives(workflow)], [redrive["id"]])
        self.assertIn(warden.redrive(workflow, redrive["id"])["state"], ("running", "done"))
        with self.assertRaisesRegex(WardenError, "action"):
            warden.change_redrive(workflow, redrive["id"])
        dry_run = warden.discard(workflow, ids=["b"], dry_run=True)
        self.assertEqual(warden.discard(workflow, token=dry_run["token"])["action"], "discard")

    def test_tokens_audit_health_and_the_document(self):
        warden = self.direct
        token = warden.create_token("worker", scopes=["ingest"], workflows=[self.workflow], expires_in="P90D")
        self.assertRegex(token["token"], "^pw_")
        self.assertIn(token["id"], [one["id"] for one in warden.tokens()])
        self.assertIsNone(warden.revoke_token(token["id"], descendants=True))
        actions = [entry["action"] for entry in warden.audit() if entry.get("subject") == token["id"]]
        self.assertEqual(sorted(actions), ["token-created", "token-revoked"])
        self.assertIn(warden.health()["status"], ("ok", "failing"))
        self.assertEqual(warden.openapi()["openapi"][:2], "3.")


if __name__ == "__main__":
    unittest.main()
