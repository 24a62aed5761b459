"""Client of Process Warden, on the standard library alone, for Python 3.9 and later.

    warden = Warden.from_environment(spool="/var/lib/orders/warden")

    with warden.watch("orders", "4711", timeout="15m", data={"amount": 12}) as watched:
        charge()
        watched.step("charged")
        ship()

The block is registered before it runs, completed when it ends, and reported as failed if it raises. An item that is
neither completed nor failed by its deadline raises an alert. The client never throws its own trouble into the block.
Everything else is a method of ``Warden``: README.md has examples, docs/adr/0034 the decisions.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import contextvars
import errno
import functools
import http.client
import inspect
import io
import json
import logging
import os
import random
import re
import select
import socket
import ssl
import sys
import threading
import time
import unicodedata
import uuid
import weakref
import zlib
from collections import deque
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import (
    Any,
    Callable,
    Deque,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
    Union,
)
from urllib.parse import parse_qs, quote, urlsplit

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["Delivery", "Refused", "Warden", "WardenError", "Watched", "current_watch"]
__version__ = "0.1.0"

Reply = Dict[str, Any]
"""A reply of the service, as its OpenAPI document describes it. An operation kept in the spool has the outcome ``spooled``."""
ItemId = Union[str, int, uuid.UUID]
Operation = Dict[str, Any]
"""An operation of a batch: ``op`` (register, progress, complete), ``item`` and the members of its body."""
Timeout = Union[int, float, str, timedelta]
"""Seconds, a duration such as ``15m``, ``1h30m`` or ``PT15M``, or a timedelta."""
Instant = Union[str, datetime]
"""ISO 8601 with ``Z`` or an offset, or a datetime with a time zone."""
OnError = Callable[["WardenError"], object]
Function = TypeVar("Function", bound=Callable[..., Any])

OPERATIONS: Mapping[str, Tuple[str, str]] = {
    "register": ("PUT", "/v1/workflows/{workflow}/item"),
    "read": ("GET", "/v1/workflows/{workflow}/item"),
    "progress": ("PATCH", "/v1/workflows/{workflow}/item"),
    "complete": ("DELETE", "/v1/workflows/{workflow}/item"),
    "list": ("GET", "/v1/workflows/{workflow}/items"),
    "fail": ("POST", "/v1/workflows/{workflow}/fail"),
    "batch": ("POST", "/v1/workflows/{workflow}/batch"),
    "reconcile": ("POST", "/v1/workflows/{workflow}/reconcile"),
    "start-redrive": ("POST", "/v1/workflows/{workflow}/redrives"),
    "list-redrives": ("GET", "/v1/workflows/{workflow}/redrives"),
    "read-redrive": ("GET", "/v1/workflows/{workflow}/redrives/{redrive}"),
    "change-redrive": ("PATCH", "/v1/workflows/{workflow}/redrives/{redrive}"),
    "discard": ("POST", "/v1/workflows/{workflow}/discards"),
    "list-workflows": ("GET", "/v1/workflows"),
    "read-workflow": ("GET", "/v1/workflows/{workflow}"),
    "read-statistics": ("GET", "/v1/workflows/{workflow}/statistics"),
    "save-workflow": ("PUT", "/v1/workflows/{workflow}"),
    "change-workflow": ("PATCH", "/v1/workflows/{workflow}"),
    "remove-workflow": ("DELETE", "/v1/workflows/{workflow}"),
    "silence-workflow": ("PUT", "/v1/workflows/{workflow}/silence"),
    "end-silence": ("DELETE", "/v1/workflows/{workflow}/silence"),
    "list-incidents": ("GET", "/v1/incidents"),
    "read-incident": ("GET", "/v1/incidents/{incident}"),
    "acknowledge-incident": ("PATCH", "/v1/incidents/{incident}"),
    "create-token": ("POST", "/v1/tokens"),
    "list-tokens": ("GET", "/v1/tokens"),
    "revoke-token": ("DELETE", "/v1/tokens/{token}"),
    "list-audit": ("GET", "/v1/audit"),
    "read-metrics": ("GET", "/v1/metrics"),
    "check-health": ("GET", "/v1/health"),
    "read-openapi": ("GET", "/v1/openapi.json"),
}
"""Method and path of every operation. Items are always named by the query's ``id``, which carries every id."""

_MARKS: Mapping[str, str] = {
    "register": "outcome",
    "read": "state",
    "progress": "state",
    "complete": "outcome",
    "fail": "state",
    "list": "items",
    "batch": "results",
    "reconcile": "counts",
    "list-redrives": "redrives",
    "list-workflows": "workflows",
    "list-incidents": "incidents",
    "list-tokens": "tokens",
    "list-audit": "entries",
    "check-health": "checks",
    "read-openapi": "openapi",
}
"""A member that every success of an operation has: a page that replies 200 to everything is not the warden (P7)."""

NOT_REPEATABLE = frozenset(["create-token", "start-redrive"])
"""Operations that are sent again only if they were certainly not carried out: a repeat would have a second effect."""

PROBLEM_CODES = frozenset(
    """invalid-json invalid-request invalid-cursor unauthenticated forbidden route-not-found item-not-found
    workflow-not-found incident-not-found token-not-found redrive-not-found method-not-allowed other-run-waiting
    item-not-waiting workflow-not-empty too-many-workflows redrive-over no-subscription too-many-redrives
    dry-run-too-old incident-resolved other-attempt body-too-large data-too-large encoding-not-supported
    deadline-missing deadline-ambiguous start-by-ambiguous deadline-out-of-range shards-too-few
    duration-out-of-range silence-out-of-range internal-error unavailable""".split()
)
"""The codes of the problems that the service returns."""

OWN_CODES = frozenset(
    """unreachable timeout not-the-warden client-fault spool-full spool-failed spool-damaged spool-refused
    spool-overdue""".split()
)
"""The codes of errors that this client itself finds, besides ``invalid-request``."""

_log = logging.getLogger("process_warden")
_absent: Any = object()

_RETRIED = frozenset([408, 429, 500, 502, 503, 504])
_KEPT = frozenset([401, 403, 408, 425, 429])
"""Statuses of results, below 500, after which the same operation may succeed later."""
_BATCH_OPERATIONS = 100
_BATCH_BYTES = 3_500_000
_RECONCILE_IDS = 10_000
_RECONCILE_BYTES = 2 * 1024 * 1024
_WORKFLOW_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,64}\Z")


class WardenError(Exception):
    """The one error of this module.

    ``code`` is that of the problem which the service returned (``PROBLEM_CODES``) or one of ``OWN_CODES``.
    ``status`` is the HTTP status, if there was a reply. ``errors`` has each fault of the request and its place.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: Optional[int] = None,
        errors: Sequence[Mapping[str, str]] = (),
        retryable: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.errors = [dict(error) for error in errors]
        #: Whether the same call may succeed later: the service could not be reached, or it was busy or failed.
        self.retryable = retryable

    @property
    def unavailable(self) -> bool:
        """Whether nothing is known to be wrong with the request: also if something else replied in the service's place."""
        return self.retryable or self.code == "not-the-warden"

    def __reduce__(self) -> Tuple[Any, ...]:
        rebuild = functools.partial(type(self), status=self.status, errors=self.errors, retryable=self.retryable)
        return (rebuild, (self.code, str(self)))


class Refused(NamedTuple):
    """An operation from the spool that the service refused for good. It was moved to ``refused.jsonl``."""

    workflow: str
    operation: Operation
    error: WardenError


class Delivery(NamedTuple):
    """The result of a delivery of the spool."""

    delivered: int
    refused: List[Refused]
    #: Operations that are still in the spool.
    left: int


# --- What is sent ------------------------------------------------------------------------------------------------


def _invalid(message: str, path: str) -> WardenError:
    return WardenError("invalid-request", f"{path}: {message}", errors=[{"path": path, "message": message}])


