/** Whether the lowest or the highest value of a metric is the best. */
export type Direction = "min" | "max";

/** Words of a metric's name, in the order in which they decide: an "error_rate" is an error before it is a rate. */
const LOWER =
  /^(loss|losses|err|error|errors|mse|rmse|mae|mape|smape|rmsle|msle|medae|nll|nlls|ppl|perplexity|wer|cer|fid|kl|kld|divergence|brier|logloss|crossentropy|entropy|ece|eer|fpr|fnr|far|frr|regret|latency|duration|time|seconds|ms|elapsed|distance|cost|penalty|deviation|residual|misclassification|toxicity|hallucination|bpb|bpc|tvd|lpips|aic|bic)$/;
const HIGHER =
  /^(acc|accuracy|auc|auroc|auprc|roc|pr|ap|map|f1|f2|fbeta|fscore|precision|recall|sensitivity|specificity|tpr|tnr|r2|score|scores|reward|rewards|return|returns|iou|miou|dice|jaccard|bleu|rouge|rouge1|rouge2|rougel|meteor|chrf|ndcg|mrr|hit|hits|hitrate|psnr|ssim|mcc|kappa|correlation|corr|pearson|spearman|likelihood|gain|lift|throughput|fps|win|winrate|success|pass|exact|em|top1|top5|top|faithfulness|relevance|similarity|silhouette|elo|sharpe|profit|revenue|explained)$/;

/** The direction that a metric's name gives away ("val/acc" is "max", "train_loss" is "min"), or null. */
export function guessDirection(key: string): Direction | null {
  const words = wordsOf(key);
  if (words.join(" ").includes("cross entropy") || words.join(" ").includes("log loss")) return "min";
  if (words.join(" ").includes("log likelihood")) return words.includes("negative") ? "min" : "max";
  if (words.some((word) => LOWER.test(word))) return isNegated(words) ? "max" : "min";
  return words.some((word) => HIGHER.test(word)) ? "max" : null;
}

/** "valTop5_acc@10" as val, top5, acc, 10. */
function wordsOf(key: string): string[] {
  return key
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

/** scikit-learn's scorers turn losses round: "neg_mean_squared_error" is best when highest. */
function isNegated(words: readonly string[]): boolean {
  return words.includes("neg");
}
