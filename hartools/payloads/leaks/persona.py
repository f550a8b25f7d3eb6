"""Which values of the visitor are known, and of what kind is each?"""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from hartools.errors import HarError

__all__ = ["KINDS", "Known", "read_known"]

# What the name of a value says about its kind; what no line fits is text, or an e-mail address where it looks like one.
KINDS: Mapping[str, str] = {
    "email": r"e.?mail|^mail",
    "phone": r"phone|mobile|^tel|_tel$|fax",
    "date": r"birth|^dob$|date|born",
    "postcode": r"post.?code|postal|^zip|plz|code_postal",
    "name": r"name$|^name|surname|nom$|prenom",
    "text": r".",
}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z")
LONGEST = 500


class Known(NamedTuple):
    """One value of the visitor: what the reader called it, its kind, and the value."""

    label: str
    kind: str
    value: str


def read_known(known: Mapping[str, object] | str | Path) -> list[Known]:
    """Return the values to look for, from a mapping or from a file of it.

    Parameters
    ----------
    known : mapping, or path of a .json, .toml, .yml or .yaml file
        Label to value, or to a list of values; dates may be dates. A file may hold them under ``known``
        or ``persona``.

    Raises
    ------
    HarError
        If the file is none of these, PyYAML is needed and missing, or a value cannot be searched.

    Notes
    -----
    The label says the kind (`KINDS`); a value that looks like an e-mail address is one whatever its label.

    Examples
    --------
    >>> read_known({"email": "Jeanne.Test@example.org", "search": ["dentiste", "lyon"]})[0]
    Known(label='email', kind='email', value='Jeanne.Test@example.org')
    """
    if isinstance(known, (str, Path)):
        known = _from_file(Path(known))
    if not isinstance(known, Mapping) or not known:
        raise HarError('known values are a mapping such as {"email": "jeanne.test@example.org"}, or the path of a file of it; nothing was given to look for')
    return [_known(str(label), value) for label, values in known.items() for value in _each(label, values)]


def _each(label: str, values: object) -> Iterable[str]:
    several = values if isinstance(values, (list, tuple)) else [values]
    for value in several:
        if value is None or isinstance(value, (Mapping, list, tuple, bool)) or not str(value).strip():
            raise HarError(f"known value {label!r} is {type(value).__name__}{'' if value is None else ' or empty'}; give a text, a number, a date, or a list of them")
        text = str(value).strip()
        if len(text) > LONGEST:
            raise HarError(f"known value {label!r} has {len(text)} characters; at most {LONGEST} are looked for")
        yield text


def _known(label: str, value: str) -> Known:
    if ADDRESS.match(value):
        return Known(label, "email", value)
    kind = next(kind for kind, pattern in KINDS.items() if re.search(pattern, label, re.I) or kind == "text")
    # an e-mail address without its @ is a text like any other
    return Known(label, "text" if kind == "email" else kind, value)


def _from_file(path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise HarError(f"{path.name}: cannot be read ({error.strerror}); name a .json, .toml or .yml file of known values") from error
    try:
        found = _parsed(path, text)
    except (ValueError, RecursionError) as error:
        raise HarError(f"{path.name}: not a {path.suffix} file of known values ({str(error).splitlines()[0]})") from error
    for wrapper in ("known", "persona"):
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            return found[wrapper]
    return found


def _parsed(path: Path, text: str) -> object:
    if path.suffix == ".json":
        return json.loads(text)
    if path.suffix == ".toml":
        return tomllib.loads(text)
    if path.suffix not in (".yml", ".yaml"):
        raise HarError(f"{path.name}: known values are read from .json, .toml, .yml or .yaml files")
    try:
        import yaml
    except ImportError as error:
        raise HarError(f"{path.name}: reading YAML needs PyYAML, which is not installed; write the same values as .json or .toml, or install pyyaml") from error
    try:
        # every scalar as it is written: YAML would make an integer of 0612345678 and lose its zero
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
