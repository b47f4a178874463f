"""Whether a trusted server vouches for the address in From (RFC 8601, RFC 7489 §3.1).

A parser of our own, not authres: that one gives up on the whole header at the first property it does not know, while
here a header that cannot be read whole must never pass.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.mail.message import Mail
from tasks.domain.mail.reading.headers import addresses

_TOKEN = re.compile(r'"(?:[^"\\]|\\.){0,1000}+"|;|=|[^\s;="]+')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.){0,1000}+"')
_CHECKS = frozenset({"dmarc", "dkim", "spf", "arc", "dkim-adsp", "sender-id", "compauth"})
# A domain without a DMARC record, or a look-up that failed, says nothing against the sender.
_NOT_REFUSED = frozenset({"pass", "none", "temperror", "permerror", "bestguesspass"})
# Names under which the public registers: whoever signs for one of them signs for nobody in particular.
_PUBLIC = frozenset(f"{kind}.co" for kind in ("com", "gov", "org", "edu", "net", "mil", "nom", "info", "web", "int"))


class Verdict(StrEnum):
    """What the trusted servers say of the sender."""

    PASS = "pass"  # noqa: S105 (a verdict, not a secret)
    FAIL = "fail"
    NONE_STAMPED = "none_stamped"


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result in an Authentication-Results header, all lower-case."""

    method: str
    value: str
    properties: dict[str, str]


def verdict(mail: Mail, trusted_authserv: tuple[str, ...]) -> Verdict:
    """Return what the topmost Authentication-Results header of a trusted server says of From.

    PASS: DMARC passed for From's domain, or a DKIM signature of a domain aligned with it (SPF alone never).
    FAIL: anything else that a trusted server stamped, or a From that is not exactly one address.
    NONE_STAMPED: no trusted server checked anything; headers of other servers, and of servers without a name
    (Microsoft 365 writes none), count as absent.
    """
    domain = _from_domain(mail)
    if not domain:
        return Verdict.FAIL
    results = _trusted_results(mail, trusted_authserv)
    if results is None:
        return Verdict.FAIL
    checked = [result for result in results if result.method in _CHECKS]
    if not checked:
        return Verdict.NONE_STAMPED
    refused = any(result.method == "dmarc" and result.value not in _NOT_REFUSED for result in checked)
    return Verdict.PASS if not refused and any(_vouches(result, domain) for result in checked) else Verdict.FAIL


def aligned(signer: str, domain: str) -> bool:
    """Whether a signing domain speaks for From's: the same, or one above the other (relaxed), never a public suffix."""
    shorter, longer = sorted((signer, domain), key=len)
    if shorter.count(".") < 1 or shorter in _PUBLIC:
        return False
    return shorter == longer or longer.endswith(f".{shorter}")


def read(value: str) -> tuple[str, tuple[Result, ...]] | None:
    """Return (authserv-id, results) of an unfolded value; None when it cannot be read whole or names no server."""
    plain = _without_comments(value)
    clauses = _clauses(plain) if plain is not None else [[]]
    if not clauses[0] or "=" in clauses[0] or len(clauses[0]) > 2:
        return None
    results = [_result(clause) for clause in clauses[1:] if clause and clause != ["none"]]
    known = tuple(result for result in results if result is not None)
    return (clauses[0][0].lower(), known) if len(known) == len(results) else None


def _from_domain(mail: Mail) -> str:
    """Return the domain of From, "" unless there is exactly one From with exactly one address in it."""
    values = mail.headers.get("from", ())
    if len(values) != 1:
        return ""
    bare = _QUOTED.sub("", values[0])
    people = addresses(values[0])
    # "<ana@x.co> <eva@y.co>" and "ana@x.co (<eva@y.co>)" are read differently by different programs.
    if len(people) != 1 or bare.count("<") > 1 or (bare.count("@") > 1 and people[0].name.lower() != people[0].email):
        return ""
    return _ascii(people[0].domain)


def _ascii(domain: str) -> str:
    """Return a domain as DNS and most servers write it (nariño → xn--nario-rta)."""
    try:
        return domain.strip(" .@<>").encode("idna").decode().lower()
    except UnicodeError:
        return domain.strip(" .@<>").lower()


def _trusted_results(mail: Mail, trusted: tuple[str, ...]) -> tuple[Result, ...] | None:
    """Return the results of the topmost trusted header, () when there is none, None when it cannot be read."""
    names = {name.lower() for name in trusted}
    for value in mail.headers.get("authentication-results", ()):
        name = re.split(r"[\s;(]", value.strip(), maxsplit=1)[0].strip('"').lower()
        found = read(value)
        if found is not None and found[0].strip('"') in names:
            return found[1]
        if found is None and name in names:
            return None
    return ()


def _vouches(result: Result, domain: str) -> bool:
    if result.value != "pass":
        return False
    if result.method == "dmarc":
        return _ascii(result.properties.get("header.from", domain).rpartition("@")[2]) == domain
    if result.method == "dkim":
        signer = result.properties.get("header.d") or result.properties.get("header.i", "").rpartition("@")[2]
        return aligned(_ascii(signer), domain)
    return False


def _without_comments(value: str) -> str | None:
    """Return the value without its (nested) comments, quoted strings untouched; None when brackets do not match."""
    out: list[str] = []
    depth, at = 0, 0
    while at < len(value):
        char = value[at]
        if char == '"' and not depth:
            match = _QUOTED.match(value, at)
            if match is None:
                return None
            out.append(match[0])
            at = match.end()
            continue
        if char == "\\" and depth:
            at += 2
            continue
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return None
        if not depth:
            out.append(" " if char == ")" else char)
        at += 1
    return None if depth else "".join(out)


def _clauses(plain: str) -> list[list[str]]:
    """Return the tokens between semicolons."""
    clauses: list[list[str]] = [[]]
    for piece in _TOKEN.findall(plain):
        if piece == ";":
            clauses.append([])
        else:
            clauses[-1].append(piece)
    return clauses


def _result(tokens: list[str]) -> Result | None:
    """Return "method=value reason=… ptype.property=value …"; None when the clause has another shape."""
    if len(tokens) < 3 or tokens[1] != "=":
        return None
    properties: dict[str, str] = {}
    rest = tokens[3:]
    while len(rest) >= 3 and rest[1] == "=":
        taken = 3
        # smtp.mailfrom="a b"@x.co comes as two tokens; a value may also hold "=" (header.b=abc=).
        while taken < len(rest) and (taken + 1 >= len(rest) or rest[taken + 1] != "="):
            taken += 1
        properties.setdefault(rest[0].lower(), rest[2].strip('"').lower())
        rest = rest[taken:]
    return Result(tokens[0].partition("/")[0].lower(), tokens[2].strip('"').lower(), properties)
