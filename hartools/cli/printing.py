"""How is what was found printed, for people and for programs?"""

import json
from collections.abc import Sequence

__all__ = ["as_json", "cited", "claim_text", "plain_row", "plain_rows", "printable"]


def printable(text: str) -> str:
    """Keep a hostile file from driving the terminal: control characters are shown, not sent."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else f"\\x{ord(letter):02x}" for letter in text)


def cited(entry_ids: Sequence[int]) -> str:
    """Write the first entry ids."""
    return "entries " + ((", ".join(map(str, entry_ids[:8])) + (" …" if len(entry_ids) > 8 else "")) or "none")


def plain_rows(table) -> list[dict]:
    """Return the rows of a table as JSON holds them."""
    return [plain_row(row) for row in table.to_dict("records")]


def plain_row(row) -> dict:
    """Return one row as JSON holds it."""
    from pandas import NA, NaT

    return {name: None if value is None or value is NA or value is NaT or value != value else value if isinstance(value, (str, int, float, bool, list, dict)) else str(value) for name, value in dict(row).items()}


def as_json(value: object) -> str:
    """Write a value as JSON that any parser reads."""
    return json.dumps(value, ensure_ascii=True, indent=2, allow_nan=False)


def claim_text(rows: Sequence[dict]) -> str:
    """Write one claim: its verdicts, here and elsewhere, with the doubt and the reply beside them."""
    here, *there = rows
    ground = ", ".join(part for part in (here["basis"], here["strength"], None if here["probability"] is None else f"probability {here['probability']:.3f}") if part)
    lines = [f"{here['verdict'].upper():<12} {here['claim']}", f"  “{here['sentence']}” ({here['source']})", f"  {here['where']}: {here['verdict']}{f' [{ground}]' if ground else ''}: {here['why']} ({cited(here['entry_ids'])})"]
    lines += [f"  could tell: {here['who_could_tell']}"] if here["who_could_tell"] else []
    lines += [f"  {row['where']}: {row['verdict']}: {row['why']}" + (f" (could tell: {row['who_could_tell']})" if row["who_could_tell"] else "") for row in there]
    return "\n".join(lines + [f"  {word}: {here[word]}" for word in ("doubt", "reply") if here[word]])
