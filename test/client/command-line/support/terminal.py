"""Runs a program on a terminal of its own: types keys when a text has been printed, and prints what the terminal shows."""
import json
import os
import pty
import select
import struct
import sys
import termios
import fcntl
import time

words, after, keys, columns = json.loads(sys.argv[1])
process, terminal = pty.fork()
if process == 0:
    os.execvp(words[0], words)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
shown = b""
is_typed = False
while True:
    ready, _, _ = select.select([terminal], [], [], 20)
    try:
        chunk = os.read(terminal, 65536) if ready else b""
    except OSError:
        chunk = b""
    if not chunk:
        break
    shown += chunk
    if after and not is_typed and after.encode() in shown:
        is_typed = True
        # The command has to be at rest, as when a person reads before typing.
        time.sleep(0.5)
        os.write(terminal, keys.encode())
_, status = os.waitpid(process, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode(errors="replace")}))