def _json_bytes(value: Any) -> bytes:
    """JSON in UTF-8. The error names neither the value nor a part of it, which can be data (P9)."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        try:
            return text.encode()
        except UnicodeEncodeError:  # a lone surrogate, which only an escape can carry
            return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as cause:
        raise WardenError("invalid-request", f"the body cannot be written as JSON ({type(cause).__name__})") from None


def _well_formed(text: str) -> str:
    """With U+FFFD in place of lone surrogates, which UTF-8 cannot carry. The service refuses an id that has it."""
    return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)


def _item_id(item: ItemId) -> str:
    if isinstance(item, (int, uuid.UUID)) and not isinstance(item, bool):
        return str(item)
    if isinstance(item, str) and item:
        return _well_formed(item)
    raise _invalid(f"must be a text of at least one character, an int or a UUID; received {_kind(item)}", "item")


def _workflow_name(workflow: str) -> str:
    if isinstance(workflow, str) and _WORKFLOW_NAME.match(workflow):
        return workflow
    shown = repr(workflow[:80]) if isinstance(workflow, str) else _kind(workflow)
    raise _invalid(f'must be 1–64 of A–Z a–z 0–9 . _ - and neither "." nor ".."; received {shown}', "workflow")


def _kind(value: object) -> str:
    return "an empty text" if value == "" else f"a value of type {type(value).__name__}"


def _instant(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise _invalid("must be a datetime with a time zone; received one without", "time")
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _wire(value: Any) -> Any:
    """Dates and durations in the form of the service."""
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value


def _members(named: Mapping[str, Any]) -> Dict[str, Any]:
    """Keyword arguments as members of a body: ``due_before`` is ``dueBefore``, and None is left out."""
    camel = {re.sub(r"_(\w)", lambda found: found[1].upper(), name.rstrip("_")): value for name, value in named.items()}
    return {name: _wire(value) for name, value in camel.items() if value is not None}


def _query(parameters: Mapping[str, Any]) -> str:
    pairs = []
    for name, value in parameters.items():
        for one in value if isinstance(value, (list, tuple, set, frozenset)) else [value]:
            text = str(one).lower() if isinstance(one, bool) else str(one)
            pairs.append(f"{name}={quote(_well_formed(text), safe='')}")
    return "&".join(pairs)


# --- Reasons --------------------------------------------------------------------------------------------------------

_TERMINAL_CODES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-_]")
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REASON_CHARACTERS = 1024
_IS_CUT = "[the beginning is cut off]\n"


def _reason_text(output: str, exit_code: Optional[int]) -> str:
    """The reason of a failure as ``POST /fail`` makes it, for failures that go through the spool."""
    plain = re.sub(r"\r\n?", "\n", _TERMINAL_CODES.sub("", output))
    printed = "".join(character for character in plain if character in "\n\t" or _is_printable(character))
    printed = printed.lstrip("\ufffd").strip()
    code = "" if exit_code is None else f"exit code {exit_code}"
    if not printed:
        return f"the job failed{code and ' with ' + code} and printed no reason"
    first = code and code + ": "
    room = _REASON_CHARACTERS - len(first)
    if len(printed) <= room:
        return first + printed
    return first + _IS_CUT + printed[len(_IS_CUT) - room :]


def _is_printable(character: str) -> bool:
    point = ord(character)
    is_noncharacter = point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
    unprintable = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return not (unprintable or is_noncharacter or character in _DIRECTIONS)


# --- The way to the service --------------------------------------------------------------------------------------


class _Response(NamedTuple):
    status: int
    headers: Any
    body: bytes


class _Reader(io.RawIOBase):
    """Reads a socket so that all reads together end by ``until``, in seconds of the monotonic clock."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Optional[int]:
        self._sock.settimeout(_time_left(self._until))
        return self._file.readinto(buffer)

    def close(self) -> None:
        self._file.close()
        super().close()


def _time_left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise socket.timeout("timed out")
    return left


class _ReadSocket:
    """The part of a socket that ``HTTPResponse`` uses."""

    def __init__(self, reader: _Reader) -> None:
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader)


class _Connection(http.client.HTTPConnection):
    """A connection on which everything ends in time, from the look-up of the name to the last byte of a reply."""

    def __init__(self, host: str, port: int, tls: Optional[ssl.SSLContext]) -> None:
        super().__init__(host, port)
        self._tls = tls
        self.until = 0.0
        self.idle_since = 0.0
        self.response_class = self._response  # type: ignore[assignment]

    def _response(self, sock: socket.socket, *args: Any, **named: Any) -> http.client.HTTPResponse:
        reader = _Reader(sock, self.until)
        return http.client.HTTPResponse(_ReadSocket(reader), *args, **named)  # type: ignore[arg-type]

    def connect_by(self, until: float) -> None:
        failure: OSError = OSError(f"no address for {self.host}")
        for family, kind, protocol, _, address in _addresses(self.host, self.port, _time_left(until)):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(_time_left(until))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.sock = self._tls.wrap_socket(sock, server_hostname=self.host) if self._tls else sock
                return
            except OSError as error:
                sock.close()
                failure = error
        raise failure

    def is_stale(self) -> bool:
        """Whether the service has closed it, or may be about to: it then would cost a try."""
        if self.sock is None or time.monotonic() - self.idle_since > 4:
            return True
        # poll, where there is one: select fails for descriptors from 1024.
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(self.sock, select.POLLIN)
            return bool(poll.poll(0))
        return bool(select.select([self.sock], [], [], 0)[0])


def _addresses(host: str, port: int, within: float) -> List[Any]:
    """Looks the name up in a thread, because nothing else ends a look-up in time."""
    found: List[Any] = []
    failed: List[OSError] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            failed.append(error)
        except UnicodeError:
            failed.append(OSError("the name of the host is not valid"))

    thread = threading.Thread(target=look_up, name="process-warden-look-up", daemon=True)
    thread.start()
    thread.join(within)
    if failed:
        raise failed[0]
    if not found:
        raise socket.timeout(f"the look-up of {host} timed out")
    return list(found)


class _NotSentError(OSError):
    """The service cannot have received the request."""


class _Transport:
    """Sends requests to one service, each as one try. Keeps a few connections open. Follows no redirect."""

    def __init__(self, url: str, token: Optional[str], try_timeout: float) -> None:
        parts = urlsplit(url)
        try:
            is_address = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
            port = parts.port
        except ValueError:
            is_address, port = False, None
        if not is_address or parts.username is not None or parts.password is not None:
            raise ValueError(
                "url must be an http or https URL without user, query and fragment, such as http://localhost:8080"
            )
        if token is not None and not re.match(r"[!-~]+\Z", token):
            raise ValueError("token must be printable ASCII without white space")
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = port or (443 if self._tls else 80)
        self._base = parts.path.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": f"process-warden-python/{__version__}"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"
        self._try_timeout = try_timeout
        self.reset()

    def reset(self) -> None:
        self._lock = threading.Lock()
        self._idle: List[_Connection] = []

    def close(self) -> None:
        """Closes the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        # A client that nobody closes leaves no open sockets behind.
        if hasattr(self, "_idle"):
            self.close()

    def send(
        self, method: str, target: str, body: Optional[bytes], headers: Mapping[str, str], until: float
    ) -> _Response:
        """One try. Raises OSError or HTTPException; _NotSentError if the request cannot have arrived."""
        connection = self._connection()
        connection.until = until
        try:
            if connection.sock is None:
                try:
                    connection.connect_by(min(until, time.monotonic() + self._try_timeout))
                except OSError as error:
                    raise _NotSentError(_why(error)) from error
            connection.sock.settimeout(_time_left(until))
            connection.request(method, self._base + target, body, {**self._headers, **headers})
            response = connection.getresponse()
            received = _Response(response.status, response.headers, response.read())
            is_reusable = not response.will_close
        except BaseException:
            connection.close()
            raise
        if is_reusable:
            self._keep(connection)
        else:
            connection.close()
        return received

    def _connection(self) -> _Connection:
        with self._lock:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_stale():
                    return connection
                connection.close()
        return _Connection(self._host, self._port, self._tls)

    def _keep(self, connection: _Connection) -> None:
        connection.idle_since = time.monotonic()
        with self._lock:
            if len(self._idle) < 16:
                self._idle.append(connection)
                return
        connection.close()


def _why(error: BaseException) -> str:
    """The reason of the failure, without anything that was sent."""
    if isinstance(error, _NotSentError):
        return str(error)
    if isinstance(error, socket.timeout):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def _retry_after(response: _Response) -> float:
    """The seconds that the service asks to wait."""
    text = (response.headers.get("Retry-After") or "").strip()
    if re.match(r"\d{1,9}\Z", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, moment.timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0.0


def _parsed(response: _Response) -> Any:
    """The JSON of a reply; ``_absent`` if there is none."""
    if "json" not in (response.headers.get("Content-Type") or ""):
        return _absent
    try:
        return json.loads(response.body)
    except ValueError:
        return _absent


def _error_of(response: _Response) -> WardenError:
    status = response.status
    retryable = status in _RETRIED or status >= 500
    problem = _parsed(response)
    if isinstance(problem, dict) and isinstance(problem.get("code"), str):
        return _problem_error(problem, status)
    if isinstance(problem, dict) and "message" in problem and status in (401, 403):
        # API Gateway answers in place of the service when it lets nobody in.
        code = "unauthenticated" if status == 401 else "forbidden"
        return WardenError(code, f"API Gateway does not let the caller in: status {status}", status=status)
    if retryable:
        return WardenError(
            "unreachable", f"the warden cannot be reached: status {status}", status=status, retryable=True
        )
    if 300 <= status < 400:
        message = f"the address replies with the redirect {status}, which is not followed, so that the token goes nowhere else"
    else:
        message = f"the address does not reply as the warden does: status {status}"
    return WardenError("not-the-warden", f"{message}; check the URL", status=status)


def _problem_error(problem: Mapping[str, Any], status: int) -> WardenError:
    errors = problem.get("errors")
    return WardenError(
        str(problem.get("code")),
        str(problem.get("detail") or problem.get("title") or problem.get("code")),
        status=status,
        errors=errors if isinstance(errors, list) else [],
        retryable=status in _RETRIED or status >= 500,
    )


class _Circuit:
    """Opens when the service could not be reached: calls then fail at once, until one of them reaches it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, draw: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._draw = draw
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._has_trial = False

    @property
    def is_closed(self) -> bool:
        return self._failures == 0

    @property
    def seconds_left(self) -> float:
        """Seconds until the next call is let through."""
        return 0.0 if self.is_closed else max(0.0, self._until - self._clock())

    def admits(self) -> Optional[bool]:
        """None if no call may be made; else whether the call is the one trial that may be made after a pause."""
        with self._lock:
            if self._failures == 0:
                return False
            if self._has_trial or self._clock() < self._until:
                return None
            self._has_trial = True
            return True

    def released(self, is_trial: bool) -> None:
        """The call ended and says nothing about whether the service can be reached."""
        with self._lock:
            self._has_trial = self._has_trial and not is_trial

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0
            self._has_trial = False

    def failed(self, is_trial: bool, wait: float) -> bool:
        """Opens for 1, 2, 4 … 30 seconds, or as long as the service asks. Returns whether it was closed before."""
        with self._lock:
            was_closed = self._failures == 0
            # Calls that were already on their way when it opened are the same failure.
            if was_closed or is_trial:
                self._failures += 1
                pause = min(30.0, 2.0 ** min(self._failures - 1, 5)) * (0.5 + self._draw() / 2)
                self._until = self._clock() + max(pause, min(wait, 60.0))
            self._has_trial = self._has_trial and not is_trial
            return was_closed


