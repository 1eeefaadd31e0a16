/**
 * Which random lives are played: `SIM_SEEDS=n` the first n, `SIM_AFTER=m` without the first m of them, which were played
 * before, `SIM_SEED=n` one alone.
 */

/** Lives of the network as a whole. */
export const SEEDS: number = Number(process.env.SIM_SEEDS ?? "20");

const AFTER = Number(process.env.SIM_AFTER ?? "0");

/** Whether these lives only go on with others. */
export const isContinued: boolean = AFTER > 0;

/** The seeds of a kind of life. @param share lives of the network as a whole for which one of this kind is played. */
export function seedsOf(share: number): readonly string[] {
  const only = process.env.SIM_SEED;
  if (only !== undefined) return [only];
  const first = Math.ceil(AFTER / share);
  return Array.from({ length: Math.ceil(SEEDS / share) - first }, (_, index) => String(first + index + 1));
}
