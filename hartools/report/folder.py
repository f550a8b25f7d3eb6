"""Where does a reader's own HAR go, so that it is not shared by accident?"""

from pathlib import Path

__all__ = ["my_hars"]

NOTICE = """Your own HAR files.

A HAR holds session tokens, addresses and what was typed: treat it like a password.
This folder ignores itself in git. Nothing in hartools sends a file anywhere.
"""


def my_hars(folder: str | Path = "my_hars") -> Path:
    """Return the folder for the reader's own HARs, made on first use and ignored by git.

    Parameters
    ----------
    folder : str or Path
        Where; beside the working directory by default.

    Examples
    --------
    >>> import tempfile
    >>> sorted(path.name for path in my_hars(Path(tempfile.mkdtemp()) / "my_hars").iterdir())
    ['.gitignore', 'READ-ME-FIRST.txt']
    """
    path = Path(folder)
    path.mkdir(parents=True, exist_ok=True)
    for name, content in ((".gitignore", "*\n"), ("READ-ME-FIRST.txt", NOTICE)):
        if not (path / name).exists():
            (path / name).write_text(content, encoding="utf-8")
    return path
