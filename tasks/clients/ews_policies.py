"""What exchangelib does about a server that is busy or refuses the login."""

from typing import Any

from exchangelib import FailFast, FaultTolerance
from exchangelib.errors import ErrorServerBusy, UnauthorizedError
from exchangelib.protocol import RetryPolicy
from oauthlib.oauth2 import TokenExpiredError

from tasks.clients.patience import retry_after

_SHORTEST_WAIT = 1.0  # seconds
_TOO_MANY = 429
_AWAY = frozenset({502, 503, 504})  # said by whatever stands before the server, too: it may have done its work


class _Login(RetryPolicy):  # type: ignore[misc]
    """A token that the server takes no more is renewed, once; any other login that is refused is said at once.

    Too many requests (429) make a busy server, which exchangelib does not know.
    """

    _renewed = False

    def raise_response_errors(self, response: Any) -> None:
        if response.status_code != 401:  # NTLM's own 401s are answered before they come here
            self._renewed = False
            if response.status_code == _TOO_MANY:
                raise _busy(response)
            super().raise_response_errors(response)
        elif response.request.headers.get("Authorization", "").startswith("Bearer ") and not self._renewed:
            self._renewed = True
            raise TokenExpiredError  # the library then asks again, on a new session with a new token
        else:
            raise UnauthorizedError("login refused, check username and password")


class Patience(_Login, FaultTolerance):  # type: ignore[misc]
    """Waits as long as a busy server asks. `max_wait` (seconds) bounds the whole: it may ask for one more for ever."""

    _waited = 0.0

    def refresh(self) -> None:
        """Another piece of work begins, with all our patience."""
        self._waited = 0.0

    def raise_response_errors(self, response: Any) -> None:
        if response.status_code in _AWAY:
            raise _busy(response)
        super().raise_response_errors(response)

    def back_off(self, seconds: float | None) -> None:
        self._waited += self.DEFAULT_BACKOFF if seconds is None else max(seconds, _SHORTEST_WAIT)
        super().back_off(seconds if self._waited <= self.max_wait else self._waited)


class Once(_Login, FailFast):  # type: ignore[misc]
    """Tries once: for what must not happen twice."""


def _busy(response: Any) -> ErrorServerBusy:
    wait = retry_after(response.headers.get("Retry-After", ""))
    return ErrorServerBusy(f"HTTP {response.status_code}", back_off=wait)
