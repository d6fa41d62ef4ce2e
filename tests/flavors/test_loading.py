"""Bad models are refused with what, why and what to do: changed, unsafe, incomplete, unknown, on their way out."""

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import pytest
import yaml

from tests.flavors.conftest import TABLE
from tidemill import flavors
from tidemill.flavors import checking, folders, requirements
from tidemill.flavors.saving import Extras

Copied = Callable[[], Path]


def change(folder: Path, edit: Callable[[dict[str, Any]], None]) -> Path:
    told = yaml.safe_load((folder / "MLmodel").read_text())
    edit(told)
    (folder / "MLmodel").write_text(yaml.safe_dump(told))
    return folder


def refused(folder: Path, phrase: str, kind: type[flavors.ModelError] = flavors.BrokenModelError) -> None:
    with pytest.raises(kind, match=phrase) as told:
        flavors.load_model(folder, allow_pickle=True)
    assert told.value.hint


def test_a_model_is_loaded_and_asked(line: Path) -> None:
    model = flavors.load_model(line, allow_pickle=True)
    assert model.predict(TABLE).round(6).tolist() == [2.0, 5.0, 6.0]
    assert not model.is_safe
    assert mlflow.pyfunc.load_model(str(line)).predict(TABLE).round(6).tolist() == [2.0, 5.0, 6.0]


def test_the_digests_are_those_of_sha256sum(line: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "checksums.sha256"], cwd=line, check=True, capture_output=True)


class TestRefused:
    def test_a_pickle(self, line: Path) -> None:
        with pytest.raises(flavors.UnsafeModelError, match=r"model\.pkl is a pickle") as told:
            flavors.load_model(line)
        assert "--allow-pickle" in str(told.value.hint)

    def test_a_file_that_was_changed_or_is_missing(self, copied: Copied) -> None:
        folder = copied()
        content = bytearray((folder / "model.pkl").read_bytes())
        content[-5] ^= 1
        (folder / "model.pkl").write_bytes(content)
        refused(folder, r"model\.pkl is not the file that was saved")
        (folder / "model.pkl").unlink()
        refused(folder, r"names 'model\.pkl', which is not in")

    def test_checksums_that_are_none(self, copied: Copied) -> None:
        folder = copied()
        (folder / "checksums.sha256").write_text("nothing of the kind\n")
        refused(folder, "line 1 of checksums")

    @pytest.mark.parametrize("path", ["../model.pkl", "/etc/passwd", "a/../../x", "..\\x", "C:/x", "", None, 3])
    def test_a_path_out_of_the_folder(self, copied: Copied, path: Any) -> None:
        folder = change(copied(), lambda told: told["flavors"]["sklearn"].update(pickled_model=path))
        refused(folder, "leads out of the model's folder|and no path")

    def test_a_link_out_of_the_folder(self, copied: Copied, tmp_path: Path) -> None:
        folder = copied()
        outside = tmp_path / "outside.pkl"
        (folder / "model.pkl").rename(outside)
        (folder / "model.pkl").symlink_to(outside)
        refused(folder, "link that leads out of the model's folder")

    def test_a_flavor_that_nobody_knows(self, copied: Copied) -> None:
        def rename(told: dict[str, Any]) -> None:
            told["flavors"] = {"clairvoyance": told["flavors"]["sklearn"]}

        folder = change(copied(), rename)
        assert not flavors.describe(folder).is_safe
        refused(folder, "the model has no `predict`")
        with pytest.raises(flavors.BrokenModelError, match="no flavor of the model is known: clairvoyance"):
            flavors.load_native(folder, allow_pickle=True)

    def test_a_flavor_that_mlflow_does_not_know_either(self, copied: Copied) -> None:
        folder = change(copied(), lambda told: told["flavors"]["python_function"].update(loader_module="mlflow.nope"))
        change(folder, lambda told: told["flavors"].pop("sklearn"))
        with pytest.raises(flavors.UnsafeModelError, match=r"mlflow\.nope is loaded by mlflow"):
            flavors.load_model(folder)
        refused(folder, "mlflow cannot load it")

    def test_a_signature_that_is_broken(self, copied: Copied) -> None:
        folder = change(copied(), lambda told: told["signature"].update(inputs="[{"))
        refused(folder, "inputs of the signature is no JSON", flavors.SignatureError)

    def test_packages_that_are_not_there(self, copied: Copied) -> None:
        folder = copied()
        with (folder / "requirements.txt").open("a") as file:
            file.write("no-such-package-here==1.0\nanother-one>=2\nmlflow==1.0\n# a comment\n-r more.txt\n")
        (folder / "checksums.sha256").unlink()
        with pytest.raises(
            flavors.MissingPackageError, match="no-such-package-here, another-one, not installed"
        ) as told:
            flavors.load_model(folder, allow_pickle=True)
        assert "`pip install no-such-package-here==1.0 'another-one>=2'`" in str(told.value.hint)
        assert flavors.load_model(folder, allow_pickle=True, check=False).predict(TABLE).shape == (3,)

    def test_a_pickle_of_a_module_that_is_not_there(self, copied: Copied) -> None:
        folder = copied()
        (folder / "model.pkl").write_bytes(b"cno_such_module\nThing\n.")
        (folder / "checksums.sha256").unlink()
        refused(folder, "needs the module no_such_module", flavors.MissingPackageError)
        (folder / "model.pkl").write_bytes(b"no pickle")
        refused(folder, r"model\.pkl cannot be unpickled")

    def test_a_method_that_does_not_predict(self, copied: Copied) -> None:
        folder = change(copied(), lambda told: told["flavors"]["python_function"].update(predict_fn="__reduce__"))
        refused(folder, "no method __reduce__ that predicts")

    def test_a_framework_that_is_not_there(self, copied: Copied) -> None:
        def boosted(told: dict[str, Any]) -> None:
            told["flavors"] = {"xgboost": {"data": "model.pkl"}, "python_function": {"loader_module": "mlflow.xgboost"}}

        folder = change(copied(), boosted)
        with pytest.raises(flavors.MissingPackageError, match="the package xgboost is not installed here") as told:
            flavors.load_model(folder)
        assert "pip install xgboost" in str(told.value.hint)


