"""Which requests are answered: those that a person's own browser makes from our own pages.

The server listens on this machine only, but a browser of this machine also shows pages of others,
and these must not read runs:

- a page of another origin that asks for ours is told apart by `Origin` and `Sec-Fetch-Site`, which
  browsers set and pages cannot;
- a foreign name that was made to point to 127.0.0.1 ("DNS rebinding") is told apart by `Host`, which
  then holds that name.

The port in `Host` is left open, as it is another one behind `ssh -L`; a page cannot choose it apart
from its own origin, and that is compared whole.
"""

import re
from collections.abc import Mapping

LOCAL = re.compile(r"(?:127\.0\.0\.1|localhost)(?::\d{1,5})?", re.IGNORECASE)
"""What a browser of this machine calls us."""

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer. The drawing library makes functions of its expressions, hence `unsafe-eval`."""


def refusal(hosts: list[str], origins: list[str], sites: list[str]) -> str:
    """Why a request is refused, by its headers of these names; empty when it is answered."""
    if len(hosts) != 1 or not LOCAL.fullmatch(hosts[0]):
        return (
            "it names another host than 127.0.0.1 or localhost: use one of these two in the address"
        )
    if any(origin.lower() != f"http://{hosts[0]}".lower() for origin in origins):
        return "it comes from a page of another origin: open the address itself"
    if any(site not in {"same-origin", "none"} for site in sites):
        return "it comes from a page of another site: type the address, or open it from a bookmark"
    return ""
