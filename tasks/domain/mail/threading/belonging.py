"""Who belongs to a thread: a number or a Message-ID that is quoted proves nothing, anybody may have seen it."""

from collections.abc import Collection

from tasks.domain.mail.message import Thread

# Addresses there are anybody's: the domain says nothing of the office.
_PUBLIC = frozenset(
    {
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.es", "hotmail.co", "outlook.com", "outlook.es",
        "outlook.co", "live.com", "live.com.co", "msn.com", "yahoo.com", "yahoo.es", "yahoo.com.co", "ymail.com",
        "icloud.com", "me.com", "aol.com", "protonmail.com", "proton.me", "gmx.com", "zoho.com", "une.net.co",
        "epm.net.co", "etb.net.co", "misena.edu.co",
    }
)  # fmt: skip


def organisation(address: str) -> str:
    """Return the domain of an address if it is an office's own, "" for a public provider's."""
    domain = address.rpartition("@")[2].casefold()
    return "" if domain in _PUBLIC else domain


def works_with(address: str, other: str) -> bool:
    """Whether two addresses are of one office's own domain."""
    house = organisation(address)
    return bool(house) and house == organisation(other)


def belongs(address: str, thread: Thread, domains: Collection[str] = ()) -> bool:
    """Whether the address took part in the thread, or is of an office that did.

    `domains` are those of the municipality that the thread is about.
    """
    if not address:
        return False
    if address.casefold() in thread.people:
        return True
    house = organisation(address)
    known = {organisation(person) for person in thread.people} | {domain.casefold() for domain in domains}
    return bool(house) and house in known