class TestSaving:
    def test_leaves_nothing_where_it_fails(self, tmp_path: Path) -> None:
        extras = Extras(input_example=TABLE, code_paths=[tmp_path / "nothing.py"])
        with pytest.raises(flavors.ModelError, match=r"nothing\.py is not there"):
            flavors.save_model(len, tmp_path / "model", extras=extras)
        signature = flavors.infer_signature(TABLE.rename(columns={"a": "z"}))
        with pytest.raises(flavors.SignatureError, match="does not fit the signature"):
            flavors.save_model(len, tmp_path / "model", extras=Extras(signature=signature, input_example=TABLE))
        assert list(tmp_path.iterdir()) == []

    def test_overwrites_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "kept.txt").write_text("x")
        with pytest.raises(flavors.ModelError, match="is there already"):
            flavors.save_model(len, tmp_path)
        with pytest.raises(flavors.ModelError, match="has no format 'gold'"):
            flavors.save_model(len, tmp_path / "model", format="gold")
        with pytest.raises(flavors.ModelError, match="there is no flavor 'gold'"):
            flavors.save_model(len, tmp_path / "model", flavor="gold")

    def test_says_what_it_needs(self, line: Path, tmp_path: Path) -> None:
        names = [one.name for one in requirements.read(line)]
        assert names == ["scikit-learn", "cloudpickle"]
        extras = Extras(pip_requirements=["scikit-learn"], extra_pip_requirements=["rich<99"])
        flavors.save_model(len, tmp_path / "model", extras=extras)
        assert (tmp_path / "model" / "requirements.txt").read_text() == "scikit-learn\nrich<99\n"
        env = yaml.safe_load((tmp_path / "model" / "conda.yaml").read_text())
        assert env["dependencies"][-1] == {"pip": ["scikit-learn", "rich<99"]}

    def test_of_plain_python_names_the_packages_that_its_code_uses(self, tmp_path: Path) -> None:
        flavors.save_model(lambda model_input: yaml.safe_load(model_input), tmp_path / "model")
        assert [one.name.lower() for one in requirements.read(tmp_path / "model")] == ["cloudpickle", "pyyaml"]


