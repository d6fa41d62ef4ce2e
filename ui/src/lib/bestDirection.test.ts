import { describe, expect, it } from "vitest";
import { guessDirection } from "./bestDirection";

describe("guessDirection", () => {
  it.each(["loss", "train/loss", "valLoss", "test_rmse", "eval.perplexity", "log_loss", "val-cross-entropy"])(
    "takes the lowest %s for the best",
    (key) => expect(guessDirection(key)).toBe("min"),
  );

  it.each(["acc", "val/accuracy", "trainAcc", "test_f1", "roc_auc", "top5", "r2_score", "reward@100"])(
    "takes the highest %s for the best",
    (key) => expect(guessDirection(key)).toBe("max"),
  );

  it("reads an error rate as an error", () => expect(guessDirection("top1_error")).toBe("min"));

  it("turns round what scikit-learn negates", () => {
    expect(guessDirection("neg_mean_squared_error")).toBe("max");
  });

  it("does not guess from names that say nothing", () => {
    expect(guessDirection("lr")).toBeNull();
    expect(guessDirection("system/cpu_utilization_percentage")).toBeNull();
    expect(guessDirection("")).toBeNull();
  });
});
