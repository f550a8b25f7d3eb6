"""Where on this machine are the data kept that the reader imported?"""

import os
import sys
from pathlib import Path

__all__ = ["data_folder"]


def data_folder(folder: str | Path | None = None) -> Path:
    """Return the folder for imported data: outside any repository, one per user; it is not made.

    Parameters
    ----------
    folder : str or Path, optional
        Another one. Without it ``HARTOOLS_DATA`` in the environment counts, and without that what
        the platform keeps for a user's data: ``APPDATA`` on Windows, ``~/Library/Application Support``
        on macOS, elsewhere ``XDG_DATA_HOME`` or ``~/.local/share``.

    Notes
    -----
    XDG Base Directory Specification 0.8: a relative ``XDG_DATA_HOME`` is to be ignored.

    Examples
    --------
    >>> data_folder("lists").name
    'lists'
    """
    chosen = folder or os.environ.get("HARTOOLS_DATA")
    return Path(chosen).expanduser() if chosen else _of_the_platform() / "hartools"


def _of_the_platform() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    stated = os.environ.get("XDG_DATA_HOME", "")
    return Path(stated) if os.path.isabs(stated) else Path.home() / ".local" / "share"
