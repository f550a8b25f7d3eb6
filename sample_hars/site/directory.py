"""Who practises what, and where, in the invented directory?

``practitioners.csv`` is the directory: one row per practitioner and specialty. It is generated from a
fixed seed, so that the same code always gives the same bytes; no row describes an actual person.
Needs the standard library only. To write the file again, from the folder above ``sample_hars``::

    python -m sample_hars.site.directory
"""

import csv
import hashlib
import io
import random
import unicodedata
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Practitioner", "generate_practitioners", "practitioners_csv", "read_practitioners", "slug", "stable_rank"]

CSV_PATH = Path(__file__).with_name("practitioners.csv")
COLUMNS = ("asset_id", "practitioner", "specialty", "city")
SEED = "medirendezvous"
ASSET_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
ASSET_LENGTH = 20
SHARE_WITH_PICTURE = 0.75
LARGEST_CLASS = 25

MEDICAL = (
    "cardiologue", "chirurgien-orthopediste", "dermatologue", "echographiste", "endocrinologue",
    "gastro-enterologue", "gynecologue", "medecin-generaliste", "oncologue", "ophtalmologue",
    "orl", "pediatre", "psychiatre", "radiologue", "rhumatologue",
)
DENTAL = ("dentiste",)
PARAMEDICAL = ("kinesitherapeute", "orthophoniste", "psychologue", "sage-femme")
SPECIALTIES = tuple(sorted(MEDICAL + DENTAL + PARAMEDICAL))

CITIES = (
    "amiens", "angers", "besancon", "bordeaux", "brest", "clermont-ferrand", "dijon", "grenoble",
    "le-havre", "le-mans", "lille", "limoges", "lyon", "marseille", "metz", "montpellier", "nantes",
    "nice", "paris", "reims", "rennes", "rouen", "strasbourg", "toulouse", "tours",
)
LARGE_CITIES = ("paris", "lyon", "marseille", "toulouse")

# Sizes that the visits rely on; every other class draws its size.
FIXED_SIZES = {
    ("oncologue", "paris"): 22,
    ("dentiste", "lyon"): 24,
    ("psychiatre", "nantes"): 14,
    ("gynecologue", "lille"): 13,
    ("dermatologue", "bordeaux"): 15,
    ("sage-femme", "brest"): 8,
}

# In this one city the same people hold both specialties: their pictures cannot tell which was searched.
TWIN_CITY, TWIN_SPECIALTY, TWIN_OF = "brest", "echographiste", "sage-femme"

# Everywhere a few practitioners hold a second, related specialty (one later in the alphabet) in the same city.
SECOND_SPECIALTY = {
    "chirurgien-orthopediste": "rhumatologue",
    "medecin-generaliste": "pediatre",
    "oncologue": "radiologue",
    "psychiatre": "psychologue",
}
SHARE_WITH_SECOND_SPECIALTY = 0.06

FEMALE_NAMES = (
    "Adèle", "Agathe", "Alice", "Amina", "Anaïs", "Anne", "Aurore", "Béatrice", "Camille", "Capucine",
    "Cécile", "Charlotte", "Chloé", "Claire", "Clémence", "Coralie", "Delphine", "Diane", "Élise", "Élodie",
    "Emma", "Estelle", "Eva", "Fanny", "Fatou", "Flore", "Gaëlle", "Hélène", "Inès", "Iris",
    "Jeanne", "Juliette", "Laure", "Leïla", "Lucie", "Maëlle", "Manon", "Margaux", "Marion", "Mathilde",
    "Nadia", "Nora", "Océane", "Ophélie", "Pauline", "Rose", "Sarah", "Solène", "Valentine", "Zoé",
)
MALE_NAMES = (
    "Adrien", "Alban", "Alexis", "Antoine", "Arnaud", "Arthur", "Aurélien", "Baptiste", "Basile", "Benoît",
    "Bruno", "Cédric", "Clément", "Corentin", "Cyril", "Damien", "Édouard", "Étienne", "Fabien", "Félix",
    "Florent", "Gabriel", "Gaspard", "Guillaume", "Hugo", "Ismaël", "Jérémy", "Joachim", "Jules", "Karim",
    "Laurent", "Léo", "Loïc", "Lucas", "Malo", "Martin", "Mathieu", "Maxime", "Mehdi", "Nathan",
    "Nicolas", "Olivier", "Quentin", "Raphaël", "Robin", "Samuel", "Simon", "Tanguy", "Théo", "Victor",
)
FAMILY_NAMES = (
    "Alvarez", "Ancelin", "Arnoux", "Aubriot", "Ballandier", "Barsac", "Beaulande", "Belhadji", "Bergerac",
    "Besnardin", "Blancheville", "Boisclair", "Bonnemaison", "Boutonnier", "Brazeau", "Cadoret", "Carlier",
    "Cassagne", "Chabrier", "Chantelou", "Charron", "Chevreuse", "Clairvaux", "Coatmellec", "Cordonnier",
    "Courtois", "Dallemagne", "Darmont", "Delacourt", "Desforges", "Desrosiers", "Diallonge", "Dubreuil",
    "Duchemin", "Ducoudray", "Dufresne", "Escoffier", "Estienne", "Fabrègue", "Faucheux", "Favreau",
    "Ferrandin", "Fontvieille", "Fournel", "Gaillardet", "Garnaud", "Gauchery", "Giraudel", "Gombert",
    "Grandclaude", "Grosjean", "Guérande", "Guilloux", "Hamonic", "Hautbois", "Héraultin", "Jacquinot",
    "Jolivet", "Josselin", "Kerbrat", "Kermarec", "Labastide", "Lacassin", "Lafontan", "Lanvin", "Larrieu",
    "Lavergnat", "Lebossé", "Lecointre", "Lemaréchal", "Lestrade", "Letourneau", "Lorrain", "Maignan",
    "Malherbe", "Marchesin", "Massonneau", "Maupertuis", "Mercadier", "Mirabel", "Monteil", "Morvannou",
    "Navarre", "Nivernais", "Ouvrard", "Pasquier", "Pélissier", "Périgord", "Pontivy", "Poulenard",
    "Quémener", "Rabelin", "Rigaudie", "Rochebrune", "Roumégas", "Sabatier", "Saintonge", "Sauvageot",
    "Sénéchal", "Tavernier", "Tessandier", "Thévenard", "Tisserand", "Tremblade", "Vauquelin", "Verdonnet",
    "Viguier", "Villedieu", "Vuillemin", "Ybarren",
)