# --- The spool ---------------------------------------------------------------------------------------------------

_SPOOL_BYTES = 64 * 1024 * 1024
_SPOOL_OPERATIONS = 100_000
_SEGMENT_BYTES = 4 * 1024 * 1024
_SUFFIX = ".pyspool"
_LONGEST_TIMEOUT = 366 * 86_400.0


def _spool_line(record: Mapping[str, Any]) -> bytes:
    """A checksum and JSON in ASCII, so that a line ends nowhere else."""
    text = json.dumps(record, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


def _read_line(line: bytes) -> Optional[Dict[str, Any]]:
    """The record of a line without its end; None if the line is damaged."""
    try:
        if line[8:9] != b" " or int(line[:8], 16) != zlib.crc32(line[9:]):
            return None
        record = json.loads(line[9:])
    except ValueError:
        return None
    return record if isinstance(record, dict) else None


def _spool_failed(folder: str, error: OSError) -> WardenError:
    return WardenError("spool-failed", f"the spool in {folder} cannot be written: {_why(error)}")


class _Segment:
    """One file of the spool. This process has locked it; the lock ends with the process, however that ends."""

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        self.live = 0
        self.next_number = 1
        self._synced = 0
        self._sync_lock = threading.Lock()
        self._is_closed = False

    def write(self, line: bytes) -> int:
        """Returns the offset of the line. A line that was written in part is taken back."""
        offset = self.size
        try:
            written = 0
            while written < len(line):
                written += os.write(self.descriptor, line[written:])
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self.descriptor, offset)
            self.size = os.fstat(self.descriptor).st_size
            raise
        self.size = offset + len(line)
        return offset

    def sync(self, end: int) -> None:
        """Returns when everything before ``end`` is on the disk. Threads that wait share one fsync."""
        with self._sync_lock:
            if self._synced >= end or self._is_closed:
                return
            size = self.size
            os.fsync(self.descriptor)
            self._synced = size

    def read(self, offset: int, length: int) -> Optional[Dict[str, Any]]:
        return _read_line(os.pread(self.descriptor, length - 1, offset))

    def lines(self) -> Iterator[Tuple[int, bytes]]:
        """Each line with its offset and, if it has one, its line end."""
        offset = 0
        with open(self.path, "rb") as file:
            for line in file:
                yield offset, line
                offset += len(line)

    def close(self, *, remove: bool) -> None:
        with self._sync_lock:
            self._is_closed = True
            if remove:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(self.path)
            os.close(self.descriptor)


class _Kept:
    """An operation in the spool. Only its place is in memory."""

    __slots__ = ("segment", "number", "offset", "length", "workflow", "item", "may_be_done")

    def __init__(self, segment: _Segment, number: int, offset: int, length: int, workflow: str, item: str) -> None:
        self.segment = segment
        self.number = number
        self.offset = offset
        self.length = length
        self.workflow = workflow
        self.item = item
        #: Whether it was sent before and its reply was lost, so that it may have been carried out.
        self.may_be_done = False


class _Spool:
    """Keeps operations in a folder until they are delivered. Each process writes files of its own."""

    def __init__(self, folder: str, url: str, tell: OnError) -> None:
        if fcntl is None:
            raise ValueError(
                'spool needs file locks (fcntl.flock), which this system does not have; leave it out, and choose on_unavailable="throw" or "run-unwatched"'
            )
        self.folder = os.path.abspath(os.path.expanduser(folder))
        # Operations for one service are never sent to another that shares the folder.
        self._name = f"{zlib.crc32(url.encode()):08x}"
        self._tell = tell
        self.limit_bytes = _SPOOL_BYTES
        self.limit_operations = _SPOOL_OPERATIONS
        self.reset()

    def reset(self) -> None:
        self._lock = threading.RLock()
        self._own: Optional[_Segment] = None
        self._segments: List[_Segment] = []
        self._kept: Dict[str, Dict[int, _Kept]] = {}
        self._pending: Dict[Tuple[str, str], int] = {}
        self._sequence = 0
        self._bytes = 0
        self.size = 0
        self.is_open = False

    def open(self) -> None:
        """Takes over the files of processes that have ended. Is called before the first operation, and now and then."""
        with self._lock:
            self.is_open = True
            held = {segment.path for segment in self._segments}
            try:
                names = sorted(os.listdir(self.folder))
            except FileNotFoundError:
                return
            except OSError as error:
                self._tell(WardenError("spool-failed", f"the spool in {self.folder} cannot be read: {_why(error)}"))
                return
            for name in names:
                path = os.path.join(self.folder, name)
                if not name.endswith(f"-{self._name}{_SUFFIX}") or path in held:
                    continue
                segment = self._locked(path, os.O_RDWR | os.O_APPEND)
                if segment:
                    self._adopt(segment)

    def holds(self, workflow: str, item: str) -> bool:
        return (workflow, item) in self._pending

    def append(self, workflow: str, operation: Operation, at: float) -> bool:
        """Returns when the operation is on the disk: whether the spool was empty before.

        :param at: when the operation was made, in seconds since 1970
        """
        with self._lock:
            segment = self._own
            if segment is None or segment.size >= _SEGMENT_BYTES:
                segment = self._own = self._create()
            record = {"n": segment.next_number, "at": at, "workflow": workflow, "operation": operation}
            line = _spool_line(record)
            if len(line) > _BATCH_BYTES:
                raise WardenError("body-too-large", f"the operation is {len(line)} bytes; no batch can carry it")
            if self.size >= self.limit_operations or self._bytes + len(line) > self.limit_bytes:
                raise WardenError(
                    "spool-full",
                    f"the spool in {self.folder} is full: {self.size} operations of {self._bytes} bytes; at most {self.limit_operations} operations of {self.limit_bytes} bytes",
                )
            try:
                offset = segment.write(line)
            except OSError as error:
                raise _spool_failed(self.folder, error) from error
            kept = _Kept(segment, segment.next_number, offset, len(line), workflow, operation["item"])
            segment.next_number += 1
            was_empty = self.size == 0
            self._add(kept)
        try:
            segment.sync(offset + len(line))
        except OSError as error:
            raise _spool_failed(self.folder, error) from error
        return was_empty

    def next_batch(
        self, skipped_workflows: Set[str], skipped: Set[Tuple[str, str]]
    ) -> Tuple[str, List[Tuple[_Kept, Operation]]]:
        """The next operations of one workflow, in their order; none if there is nothing more."""
        with self._lock:
            for workflow in [name for name in self._kept if name not in skipped_workflows]:
                batch: List[Tuple[_Kept, Operation]] = []
                size = 0
                registered: Set[str] = set()
                waiting: Set[str] = set()
                for kept in list(self._kept[workflow].values()):
                    if kept.item in waiting or (workflow, kept.item) in skipped:
                        continue
                    size += kept.length
                    if len(batch) == _BATCH_OPERATIONS or (batch and size > _BATCH_BYTES):
                        break
                    operation = self._read(kept)
                    if operation is None:
                        continue
                    if operation["op"] == "register":
                        registered.add(kept.item)
                    elif "failed" in operation and kept.item in registered:
                        # If the reply to both were lost, the repeated registration would start another attempt.
                        waiting.add(kept.item)
                        continue
                    batch.append((kept, operation))
                if batch:
                    return workflow, batch
            return "", []

    def forget(self, delivered: Iterable[_Kept]) -> None:
        """The operations have been delivered. Without fsync: after a crash they are delivered again, which changes nothing."""
        with self._lock:
            by_segment: Dict[_Segment, List[int]] = {}
            for kept in delivered:
                if self._kept.get(kept.workflow, {}).pop(id(kept), None) is None:
                    continue
                by_segment.setdefault(kept.segment, []).append(kept.number)
                if not self._kept[kept.workflow]:
                    del self._kept[kept.workflow]
                key = (kept.workflow, kept.item)
                self._pending[key] -= 1
                if self._pending[key] == 0:
                    del self._pending[key]
                self.size -= 1
                self._bytes -= kept.length
                kept.segment.live -= 1
            for segment, numbers in by_segment.items():
                if segment.live == 0:
                    self._drop(segment)
                else:
                    with contextlib.suppress(OSError):
                        segment.write(_spool_line({"done": numbers}))

    def set_aside(self, records: Sequence[Mapping[str, Any]]) -> str:
        """Moves operations that will never be delivered to a file for people. Returns its path."""
        path = os.path.join(self.folder, "refused.jsonl")
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.fstat(descriptor).st_size < self.limit_bytes:
                os.write(descriptor, b"".join(json.dumps(record).encode() + b"\n" for record in records))
                os.fsync(descriptor)
            else:
                self._tell(
                    WardenError("spool-full", f"{path} is full, so {len(records)} refused operations are not in it")
                )
        finally:
            os.close(descriptor)
        return path

    def close(self) -> None:
        """Lets go of the files. Kept operations stay in them for another process."""
        with self._lock:
            for segment in self._segments:
                segment.close(remove=segment.live == 0)
            self.reset()

    def leave(self) -> None:
        """In a child after a fork: the files are the parent's, and so are their locks, which a close does not end."""
        for segment in self._segments:
            os.close(segment.descriptor)
        self.reset()

    def _add(self, kept: _Kept) -> None:
        self._kept.setdefault(kept.workflow, {})[id(kept)] = kept
        key = (kept.workflow, kept.item)
        self._pending[key] = self._pending.get(key, 0) + 1
        self.size += 1
        self._bytes += kept.length
        kept.segment.live += 1

    def _read(self, kept: _Kept) -> Optional[Operation]:
        record = kept.segment.read(kept.offset, kept.length)
        if record is None:
            self._damaged(kept.segment, [os.pread(kept.segment.descriptor, kept.length, kept.offset)])
            self.forget([kept])
            return None
        operation: Operation = record["operation"]
        return _aged(operation, time.time() - record["at"])

    def _create(self) -> _Segment:
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            while True:
                name = f"{time.time_ns():020d}-{os.getpid()}-{self._name}{_SUFFIX}"
                path = os.path.join(self.folder, name)
                segment = self._locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL)
                if segment:
                    break
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            raise _spool_failed(self.folder, error) from error
        self._segments.append(segment)
        return segment

    def _locked(self, path: str, flags: int) -> Optional[_Segment]:
        """The file, locked; None if another process has it or has just removed it."""
        try:
            descriptor = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            if flags & os.O_CREAT and error.errno != errno.EEXIST:
                raise
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            status = os.fstat(descriptor)
            if status.st_uid == os.geteuid() and os.path.samestat(status, os.stat(path, follow_symlinks=False)):
                return _Segment(path, descriptor)
        except OSError:
            pass
        os.close(descriptor)
        return None

    def _adopt(self, segment: _Segment) -> None:
        records: List[Tuple[int, int, Dict[str, Any]]] = []
        done: Set[int] = set()
        damaged: List[bytes] = []
        for offset, line in segment.lines():
            record = _read_line(line.rstrip(b"\n")) if line.endswith(b"\n") else None
            if record is None:
                damaged.append(line)
            elif "done" in record:
                done.update(record["done"])
            else:
                records.append((offset, len(line), record))
        for offset, length, record in records:
            if record["n"] not in done:
                kept = _Kept(segment, record["n"], offset, length, record["workflow"], record["operation"]["item"])
                kept.may_be_done = True
                self._add(kept)
        if damaged:
            self._damaged(segment, damaged)
        if segment.live == 0:
            segment.close(remove=True)
            return
        if damaged and not damaged[-1].endswith(b"\n"):
            segment.write(b"\n")
        self._segments.append(segment)

    def _damaged(self, segment: _Segment, lines: Sequence[bytes]) -> None:
        place = "it cannot be kept"
        with contextlib.suppress(OSError):
            place = f"see {self.set_aside([{'damaged': line.decode('latin-1')} for line in lines])}"
        torn = lines[-1][-1:] != b"\n"
        what = "1 line is" if len(lines) == 1 else f"{len(lines)} lines are"
        cut = "; the last one was cut off while it was written" if torn else ""
        self._tell(
            WardenError(
                "spool-damaged",
                f"{what} damaged in {segment.path}, each with at most one operation, and all others are delivered{cut}; {place}",
            )
        )

    def _drop(self, segment: _Segment) -> None:
        if segment is self._own:
            self._own = None
        self._segments.remove(segment)
        segment.close(remove=True)


