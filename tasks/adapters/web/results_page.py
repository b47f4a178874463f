"""Downloads a published file over HTTP, politely: conditional requests, one at a time, bounded in size and time."""

import re
from time import monotonic
from urllib.parse import unquote, urlsplit

import httpx

from tasks.domain.mail.reading.filename import safe_name
from tasks.ports.errors import Unavailable
from tasks.ports.scores import Published

MAX_BYTES = 100_000_000
_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_LONGEST = 600.0  # seconds in all: a server may send a byte now and then for ever
_REDIRECTS = 5
_AGENT = "MesaMIPG (consulta de resultados MDI, pocas veces al dia)"
_KINDS = {"text/csv": ".csv", "application/zip": ".zip"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ResultsPageUnavailable(Unavailable):
    """The watched address did not answer with a file."""


class HttpResultsPage:
    """`ResultsPage` over httpx. What was seen is kept as "ETag\\nLast-Modified" (RFC 9110 §13)."""

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport

    def fetch(self, url: str, seen: str) -> Published | None:
        """Return the file unless the server says that it is the one seen. Raises `ResultsPageUnavailable`."""
        etag, _, modified = seen.partition("\n")
        headers = {"User-Agent": _AGENT, "Accept": f"{_XLSX}, text/csv, application/zip, */*;q=0.1"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        try:
            with (
                httpx.Client(
                    transport=self._transport, timeout=_TIMEOUT, follow_redirects=True, max_redirects=_REDIRECTS
                ) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                return _published(answer, url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ResultsPageUnavailable(f"no se pudo consultar la dirección ({type(error).__name__})") from error


def _published(answer: httpx.Response, url: str) -> Published | None:
    if answer.status_code == httpx.codes.NOT_MODIFIED:
        return None
    if answer.status_code != httpx.codes.OK:
        raise ResultsPageUnavailable(f"el servidor respondió {answer.status_code}")
    if urlsplit(url).scheme == "https" and answer.url.scheme != "https":
        raise ResultsPageUnavailable("el servidor remite a una dirección sin cifrar")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "text/html":
        raise ResultsPageUnavailable("la dirección muestra una página, no un archivo .xlsx, .csv o .zip")
    seen = "\n".join((answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")))
    return Published(_name(answer, kind), _content(answer), seen)


def _content(answer: httpx.Response) -> bytes:
    content, begun = bytearray(), monotonic()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > MAX_BYTES:
            raise ResultsPageUnavailable(f"el archivo pesa más de {MAX_BYTES // 1_000_000} MB")
        if monotonic() - begun > _LONGEST:
            raise ResultsPageUnavailable(f"el archivo no terminó de llegar en {_LONGEST / 60:.0f} minutos")
    return bytes(content)


def _name(answer: httpx.Response, kind: str) -> str:
    """The name that the server gives, else that of the address: it may tell the vigencia."""
    stated = re.search(r'filename="?([^";]+)', answer.headers.get("Content-Disposition", ""))
    name = safe_name(stated[1] if stated else unquote(urlsplit(str(answer.url)).path.rpartition("/")[2]))
    if name.lower().endswith((".xlsx", ".csv", ".zip")):
        return name
    return f"{name or 'resultados'}{_KINDS.get(kind, '.xlsx')}"
