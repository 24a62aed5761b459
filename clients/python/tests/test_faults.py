"""Through a way that is broken in every way at once, nothing is lost and nothing has effect twice."""

import os
import random
import threading
import time

from support import WAIT, Case, until

ITEMS = int(os.environ.get("WARDEN_TEST_ITEMS", "60"))
SEED = int(os.environ.get("WARDEN_TEST_SEED", "1"))
MODES = ["pass"] * 6 + ["reset", "cut", "500", "hang"]


class Faults(Case):
    def test_every_item_is_watched_and_ends_once(self):
        draw = random.Random(SEED)
        lock = threading.Lock()

        def mode():
            with lock:
                return draw.choice(MODES)

        self.proxy.draw = mode
        warden = self.spooling(background=True, try_timeout=0.2)
        raised = []
        longest = [0.0]

        def work(numbers):
            for number in numbers:
                try:
                    started = time.monotonic()
                    with warden.watch(self.workflow, number, timeout=3600, data=number) as watched:
                        watched.step("one")
                        watched.step("two")
                        if number % 3 == 0:
                            raise ZeroDivisionError
                    longest[0] = max(longest[0], time.monotonic() - started)
                except ZeroDivisionError:
                    pass
                except BaseException as error:
                    raised.append(error)

        threads = [threading.Thread(target=work, args=(range(part, ITEMS, 8),)) for part in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.proxy.draw = None
        self.proxy.mend()
        warden._circuit.succeeded()
        until("delivery", lambda: warden.flush(WAIT).left == 0)
        self.assertEqual(raised, [])
        self.assertLess(longest[0], 4 * 0.2 + 5, "the work waits for four calls at most")
        others = [str(error) for error in self.errors if error.code not in ("unreachable", "timeout")]
        self.assertEqual(others, [])
        states = self.direct.reconcile(self.workflow, range(ITEMS))["counts"]
        self.assertEqual(
            (states["failed"], states["completed"]), (len(range(0, ITEMS, 3)), ITEMS - len(range(0, ITEMS, 3)))
        )
        for item in self.direct.export(self.workflow, state="failed"):
            steps = [step["step"] for step in item["steps"]]
            self.assertEqual((item["attempt"], steps, item["data"]), (1, ["one", "two"], int(item["item"])))
        attempts = {item["attempt"] for item in self.direct.list(self.workflow, state="completed")}
        self.assertEqual(attempts, {1})
