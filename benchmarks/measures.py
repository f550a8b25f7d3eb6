"""How is a measure written down: its value, that of the fastest rounds, its target, and whether it is met?"""

import json
import math
import os
import platform
from importlib.metadata import version
from pathlib import Path

__all__ = ["as_table", "publish", "result_of", "row"]

NOT_HERE = "not measured here"


def row(measure: str, value: float | None, *, target: float | None = None, at_least: bool = False, minimum: float | None = None) -> dict:
    """Describe one measure: the value from medians, that from the fastest rounds, and whether it meets its target."""
    met = None if target is None or value is None else bool(value >= target if at_least else value <= target)
    return {"measure": measure, "value": value, "minimum": minimum, "target": target, "at_least": at_least, "met": met}


def shown(value: float | None) -> str:
    """Write a number with three digits that count."""
    return NOT_HERE if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{max(0, 2 - math.floor(math.log10(abs(value) or 1)))}f}"


def as_table(rows: list[dict]) -> str:
    """Lay the measures out as a table that Markdown reads too."""
    lines = ["| measure | value | of fastest rounds | target | met |", "| --- | --- | --- | --- | --- |"]
    for each in rows:
        target = "" if each["target"] is None else f"{'≥' if each['at_least'] else '≤'} {each['target']:g}"
        fastest = "" if each["minimum"] is None else shown(each["minimum"])
        lines.append(f"| {each['measure']} | {shown(each['value'])} | {fastest} | {target} | {({True: 'yes', False: 'NO'}).get(each['met'], '')} |")
    return "\n".join(lines)


def result_of(rows: list[dict], plan: dict, *packages: str, quick: bool) -> dict:
    """Put measures together with the machine, the versions and the plan that they were taken by."""
    machine = {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine(), "cpus": os.cpu_count()}
    return {"machine": machine, "packages": {name: version(name) for name in packages}, "plan": "quick" if quick else "full", "rounds": plan["rounds"], "rows": rows}


def publish(result: dict, out: Path | None) -> None:
    """Print the measures as a table, and write them to a file if there is one."""
    print(as_table(result["rows"]))
    if out:
        out.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
