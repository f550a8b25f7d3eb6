"""Which specialties tell something about health that the law protects, and how probable is each class?"""

import unicodedata
from collections.abc import Mapping

import pandas as pd

__all__ = ["SENSITIVE_CLASSES", "sensitive_class", "sensitive_totals"]

# Beginnings of words, folded (lower case, no accents), French and English; a space asks for words in this
# order. All health data is protected (GDPR article 9); these are the classes whose mere name tells a concern.
SENSITIVE_CLASSES: Mapping[str, tuple[str, ...]] = {
    "oncology": ("oncolog", "cancerolog", "cancer", "radiotherap", "radiation therap", "hemato oncolog", "senolog", "tumo"),
    "psychiatry": ("psychiat", "pedopsychiat", "psychotherap", "psycholog", "psychanaly", "psychoanaly", "neuropsych", "sante mentale", "mental health"),
    "gynaecology and abortion": ("gyneco", "gynaeco", "obstetr", "sage femme", "sages femmes", "midwi", "ivg", "interruption volontaire de grossesse", "abortion", "orthogen",
                                 "planning familial", "planification familial", "family planning", "fertilit", "procreation medicale", "pma", "ivf", "contracepti"),
    "addictology": ("addict", "alcoolog", "alcohol", "toxicoman", "tabacolog", "smoking cessation", "substance abuse", "csapa"),
    "infectious diseases": ("infectio", "maladies infectieuses", "vih", "hiv", "sida", "aids", "ist", "cegidd", "venerolog", "venereolog", "hepatit", "sexually transmitted", "std", "sti"),
    "sexology": ("sexolog", "sexual", "sexotherap", "transgenre", "transgender", "gender"),
    "urology": ("urolog", "androlog", "uro"),
}  # fmt: skip
# Taken for whole words, since other words begin the same.
WHOLE = frozenset("ivg pma ivf csapa vih hiv sida aids ist std sti uro cegidd".split())


def sensitive_class(value: str | None) -> str | None:
    """Name the sensitive class that a specialty belongs to, None for none.

    Parameters
    ----------
    value : str or None
        A specialty as the site writes it, in French or English.

    Notes
    -----
    Classes of specialties whose name alone tells a concern (GDPR article 9 protects all health data).
    Where several fit, the first of `SENSITIVE_CLASSES`.

    Examples
    --------
    >>> sensitive_class("Oncologue médical"), sensitive_class("Sage-femme"), sensitive_class("dentiste")
    ('oncology', 'gynaecology and abortion', None)
    """
    if not isinstance(value, str):
        return None
    words = " " + " ".join(_folded(value[:200]).split()) + " "
    for name, beginnings in SENSITIVE_CLASSES.items():
        if any(f" {beginning} " in words if beginning in WHOLE else f" {beginning}" in words for beginning in beginnings):
            return name
    return None


def sensitive_totals(marginal: Mapping[str, float] | pd.Series) -> pd.Series:
    """Sum the probabilities of specialties by sensitive class.

    Parameters
    ----------
    marginal : pandas.Series or mapping
        Probability by specialty, as `Posterior.marginal` gives it.

    Returns
    -------
    pandas.Series
        Probability by class, most probable first; classes without any are left out.

    Examples
    --------
    >>> sensitive_totals({"oncologue": 0.5, "cancérologue": 0.25, "dentiste": 0.25}).to_dict()
    {'oncology': 0.75}
    """
    totals: dict[str, float] = {}
    for value, probability in dict(marginal).items():
        name = sensitive_class(value)
        if name is not None and probability > 0:
            totals[name] = totals.get(name, 0.0) + float(probability)
    named = pd.Series(totals, dtype="float64", name="probability").rename_axis("class")
    return named.sort_values(ascending=False, kind="stable")


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "oe")).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))
