"""Whom does a page of HTML show: in JSON-LD, in microdata, or as a picture beside a name and a link?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from hartools.inference.named_people import NAMES, folded_name, people_in_json, picture_id
from hartools.payloads.assets import asset_of
from hartools.reading.fitting import clean

__all__ = ["people_in_html", "searched_by_address"]

# HTML is hostile: beyond these a page is not read on.
LONGEST = 2_000_000
MOST_ELEMENTS = 100_000
MOST_PICTURES = 5_000
DEEPEST = 256
LONGEST_NAME = 200
# How far up from a picture its card may reach, and how many links a card may have.
CARD_HEIGHT, CARD_LINKS = 8, 6
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
PERSONS = ("physician", "person", "dentist", "medicalbusiness", "medicalclinic", "medicalorganization", "individualphysician", "physiciansoffice")
# Parts of an address that say what kind of page it is and not what was searched.
KINDS_OF_PAGE = frozenset("search recherche find trouver results resultats list liste listing page pages doctors docteurs medecins practitioners praticiens annuaire directory".split())


@dataclass
class Element:
    """Hold one element of a page, with what of it is needed here."""

    tag: str
    attributes: dict
    parent: "Element | None"
    children: list = field(default_factory=list)
    texts: list = field(default_factory=list)

    def within(self) -> Iterator["Element"]:
        """Go through this element and all in it, in the order of the page."""
        waiting = [self]
        while waiting:
            each = waiting.pop()
            yield each
            waiting += reversed(each.children)

    def text(self) -> str:
        """Return its text, spaces put together, no more than a name needs."""
        pieces = (text for each in islice(self.within(), 200) for text in each.texts)
        return " ".join(" ".join(islice(pieces, LONGEST_NAME)).split())[:LONGEST_NAME]


class _Reader(HTMLParser):
    """Build a tree that forgives what browsers forgive, and stops where a page is too large or too deep."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {}, None)
        self.depth, self.left, self.data = 0, MOST_ELEMENTS, []

    def _opened(self, tag, attrs):
        if not self.left or (self.depth >= DEEPEST and tag not in VOID):
            return
        self.left -= 1
        made = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(made)
        if tag not in VOID:
            self.here, self.depth = made, self.depth + 1

    def _opened_and_closed(self, tag, attrs):
        self._opened(tag, attrs)
        if tag not in VOID and self.here.tag == tag and self.here.parent is not None:
            self.here, self.depth = self.here.parent, self.depth - 1

    def _closed(self, tag):
        at, steps = self.here, 0
        while at.parent is not None and at.tag != tag:
            at, steps = at.parent, steps + 1
        if at.parent is not None:
            self.here, self.depth = at.parent, self.depth - steps - 1

    def _said(self, data):
        if self.here.tag == "script":
            if "ld+json" in self.here.attributes.get("type", ""):
                self.data.append(data)
        elif self.here.tag != "style" and data.strip():
            self.here.texts.append(data[: 4 * LONGEST_NAME])

    # by these names the parser calls them
    handle_starttag, handle_startendtag, handle_endtag, handle_data = _opened, _opened_and_closed, _closed, _said


def people_in_html(text: str, url: str, wanted: list[str]) -> list[dict]:
    """Read the people that a page shows.

    Parameters
    ----------
    text : str
    url : str
        Address of the page: pictures and links are resolved against it, and what it names was searched.
    wanted : list of str
        asset_id, practitioner, the attributes.

    Returns
    -------
    list of dict
        One row per person: first those of JSON-LD, then of microdata, then of result cards, each
        picture once. An attribute that is not said beside the person is that of the address,
        where the page shows several people.

    Examples
    --------
    >>> page = '<li><img src="https://res.cloudinary.com/x/image/upload/a1.jpg"><a href="/dr-a">Dr Ada</a></li>'
    >>> people_in_html(f"<ul>{page}{page.replace('a1', 'a2').replace('Ada', 'Bo')}</ul>", "https://www.x.example/dentiste/lyon", ["asset_id", "practitioner", "specialty", "city"])[0]
    {'asset_id': 'a2', 'practitioner': 'Dr Bo', 'specialty': 'dentiste', 'city': 'lyon'}
    """
    reader = _Reader()
    try:
        reader.feed(_without_declarations(text[:LONGEST]))
        reader.close()
    except (AssertionError, RecursionError):  # what the parser itself gives up on
        pass
    people = [row for data in reader.data for row in people_in_json(data, wanted)]
    shown = [{"asset_id": None, "practitioner": None} | row for row in (*_microdata(reader.root, url), *_cards(reader.root, url))]
    searched = searched_by_address(url, wanted[2:]) if len({row["asset_id"] for row in shown}) > 1 else {}
    held = {row["asset_id"] for row in people if row["asset_id"]}
    for row in shown:
        if row["practitioner"] and row["asset_id"] not in held and any(row.get(name) or searched.get(name) for name in wanted[2:]):
            held.add(row["asset_id"])
            people.append({name: clean(row.get(name) or searched.get(name)) if row.get(name) or searched.get(name) else None for name in wanted})
    return people


