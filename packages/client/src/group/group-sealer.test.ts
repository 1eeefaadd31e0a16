import type { DeviceId } from "@kith/protocol";
import { describe, expect, test } from "vitest";
import type { ChainRow } from "./group-row.ts";
import { chainToKeep } from "./group-sealer.ts";

const device = (digits: string): DeviceId => digits.repeat(32) as DeviceId;
const [ann, bob, eve] = [device("aa"), device("bb"), device("cc")];
const start = new Uint8Array([1]);

const chain = (given: ChainRow["given"], step = 0, chainId = 7): ChainRow => ({
  chain: new Uint8Array([step]),
  madeAtMs: 1,
  messages: step,
  chainId,
  given,
});

describe("a chain that sealed a message while mail came in", () => {
  const before = chain([{ device: ann }, { device: bob, distribution: start }]);

  test("gives its start anew to who joined again meanwhile", () => {
    const sealed = chain([{ device: ann }, { device: bob, distribution: start }], 1);
    const now = chain([{ device: bob, distribution: start }]);
    const kept = chainToKeep(sealed, before, now);
    expect(kept.given).toEqual([{ device: bob, distribution: start }]);
    expect(kept.chain).toEqual(sealed.chain);
    expect(kept.messages).toBe(1);
  });

  test("gives no start any more to who has said meanwhile to have it", () => {
    const sealed = chain(
      [{ device: ann }, { device: bob, distribution: start }, { device: eve, distribution: start }],
      1,
    );
    const now = chain([{ device: ann }, { device: bob }]);
    expect(chainToKeep(sealed, before, now).given).toEqual([
      { device: ann },
      { device: bob },
      { device: eve, distribution: start },
    ]);
  });

  test("is kept as it was sealed when it is a new one", () => {
    const sealed = chain([{ device: ann, distribution: start }], 1, 8);
    expect(chainToKeep(sealed, before, chain([]))).toBe(sealed);
    expect(chainToKeep(sealed, undefined, undefined)).toBe(sealed);
  });
});
