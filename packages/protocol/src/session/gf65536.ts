/**
 * The field GF(2^16) with x^16 + x^12 + x^3 + x + 1, by tables of logarithms to the base x.
 * Only public bytes (keys and ciphertexts on their way) ever index the tables, so their timing tells nothing.
 */
import { lazy } from "../lazy.ts";

/** Non-zero elements, which is the order of the generator x. */
export const GROUP_ORDER = 0xffff;

const POLYNOMIAL = 0x1100b;

/** Logarithms and powers of x; `power` is twice as long as the group, so that a sum of two logarithms needs no modulo. */
export interface FieldTables {
  /** `logarithm[a]` for a in 1..65535. */
  readonly logarithm: Uint16Array;
  /** `power[i]` is x^i for i in 0..131069. */
  readonly power: Uint16Array;
}

/** The tables; the first call takes about a millisecond, they keep 384 KiB. */
export const fieldTables: () => FieldTables = lazy(() => {
  const logarithm = new Uint16Array(GROUP_ORDER + 1);
  const power = new Uint16Array(2 * GROUP_ORDER);
  let element = 1;
  for (let i = 0; i < GROUP_ORDER; i++) {
    power[i] = element;
    power[i + GROUP_ORDER] = element;
    logarithm[element] = i;
    element <<= 1;
    if (element > GROUP_ORDER) element ^= POLYNOMIAL;
  }
  return { logarithm, power };
});
