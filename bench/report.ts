/** What a work reports: rows of ours beside another, the machine they were taken on, and how they are printed. */
import { cpus, totalmem } from "node:os";

/** One figure of ours beside another; `ratio` above 1 always means that ours is better. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly other: number;
  readonly otherName: string;
  readonly ratio: number;
}

/** The outcome of one work: its rows and what else belongs into the last line. */
export interface Report {
  readonly rows: readonly Row[];
  readonly [detail: string]: unknown;
}

/** Whether more or less of a figure is better. */
export type Better = "more" | "less";

/** Makes a row from two series: their medians. */
export function compare(
  { name, unit, better }: { readonly name: string; readonly unit: string; readonly better: Better },
  ours: readonly number[],
  otherName: string,
  others: readonly number[],
): Row {
  const own = median(ours);
  const other = median(others);
  const ratio = better === "more" ? own / other : other / own;
  return { name, unit, ours: rounded(own), other: rounded(other), otherName, ratio: rounded(ratio) };
}

/** The value below which a share (0 to 1) of the figures lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  if (value === undefined) throw new RangeError("a percentile needs at least one figure");
  return value;
}

/** The middle figure. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Four significant digits. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** The machine in a few words. */
export function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${process.platform}, Node ${process.versions.node}`;
}

/** The rows for people. */
export function formatRows(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${row.ours} ${row.unit}`,
    `${row.other} ${row.unit}`,
    row.otherName,
    `${row.ratio}`,
  ]);
  const table = [["", "ours", "other", "", "ratio (> 1: ours is better)"], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}
