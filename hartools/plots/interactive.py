"""Who was contacted, as one page to search and point at, which asks nothing of any network?"""

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from hartools.capture import Capture
from hartools.errors import HarError
from hartools.graphs import edges_table, nodes_table
from hartools.plots.map_page import map_page
from hartools.plots.style import labelled

__all__ = ["InteractiveMap", "interactive_map", "write_request_map"]


@dataclass(frozen=True)
class InteractiveMap:
    """Hold a request map as one HTML page; a notebook shows it.

    Attributes
    ----------
    html : str
        The page: picture, style, script and data, and nothing to fetch.
    title : str
        The finding.
    alt : str
        The text that stands for the map where it cannot be seen.
    """

    html: str = field(repr=False)
    title: str
    alt: str = field(repr=False)

    def _repr_html_(self) -> str:
        # a frame of its own, without our origin: what a file might smuggle in reaches neither notebook nor page
        # the words inside stand where no frame is shown, as in a notebook that is not trusted
        return (f'<iframe title="{html.escape(self.title)}" srcdoc="{html.escape(self.html)}" sandbox="allow-scripts" referrerpolicy="no-referrer" '
                f'style="width:100%;height:760px;border:1px solid #bbb">{html.escape(self.title)}. {html.escape(self.alt)} To see the map, trust the notebook.</iframe>')


def interactive_map(capture: Capture, *, level: str = "host", kinds: str | Iterable[str] | None = None, top: int = 200, title: str | None = None) -> InteractiveMap:
    """Draw the request map as a page: point at a mark, filter by party and organisation, search.

    Parameters
    ----------
    capture : Capture
        A capture, or an observer's view.
    level : {"host", "site", "operator", "organisation"}
        What a mark stands for.
    kinds : {"all"}, kind, or iterable of kinds, optional
        Which evidence of who led to whom; see `hartools.graphs.request_graph`.
    top : int
        Most marks around the middle; further ones share one mark, and each stands in the table.
    title : str, optional
        By default the finding.

    Returns
    -------
    InteractiveMap

    Raises
    ------
    HarError
        If the capture holds no request to a host.
    UnknownChoiceError
        If the level or a kind is none of these.

    Notes
    -----
    The layout is worked out in Python, the same as `plot_request_map` has, so the same capture gives the
    same bytes. The page allows itself no address to fetch and no script but its own, by its hash
    (Content-Security-Policy).

    Examples
    --------
    >>> import hartools as ht
    >>> interactive_map(ht.read_har(ht.example_har()))
    InteractiveMap(title='5 third-party hosts were asked 7 times and answered 5')
    """
    capture, known = labelled(capture)
    nodes, edges = nodes_table(capture, level=level, kinds=kinds), edges_table(capture, level=level, kinds=kinds)
    if not len(nodes):
        raise HarError(f"{capture.source.name}: no request to a host, so there is no map to draw. Is it the right file? capture.notes says what was met in it.")
    return _rendered(nodes, edges, level, top, known, title)


def write_request_map(capture: Capture, path: str | Path, *, level: str = "host", kinds: str | Iterable[str] | None = None, top: int = 200, title: str | None = None) -> Path:
    """Write the interactive request map as one HTML file that opens anywhere, without a network.

    Parameters
    ----------
    capture : Capture
    path : str or Path
        Where to write; its folder must exist.
    level, kinds, top, title
        See `interactive_map`.

    Returns
    -------
    Path
        The file written.

    Examples
    --------
    >>> import tempfile, hartools as ht
    >>> page = write_request_map(ht.read_har(ht.example_har()), Path(tempfile.mkdtemp()) / "map.html")
    >>> "default-src 'none'" in page.read_text(encoding="utf-8")
    True
    """
    path = Path(path)
    path.write_text(interactive_map(capture, level=level, kinds=kinds, top=top, title=title).html, encoding="utf-8", newline="\n")
    return path


def _rendered(nodes: pd.DataFrame, edges: pd.DataFrame, level: str, top: int, known: bool, title: str | None) -> InteractiveMap:
    page = map_page(nodes, edges, level=level, top=top, known=known, title=title)
    text = _template().render(**page | {"data": _as_data(page["data"])})
    return InteractiveMap(text, page["title"], page["alt"])


def _as_data(data: object) -> Markup:
    """Write JSON that no HTML parser can leave: the letters that matter to one are escaped, as is all but ASCII."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


@lru_cache(maxsize=1)
def _template():
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    folder = files("hartools.plots").joinpath("data")
    script = folder.joinpath("interactive_map.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment.globals |= {"style": Markup(folder.joinpath("interactive_map.css").read_text(encoding="utf-8")), "script": Markup(script), "script_hash": f"sha256-{digest}"}
    return environment.from_string(folder.joinpath("interactive_map.html.j2").read_text(encoding="utf-8"))
