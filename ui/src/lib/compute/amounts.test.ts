import { expect, it } from "vitest";
import { formatCores, parseBytes, parseCores, resourcesText, writeBytes } from "./amounts";

it("reads cores in the three ways in which people write them", () => {
  expect(["2", "0.5", "500m", " 1 "].map(parseCores)).toEqual([2000, 500, 500, 1000]);
  expect(["", "two", "-1", "1.5.2"].map(parseCores)).toEqual([null, null, null, null]);
});

it("reads bytes with units, and writes them so that they are read back", () => {
  expect(["4Gi", "512M", "1.5GiB", "100"].map(parseBytes)).toEqual([4 * 2 ** 30, 512e6, 1.5 * 2 ** 30, 100]);
  expect(["4 giga", "Gi", "-1"].map(parseBytes)).toEqual([null, null, null]);
  for (const bytes of [2 ** 30, 1.5 * 2 ** 30, 120 * 2 ** 20, 1000, 7])
    expect(parseBytes(writeBytes(bytes))).toBe(bytes);
});

it("says what is asked for, and leaves out what is not", () => {
  expect(resourcesText({ cpu_milli: 2000, memory_bytes: 4 * 2 ** 30, gpus: 1 })).toBe(
    "2 cpu · 4.0 GiB · 1 gpu",
  );
  expect(resourcesText({})).toBe("nothing");
  expect(formatCores(250)).toBe("0.25");
});
