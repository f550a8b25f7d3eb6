"""Which HTML does the site answer for a path?"""

from html import escape

from . import hosts
from .directory import CITIES, SPECIALTIES, slug

__all__ = ["page_for"]

CLOUDINARY = f"https://{hosts.CDN}/medirendezvous/image/upload"
MEASUREMENT_ID = "G-MRDV2K7Q4X"

SHELL = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/favicon.png">
<link rel="stylesheet" href="/static/site.css">
<script async src="https://{tag_host}/gtag/js?id={measurement_id}"></script>
<script defer src="/static/measure.js"></script>
<script defer src="/static/cards.js"></script>
</head>
<body {data}>
<header><a href="/">MediRendezVous</a>
<form id="search"><input id="specialty" placeholder="spécialité"><input id="city" placeholder="ville">
<button id="chercher">Chercher</button></form></header>
<main>
{main}
</main>
<footer>Site inventé&nbsp;: aucune de ces personnes n'existe.</footer>
</body>
</html>
"""

# What measures the page; where the site asks first, the consent service's banner comes along.
MEASURING = '<script defer src="/static/measure.js"></script>'
MEASURING_AND_ASKING = f"""<script async src="https://{hosts.CONSENT}/banner.js?site=medirendezvous"></script>
<script defer src="/static/events.js"></script>"""

HOME = """<h1>Prenez rendez-vous près de chez vous</h1>
<h2>À la une</h2>
<div id="cards" class="cards"></div>"""

SEARCH = """<h1>{heading}</h1>
<p><span id="total"></span></p>
<div id="cards" class="cards"></div>
<button id="voir-plus" hidden>Voir plus</button>
<h2>Recommandé</h2>
<div id="recommended" class="cards"></div>"""

PRACTITIONER = """<h1>{name}</h1>
{portrait}
<p>{specialty}, {city}</p>
<p><a id="prendre-rendez-vous" href="/rendez-vous/{slug}">Prendre rendez-vous</a></p>"""

BOOKING = """<h1>Rendez-vous avec {name}</h1>
{portrait}
<form method="post" action="/rendez-vous/{slug}">
<label>Motif <select name="motif"><option>Première consultation</option><option>Suivi</option></select></label>
<label>Date <input type="date" name="date"></label>
<button>Confirmer</button>
</form>"""


def page_for(path, directory, *, with_banner=False):
    """Return the HTML of a path, or None where the site has no such page."""
    html = _page(path, directory)
    return html and html.replace(MEASURING, MEASURING_AND_ASKING) if with_banner else html


def _page(path, directory):
    """Return the HTML of a path where the site asks nothing."""
    parts = path.strip("/").split("/")
    if parts == [""]:
        return _shell("MediRendezVous - rendez-vous médicaux", HOME, view="home")
    if len(parts) == 2 and parts[0] in ("praticien", "rendez-vous"):
        person = directory.person(parts[1])
        return person and _person_page(parts[0], person)
    if parts[0] in SPECIALTIES and (len(parts) == 1 or (len(parts) == 2 and parts[1] in CITIES)):
        return _search_page(*parts)
    return None


def _search_page(specialty, city=""):
    """Return the page of a search; its script asks for the results."""
    heading = _words(specialty) + (f" à {_words(city)}" if city else "")
    main = SEARCH.format(heading=heading)
    return _shell(f"{heading} - MediRendezVous", main, view="search", specialty=specialty, city=city)


def _person_page(kind, person):
    """Return a practitioner's own page or booking page."""
    template = PRACTITIONER if kind == "praticien" else BOOKING
    words = {"specialty": _words(person.specialty), "city": _words(person.city)}
    main = template.format(name=escape(person.practitioner), slug=slug(person.practitioner),
                           portrait=_large_portrait(person), **words)
    start = person.practitioner if kind == "praticien" else f"Rendez-vous avec {person.practitioner}"
    return _shell(f"{start}, {words['specialty']} à {words['city']} - MediRendezVous", main, view=kind)


def _large_portrait(person):
    """Return the picture of a person's page, or nothing."""
    if not person.asset_id:
        return ""
    return (f'<img width="320" height="320" alt="" '
            f'src="{CLOUDINARY}/w_320,h_320,c_fill,g_face/{person.asset_id}.jpg">')


def _shell(title, main, **data):
    """Return a whole page, with what its script needs to know as data attributes of the body."""
    attributes = " ".join(f'data-{name}="{escape(value)}"' for name, value in data.items())
    return SHELL.format(title=escape(title), main=main, data=attributes,
                        tag_host=hosts.GOOGLE_TAG, measurement_id=MEASUREMENT_ID)


def _words(name):
    """Return a slug as a heading shows it."""
    return name.replace("-", " ").capitalize()
