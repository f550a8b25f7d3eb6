"""Where in a capture does each needle stand, in which text and behind which layers?"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from hartools.payloads.leaks.layers import address_parts, encoded_places, inner_texts, looks_encoded, unescaped
from hartools.payloads.leaks.needles import Meaning, Needles
from hartools.payloads.leaks.scan import Escaped, Scanner, Token
from hartools.payloads.leaks.small_domains import Inverted
from hartools.payloads.leaks.texts import Source

__all__ = ["Found", "search"]

# Layers that are undone one inside the other on the way to a value, beside those that `decode` follows on its own.
MOST_ROUNDS = 3
LONGEST_WHOLE = 700
ADDRESSES = ("url", "Referer", "Location")
BODIES = ("body", "WebSocket", "answered message")


class Found(NamedTuple):
    """One hit in one text of a source.

    Attributes
    ----------
    source : Source
    text : int
        Which of its texts.
    way : str
        The layers undone to reach the place: ``" → base64 → $.user.email"``.
    name : str or None
        Name under which the value stands inside the text, where the layers give one.
    part : str or None
        The part of an address, where the layers began in one.
    start, end : int
        In the innermost text, in bytes.
    inner : bytes
        The innermost text.
    meaning : Meaning or Inverted
    tier : str
        inside, where a longer word holds it; whole, where a parameter's value is nothing else.
    """

    source: Source
    text: int
    way: str
    name: str | None
    part: str | None
    start: int
    end: int
    inner: bytes
    meaning: Meaning | Inverted
    how: str


class _Place(NamedTuple):
    source: Source
    text: int
    way: str = ""
    name: str | None = None
    part: str | None = None
    rounds: int = 0


def search(sources: Iterable[Source], needles: Needles) -> Iterator[Found]:
    """Yield every place at which a needle stands, source by source.

    Parameters
    ----------
    sources : iterable of Source
    needles : Needles

    Notes
    -----
    Each text is looked at once however often it stands in the capture. Layers are undone only where a
    text looks encoded (`layers.looks_encoded`), and inside a text where a run of base64 characters says something.

    Examples
    --------
    >>> import hartools as ht
    >>> from hartools.payloads.leaks.forms import Form
    >>> from hartools.payloads.leaks.needles import needles_of
    >>> from hartools.payloads.leaks.texts import sources_of
    >>> needles = needles_of([Form("city", "text", "trim(city)", "dentiste/lyon")])
    >>> [(found.source.field, found.meaning.written) for found in search(sources_of(ht.read_har(ht.example_har())), needles)]
    [('url', 'trim(city)'), ('url', 'percent(trim(city))'), ('query', 'trim(city)')]
    """
    scanner = Scanner(needles)
    whole = {text.decode("utf-8", "replace"): meaning for text, meaning in needles.whole.items()}
    for source in sources:
        texts = [text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in source.texts]
        waiting: list = []
        escaped: set[int] = set()
        yield from _scanned(scanner, texts, lambda place, source=source: _Place(source, place), waiting, escaped)
        for each in _opened(source, whole) if source.field != "response body" else _opened_answers(source, escaped):
            if isinstance(each, Found):
                yield each
            else:
                waiting.append(each)
        yield from _deeper(scanner, whole, waiting)


def _scanned(scanner: Scanner, texts: list[bytes], place_of: Callable[[int], _Place], waiting: list, escaped: set[int]) -> Iterator[Found]:
    """Yield the hits in some texts, put what their tokens say into the list of what waits, and note what is escaped twice."""
    for item in scanner.scan(texts):
        place = place_of(item.text)
        if isinstance(item, Escaped):
            escaped.add(item.text)
        elif isinstance(item, Token):
            waiting.append((place._replace(way=f"{place.way} → base64", rounds=place.rounds + 1), item.said, False, item.start))
        else:
            how = "inside" if item.has_neighbour else "token"
            yield Found(place.source, place.text, place.way, place.name, place.part, item.start, item.end, texts[item.text], item.meaning, how)


def _opened(source: Source, whole: dict[str, Meaning]) -> Iterator[Found | tuple]:
    """Compare whole values with what is too short to be looked for inside a text, and open what looks encoded."""
    if source.field in ADDRESSES:
        yield from _opened_addresses(source, whole)
        return
    if source.is_value:
        for place in [place for place, text in enumerate(source.texts) if text.lower() in whole]:
            yield from _compared(_Place(source, place), source.texts[place], whole)
        places = encoded_places(source.texts)
    else:
        places = range(len(source.texts)) if source.field in BODIES else [place for place, text in enumerate(source.texts) if looks_encoded(text)]
    for place in places:
        yield from _inside(_Place(source, place), source.texts[place])


def _opened_answers(source: Source, escaped: set[int]) -> Iterator[tuple]:
    """Undo the escapes of answers that are escaped twice; single ones are among the needles, and the rest is searched as it is."""
    for place, text in enumerate(source.texts):
        if isinstance(text, bytes):
            yield from _inside(_Place(source, place), text)
        elif place in escaped:
            changed = unescaped(text)
            if changed:
                yield _Place(source, place, f" → {changed[0]}"), changed[1], False, 0


def _opened_addresses(source: Source, whole: dict[str, Meaning]) -> Iterator[Found | tuple]:
    parts, places = [], []
    for place, text in enumerate(source.texts):
        # table params has the query of a request
        for field, name, value in address_parts(text.partition("?")[0] if source.field == "url" else text):
            parts.append(value)
            places.append((place, field, name))
            if value.lower() in whole:
                yield from _compared(_Place(source, place, "", name, field), value, whole)
            if value not in text:
                # escapes were undone: another text than the one that was searched
                yield _Place(source, place, "", name, field), value, False, 0
    for at in encoded_places(parts):
        place, field, name = places[at]
        if parts[at] in source.texts[place]:
            yield from _inside(_Place(source, place, "", name, field), parts[at])


def _compared(place: _Place, text: str | bytes, whole: dict[str, Meaning]) -> Iterator[Found]:
    meaning = whole.get(text.lower()) if isinstance(text, str) and len(text) <= LONGEST_WHOLE else None
    if meaning is not None:
        data = text.encode("utf-8", "surrogatepass")
        yield Found(place.source, place.text, place.way, place.name, place.part, 0, len(data), data, meaning, "whole")


def _inside(place: _Place, text: str | bytes) -> Iterator[tuple]:
    escaped = isinstance(text, bytes) or "\\" in text
    for inner in inner_texts(text):
        name = inner.name if place.name is None or inner.name is None else f"{place.name} → {inner.name}"
        deeper = place._replace(way=place.way + inner.way, name=name or place.name, rounds=place.rounds + 1)
        # the leaves of plain JSON were searched with the whole of it; they are only compared
        is_direct = inner.way.count(" → ") == 1 and inner.way.startswith(" → $") and not escaped
        yield deeper, inner.text, inner.is_value, -1 if is_direct else 0


def _deeper(scanner: Scanner, whole: dict[str, Meaning], waiting: list) -> Iterator[Found]:
    """Search what was found behind layers, and what stands inside that, a few layers on."""
    while waiting:
        texts, places, following = [], [], []
        for place, text, is_value, start in waiting:
            if is_value:
                yield from _compared(place, text, whole)
            if start < 0:
                continue
            data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
            texts.append(data)
            places.append(place)
            if not is_value and place.rounds < MOST_ROUNDS:
                following += _of_token(place, data)
        more: list = []
        yield from _scanned(scanner, texts, places.__getitem__, more, set())
        waiting = [*following, *(each for each in more if each[0].rounds <= MOST_ROUNDS)]


def _of_token(place: _Place, data: bytes) -> Iterator[tuple]:
    """Open what a token says: JSON, packed bytes, another encoding; or undo its escapes."""
    try:
        text: str | bytes = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data
    if isinstance(text, bytes) or looks_encoded(text):
        yield from _inside(place, text)
