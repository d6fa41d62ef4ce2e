"""Which metric of an experiment tells its best run, and in which direction: read from the metric's name.

A name is a habit of the field, not a promise, so the answer is a suggestion that the page words as one. The page's
own guess (`ui/src/lib/bestDirection.ts`) follows the same words.
"""

import re
from collections.abc import Iterable

_LOWER = frozenset(
    (
        "loss losses err error errors mse rmse mae mape logloss nll ppl perplexity wer cer fid kl divergence brier "
        "crossentropy entropy ece eer fpr fnr regret latency cost deviation"
    ).split()
)
_HIGHER = frozenset(
    (
        "acc accuracy auc auroc roc map f1 f2 fbeta fscore precision recall sensitivity specificity tpr r2 score "
        "scores reward rewards return returns iou miou dice jaccard bleu rouge meteor ndcg mrr hits psnr ssim mcc "
        "kappa correlation pearson spearman likelihood gain win pass top1 top5"
    ).split()
)
_HELD_OUT = frozenset("val valid validation test eval dev holdout cv".split())
_SYSTEM = "system/"


def lower_is_better(key: str) -> bool | None:
    """Whether a metric's name says that small values are good; None where it says nothing."""
    words = _words(key)
    if words & _LOWER:
        return "neg" not in words  # scikit-learn's scorers turn losses round
    return False if words & _HIGHER else None


def telling_metric(keys: Iterable[tuple[str, int]]) -> str | None:
    """Of (key, how many runs have it) the metric to rank runs by: held out before trained on, common before rare."""
    ranked = [
        (bool(_words(key) & _HELD_OUT), runs, key)
        for key, runs in keys
        if not key.startswith(_SYSTEM) and lower_is_better(key) is not None
    ]
    return max(ranked, default=(False, 0, None), key=lambda entry: entry[:2])[2]


def _words(key: str) -> frozenset[str]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", key).lower()
    return frozenset(re.split(r"[^a-z0-9]+", spaced))