def _aged(operation: Operation, seconds: float) -> Operation:
    """The operation with the time that it was kept: the service handles it as if it had arrived when it was made."""
    if operation["op"] == "complete":
        return operation
    return {**operation, "age": round(min(max(seconds, 0.0), _LONGEST_TIMEOUT), 3)}


_MOST_TRIES = 8
_SPOOL_TRIES = 3
"""Tries of a call that the spool can keep."""


# --- The client --------------------------------------------------------------------------------------------------

_wardens: "weakref.WeakSet[Warden]" = weakref.WeakSet()
_current: "contextvars.ContextVar[Optional[Watched]]" = contextvars.ContextVar("process_warden_watched", default=None)


def current_watch() -> "Watched":
    """The watch in which this code runs. Raises LookupError outside of a watch."""
    watched = _current.get()
    if watched is None:
        raise LookupError(
            "there is no watch here: call this inside of warden.watch(…) or a function with warden.watched(…)"
        )
    return watched


class Warden:
    """A client of one service. Threads may share it; a fork continues with connections and files of its own.

    :param url: where the service is reached, such as ``http://localhost:8080``
    :param token: the bearer token
    :param try_timeout: seconds for a change of an item with all its tries, which the work waits for, and for connecting
    :param timeout: seconds for any other call with all its tries; the service itself may take most of 30 for a batch
    :param spool: a folder for operations that could not be delivered. They contain the items' data. Files are 0600.
    :param on_unavailable: what happens to a registration when the service cannot be reached. ``spool``: it is kept and
        delivered later; the default with a spool. ``throw``: a WardenError is raised, and ``watch`` does not begin the
        work. ``run-unwatched``: ``watch`` begins the work, which nothing watches; the default without a spool.
    :param on_error: is called with each WardenError that is not raised, from any thread. What it raises is raised to
        the caller, except from the thread that delivers. By default the logger ``process_warden`` writes each kind of
        error once a minute.
    :raises ValueError: if an argument is not valid
    """

    def __init__(
        self,
        url: str,
        token: Optional[str] = None,
        *,
        try_timeout: float = 3.0,
        timeout: float = 30.0,
        spool: Optional[Union[str, "os.PathLike[str]"]] = None,
        on_unavailable: Optional[str] = None,
        on_error: Optional[OnError] = None,
    ) -> None:
        on_unavailable = on_unavailable or ("run-unwatched" if spool is None else "spool")
        if on_unavailable not in ("spool", "throw", "run-unwatched"):
            raise ValueError(f"on_unavailable must be spool, throw or run-unwatched; received {on_unavailable!r}")
        if on_unavailable == "spool" and spool is None:
            raise ValueError('on_unavailable "spool" needs the folder of a spool; received none')
        for name, seconds in (("try_timeout", try_timeout), ("timeout", timeout)):
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < 86_400:
                raise ValueError(f"{name} must be a number of seconds above 0; received {seconds!r}")
        if not isinstance(url, str):
            raise ValueError(f"url must be a text; received {_kind(url)}")
        self.url = url
        self._try_timeout = min(try_timeout, timeout)
        self._timeout = timeout
        self._on_unavailable = on_unavailable
        self._on_error = on_error
        self._transport = _Transport(url, token, self._try_timeout)
        self._start()
        self._spool = None if spool is None else _Spool(os.fspath(spool), url.rstrip("/"), self._tell_later)
        _wardens.add(self)

    def _start(self) -> None:
        self._circuit = _Circuit()
        self._thread: Optional[threading.Thread] = None
        self._thread_lock = threading.Lock()
        self._delivery_lock = threading.Lock()
        self._untold: Deque[WardenError] = deque()
        self._logged: Dict[str, float] = {}
        self._wake = threading.Event()
        self._is_closed = False
        self._told: Set[Tuple[str, str]] = set()

    @classmethod
    def from_environment(cls, **options: Any) -> "Warden":
        """With WARDEN_URL and WARDEN_TOKEN. Raises ValueError if WARDEN_URL is not set."""
        url = os.environ.get("WARDEN_URL")
        if not url:
            raise ValueError("WARDEN_URL is not set; it is the address of the warden, such as http://localhost:8080")
        return cls(url, os.environ.get("WARDEN_TOKEN") or None, **options)

    def __repr__(self) -> str:
        return f"Warden({self.url!r})"

    def __enter__(self) -> "Warden":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, timeout: float = 3.0) -> None:
        """Delivers the operations in the spool for up to ``timeout`` seconds. The rest stays for the next process."""
        if self._spool and self._spool.size and timeout > 0:
            self.flush(timeout)
        self._is_closed = True
        self._wake.set()
        thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(self._try_timeout + 1)
        with self._delivery_lock:
            if self._spool:
                self._spool.close()
        self._transport.close()

    def _after_fork(self) -> None:
        """In the child: the connections, the locks of files and the thread belong to the parent."""
        self._transport.reset()
        if self._spool:
            self._spool.leave()
        self._start()

    # --- Items ---

    def register(
        self,
        workflow: str,
        item: ItemId,
        *,
        timeout: Optional[Timeout] = None,
        deadline: Optional[Instant] = None,
        start_by: Optional[Union[Timeout, Instant]] = None,
        warn_after: Optional[Timeout] = None,
        stuck_after: Optional[Timeout] = None,
        data: Any = _absent,
        step: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        run: Optional[str] = None,
        restart: Optional[bool] = None,
    ) -> Reply:
        """Watches an item until it is completed.

        The outcome is created, unchanged, restarted or completed, as the service says, or ``spooled``: it is in the
        spool, with its own deadline. Send a ``run``: a repeat, which the spool can cause, is recognised by it.
        """
        named = dict(timeout=timeout, deadline=deadline, start_by=start_by, warn_after=warn_after, stuck_after=stuck_after)
        return self._register(workflow, item, dict(named, data=data, step=step, tags=tags, run=run, restart=restart))

    def _register(
        self, workflow: str, item: ItemId, registration: Mapping[str, Any], *, is_new_run: bool = False
    ) -> Reply:
        named = dict(registration)
        data, tags = named.pop("data"), named.pop("tags")
        body = _members(dict(named, tags=dict(tags) if tags is not None else None))
        if data is not _absent:
            body["data"] = data
        keeps = self._on_unavailable == "spool"
        operation = {"op": "register", **body}
        return self._change("register", workflow, item, operation, body=body, keeps=keeps, is_new_run=is_new_run)

    def progress(
        self,
        workflow: str,
        item: ItemId,
        *,
        step: Optional[str] = None,
        progress: Optional[Union[str, int, float]] = None,
        extend: Optional[Timeout] = None,
        deadline: Optional[Instant] = None,
        tags: Optional[Mapping[str, str]] = None,
        data: Any = _absent,
        run: Optional[str] = None,
        attempt: Optional[int] = None,
    ) -> Reply:
        """Reports a step, how far the work is (``progress``), a new deadline (``extend``: from now), new tags or data.

        Returns the item. People are warned if ``progress`` is reported and stays the same.
        """
        body = _members(
            dict(step=step, timeout=extend, deadline=deadline, tags=dict(tags) if tags is not None else None)
        )
        body.update(_members(dict(progress=progress)))
        if data is not _absent:
            body["data"] = data
        only = _members(dict(run=run, attempt=attempt))
        return self._change("progress", workflow, item, {"op": "progress", **only, **body}, body=body, **only)

    def complete(
        self, workflow: str, item: ItemId, *, run: Optional[str] = None, attempt: Optional[int] = None
    ) -> Reply:
        """The work is done. Returns the outcome: on-time, recovered, late, early, or ``spooled``."""
        only = _members(dict(run=run, attempt=attempt))
        return self._change("complete", workflow, item, {"op": "complete", **only}, **only)

    def fail(
        self,
        workflow: str,
        item: ItemId,
        reason: str = "",
        *,
        type: Optional[str] = None,
        exit: Optional[int] = None,
        run: Optional[str] = None,
        attempt: Optional[int] = None,
    ) -> Reply:
        """The work has failed. ``reason`` is any text, such as the output of a job; of a long text the end is kept."""
        only = _members(dict(run=run, attempt=attempt))
        failed = {"reason": _reason_text(reason, exit), **_members(dict(type=type))}
        query = {**_members(dict(type=type, exit=exit)), **only}
        operation = {"op": "progress", **only, "failed": failed}
        text = _well_formed(reason).encode()
        # Lambda takes 6 MB and the service 240 KB, of which it keeps the last 1024 characters.
        return self._change("fail", workflow, item, operation, text=text[-65_536:], query=query)

    def get(self, workflow: str, item: ItemId) -> Reply:
        """An item with its data, or the receipt of a completed item. Raises WardenError item-not-found."""
        return self._call("read", {"workflow": workflow}, {"id": _item_id(item)})

    def list(self, workflow: str, **filters: Any) -> Iterator[Reply]:
        """Items without their data, page by page as they are needed.

        The filters are those of the service, with underscores: ``state="overdue"``, ``state=["overdue", "failed"]``,
        ``due_before=…``, ``tag="customer:acme"``, ``sort="deadline"``; ``limit`` is the size of a page.
        """
        return self._pages("list", {"workflow": workflow}, filters, "items")

    def export(self, workflow: str, **filters: Any) -> Iterator[Reply]:
        """Whole items with their data. An item that cannot be read has ``error`` in place of its members."""
        query = {**_members(filters), "format": "jsonl"}
        while True:
            response = self._send("list", {"workflow": workflow}, query)
            if response.status != 200 or "ndjson" not in (response.headers.get("Content-Type") or ""):
                raise _error_of(response)
            for line in response.body.split(b"\n"):
                if line.strip():
                    yield json.loads(line)
            following = re.search(r'<[^>?]*\?([^>]*)>;\s*rel="?next', response.headers.get("Link") or "")
            cursor = parse_qs(following[1]).get("cursor") if following else None
            if not cursor:
                return
            query["cursor"] = cursor[0]

    def batch(self, workflow: str, operations: Iterable[Operation]) -> List[Reply]:
        """Any number of operations, sent 100 at a time. Returns a result for each, in their order.

        A result has the ``status`` of the operation, and that of a refused one is a problem with ``code`` and
        ``detail``. Operations that could not be delivered go to the spool and have the outcome ``spooled``; without a
        spool, or for registrations with another ``on_unavailable``, a WardenError is raised.
        """
        prepared = [self._prepared(operation) for operation in operations]
        results: List[Reply] = []
        for chunk in _chunks(prepared, _BATCH_OPERATIONS, _BATCH_BYTES):
            results.extend(self._batch(workflow, chunk))
        return results

    def reconcile(self, workflow: str, ids: Iterable[ItemId]) -> Reply:
        """Which of the ids are waiting, overdue, failed, completed, unknown or unreadable, and how many are."""
        merged: Reply = {"counts": {}}
        unique = list(dict.fromkeys(_item_id(item) for item in ids))
        for chunk in _chunks(unique, _RECONCILE_IDS, _RECONCILE_BYTES, spare=0):
            reply = self._call("reconcile", {"workflow": workflow}, body={"ids": chunk})
            for kind, count in reply.pop("counts").items():
                merged["counts"][kind] = merged["counts"].get(kind, 0) + count
                merged.setdefault(kind, []).extend(reply[kind])
        return merged

    # --- Watching ---

    def watch(
        self,
        workflow: str,
        item: ItemId,
        *,
        timeout: Optional[Timeout] = None,
        deadline: Optional[Instant] = None,
        start_by: Optional[Union[Timeout, Instant]] = None,
        warn_after: Optional[Timeout] = None,
        stuck_after: Optional[Timeout] = None,
        data: Any = _absent,
        step: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
        run: Optional[str] = None,
        reason_of: Optional[Callable[[BaseException], str]] = None,
    ) -> "Watched":
        """A context manager, with ``with`` or ``async with``: registers, then completes or fails.

        Each watch is a run of its own, so a second worker that takes up the same item starts the next attempt. A block
        that raises is reported with the name of the exception's class. Its message, which may contain data, is the
        reason only with ``reason_of=str``.
        """
        registration: Dict[str, Any] = {
            "timeout": timeout,
            "deadline": deadline,
            "start_by": start_by,
            "warn_after": warn_after,
            "stuck_after": stuck_after,
            "data": data,
            "step": step,
            "tags": tags,
        }
        return Watched(self, workflow, item, run, registration, reason_of)

    def watched(
        self,
        workflow: str,
        *,
        item: Callable[..., ItemId],
        data: Optional[Callable[..., Any]] = None,
        **options: Any,
    ) -> Callable[[Function], Function]:
        """A decorator: each call of the function is watched. ``item`` and ``data`` are made from its arguments."""

        def decorate(function: Function) -> Function:
            if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
                raise TypeError(
                    "watched cannot watch a generator, which returns before its work begins; use watch in it"
                )

            def watch(args: Tuple[Any, ...], named: Dict[str, Any]) -> Watched:
                watched = self.watch(workflow, "", **options)
                watched._make = lambda: (item(*args, **named), data(*args, **named) if data else _absent)
                return watched

            if inspect.iscoroutinefunction(function):

                @functools.wraps(function)
                async def run_async(*args: Any, **named: Any) -> Any:
                    async with watch(args, named):
                        return await function(*args, **named)

                return run_async  # type: ignore[return-value]

            @functools.wraps(function)
            def run(*args: Any, **named: Any) -> Any:
                with watch(args, named):
                    return function(*args, **named)

            return run  # type: ignore[return-value]

        return decorate

    # --- Workflows ---

    def workflows(self) -> Iterator[Reply]:
        """All workflows with their settings and counts."""
        return self._pages("list-workflows", {}, {}, "workflows")

    def workflow(self, workflow: str) -> Reply:
        """One workflow with its settings and counts."""
        return self._call("read-workflow", {"workflow": workflow})

    def statistics(
        self,
        workflow: str,
        *,
        from_: Optional[Instant] = None,
        to: Optional[Instant] = None,
        by: Optional[str] = None,
    ) -> Reply:
        """Attempts started, completed and lost in the periods of that time. ``by``: hour or day."""
        query = _members({"from": from_, "to": to, "by": by})
        return self._call("read-statistics", {"workflow": workflow}, query)

    def save_workflow(self, workflow: str, settings: Mapping[str, Any]) -> Reply:
        """Replaces all settings, or creates the workflow."""
        return self._call("save-workflow", {"workflow": workflow}, body=dict(settings))

    def change_workflow(self, workflow: str, settings: Mapping[str, Any]) -> Reply:
        """Changes the given settings and keeps the others; None removes a setting."""
        return self._call("change-workflow", {"workflow": workflow}, body=dict(settings))

    def remove_workflow(self, workflow: str) -> None:
        """Removes a workflow without items."""
        self._call("remove-workflow", {"workflow": workflow})

    def silence(self, workflow: str, *, until: Instant, reason: str, create: Optional[bool] = None) -> Reply:
        """Sends no notifications of the workflow until this time."""
        body = _members(dict(until=until, reason=reason, create=create))
        return self._call("silence-workflow", {"workflow": workflow}, body=body)

    def end_silence(self, workflow: str) -> None:
        """Ends the silence early."""
        self._call("end-silence", {"workflow": workflow})

    # --- Incidents, redrives, discards ---

    def incidents(self, *, state: Optional[str] = None, workflow: Optional[str] = None) -> Iterator[Reply]:
        """Open incidents, then resolved incidents. ``state``: open or resolved."""
        return self._pages("list-incidents", {}, dict(state=state, workflow=workflow), "incidents")

    def incident(self, incident: str) -> Reply:
        """One incident with its timeline."""
        return self._call("read-incident", {"incident": incident})

    def acknowledge(self, incident: str, *, note: Optional[str] = None) -> Reply:
        """Records that somebody works on the incident, so no reminders are sent."""
        body = {"acknowledged": True, **_members(dict(note=note))}
        return self._call("acknowledge-incident", {"incident": incident}, body=body)

    def redrives(self, workflow: str) -> Iterator[Reply]:
        """The redrives and discards of a workflow, the latest first."""
        return self._pages("list-redrives", {"workflow": workflow}, {}, "redrives")

    def redrive(self, workflow: str, redrive: str) -> Reply:
        """The progress of one redrive or discard."""
        return self._call("read-redrive", {"workflow": workflow, "redrive": redrive})

    def start_redrive(self, workflow: str, **request: Any) -> Reply:
        """Resumes overdue and failed items: ``ids=[…]``, ``states=[…]``, ``rate=5``, ``dry_run=True`` and so on."""
        return self._call("start-redrive", {"workflow": workflow}, body=_members(request))

    def change_redrive(
        self, workflow: str, redrive: str, *, action: Optional[str] = None, rate: Optional[int] = None
    ) -> Reply:
        """``action``: pause, continue or abort; ``rate``: items a second."""
        path = {"workflow": workflow, "redrive": redrive}
        return self._call("change-redrive", path, body=_members(dict(action=action, rate=rate)))

    def discard(self, workflow: str, **request: Any) -> Reply:
        """Removes items: first filters with ``dry_run=True``, then ``token=…`` from the reply."""
        return self._call("discard", {"workflow": workflow}, body=_members(request))

    # --- Access and the service itself ---

    def tokens(self) -> Iterator[Reply]:
        """All tokens, without their secrets."""
        return self._pages("list-tokens", {}, {}, "tokens")

    def create_token(
        self,
        name: str,
        *,
        scopes: Sequence[str],
        workflows: Sequence[str],
        expires_in: Optional[Timeout] = None,
    ) -> Reply:
        """Creates a token. Only this reply has the token itself."""
        body = {"name": name, "scopes": list(scopes), "workflows": list(workflows)}
        return self._call("create-token", {}, body={**body, **_members(dict(expires_in=expires_in))})

    def revoke_token(self, token: str, *, descendants: Optional[bool] = None) -> None:
        """``token`` is the id of the token, never the token itself."""
        self._call("revoke-token", {"token": token}, _members(dict(descendants=descendants)))

    def audit(self, *, workflow: Optional[str] = None) -> Iterator[Reply]:
        """Who did what, the latest first."""
        return self._pages("list-audit", {}, dict(workflow=workflow), "entries")

    def health(self) -> Reply:
        """The health checks. ``status`` is ok or failing; a service that is failing raises nothing."""
        return self._call("check-health", {})

    def metrics(self) -> str:
        """Metrics of all workflows in Prometheus' text format."""
        response = self._send("read-metrics", {})
        if response.status != 200 or "text/plain" not in (response.headers.get("Content-Type") or ""):
            raise _error_of(response)
        return response.body.decode()

    def openapi(self) -> Reply:
        """The OpenAPI document of the service."""
        return self._call("read-openapi", {})

    # --- The spool ---

    @property
    def spooled(self) -> int:
        """Operations in the spool that this process is to deliver."""
        return self._spool.size if self._spool else 0

    def flush(self, timeout: Optional[float] = None) -> Delivery:
        """Delivers the operations in the spool, in order for each item, also of processes that have ended.

        Returns when nothing is left, after ``timeout`` seconds, or without a timeout when the service cannot be
        reached.
        """
        until = None if timeout is None else time.monotonic() + timeout
        delivered, refused = 0, []
        while True:
            round_ = self._deliver(until)
            delivered += round_.delivered
            refused += round_.refused
            pause = max(self._circuit.seconds_left, 0.2)
            if not round_.left or until is None or time.monotonic() + pause > until:
                return Delivery(delivered, refused, round_.left)
            time.sleep(pause)

    # --- How calls are made ---

    def _change(
        self,
        name: str,
        workflow: str,
        item: ItemId,
        operation: Operation,
        *,
        body: Any = _absent,
        text: Optional[bytes] = None,
        query: Optional[Mapping[str, Any]] = None,
        run: Optional[str] = None,
        attempt: Optional[int] = None,
        keeps: bool = True,
        is_new_run: bool = False,
    ) -> Reply:
        """Sends a change of an item, or keeps it in the spool: behind others of the item, or if it cannot be sent.

        :param is_new_run: whether it registers a run that nobody has registered before
        """
        now = time.time()
        path = {"workflow": _workflow_name(workflow)}
        full = {"id": _item_id(item), **(query or {}), **_members(dict(run=run))}
        headers = {} if attempt is None else {"If-Match": f'"{attempt}"'}
        spool = self._spool if keeps else None
        tries = _MOST_TRIES if spool is None else _SPOOL_TRIES
        call = functools.partial(self._call, name, path, full, text=text, headers=headers, tries=tries)
        send = functools.partial(self._send_new_run, call) if is_new_run else call
        if spool is None:
            return send(body=body, seconds=self._try_timeout)
        self._watch_spool()
        if self._circuit.is_closed and not spool.holds(workflow, full["id"]):
            try:
                return send(body=body, seconds=self._try_timeout)
            except WardenError as error:
                if not error.unavailable:
                    raise
        self._keep(workflow, {**operation, "item": full["id"]}, now)
        return {"outcome": "spooled", "workflow": workflow, "item": full["id"]}

    def _send_new_run(self, call: Callable[..., Reply], *, body: Dict[str, Any], seconds: float) -> Reply:
        """Sends ``restart`` only if the service says that another run is waiting.

        A request can arrive long after its caller has given it up, when its repeat has been carried out and the work has
        failed. With ``restart`` it would hide that failure behind an attempt that nobody makes. An item that is overdue
        or has failed in another run starts its next attempt without it.
        """
        until = time.monotonic() + seconds
        first = {name: value for name, value in body.items() if name != "restart"}
        try:
            return call(body=first, seconds=seconds)
        except WardenError as error:
            if error.code != "other-run-waiting":
                raise
        return call(body=body, seconds=max(0.001, until - time.monotonic()))

    def _keep(self, workflow: str, operation: Operation, at: float) -> None:
        assert self._spool
        _json_bytes(operation)
        if self._spool.append(workflow, operation, at):
            self._wake.set()

    def _prepared(self, operation: Operation) -> Operation:
        if not isinstance(operation, Mapping):
            raise _invalid(f"must be a dict; received {_kind(operation)}", "operations")
        prepared = {name: _wire(value) for name, value in operation.items()}
        prepared["item"] = _item_id(prepared.get("item", ""))
        return prepared

    def _batch(self, workflow: str, operations: List[Operation]) -> List[Reply]:
        now = time.time()
        spool = self._spool
        if spool:
            self._watch_spool()
        results: List[Optional[Reply]] = [None] * len(operations)
        ahead = [index for index, one in enumerate(operations) if not (spool and spool.holds(workflow, one["item"]))]
        tries = _SPOOL_TRIES if spool else _MOST_TRIES
        until = time.monotonic() + self._timeout
        for count in range(1, tries + 1):
            if not ahead or (spool and not self._circuit.is_closed):
                break
            try:
                replies = self._send_batch(workflow, [operations[index] for index in ahead], tries)
            except WardenError as error:
                if not error.unavailable or not spool:
                    raise
                break
            for index, reply in zip(ahead, replies):
                results[index] = reply
            # Operations on one item are in their order again, because none is carried out after one that was not.
            ahead = [index for index, reply in zip(ahead, replies) if reply.get("status") in _RETRIED]
            pause = random.uniform(0, min(2.0, 0.1 * 2**count))
            if not ahead or count == tries or time.monotonic() + pause >= until:
                break
            time.sleep(pause)
        for index, operation in enumerate(operations):
            result = results[index]
            if spool and (result is None or result.get("status") in _RETRIED):
                if operation.get("op") != "register" or self._on_unavailable == "spool":
                    self._keep(workflow, operation, now)
                    results[index] = {"outcome": "spooled", "workflow": workflow, "item": operation["item"]}
                elif result is None:
                    raise WardenError(
                        "unreachable",
                        "the warden cannot be reached, and on_unavailable keeps no registrations",
                        retryable=True,
                    )
        return [result for result in results if result is not None]

    def _send_batch(
        self, workflow: str, operations: List[Operation], tries: int, seconds: Optional[float] = None
    ) -> List[Reply]:
        reply = self._call(
            "batch", {"workflow": workflow}, body={"operations": operations}, tries=tries, seconds=seconds
        )
        results = reply.get("results") if isinstance(reply, dict) else None
        if not isinstance(results, list) or len(results) != len(operations):
            raise WardenError("not-the-warden", "the reply to a batch does not have a result for each operation")
        return results

    def _pages(self, name: str, path: Mapping[str, str], filters: Mapping[str, Any], member: str) -> Iterator[Reply]:
        query = _members(filters)
        while True:
            page = self._call(name, path, query)
            yield from page[member]
            if "cursor" not in page:
                return
            query["cursor"] = page["cursor"]

    def _call(
        self, name: str, path: Mapping[str, str], query: Optional[Mapping[str, Any]] = None, **options: Any
    ) -> Reply:
        response = self._send(name, path, query, **options)
        if response.status == 204:
            return {}
        reply = _parsed(response)
        is_success = 200 <= response.status < 300 or _is_partial(name, reply)
        if not is_success or not isinstance(reply, dict) or _MARKS.get(name, "") not in {"", *reply}:
            raise _error_of(response)
        return reply

    def _send(
        self,
        name: str,
        path: Mapping[str, str],
        query: Optional[Mapping[str, Any]] = None,
        *,
        body: Any = _absent,
        text: Optional[bytes] = None,
        headers: Optional[Mapping[str, str]] = None,
        seconds: Optional[float] = None,
        tries: int = _MOST_TRIES,
    ) -> _Response:
        """Sends a request until there is a reply that is not an error of the moment. Raises WardenError.

        :param seconds: for all tries
        """
        method, template = OPERATIONS[name]
        if "workflow" in path:
            _workflow_name(path["workflow"])
        target = re.sub(r"\{(\w+)\}", lambda found: _segment_of(found[1], path[found[1]]), template)
        if query:
            target += "?" + _query(query)
        payload = text if body is _absent else _json_bytes(body)
        sent_headers = dict(headers or {})
        if payload is not None:
            sent_headers["Content-Type"] = "text/plain; charset=utf-8" if body is _absent else "application/json"
        is_trial = self._circuit.admits()
        if is_trial is None:
            raise WardenError(
                "unreachable",
                f"the warden at {self.url} could not be reached; the next try is in {self._circuit.seconds_left:.1f} s",
                retryable=True,
            )
        until = time.monotonic() + (seconds or self._timeout)
        try:
            for count in range(1, tries + 1):
                outcome = self._try(name, method, target, payload, sent_headers, until)
                if isinstance(outcome, _Response):
                    self._circuit.succeeded()
                    return outcome
                failure, wait, is_final = outcome
                pause = max(wait, random.uniform(0, min(2.0, 0.1 * 2**count)))
                # Another call may have found meanwhile that the service cannot be reached.
                is_known = not is_trial and not self._circuit.is_closed
                if count == tries or is_final or is_known or time.monotonic() + pause >= until:
                    break
                time.sleep(pause)
            if failure.status in (429, 500):
                # The service is there: it has no time, or a fault that may be about this request only.
                self._circuit.released(is_trial)
            elif self._circuit.failed(is_trial, wait) and self._spool:
                self._tell(failure)
            raise failure
        finally:
            self._circuit.released(is_trial)

    def _try(
        self, name: str, method: str, target: str, payload: Optional[bytes], headers: Mapping[str, str], until: float
    ) -> Union[_Response, Tuple[WardenError, float, bool]]:
        """A reply, or the error of this try, the seconds to wait, and whether it is final."""
        try:
            response = self._transport.send(method, target, payload, headers, until)
        except (OSError, http.client.HTTPException) as cause:
            code = "timeout" if isinstance(cause, socket.timeout) else "unreachable"
            failure = WardenError(code, f"the warden at {self.url} cannot be reached: {_why(cause)}", retryable=True)
            failure.__cause__ = cause
            return failure, 0.0, name in NOT_REPEATABLE and not isinstance(cause, _NotSentError)
        if response.status not in _RETRIED or _is_partial(name, _parsed(response)):
            return response
        is_final = name in NOT_REPEATABLE and response.status != 429
        return _error_of(response), _retry_after(response), is_final

    # --- Delivery from the spool ---

    def _watch_spool(self) -> None:
        """Starts what delivers the spool, if it does not run in this process."""
        if self._thread is not None:
            return
        with self._thread_lock:
            if self._thread is not None or self._spool is None or self._is_closed:
                return
            # Before the first call: it may be on an item for which an earlier process left operations.
            self._spool.open()
            self._thread = threading.Thread(target=self._keep_delivering, name="process-warden-spool", daemon=True)
            self._thread.start()
        self._tell_now()

    def _keep_delivering(self) -> None:
        pause = 0.0
        rounds = 0
        while not self._is_closed:
            self._wake.wait(pause)
            self._wake.clear()
            if self._is_closed:
                return
            try:
                delivered, refused, left = self._deliver(None)
            except Exception as error:  # a fault of this module or of on_error must not end the delivery
                _log.error("the spool could not be delivered: %s", type(error).__name__)
                delivered, refused, left = 0, [], 1
            rounds = 0 if delivered or refused else min(rounds + 1, 5)
            # Files of other processes that end meanwhile are looked for every minute.
            pause = max(self._circuit.seconds_left, 2.0**rounds * random.uniform(0.5, 1.0)) if left else 60.0

    def _deliver(self, until: Optional[float]) -> Delivery:
        delivery = self._deliver_once(until)
        self._tell_now()
        return delivery

    def _deliver_once(self, until: Optional[float]) -> Delivery:
        spool = self._spool
        if spool is None:
            return Delivery(0, [], 0)
        with self._delivery_lock:
            if self._is_closed:
                return Delivery(0, [], spool.size)
            spool.open()
            delivered = 0
            refused: List[Refused] = []
            skipped_workflows: Set[str] = set()
            skipped: Set[Tuple[str, str]] = set()
            while until is None or time.monotonic() < until:
                workflow, batch = spool.next_batch(skipped_workflows, skipped)
                if not batch:
                    break
                try:
                    seconds = self._timeout if until is None else min(self._timeout, until - time.monotonic())
                    results = self._send_batch(workflow, [one for _, one in batch], 1, max(seconds, 0.01))
                except WardenError as error:
                    for kept, _ in batch:
                        kept.may_be_done = kept.may_be_done or error.unavailable
                    if error.retryable and error.status != 500:
                        break
                    # Others may be taken, such as those of a workflow that the token may write.
                    skipped_workflows.add(workflow)
                    if (workflow, error.code) not in self._told:
                        self._told.add((workflow, error.code))
                        self._tell_later(error)
                    continue
                self._told = {told for told in self._told if told[0] != workflow}
                done, no = self._settle(workflow, batch, results, skipped)
                delivered += done
                refused += no
            return Delivery(delivered, refused, spool.size)

    def _settle(
        self,
        workflow: str,
        batch: List[Tuple[_Kept, Operation]],
        results: List[Reply],
        skipped: Set[Tuple[str, str]],
    ) -> Tuple[int, List[Refused]]:
        """What the results of a batch mean for what is kept. Returns how many were delivered, and which were refused."""
        assert self._spool
        over: List[_Kept] = []
        refused: List[Refused] = []
        overdue = 0
        for (kept, operation), result in zip(batch, results):
            status = result.get("status", 500)
            if status < 400:
                over.append(kept)
                overdue += operation["op"] == "register" and _is_overdue(result, operation["age"])
            elif status in _KEPT or status >= 500 or result.get("code") == "too-many-workflows":
                skipped.add((workflow, kept.item))
            elif kept.may_be_done and operation["op"] == "progress" and result.get("code") == "item-not-waiting":
                # It was carried out with a completion behind it, and the reply to both was lost.
                over.append(kept)
            else:
                over.append(kept)
                refused.append(Refused(workflow, operation, _problem_error(result, status)))
        if refused:
            self._set_aside(refused)
        self._spool.forget(over)
        if overdue:
            self._tell_later(
                WardenError(
                    "spool-overdue",
                    f"{overdue} registrations of workflow {workflow} were delivered from the spool after their deadlines: "
                    "people are notified unless the items are completed before the warden checks them",
                )
            )
        return len(over) - len(refused), refused

    def _set_aside(self, refused: List[Refused]) -> None:
        assert self._spool
        records = [
            {"workflow": one.workflow, "operation": one.operation, "code": one.error.code, "status": one.error.status}
            for one in refused
        ]
        first = refused[0]
        try:
            place = f"see {self._spool.set_aside(records)}"
        except OSError as error:
            place = f"they cannot be written to refused.jsonl: {_why(error)}"
        self._tell_later(
            WardenError(
                "spool-refused",
                f"{len(refused)} operations from the spool were refused, the first, {first.operation['op']} of {first.workflow}/{first.operation['item']}, with {first.error.code} ({first.error.status}); {place}",
                status=first.error.status,
            )
        )

    def _tell_later(self, error: WardenError) -> None:
        """``on_error`` may call this client, so it is called when no lock is held."""
        self._untold.append(error)

    def _tell_now(self) -> None:
        while self._untold:
            self._tell(self._untold.popleft())

    def _tell(self, error: WardenError) -> None:
        if self._on_error:
            self._on_error(error)
            return
        # A wrong token would otherwise write a line for each call.
        now = time.monotonic()
        if now - self._logged.get(error.code, -60.0) < 60:
            return
        self._logged[error.code] = now
        # The text of a problem can repeat a part of the request, which can be a reason (P9).
        own = error.code in OWN_CODES
        what = str(error) if own else ", ".join(fault.get("path", "") for fault in error.errors) or "the request"
        _log.warning("%s%s: %s", error.code, f" ({error.status})" if error.status else "", what)


