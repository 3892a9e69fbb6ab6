"""From facts to a page: templates, links that keep the language, headers, and pages of errors."""

from collections.abc import Callable, Coroutine, Mapping
from hashlib import sha256
from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.board import charts
from api.board.assets import ICON, STYLE
from api.board.facts import Seen
from api.board.language import language_of
from api.board.public import CACHE
from api.board.text import Text
from api.messages import LANGUAGES, N_
from api.web.calls import POSITION
from api.web.problems import RETRY_SECONDS
from ledger.errors import LedgerError

LINES_PER_PAGE: Final = 100
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
_UNREADABLE: Final = N_("This address cannot be read. Begin at the front page.")

_templates: Final = Environment(
    loader=PackageLoader("api.board"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.update(
    stacked=charts.stacked, single=charts.single, greatest=charts.greatest, bar_width=charts.WIDTH
)


class Links:
    """Addresses on this board, in the reader's language."""

    def __init__(self, request: Request, language: str, community: str) -> None:
        """Behind a proxy that cuts a prefix off, ``root_path`` puts it back."""
        self.root = str(request.scope.get("root_path", "")).rstrip("/")
        self.language, self.community = language, community

    def static(self, name: str) -> str:
        """The address of a file that pages load."""
        return f"{self.root}/static/{name}"

    def to(self, *parts: str, **query: object) -> str:
        """A page of this community."""
        return self.within(self.language, parts, query)

    def within(self, language: str, parts: tuple[str, ...], query: Mapping[str, object]) -> str:
        """A page of this community in some language."""
        path = "/".join(quote(part, safe="") for part in (self.community, *parts) if part)
        given = {key: value for key, value in query.items() if value is not None}
        return f"{self.root}/{path}?{urlencode({'lang': language, **given})}"


def page(
    request: Request,
    template: str,
    language: str,
    *,
    seen: Seen | None = None,
    here: tuple[str, ...] = (),
    query: Mapping[str, object] | None = None,
    status: int = 200,
    **content: Any,
) -> Response:
    """A page; ``here`` and ``query`` are its own address below the community.

    Its tag is that of its content, so a browser that has it already is told only that.
    """
    community = seen.community if seen else None
    text = Text(language, community.timezone if community else "UTC")
    links = Links(request, language, seen.served_as if seen else "")
    others = {other: links.within(other, here, query or {}) for other in LANGUAGES}
    body = _templates.get_template(template).render(
        _=text.say,
        t=text,
        links=links,
        here=here,
        others=others,
        community=community,
        as_of=seen.as_of if seen else None,
        address=f"{request.url.scheme}://{request.url.netloc}{others[language]}",
        style=links.static(STYLE),
        icon=links.static(ICON),
        **content,
    )
    headers = {
        "Content-Language": language,
        "Vary": "Accept-Language",
        # Consent can be withdrawn; what a search engine keeps cannot.
        "X-Robots-Tag": "noindex, noarchive",
    }
    if status != 200:
        return HTMLResponse(body, status, {**headers, "Cache-Control": "no-store"})
    tag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    headers |= {"Cache-Control": CACHE, "ETag": tag}
    if seen is not None:
        headers[POSITION] = str(seen.as_of.position)
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers)


def error_page(
    request: Request, status: int, message: str, params: Mapping[str, object] | None = None
) -> Response:
    """A page that says in the reader's language what is wrong and where to go on."""
    lang = request.query_params.get("lang")
    language = language_of(lang, request.headers.get("Accept-Language"))
    sentence = Text(language).say(message, **(params or {}))
    return page(request, "error.html", language, status=status, code=status, sentence=sentence)


class PageRoute(APIRoute):
    """A route whose errors are pages too, and that tells monitors (HEAD) what readers would get."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """As :class:`fastapi.routing.APIRoute`."""
        methods = {*(options.pop("methods", None) or ("GET",)), "HEAD"}
        super().__init__(path, endpoint, methods=methods, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Handle a request; what is wrong is said to a person."""
        handle = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return error_page(request, 422, _UNREADABLE)
            except LedgerError as error:
                response = error_page(request, error.status, error.message, error.params)
                if error.status in {429, 503}:
                    seconds = error.params.get("seconds", RETRY_SECONDS)
                    response.headers["Retry-After"] = str(seconds)
                return response

        return shown
