"""Where calls find themselves: a folder each, and most leave it as empty as they found it.

An empty one is given to the next call. To make and remove folders for each would take longer than the call: while the
disk syncs what a server writes, to remove one waits for that.
"""

import contextlib
import os
import stat

_MODE = 0o700
_MOST_SPARE = 64


class Workplaces:
    """The work folders of one fork server. `root` is where those lie that are given again."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._spare: list[str] = []
        self._made = 0

    def take(self, folder: str) -> str:
        """A work folder for a call: the one in its own folder, where files were put there. Raises OSError."""
        own = os.path.join(folder, "work")
        if os.path.isdir(own):
            return own
        if self._spare:
            return self._spare.pop()
        self._made += 1
        place = os.path.join(self._root, str(self._made))
        os.makedirs(self._root, _MODE, exist_ok=True)
        os.mkdir(place, _MODE)
        return place

    def give_back(self, place: str, folder: str) -> bool:
        """Take a work folder back from the call of this folder; returns whether anything of the call is left there."""
        try:
            if _is_unused(place):
                self._spare_or_remove(place)
            elif os.path.dirname(place) == self._root:
                os.makedirs(folder, _MODE, exist_ok=True)
                os.rename(place, os.path.join(folder, "work"))
            os.rmdir(folder)
        except FileNotFoundError:
            return os.path.exists(folder)
        except OSError:
            return True
        return False

    def _spare_or_remove(self, place: str) -> None:
        if os.path.dirname(place) == self._root and len(self._spare) < _MOST_SPARE:
            self._spare.append(place)
        else:
            os.rmdir(place)


def own_folder(folder: str) -> None:
    """Make the folder of a call that has something to keep."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, _MODE)


def _is_unused(place: str) -> bool:
    """Whether a call left it as it was. Raises FileNotFoundError where it removed it."""
    found = os.lstat(place)
    return stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == _MODE and not os.listdir(place)
