import io
import json
import zipfile

import mlflow
import pytest
import torch

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras


class Net(torch.nn.Module):
    """A few kinds of layers, and a buffer."""

    def __init__(self):
        super().__init__()
        self.dense = torch.nn.Linear(4, 3)
        self.recurrent = torch.nn.LSTM(3, 2, batch_first=True)
        self.register_buffer("shift", torch.ones(2))

    def forward(self, x):
        found, _ = self.recurrent(torch.relu(self.dense(x))[:, None, :])
        return found[:, 0] + self.shift


class Two(torch.nn.Module):
    def forward(self, left, right):
        return {"sum": left + right, "product": left * right}


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Net().eval()


@pytest.fixture(scope="module")
def expected(net, tensor):
    with torch.no_grad():
        return net(torch.from_numpy(tensor)).numpy()


def ask(tensor):
    def asked(module):
        with torch.no_grad():
            return module(torch.from_numpy(tensor)).numpy()

    return asked


def test_an_exported_program_both_ways(net, tensor, expected, tmp_path):
    told = {"flavor": "pytorch", "expected": expected, "native": ask(tensor)}
    here = ours_there(net, tmp_path / "ours", tensor, **told)
    assert_equal(here.predict(tensor[:7]), expected[:7])
    theirs_here(mlflow.pytorch.save_model, net, tmp_path / "theirs", tensor, **told)


def test_an_example_of_one_row_fixes_no_size(net, tensor, expected, tmp_path):
    flavors.save_model(net, tmp_path / "model", extras=Extras(input_example=tensor[:1]))
    assert_equal(flavors.load_model(tmp_path / "model").predict(tensor), expected)


def test_a_program_that_is_exported_already(net, tensor, expected, tmp_path):
    program = torch.export.export(net, (torch.from_numpy(tensor),))
    signature = flavors.infer_signature(tensor, expected)
    flavors.save_model(program, tmp_path / "model", extras=Extras(signature=signature))
    assert_equal(flavors.load_model(tmp_path / "model").predict(tensor), expected)
    assert_equal(mlflow.pyfunc.load_model(str(tmp_path / "model")).predict(tensor), expected)


@pytest.mark.parametrize("format", ["torchscript", "pickle"])
def test_torchscript_and_pickles_both_ways(net, tensor, expected, tmp_path, format):
    told = {"flavor": "pytorch", "expected": expected, "native": ask(tensor), "allow_pickle": True}
    ours_there(net, tmp_path / "ours", tensor, format=format, **told)
    model = torch.jit.script(net) if format == "torchscript" else net
    theirs_here(mlflow.pytorch.save_model, model, tmp_path / "theirs", tensor, serialization_format="pickle", **told)
    for folder in (tmp_path / "ours", tmp_path / "theirs"):
        with pytest.raises(flavors.UnsafeModelError, match="TorchScript" if format == "torchscript" else "pickle"):
            flavors.load_model(folder)


def test_a_module_of_two_inputs(tmp_path):
    left, right = torch.ones(5, 2).numpy(), torch.full((5, 2), 3.0).numpy()
    flavors.save_model(Two(), tmp_path / "model", extras=Extras(input_example={"left": left, "right": right}))
    found = flavors.load_model(tmp_path / "model").predict({"left": left[:2], "right": right[:2]})
    assert_equal(found, {"sum": left[:2] + right[:2], "product": left[:2] * right[:2]})


def test_a_module_without_an_example_is_refused(net, tmp_path):
    with pytest.raises(flavors.ModelError, match="traced along an input example"):
        flavors.save_model(net, tmp_path / "model")