def _is_overdue(registered: Reply, age: float) -> bool:
    """Whether the deadline was past when the registration arrived, ``age`` seconds after it was made."""
    if registered.get("outcome") not in ("created", "restarted"):
        return False
    # By the clock of the service. It shows when the item started only to those who may read items.
    now = _moment(registered["startedAt"]) + age if "startedAt" in registered else time.time()
    return _moment(registered["deadline"]) <= now


def _moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _segment_of(name: str, value: str) -> str:
    if not isinstance(value, str) or not value:
        raise _invalid(f"must be a text of at least one character; received {_kind(value)}", name)
    return quote(_well_formed(value), safe="")


def _is_partial(name: str, reply: Any) -> bool:
    """Whether the reply is that of the operation although its status is an error: of a batch, or of a failing service."""
    member = {"batch": "results", "check-health": "checks"}.get(name)
    return isinstance(reply, dict) and member in reply


def _chunks(values: List[Any], most: int, most_bytes: int, spare: int = 2) -> Iterator[List[Any]]:
    chunk: List[Any] = []
    size = 0
    for value in values:
        length = len(value.encode()) if isinstance(value, str) else len(_json_bytes(value)) + spare
        if chunk and (len(chunk) == most or size + length > most_bytes):
            yield chunk
            chunk, size = [], 0
        chunk.append(value)
        size += length
    if chunk:
        yield chunk


