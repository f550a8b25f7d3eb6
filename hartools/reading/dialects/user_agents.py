"""Which browser made the requests, where the log does not say?"""

import re

__all__ = ["browser_of"]

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
TOKENS = (("Edge", r"Edg(?:e|A|iOS)?/(\d+)"), ("Opera", r"OPR/(\d+)"), ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"), ("Chrome", r"(?:Headless)?Chrom(?:e|ium)/(\d+)"),
          ("Chrome", r"CriOS/(\d+)"), ("Safari", r"Version/(\d+)[\d.]* (?:Mobile/\w+ )?Safari/"))  # fmt: skip

# Brave has Chrome's User-Agent, and its own name among the brands only
# (2026-11-23, Brave 111, mitmproxy/mitmproxy brave.har).
BRAND = re.compile(r'"(Brave|Microsoft Edge|Opera|Vivaldi)";v="(\d+)')


def browser_of(headers: dict) -> str | None:
    """Name browser and major version by the headers of a request.

    Examples
    --------
    >>> browser_of({"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"})
    'Chrome 156'
    """
    brand = BRAND.search(headers.get("sec-ch-ua") or "")
    if brand:
        return f"{brand[1].removeprefix('Microsoft ')} {brand[2]}"
    agent = (headers.get("user-agent") or "")[:1024]
    found = ((name, re.search(pattern, agent)) for name, pattern in TOKENS)
    return next((f"{name} {match[1]}" for name, match in found if match), None)
