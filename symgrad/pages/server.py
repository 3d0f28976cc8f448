"""`symgrad serve`: the page and the API over HTTP, on the loopback unless told otherwise.

- `application(host)` is the Starlette application; `serve(host, port, started)` runs it.

Nothing is computed in this process: a `Crew` answers what is quick, another what is not.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..errors import LimitReached, SymgradError, UsageError
from ..sentences import say
from . import previews
from .answering import ENDPOINTS, Reply, decoded, language_of, status
from .attempts import Attempts
from .classroom import CLASS_ENDPOINTS, Classroom, Forbidden
from .crew import LOWER_PRIORITY, Busy, Crew, loaded
from .fields import document
from .guards import (
    BYTES_OF_A_REQUEST,
    COST_OF_SLOW,
    HEADERS,
    LOOPBACK,
    TOO_LONG,
    Hosts,
    Rates,
    Refusal,
    reader,
    refusal,
)
from .json_shapes import SHAPE, as_json, failure

SECONDS_QUICK = 5.0
SECONDS_SLOW = 20.0
SECONDS_OF_SENDING = 10.0  # for a whole request to arrive
REQUESTS_IN_PLACE = 500  # at once, those that are still being sent included
BYTES_OF_A_HEAD = 32_768
WAITING_TO_CONNECT = 1_024
CONNECTIONS = 4_000  # beyond, uvicorn itself sends away
ALL_HOSTS = ("0.0.0.0", "::", "")
WITHOUT_SET = b'<meta name="symgrad-set" content="no">'
WITH_SET, WITH_CODES = (WITHOUT_SET.replace(b'"no"', word) for word in (b'"yes"', b'"coded"'))
COST_OF_A_WRONG_CODE = 40.0  # requests
TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
    ".json": "application/json", ".webmanifest": "application/manifest+json",
}  # fmt: skip


class Page:
    """The files of the page, read once: there is no path that a request could climb."""

    def __init__(self, problems: str, coded: bool) -> None:
        self.files: dict[str, tuple[bytes, str, str]] = {}
        for file in (files("symgrad.pages") / "static").iterdir():
            ending = "." + file.name.rpartition(".")[2]
            if ending in TYPES:
                content = file.read_bytes()
                if problems:
                    content = content.replace(WITHOUT_SET, WITH_CODES if coded else WITH_SET)
                mark = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
                self.files["/" + file.name] = content, TYPES[ending], mark
        self.files["/"] = self.files["/index.html"]

    async def answer(self, request: Request) -> Response:
        found = self.files.get(request.url.path)
        if found is None:
            raise HTTPException(404)
        content, kind, mark = found
        headers = {"etag": mark, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=kind, headers=headers)


class Api:
    """What is asked under /api, guarded and answered by the crews."""

    def __init__(self, hosts: Hosts, problems: str, attempts: Attempts | None) -> None:
        self.hosts, self.rates, self.problems, self.attempts = hosts, Rates(), problems, attempts
        self.quick: Crew | None = None
        self.slow: Crew | None = None

    def open(self) -> None:
        loaded()
        cores = max(2, os.cpu_count() or 2)
        self.quick = Crew(cores, SECONDS_QUICK)
        self.slow = Crew(cores, SECONDS_SLOW, nice=LOWER_PRIORITY)

    def close(self) -> None:
        for crew in (self.quick, self.slow):
            if crew:
                crew.close()

    async def answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        endpoint, of_a_class = ENDPOINTS.get(name), self.problems and name in CLASS_ENDPOINTS
        if not endpoint and not of_a_class:
            raise HTTPException(404)
        if request.method != "POST":
            raise HTTPException(405)
        reason = refusal(request.headers, self.hosts)
        if reason:
            return refused(reason, request.headers)
        who = request.client.host if request.client else ""
        quick = endpoint is None or endpoint.quick
        if not self.rates.spent(who, 1.0 if quick else COST_OF_SLOW):
            return refused(Refusal(429, say("too many requests: wait a little")), request.headers)
        body = await received(request)
        if isinstance(body, Refusal):
            return refused(body, request.headers)
        crew = self.quick if quick else self.slow
        assert crew is not None  # opened with the application
        try:
            if of_a_class:
                return await self.classroom(crew, name, body, request)
            return replied(await crew.ask(name, body))
        except Busy:
            many = Refusal(503, say("too many wait already: try again in a moment"))
            return refused(many, request.headers, language_of(body))

    async def classroom(self, crew: Crew, name: str, body: bytes, request: Request) -> Response:
        """What a class asks; guessing codes soon costs all that an address has."""
        who = request.client.host if request.client else ""
        asked: Any = None
        try:
            asked = decoded(body)
            room = Classroom(self.problems, self.attempts, crew.call)
            found = await room.answered(name, asked)
            return replied(Reply(200, as_json({"symgrad": SHAPE, **found})))
        except SymgradError as error:
            given = asked if isinstance(asked, dict) else {}
            wrong = isinstance(error, Forbidden) and given.get("code")  # none is no guess
            self.rates.spent(who, COST_OF_A_WRONG_CODE if wrong else 0.0)
            code = 403 if isinstance(error, Forbidden) else status(error)
            told = previews.told(error, reader(request.headers, given.get("lang")))
            return replied(Reply(code, as_json(failure(told))))


async def received(request: Request) -> bytes | Refusal:
    """The request's body, if it comes in time and is not too long."""
    found = bytearray()
    try:
        async with asyncio.timeout(SECONDS_OF_SENDING):
            async for piece in request.stream():
                found += piece
                if len(found) > BYTES_OF_A_REQUEST:
                    return TOO_LONG
    except TimeoutError:
        return Refusal(408, say("the request came too slowly"))
    except ClientDisconnect:
        return Refusal(400, say("the request broke off"))
    return bytes(found)


