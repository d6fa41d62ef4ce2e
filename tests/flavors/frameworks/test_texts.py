import json

import mlflow
import pytest
import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers import models as parts
from tokenizers import Tokenizer, models, pre_tokenizers

from tests.flavors.frameworks.round_trips import assert_equal, ours_there, theirs_here
from tidemill import flavors
from tidemill.flavors.saving import Extras

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "day"]
TEXTS = ["good day", "bad"]


@pytest.fixture(scope="module")
def tokenizer():
    """A tokenizer of eight words."""
    made = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, mask_token="[MASK]", **names)


@pytest.fixture(scope="module")
def config():
    """A BERT of one layer, made here: nothing is fetched."""
    torch.manual_seed(0)
    return transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=16,
        num_labels=2,
    )


@pytest.fixture(scope="module")
def pipeline(tokenizer, config):
    """A pipeline of a task, on a model of a class."""
    return lambda task, kind: transformers.pipeline(task, model=kind(config).eval(), tokenizer=tokenizer, device="cpu")


class TestTransformers:
    def test_classes_of_texts_both_ways(self, tokenizer, config, tmp_path):
        model = transformers.BertForSequenceClassification(config).eval()
        pipe = transformers.pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
        expected = [[one["label"], one["score"]] for one in pipe(TEXTS)]
        here = flavors.save_model(pipe, tmp_path / "ours", extras=Extras(input_example=TEXTS))
        assert here.flavors["transformers"]["components"] == ["tokenizer"]
        mlflow.transformers.save_model(pipe, str(tmp_path / "theirs"), input_example=TEXTS, pip_requirements=["torch"])
        for folder in (tmp_path / "ours", tmp_path / "theirs"):
            here, there = flavors.load_model(folder), mlflow.pyfunc.load_model(str(folder))
            for found in (here.predict(TEXTS), there.predict(TEXTS)):
                assert found["label"].tolist() == [label for label, _ in expected]
                assert_equal(found["score"], [score for _, score in expected])
            assert mlflow.transformers.load_model(str(folder))(TEXTS) == pipe(TEXTS)
            assert here.native(TEXTS) == pipe(TEXTS)
            told = [flavors.describe(folder).told.document["signature"] for folder in (folder, tmp_path / "theirs")]
            assert told[0] == told[1]

    @pytest.mark.parametrize(
        ("task", "kind", "asked"),
        [
            ("fill-mask", transformers.BertForMaskedLM, ["good [MASK]", "bad [MASK]"]),
            ("token-classification", transformers.BertForTokenClassification, TEXTS),
        ],
    )
    def test_other_tasks_both_ways(self, pipeline, tmp_path, task, kind, asked):
        pipe = pipeline(task, kind)
        flavors.save_model(pipe, tmp_path / "ours", extras=Extras(input_example=asked))
        mlflow.transformers.save_model(pipe, str(tmp_path / "theirs"), pip_requirements=["torch"])
        expected = mlflow.pyfunc.load_model(str(tmp_path / "theirs")).predict(asked)
        for folder in (tmp_path / "ours", tmp_path / "theirs"):
            assert flavors.load_model(folder).predict(asked) == expected
            assert mlflow.pyfunc.load_model(str(folder)).predict(asked) == expected

    def test_generated_text(self, tokenizer, tmp_path):
        torch.manual_seed(0)
        config = transformers.GPT2Config(vocab_size=len(WORDS), n_embd=8, n_layer=1, n_head=2, n_positions=32)
        pipe = transformers.pipeline(
            "text-generation", model=transformers.GPT2LMHeadModel(config).eval(), tokenizer=tokenizer, device="cpu"
        )
        how = {"do_sample": False, "max_new_tokens": 3}
        signature = flavors.infer_signature(["good"], ["good day"], how)
        flavors.save_model(pipe, tmp_path / "model", extras=Extras(signature=signature))
        expected = pipe("good day", **how)[0]["generated_text"]
        assert flavors.load_model(tmp_path / "model").predict(["good day"]) == [expected]

    def test_a_model_that_was_left_at_the_hub_is_refused(self, tokenizer, config, tmp_path):
        folder = tmp_path / "model"
        pipe = transformers.pipeline(
            "fill-mask", model=transformers.BertForMaskedLM(config).eval(), tokenizer=tokenizer, device="cpu"
        )
        flavors.save_model(pipe, folder)
        told = (folder / "MLmodel").read_text()
        (folder / "MLmodel").write_text(told.replace("model_binary: model", "model_binary: null"))
        with pytest.raises(flavors.BrokenModelError, match="left at the hub"):
            flavors.load_model(folder)

    def test_weights_that_are_a_pickle_need_trust(self, tokenizer, config, tmp_path):
        folder = tmp_path / "model"
        model = transformers.BertForMaskedLM(config).eval()
        pipe = transformers.pipeline("fill-mask", model=model, tokenizer=tokenizer, device="cpu")
        flavors.save_model(pipe, folder)
        (folder / "model" / "model.safetensors").unlink()
        torch.save(model.state_dict(), folder / "model" / "pytorch_model.bin")
        (folder / "checksums.sha256").unlink()
        with pytest.raises(flavors.UnsafeModelError, match=r"model/pytorch_model\.bin is a pickle"):
            flavors.load_model(folder)
        found = flavors.load_model(folder, allow_pickle=True).predict(["good [MASK]"])
        assert found == [pipe("good [MASK]")[0]["token_str"]]


@pytest.fixture(scope="module")
def encoder(tokenizer, config, tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("bert"))
    transformers.BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return SentenceTransformer(modules=[parts.Transformer(folder), parts.Pooling(8)], device="cpu")


class TestSentenceTransformers:
    def test_both_ways(self, encoder, tmp_path):
        told = {
            "flavor": "sentence_transformers",
            "expected": encoder.encode(TEXTS),
            "native": lambda one: one.encode(TEXTS),
        }
        ours_there(encoder, tmp_path / "ours", TEXTS, **told)
        theirs_here(mlflow.sentence_transformers.save_model, encoder, tmp_path / "theirs", TEXTS, **told)

    def test_a_class_of_elsewhere_is_not_imported(self, encoder, tmp_path):
        flavors.save_model(encoder, tmp_path / "model")
        path = tmp_path / "model" / "model.sentence_transformer" / "modules.json"
        told = json.loads(path.read_text())
        told[0]["type"] = "joblib.numpy_pickle"
        path.write_text(json.dumps(told))
        with pytest.raises(flavors.UnsafeModelError, match=r"joblib\.numpy_pickle"):
            flavors.load_model(tmp_path / "model", check=False)
