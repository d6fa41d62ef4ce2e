"""A containerd of our own, with an image made of this machine's programs: no network is needed."""

import contextlib
import hashlib
import io
import json
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

IMAGE = "docker.io/tidemill/tiny:1"
_PROGRAMS = ("/bin/sh", "/bin/echo", "/bin/sleep", "/bin/cat", "/usr/bin/head", "/usr/bin/tail")
_FOLDERS = ("bin", "dev", "etc", "lib", "lib64", "proc", "sys", "tmp", "usr", "usr/bin", "usr/lib")
_CONFIG = """
version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "{folder}/socket"
[ttrpc]
  address = "{folder}/ttrpc"
"""


@contextlib.contextmanager
def running_containerd(folder: Path, path: str) -> Iterator[dict[str, str]]:
    """The variables by which `ctr` finds it."""
    variables = {"PATH": path, "CONTAINERD_ADDRESS": f"{folder}/socket", "CONTAINERD_NAMESPACE": "tidemill"}
    (folder / "config.toml").write_text(_CONFIG.format(folder=folder))
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen(["containerd", "-c", folder / "config.toml"], stdout=log, stderr=log)
    try:
        until_s = time.monotonic() + 30
        while subprocess.run(["ctr", "version"], env=variables, capture_output=True, check=False).returncode:
            assert time.monotonic() < until_s, (folder / "log").read_text()
            time.sleep(0.05)
        (folder / "image.tar").write_bytes(_image())
        subprocess.run(["ctr", "images", "import", folder / "image.tar"], env=variables, check=True)
        yield variables
    finally:
        daemon.terminate()
        daemon.wait()


def _image() -> bytes:
    """An image as `docker save` writes it."""
    layer = _layer()
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"Env": ["PATH=/bin:/usr/bin", "FROM_IMAGE=yes"], "Cmd": ["sh"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [IMAGE], "Layers": ["layer.tar"]}]
    return _tar(
        {"layer.tar": layer, "config.json": json.dumps(config).encode(), "manifest.json": json.dumps(manifest).encode()}
    )


def _layer() -> bytes:
    files: dict[str, bytes] = {}
    for program in _PROGRAMS:
        told = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
        libraries = [word for word in told.split() if word.startswith("/")]
        files |= {place.lstrip("/"): Path(place).resolve().read_bytes() for place in (program, *libraries)}
    return _tar(files, _FOLDERS)


def _tar(files: dict[str, bytes], folders: tuple[str, ...] = ()) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in folders:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
