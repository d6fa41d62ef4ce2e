"""Volumes: named folders of a workspace that outlive their tasks, and the folder that all tasks of a run share.

What Kubernetes calls a PersistentVolumeClaim is a folder here. Sizes, access modes and storage classes have no meaning.
"""

import re
import shutil
from pathlib import Path, PurePosixPath

from tidemill.kit.errors import InvalidError, NotFoundError

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_SHARED = "runs"
"""Beside the volumes by name."""
_NAMED = "named"
CREATE_IMAGE, DELETE_IMAGE = "argostub/createpvc", "argostub/deletepvc"
"""What `kubernetes.CreatePVC` and `DeletePVC` compile to: no image that could be had."""


class Volumes:
    """The volumes of one workspace, below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, name: str) -> str:
        """Make one; one that is there already is taken. Returns its name."""
        self._folder(name).mkdir(mode=0o700, parents=True, exist_ok=True)
        return name

    def delete(self, name: str) -> None:
        """Remove one with all that is in it; one that is gone needs nothing."""
        shutil.rmtree(self._folder(name), ignore_errors=True)

    def mounted(self, name: str, sub_path: str) -> Path:
        """The folder of one, or one in it, which is made. Raises NotFoundError where there is no such volume."""
        folder = self._folder(name)
        if not folder.is_dir():
            raise NotFoundError(
                f"there is no volume {name!r}", hint="create it in the pipeline, with kubernetes.CreatePVC"
            )
        below = PurePosixPath(sub_path)
        if below.is_absolute() or ".." in below.parts:
            raise InvalidError(f"{sub_path[:100]!r} leads out of its volume", hint="give a path below it")
        found = folder / below
        found.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not found.resolve().is_relative_to(folder.resolve()):
            raise InvalidError(f"{sub_path[:100]!r} leads out of its volume", hint="there is a link in the way")
        return found

    def shared(self, run_uuid: str) -> Path:
        """The folder that all tasks of a run share, which is made."""
        folder = self._root / _SHARED / run_uuid
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def forget(self, run_uuid: str) -> None:
        """Remove what the tasks of a run shared."""
        shutil.rmtree(self._root / _SHARED / run_uuid, ignore_errors=True)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name) or ".." in name:
            raise InvalidError(
                f"{name[:100]!r} cannot name a volume", hint="use lower-case letters, digits, - and ., as Kubernetes"
            )
        return self._root / _NAMED / name
