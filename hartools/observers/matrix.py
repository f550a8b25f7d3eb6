"""How do the masks read on one page: which kinds share one, and which columns share their marks?"""

import sys

import pandas as pd

from hartools.observers.visibility import KINDS, MARKS, visibility_table

__all__ = ["mask_matrix", "matrix_markdown"]


def mask_matrix() -> pd.DataFrame:
    """Return the masks with alike rows and alike kinds put together.

    Returns
    -------
    pandas.DataFrame
        One row per table and run of columns with the same marks and the same reason: table, columns,
        one column per set of kinds with one mask (named by them, joined by ``, ``), why.

    Examples
    --------
    >>> mask_matrix().columns.tolist()[2].startswith("first_party, third_party")
    True
    """
    table = visibility_table()
    alike: dict[tuple, list[str]] = {}
    for kind in KINDS:
        alike.setdefault(tuple(table[kind]), []).append(kind)
    firsts = [kinds[0] for kinds in alike.values()]
    found = [{"table": rows.table.iloc[0], "columns": " ".join(rows.column), **{", ".join(kinds): rows[kinds[0]].iloc[0] for kinds in alike.values()}, "why": rows.why.iloc[0]}
             for _, rows in table.groupby(["table", *firsts, "why"], sort=False)]
    return pd.DataFrame(found)


def matrix_markdown() -> str:
    """Write the matrix, and what its marks mean, as Markdown tables for ``docs/observers.md``.

    Examples
    --------
    >>> matrix_markdown().splitlines()[0]
    '| mark | says |'
    """
    marks = ["| mark | says |", "| --- | --- |", *(f"| {mark} | {says} |" for mark, says in MARKS.items())]
    matrix = mask_matrix()
    kinds = matrix.columns[2:-1]
    lines = [f"| table | columns | {' | '.join(kinds)} | why |", "| --- " * (len(kinds) + 3) + "|"]
    lines += [f"| {row['table']} | {' '.join(f'`{name}`' for name in row['columns'].split())} | {' | '.join(row[kind].replace('+', ', ') for kind in kinds)} | {row['why']} |"
              for row in matrix.to_dict("records")]
    return "\n".join([*marks, "", *lines]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(matrix_markdown())
