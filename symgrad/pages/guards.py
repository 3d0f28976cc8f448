"""What a server lets in: sizes, rates, and requests that our own page or a program sent.

- `refusal(request, hosts)` is why a request is not answered, or None.
- `Rates().spent(who, cost)` is False for one who asks too much.
- `reader(headers, wanted)` is the language in which that is said.
- `HEADERS` tell browsers that nothing but our own files may run on the page.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from ..sentences import languages, say

BYTES_OF_A_REQUEST = 32_768
REQUESTS_A_SECOND = 300.0  # from one address, behind which a whole school may be
REQUESTS_AT_ONCE = 900.0
COST_OF_SLOW = 10.0  # requests, for one that takes a hundred times as long
ADDRESSES_KEPT = 10_000

LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "testserver")  # the last is Starlette's test client

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Refusal(NamedTuple):
    """A status as HTTP counts it, and the sentence that goes with it."""

    status: int
    said: str


TOO_LONG = Refusal(413, say("a request has at most {n} bytes", n=BYTES_OF_A_REQUEST))


class Hosts(NamedTuple):
    """The names that are served (none: any), and those that a web server in front has."""

    served: Collection[str]
    in_front: Collection[str] = ()

    def own(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is ours."""
        where = origin.partition("://")[2]
        return where == host or _name(where) in self.in_front


def refusal(headers: Any, hosts: Hosts) -> Refusal | None:
    """Why a request to the API is not answered: what another site's page sends never is."""
    host, origin = headers.get("host", ""), headers.get("origin")
    if hosts.served and _name(host) not in hosts.served:
        return Refusal(403, say("this is not the host that is served here"))
    if origin is not None and not hosts.own(origin, host):
        return Refusal(403, say("another site's page may not ask here"))
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return Refusal(403, say("another site's page may not ask here"))
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return Refusal(415, say("a request is application/json"))
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length) > BYTES_OF_A_REQUEST:
        return TOO_LONG
    return None


def reader(headers: Any, wanted: Any = "") -> str:
    """The language of who asks: what the request says, else the first that a browser wants."""
    listed = headers.get("accept-language", "").split(",")
    said = (part.partition(";")[0].strip() for part in listed)
    known = languages()
    return next((way for way in (wanted, *(one.lower().partition("-")[0] for one in said))
                 if isinstance(way, str) and way in known), "en")  # fmt: skip


def _name(host: str) -> str:
    """A host without its port: localhost, 127.0.0.1, [::1]."""
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


class Rates:
    """How much every address has left; what was not used comes back by the second."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spent(self, who: str, cost: float = 1.0) -> bool:
        """Whether there was enough left."""
        now = self.clock()
        left, since = self.left.pop(who, (REQUESTS_AT_ONCE, now))
        left = min(REQUESTS_AT_ONCE, left + (now - since) * REQUESTS_A_SECOND)
        enough = left >= cost
        self.left[who] = (left - cost if enough else left, now)
        if len(self.left) > ADDRESSES_KEPT:
            self.left.popitem(last=False)
        return enough