class TestStateDict:
    def test_as_safetensors(self, net, tmp_path):
        flavors.save_model(net.state_dict(), tmp_path / "model")
        assert flavors.describe(tmp_path / "model").is_safe
        other = Net()
        other.load_state_dict(flavors.load_native(tmp_path / "model"))
        assert all(torch.equal(one, net.state_dict()[name]) for name, one in other.state_dict().items())
        with pytest.raises(flavors.BrokenModelError, match="no `predict`"):
            flavors.load_model(tmp_path / "model")

    def test_as_mlflow_reads_it(self, net, tmp_path):
        flavors.save_model(net.state_dict(), tmp_path / "model", format="pth")
        for found in (flavors.load_native(tmp_path / "model"), mlflow.pytorch.load_state_dict(str(tmp_path / "model"))):
            assert all(torch.equal(one, net.state_dict()[name]) for name, one in found.items())

    def test_a_pickle_of_more_than_tensors_is_not_read(self, net, tmp_path):
        flavors.save_model(net.state_dict(), tmp_path / "model", format="pth")
        torch.save(net, tmp_path / "model" / "state_dict.pth")
        with pytest.raises(flavors.BrokenModelError, match=r"state_dict\.pth is no state dict"):
            flavors.load_native(tmp_path / "model", check=False)


class Touching:
    """What a pickle of an attacker has in it: it writes a file when it is loaded."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (self.path, "w"))


class TestTamperedPrograms:
    """torch.export.load itself would run the code in each of these."""

    @pytest.fixture
    def folder(self, net, tensor, tmp_path):
        flavors.save_model(net, tmp_path / "model", extras=Extras(input_example=tensor))
        (tmp_path / "model" / "checksums.sha256").unlink()
        return tmp_path / "model"

    @pytest.fixture
    def touched(self, tmp_path):
        return tmp_path / "touched"

    def rewrite(self, folder, change, **added):
        path = folder / "data" / "model.pt2"
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        root = next(iter(members)).partition("/")[0]
        members |= {f"{root}/{name}": content for name, content in added.items()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, change(name.partition("/")[2], content))

    def refused(self, folder, touched, match):
        with pytest.raises(flavors.UnsafeModelError, match=match):
            flavors.load_model(folder)
        assert not touched.exists()

    def test_example_inputs_that_are_a_pickle(self, folder, touched):
        stream = io.BytesIO()
        torch.save(((Touching(str(touched)),), {}), stream)
        self.rewrite(folder, lambda name, content: stream.getvalue() if name.endswith("model.pt") else content)
        self.refused(folder, touched, "example inputs")

    def test_weights_that_are_pickles(self, folder, touched):
        self.rewrite(folder, lambda name, content: content.replace(b'"use_pickle": false', b'"use_pickle": true'))
        self.refused(folder, touched, "weights that are pickles")

    def test_a_size_that_is_code(self, folder, touched):
        code = json.dumps(f"__import__('pathlib').Path('{touched}').touch()").encode()
        old = b"\"Symbol('s77', positive=True, integer=True)\""

        def change(name, content):
            assert not name.startswith("models/") or b'"expr_str": ' in content
            head, found, tail = content.partition(b'"expr_str": ')
            if not name.startswith("models/") or not found:
                return content
            return head + found + code + tail[tail.index(b'",') + 1 if b'",' in tail else len(old) :]

        self.rewrite(folder, change)
        self.refused(folder, touched, "for a size")

    def test_a_guard_that_is_code(self, folder, touched):
        guard = json.dumps([f"open('{touched}', 'w')"]).encode()
        self.rewrite(folder, lambda _, content: content.replace(b'"guards_code": []', b'"guards_code": ' + guard))
        self.refused(folder, touched, "for a size")

    @pytest.mark.parametrize(
        "called", ["torch.load", "torchx.load", "torch.ops.aten.from_file.default", "_operator.call"]
    )
    def test_an_operator_that_is_none(self, folder, touched, called):
        old = b'"target": "torch.ops.aten.relu.default"'
        self.rewrite(folder, lambda _, content: content.replace(old, f'"target": "{called}"'.encode()))
        self.refused(folder, touched, "calls")

    def test_a_file_of_an_older_form(self, folder, touched):
        self.rewrite(folder, lambda _, content: content, **{"data/weights/model.pt": b"x"})
        self.refused(folder, touched, "could be a pickle")