def replied(reply: Reply) -> Response:
    return Response(reply.text, reply.status, media_type="application/json")


def refused(reason: Refusal, headers: Any, wanted: str = "") -> Response:
    """An error in the shape of all others, saying when to come back."""
    kind = LimitReached if reason.status in (408, 413, 429, 503) else UsageError
    error: SymgradError = kind(reason.said)
    said = failure(previews.told(error, reader(headers, wanted)))
    response = replied(Reply(reason.status, as_json(said)))
    if reason.status in (429, 503):
        response.headers["retry-after"] = "1"
    return response


async def told(request: Request, error: Exception) -> Response:
    """What is not there, or cannot be done so, in the same shape."""
    status = getattr(error, "status_code", 500)
    said = {404: say("there is nothing here"), 405: say("this is asked by POST")}
    failed = say("the server failed: nothing was computed")
    return refused(Refusal(status, said.get(status, failed)), request.headers)


FULL = Refusal(503, say("too many requests at once: try again in a moment"))


class Headed:
    """Every response with the headers that keep the page to itself, and not too many at once."""

    def __init__(self, app: Any) -> None:
        self.app, self.running = app, 0
        self.headers = [(name.encode(), text.encode()) for name, text in HEADERS.items()]

    async def __call__(self, scope: Any, receive: Any, send: Callable) -> None:
        full = self.running >= REQUESTS_IN_PLACE
        app = refused(FULL, Headers(scope=scope)) if full else self.app
        self.running += 1
        try:
            await app(scope, receive, self.sending(send))
        finally:
            self.running -= 1

    def sending(self, send: Callable) -> Callable:
        async def headed(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        return headed


async def health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def application(
    host: str = "127.0.0.1", *, names: Sequence[str] = (), problems: str = "",
    attempts: Attempts | None = None,
) -> Any:  # fmt: skip
    """The page and the API; under a name of its own, only requests to that name are answered.

    `problems` is the file of a set that a class answers, `attempts` where the answers are kept.
    """
    own = () if host in ALL_HOSTS else (*LOOPBACK, host, *names)
    api = Api(Hosts(own, tuple(names)), problems, attempts)
    page = Page(problems, attempts is not None)

    described = {name: (one.purpose, one.fields) for name, one in ENDPOINTS.items()}
    known = document({**described, **(CLASS_ENDPOINTS if problems else {})})

    async def openapi(request: Request) -> Response:
        return JSONResponse(known)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        api.open()
        try:
            yield
        finally:
            api.close()

    routes = [
        Route("/healthz", health), Route("/openapi.json", openapi),
        Route("/api/{name}", api.answer, methods=["POST", "GET", "PUT", "PATCH", "DELETE"]),
        Route("/{path:path}", page.answer),
    ]  # fmt: skip
    handlers = {HTTPException: told, Exception: told}
    return Headed(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers))


def serve(
    host: str, port: int, started: Callable[[str], None], *, names: Sequence[str] = (),
    problems: str = "", attempts: Attempts | None = None,
) -> None:  # fmt: skip
    """Answer until interrupted; `started(address)` is told where. Raises UsageError.

    `names` are those under which a web server in front of this one shows the page.
    """
    import uvicorn  # noqa: PLC0415  # 100 ms, and only here

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets=sockets)
            started(address)

    with bound(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        config = uvicorn.Config(
            application(host, names=names, problems=problems, attempts=attempts),
            http=bounded_protocol(), log_level="error", access_log=False, server_header=False,
            limit_concurrency=CONNECTIONS, timeout_keep_alive=30, timeout_graceful_shutdown=3,
        )  # fmt: skip
        Server(config).run(sockets=[listening])


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError where another program does already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING_TO_CONNECT)
    except OSError as error:
        said = f"cannot listen at {host}, port {port}: {error.strerror or error}"
        raise UsageError(said, hint="another --port, or --port 0 for a free one") from None


def bounded_protocol() -> Any:
    """uvicorn's protocol, which cuts off a head that does not end before it fills the memory."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol  # noqa: PLC0415

    class Bounded(HttpToolsProtocol):
        head = 0  # bytes since the last request; of a body that is read, none

        def data_received(self, data: bytes) -> None:
            self.head += len(data)
            super().data_received(data)
            if self.head > BYTES_OF_A_HEAD and not self.transport.is_closing():
                self.transport.close()

        def on_headers_complete(self) -> None:
            self.head = -(1 << 62)  # a body is counted as it is read
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self.head = 0
            super().on_message_complete()

    return Bounded
