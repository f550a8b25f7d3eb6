"""A file becomes a Capture: any exporter, labels left unknown."""

import os
from collections.abc import Sequence
from functools import partial

from hartools.capture import Capture, Source
from hartools.errors import NotAHarError
from hartools.reading.bodies import body_reader
from hartools.reading.dialects import recognise
from hartools.reading.files import MAX_BYTES, MAX_LAYERS, Content, open_content
from hartools.reading.frugally import frugally
from hartools.reading.haralyzer import page_metrics, to_haralyzer
from hartools.reading.headers import header
from hartools.reading.log import MAX_DEPTH, find_log
from hartools.reading.progress import Progress
from hartools.reading.schema import Entry
from hartools.reading.several import Unread, files_of, one_of_many
from hartools.reading.tables import Tables

__all__ = ["page_metrics", "read_har", "to_haralyzer"]

# How many entries are looked at for a User-Agent; the first ones may be data: URLs or cached.
LOOKED_AT = 20


def read_har(source, *, max_bytes: int = MAX_BYTES, max_layers: int = MAX_LAYERS, max_depth: int = MAX_DEPTH) -> Capture:
    """Read a HAR file, or several, into a capture.

    Nothing is dropped: what does not fit the format is repaired or set aside and listed in
    ``notes``, with the byte at which it stands. Bodies stay undecoded until `Capture.bodies` asks
    for them. A plain file is mapped into memory, not copied, so it must not be changed in place
    while the capture is in use.

    Parameters
    ----------
    source : path, glob, bytes, binary file object, or list of these
        A HAR, plain or packed (gzip, zlib, zip), whole or damaged. A list or a glob such as
        ``"visits/*.har"`` gives one capture, with the file of each row in ``capture_id``.
    max_bytes : int
        Most bytes that a packed file may unpack to; a gigabyte by default.
    max_layers : int
        Most containers inside one another; 4 by default.
    max_depth : int
        Most levels of nesting kept in a damaged entry; 200 by default, 500 at most.

    Returns
    -------
    Capture
        With ``site``, ``party`` and ``owner`` unknown until a ``label_`` function fills them.

    Raises
    ------
    NotAHarError
        If the file holds no entry; of several files, if none does.
    SizeLimitError
        If it unpacks to more than `max_bytes` or `max_layers`.
    OSError
        If it cannot be opened.

    Examples
    --------
    >>> import hartools as ht
    >>> capture = ht.read_har(ht.example_har())
    >>> capture.entries.outcome.value_counts().to_dict()
    {'answered': 6, 'redirected': 1, 'blocked': 1, 'cached': 1}
    """
    read = partial(_read, max_bytes=max_bytes, max_layers=max_layers, max_depth=max_depth)
    files = files_of(source)
    if files is None:
        captures = read(source)
        return captures[0] if len(captures) == 1 else one_of_many(captures)
    found: list[Capture | Unread] = []
    for file in files:
        try:
            found += read(file)
        except NotAHarError as error:
            found.append(Unread(_name(file), str(error)))
    return one_of_many(found)


def _name(file) -> str:
    return os.path.basename(os.fspath(file)) if isinstance(file, (str, os.PathLike)) else "<bytes>"


def _read(source, *, max_bytes: int, max_layers: int, max_depth: int) -> list[Capture]:
    with Progress(_name(source)) as progress, frugally():
        contents = open_content(source, max_bytes=max_bytes, max_layers=max_layers, progress=progress)
        return [_capture(content, max_depth, progress) for content in contents]


def _capture(content: Content, max_depth: int, progress: Progress) -> Capture:
    log = find_log(content.data, name=content.name, offset=content.offset, max_depth=max_depth, progress=progress)
    log.notes[:0] = content.notes
    first = log.first(LOOKED_AT)
    dialect, exporter = recognise(log.meta, first, _agents(first))
    return Capture(
        Source(content.name, content.size, content.containers, _sha256=content.sha256),
        exporter,
        _build=Tables(log, dialect, content.attachment, name=content.name).builders(),
        _read_body=body_reader(log, content.attachment),
        _document=log.document,
    )


def _agents(first: Sequence[Entry]) -> dict[str, str | None]:
    """Find the headers that name the browser, in one of the first entries."""
    for entry in first:
        agent = header(entry.request.headers, "user-agent") if entry.request else None
        if agent:
            return {"user-agent": agent, "sec-ch-ua": header(entry.request.headers, "sec-ch-ua")}
    return {}
