"""The links of the client ring, however the folder came to be."""

from pathlib import Path

import tidemill
from tidemill.compute.backends.local.ring import make_ring


def test_links_are_made_and_mended_also_where_a_copy_has_followed_them(tmp_path: Path) -> None:
    folder, target = tmp_path / "ring", Path(tidemill.__file__).parent
    make_ring(folder)
    assert (folder / "tidemill").readlink() == target
    (folder / "tidemill").unlink()
    (folder / "tidemill").mkdir()
    (folder / "tidemill" / "old.py").touch()
    (folder / "cloudpickle").unlink()
    (folder / "cloudpickle").symlink_to(tmp_path)
    make_ring(folder)
    assert (folder / "tidemill").readlink() == target
    assert (folder / "cloudpickle").readlink() != tmp_path
    make_ring(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["cloudpickle", "tidemill"]