class TestChecking:
    def found(self, folder: Path, *, allow_pickle: bool = True) -> dict[str, checking.Finding]:
        return {one.check: one for one in checking.check(folder, allow_pickle=allow_pickle)}

    def test_a_whole_model(self, line: Path) -> None:
        states = {name: one.state for name, one in self.found(line).items()}
        assert states == {
            "MLmodel": "ok",
            "files": "ok",
            "digests": "ok",
            "safety": "warning",
            "signature": "ok",
            "requirements": "ok",
            "prediction": "ok",
        }
        assert self.found(line, allow_pickle=False)["prediction"].state == "skipped"

    def test_a_spoilt_one(self, copied: Copied) -> None:
        folder = copied()
        (folder / "requirements.txt").write_text("scikit-learn==0.1\n")
        told = self.found(folder)
        assert told["digests"].state == "failed"
        assert told["prediction"].state == "skipped"
        (folder / "checksums.sha256").unlink()
        told = self.found(folder)
        assert told["digests"].state == "skipped"
        assert told["requirements"].state == "warning"
        assert "scikit-learn==0.1 (here " in told["requirements"].message
        (folder / "input_example.json").write_text('{"columns": ["z"], "data": [[1]]}')
        assert "'a', 'b' are missing" in self.found(folder)["prediction"].message
        (folder / "MLmodel").write_text("x: 1")
        assert [one.state for one in checking.check(folder, allow_pickle=True)] == ["failed"]


class TestArchives:
    def zipped(self, path: Path, members: dict[str, bytes]) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    def tarred(self, path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
        with tarfile.open(path, "w:gz") as archive:
            for info, content in members:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    def test_of_a_model_are_unpacked(self, line: Path, tmp_path: Path) -> None:
        files = {f"model/{path.relative_to(line)}": path.read_bytes() for path in folders.files_of(line)}
        found = folders.unpack(self.zipped(tmp_path / "a.zip", files), tmp_path / "zip")
        assert flavors.load_model(found, allow_pickle=True).predict(TABLE).shape == (3,)
        with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
            archive.add(line, arcname=".")
        found = folders.unpack(tmp_path / "a.tar.gz", tmp_path / "tar")
        assert flavors.load_model(found, allow_pickle=True).predict(TABLE).shape == (3,)

    @pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "..\\evil"])
    def test_that_leave_their_folder_are_refused(self, name: str, tmp_path: Path) -> None:
        folder = tmp_path / "in"
        for archive in (
            self.zipped(tmp_path / "a.zip", {"MLmodel": b"flavors: {}", name: b"x"}),
            self.tarred(tmp_path / "a.tar.gz", (tarfile.TarInfo(name), b"x")),
        ):
            with pytest.raises(flavors.BrokenModelError, match="leads out of the model's folder"):
                folders.unpack(archive, folder)
        assert not list(tmp_path.rglob("*evil*"))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
    def test_with_links_and_devices_are_refused(self, kind: bytes, tmp_path: Path) -> None:
        info = tarfile.TarInfo("model.pkl")
        info.type, info.linkname = kind, "/etc/passwd"
        with pytest.raises(flavors.BrokenModelError, match="a link or a device"):
            folders.unpack(self.tarred(tmp_path / "a.tar.gz", (info, b"")), tmp_path / "in")

    def test_with_a_link_in_a_zip_are_refused(self, tmp_path: Path) -> None:
        info = zipfile.ZipInfo("model.pkl")
        info.external_attr = 0o120777 << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(info, "/etc/passwd")
        with pytest.raises(flavors.BrokenModelError, match="a link or a device"):
            folders.unpack(tmp_path / "a.zip", tmp_path / "in")

    def test_of_no_model_and_of_two_are_refused(self, tmp_path: Path) -> None:
        archive = self.zipped(tmp_path / "a.zip", {"a/MLmodel": b"flavors: {}", "b/MLmodel": b"flavors: {}"})
        with pytest.raises(flavors.ModelError, match="holds 2 models"):
            folders.unpack(archive, tmp_path / "two")
        (tmp_path / "text").write_text("no archive")
        with pytest.raises(flavors.ModelError, match="neither a folder nor an archive"):
            folders.unpack(tmp_path / "text", tmp_path / "none")


def test_importing_it_loads_no_framework() -> None:
    code = (
        "import sys, tidemill.flavors; print([m for m in ('pandas', 'sklearn', 'torch', 'mlflow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"
