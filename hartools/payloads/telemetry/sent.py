"""What was sent with one request: address, headers, body, parameters from wherever they stand?"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from hartools.payloads.decode.packed import as_text
from hartools.payloads.decode.written import form_pairs
from hartools.payloads.telemetry.places import first_of_each, opened
from hartools.reading.values import split_url

__all__ = ["Sent"]

_FORM = re.compile(r"[\w.$~%;&\[\]-]{1,200}=[^\s={}\"<>][^\s{}\"<>]*\Z")


@dataclass
class Sent:
    """Hold one request as far as a vendor's file can ask about it.

    Attributes
    ----------
    url, method : str
    body : str, bytes or None
    content_type : str or None
    headers : dict of str to str
        Names in lower case.
    is_held : bool
        False where a body was sent, or may have been, and was not recorded.
    came_from : str or None
        Host whose redirect led here, or that the Referer names.
    """

    url: str
    method: str = "GET"
    body: str | bytes | None = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    is_held: bool = True
    came_from: str | None = None

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """Return host, path and query."""
        _, _, host, _, path, query = split_url(self.url)
        return host or "", path or "/", query or ""

    @cached_property
    def held(self) -> tuple[object, tuple[str, ...]]:
        """Return the body down to what has members, and the layers that were undone."""
        if self.body is None:
            return None, ()
        text = self.body if isinstance(self.body, str) else as_text(self.body)
        # one field alone, or fields without a value, do not show on their own that they are a form
        if text and _FORM.match(text):
            return first_of_each(form_pairs(text)), ("form",)
        return opened(self.body)

    @cached_property
    def text(self) -> str | None:
        """Return the body as text where it is one."""
        return self.body if isinstance(self.body, str) else self.body.decode("utf-8", "replace") if self.body else None

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the query, then those between semicolons in the path."""
        _, path, query = self.parts
        found = form_pairs(query)
        # /ddm/fls/z/src=1;type=a and /ibs:dpid=1&dpuuid=b: the first pair may stand before any semicolon
        before, _, matrix = path.partition(";")
        last = before.rpartition("/")[2].removeprefix("ibs:")
        if matrix or path.startswith("/ibs:"):
            found += form_pairs((f"{last};{matrix}" if "=" in last else matrix).replace(";", "&").replace("+", "%2B"))
        if ";" in query:
            # demdex and Quantcast: the semicolons may stand behind a question mark
            found += [pair for part in query.split("&") for pair in form_pairs(part.replace(";", "&")) if ";" in part]
        return found

    @cached_property
    def query(self) -> dict[str, str]:
        """Return the parameters of the address, the first of each name."""
        return first_of_each(self.pairs)

    @cached_property
    def params(self) -> dict[str, object]:
        """Return the parameters of the address and of a form, those of the form before those of the address."""
        held, kinds = self.held
        is_form = isinstance(held, dict) and kinds[-1:] in (("form",), ("multipart",))
        return {**self.query, **held} if is_form else self.query