class Watched:
    """An item that is watched while the block of ``with warden.watch(…)`` runs. No method raises trouble of the client."""

    def __init__(
        self,
        warden: Warden,
        workflow: str,
        item: ItemId,
        run: Optional[str],
        registration: Dict[str, Any],
        reason_of: Optional[Callable[[BaseException], str]],
    ) -> None:
        self._warden = warden
        self._registration = registration
        self._reason_of = reason_of
        self._make: Optional[Callable[[], Tuple[ItemId, Any]]] = None
        self._is_refused = False
        self._reset: Optional["contextvars.Token[Optional[Watched]]"] = None
        self.workflow = workflow
        self.item = item
        self._is_new_run = not run
        #: The caller's own name of this run.
        self.run = run or str(uuid.uuid4())
        #: The reply to the registration. Its outcome is ``unwatched`` if nothing watches the item.
        self.registration: Reply = {"outcome": "unwatched"}
        #: The reply to the completion or failure; None before, or if it could neither be sent nor kept.
        self.completion: Optional[Reply] = None
        #: Whether another attempt is known to have taken the place of this one, so that the work can stop.
        self.superseded = False

    def step(self, step: str) -> None:
        """The work has reached a step."""
        self.progress(step=step)

    def extend(self, timeout: Timeout) -> None:
        """The deadline is now this far from now."""
        self.progress(extend=timeout)

    def progress(self, progress: Optional[Union[str, int, float]] = None, **members: Any) -> None:
        """How far the work is, such as a count or a cursor; and all else as ``Warden.progress``, for this run."""
        if not self._is_refused:
            self._quietly(
                lambda: self._warden.progress(self.workflow, self.item, progress=progress, run=self.run, **members)
            )

    def __enter__(self) -> "Watched":
        self._begin()
        self._reset = _current.set(self)
        return self

    def __exit__(self, _kind: Any, error: Optional[BaseException], _traceback: Any) -> None:
        self._leave()
        self._end(error)

    async def __aenter__(self) -> "Watched":
        await asyncio.to_thread(self._begin)
        self._reset = _current.set(self)
        return self

    async def __aexit__(self, _kind: Any, error: Optional[BaseException], _traceback: Any) -> None:
        self._leave()
        await asyncio.to_thread(self._end, error)

    def _leave(self) -> None:
        if self._reset:
            _current.reset(self._reset)

    def _begin(self) -> None:
        error, reply = self._attempt(self._register)
        if error is None:
            self.registration = reply or self.registration
            return
        if self._warden._on_unavailable == "throw" and error.unavailable:
            raise error
        # A registration whose reply was lost may have arrived, so what follows is sent all the same.
        self._is_refused = not error.unavailable
        self._warden._tell(error)

    def _register(self) -> Reply:
        if self._make:
            try:
                self.item, data = self._make()
            except Exception as error:
                raise _invalid(f"cannot be made from the arguments ({type(error).__name__})", "item") from error
            self._registration["data"] = data
        # Another worker may have taken up the item before this one and been lost: this one starts the next attempt.
        registration = dict(self._registration, run=self.run, restart=True)
        # A block that is entered again repeats its run: after a failure that must start the next attempt.
        is_new_run, self._is_new_run = self._is_new_run, False
        return self._warden._register(self.workflow, self.item, registration, is_new_run=is_new_run)

    def _end(self, error: Optional[BaseException]) -> None:
        if self._is_refused:
            return
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            self.completion = self._quietly(lambda: self._warden.complete(self.workflow, self.item, run=self.run))
            return
        reason = self._reason(error)
        kind = type(error).__name__[:128]
        self.completion = self._quietly(
            lambda: self._warden.fail(self.workflow, self.item, reason, type=kind, run=self.run)
        )

    def _reason(self, error: BaseException) -> str:
        if self._reason_of:
            with contextlib.suppress(Exception):
                return self._reason_of(error)
        # The name of an error of the system is no data.
        name = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
        return f"the work raised {type(error).__name__}" + (f" with the code {name}" if name else "")

    def _quietly(self, call: Callable[[], Reply]) -> Optional[Reply]:
        error, reply = self._attempt(call)
        if error:
            self.superseded = self.superseded or error.code == "other-attempt"
            # The warden never knew an item that nothing watches, so nobody misses it.
            if error.code != "item-not-found" or self.registration["outcome"] != "unwatched":
                self._warden._tell(error)
        return reply

    def _attempt(self, call: Callable[[], Reply]) -> Tuple[Optional[WardenError], Optional[Reply]]:
        try:
            return None, call()
        except WardenError as error:
            return error, None
        except Exception as error:  # the work must not end by a fault of its watch
            fault = WardenError("client-fault", f"the client failed: {type(error).__name__}")
            fault.__cause__ = error
            return fault, None


def _after_fork() -> None:
    for warden in list(_wardens):
        warden._after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _main(arguments: Optional[Sequence[str]] = None) -> int:
    """``python -m process_warden flush --spool FOLDER``. Exit codes: 0 delivered, 1 some refused, 2 usage, 75 some left."""
    parser = argparse.ArgumentParser(prog="process_warden", description="The client of Process Warden for Python.")
    commands = parser.add_subparsers(dest="command", required=True)
    flush = commands.add_parser("flush", help="deliver what processes that have ended left in a spool")
    flush.add_argument("--spool", required=True, help="the folder")
    flush.add_argument("--timeout", type=float, default=30.0, help="seconds to try, 30 by default")
    options = parser.parse_args(arguments)
    try:
        with Warden.from_environment(spool=options.spool) as warden:
            delivery = warden.flush(options.timeout)
            warden.close(0)
    except ValueError as error:
        parser.error(str(error))
    print(f"{delivery.delivered} delivered, {len(delivery.refused)} refused, {delivery.left} left")
    return 75 if delivery.left else 1 if delivery.refused else 0


if __name__ == "__main__":
    sys.exit(_main())