def _without_declarations(text: str) -> str:
    """Take out comments and declarations, and an end that is no whole tag.

    CPython 3.11.7's parser looks for the end of each that is not closed through all of what follows.
    """
    kept, at = [], 0
    while (opened := text.find("<!", at)) >= 0:
        kept.append(text[at:opened])
        end = "-->" if text.startswith("<!--", opened) else ">"
        closed = text.find(end, opened + 2)
        if closed < 0:
            at = len(text)
            break
        at = closed + len(end)
    whole = "".join(kept) + text[at:]
    return whole[: whole.rfind(">") + 1]


def searched_by_address(url: str, attributes: list[str]) -> dict[str, str]:
    """Tell what the address of a result page says was searched.

    Parameters that bear an attribute's name count first; else the parts of the path, less those that name a kind
    of page, if there are as many as attributes, or one, in the attributes' order.

    Examples
    --------
    >>> searched_by_address("https://x.example/recherche?ville=lyon&speciality=dentiste", ["specialty", "city"])
    {'specialty': 'dentiste', 'city': 'lyon'}
    >>> searched_by_address("https://x.example/fr/dentiste/lyon", ["specialty", "city"])
    {'specialty': 'dentiste', 'city': 'lyon'}
    """
    try:
        parts = urlsplit(url)
        given = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        return {}
    named = {name: value.strip() for name in attributes for key, value in given if value.strip() and folded_name(key) in NAMES.get(name, {name})}
    if named:
        return {name: named[name][:LONGEST_NAME] for name in attributes if name in named}
    path = [unquote(part).strip().lower() for part in parts.path.split("/")]
    path = [part for part in path if part and len(part) != 2 and part not in KINDS_OF_PAGE and not part.isdigit() and "." not in part]
    return dict(zip(attributes, (part[:LONGEST_NAME] for part in path), strict=False)) if 0 < len(path) <= len(attributes) else {}


def _picture(element: Element, url: str) -> str | None:
    """Return the id of the picture of an image CDN that an element shows."""
    for name in ("src", "data-src", "data-lazy-src", "srcset", "content", "href"):
        value = element.attributes.get(name, "").strip()
        if not value or value.startswith("data:"):
            continue
        try:
            # a set of sources is cut at its first space; addresses of image CDNs hold commas
            found = asset_of(urljoin(url, value.split()[0].rstrip(",") if name == "srcset" else value))
        except ValueError:
            continue
        if found is not None and found.normalised_by == "grammar":
            return found.asset_id
    return None


def _microdata(root: Element, url: str) -> Iterator[dict]:
    items = (each for each in root.within() if "itemscope" in each.attributes)
    for item in islice(items, MOST_PICTURES):
        if folded_name(item.attributes.get("itemtype", "").rstrip("/").rsplit("/", 1)[-1]) not in PERSONS:
            continue
        row: dict = {}
        for each in islice(item.within(), 500):
            for word in each.attributes.get("itemprop", "").split():
                name = next((name for name, names in NAMES.items() if folded_name(word) in names), None)
                if name == "asset_id":
                    row.setdefault(name, _picture(each, url) or picture_id(each.attributes.get("content") or None))
                elif name and not (name == "practitioner" and "itemscope" in each.attributes):
                    value = (each.attributes.get("content") or each.text()).strip()[:LONGEST_NAME]
                    row.setdefault(name, value.rsplit("/", 1)[-1] if "schema.org/" in value else value)
        if row.get("practitioner"):
            yield row


def _cards(root: Element, url: str) -> Iterator[dict]:
    """Find result cards: the largest element around a picture that holds no other, with a link and a name."""
    shown = (each for each in root.within() if each.tag in ("img", "source"))
    pictures = [(each, asset) for each in islice(shown, MOST_PICTURES) if (asset := _picture(each, url))]
    counts: dict[int, set] = {}
    for element, asset in pictures:
        at = element.parent
        while at is not None:
            counts.setdefault(id(at), set()).add(asset)
            at = at.parent
    for asset, element in {asset: element for element, asset in reversed(pictures)}.items():
        card, at, height = None, element.parent, 0
        while at is not None and at.parent is not None and len(counts[id(at)]) == 1 and height < CARD_HEIGHT and at.tag not in ("body", "main", "html"):
            card, at, height = at, at.parent, height + 1
        if card is None:
            continue
        links = [each for each in card.within() if each.tag == "a" and each.attributes.get("href", "").strip()]
        name = _name(card, links, element) if 0 < len(links) <= CARD_LINKS else None
        if name:
            yield {"asset_id": asset, "practitioner": name}


def _name(card: Element, links: list[Element], picture: Element) -> str | None:
    """Read a name of two words and more: a heading, a link, or what stands for the picture."""
    headings = [each.text() for each in card.within() if each.tag in HEADINGS]
    for text in (*headings, *(link.text() for link in links), " ".join(picture.attributes.get("alt", "").split())[:LONGEST_NAME]):
        if 2 <= len(text.split()) <= 8:
            return text
    return None