@dataclass(frozen=True)
class Practitioner:
    """Hold one row of the directory; ``asset_id`` is empty where there is no picture."""

    asset_id: str
    practitioner: str
    specialty: str
    city: str


def slug(text):
    """Return ``text`` as it is spelt in a path: no accents, no capitals, hyphens between words."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())


def generate_practitioners():
    """Return every row of the directory, sorted by specialty, city and name."""
    draw = _Draw(SEED)
    people = draw.people()
    rows = []
    for city in CITIES:
        sizes = {specialty: _class_size(draw, specialty, city) for specialty in SPECIALTIES}
        for specialty in SPECIALTIES:
            if (specialty, city) == (TWIN_SPECIALTY, TWIN_CITY):
                continue
            members = [_practitioner(draw, next(people), specialty, city) for _ in range(sizes[specialty])]
            rows += members
            second = SECOND_SPECIALTY.get(specialty)
            if second:
                # A second row takes a place of its own class, so that no class outgrows the largest size.
                holders = [m for m in members if draw.chance(SHARE_WITH_SECOND_SPECIALTY)][: sizes[second] - 1]
                sizes[second] -= len(holders)
                rows += [_with_specialty(m, second) for m in holders]
            if (specialty, city) == (TWIN_OF, TWIN_CITY):
                rows += [_with_specialty(m, TWIN_SPECIALTY) for m in members]
    return sorted(rows, key=lambda row: (row.specialty, row.city, slug(row.practitioner)))


def practitioners_csv():
    """Return the text of ``practitioners.csv``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in generate_practitioners():
        writer.writerow([getattr(row, column) for column in COLUMNS])
    return text.getvalue()


def read_practitioners(path=CSV_PATH):
    """Return the rows of a ``practitioners.csv``."""
    with open(path, encoding="utf-8", newline="") as file:
        return [Practitioner(**row) for row in csv.DictReader(file)]


class _Draw:
    """Draw from a fixed seed, by ``random()`` alone.

    Python promises the same sequence in every version for ``random()``; not for ``choice`` or ``shuffle``.
    """

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def below(self, n):
        """Return a whole number from 0 to ``n - 1``."""
        return int(self._random() * n)

    def chance(self, share):
        """Return True for about this share of the calls."""
        return self._random() < share

    def asset_id(self):
        """Return a name such as an image service gives to an uploaded picture."""
        return "".join(ASSET_ALPHABET[self.below(len(ASSET_ALPHABET))] for _ in range(ASSET_LENGTH))

    def people(self):
        """Yield (first name, family name, is female), never the same name twice."""
        first_names = [(name, True) for name in FEMALE_NAMES] + [(name, False) for name in MALE_NAMES]
        pool = [(first, family, female) for first, female in first_names for family in FAMILY_NAMES]
        while pool:
            at = self.below(len(pool))
            pool[at], pool[-1] = pool[-1], pool[at]
            yield pool.pop()


def _class_size(draw, specialty, city):
    """Return how many practitioners this specialty has in this city."""
    # The least of several draws makes small classes common; the larger cities have more of everyone.
    draws = 2 if city in LARGE_CITIES else 3
    size = min(1 + draw.below(LARGEST_CLASS) for _ in range(draws))
    if city in LARGE_CITIES:
        size = min(size + 5, LARGEST_CLASS)
    return FIXED_SIZES.get((specialty, city), size)


def _practitioner(draw, person, specialty, city):
    """Return the first row of a person."""
    first, family, female = person
    title = ("Mme" if female else "M.") if specialty in PARAMEDICAL else "Dr"
    asset_id = draw.asset_id() if draw.chance(SHARE_WITH_PICTURE) else ""
    return Practitioner(asset_id, f"{title} {first} {family}", specialty, city)


def _with_specialty(practitioner, specialty):
    """Return the same person's row for another specialty."""
    return Practitioner(practitioner.asset_id, practitioner.practitioner, specialty, practitioner.city)


def stable_rank(*words):
    """Return a number that looks random yet is the same in every run, to order or pick rows by."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


if __name__ == "__main__":
    CSV_PATH.write_text(practitioners_csv(), encoding="utf-8", newline="")
    print(f"{CSV_PATH.name}: {len(generate_practitioners())} rows")
