import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoreChange } from "../ports.ts";
import { GroupCommit, MAX_COMMITS_PER_WRITE } from "./group-commit.ts";
import { bytesOfValue } from "./store-key.ts";

/** A write that ends when told. */
function controlledWrite() {
  const written: (readonly StoreChange[])[] = [];
  const endings: { resolve: () => void; reject: (reason: unknown) => void }[] = [];
  const write = (changes: readonly StoreChange[]) => {
    written.push(changes);
    return new Promise<void>((resolve, reject) => endings.push({ resolve, reject }));
  };
  return { written, endings, commits: new GroupCommit(write) };
}

const change = (key: string, value: number): StoreChange => ({ key, value: Uint8Array.of(value) });
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("GroupCommit", () => {
  it("writes a lone commit at once and gathers what comes meanwhile, at most 128 a write", async () => {
    const { written, endings, commits } = controlledWrite();
    const calls = Array.from({ length: 2 + MAX_COMMITS_PER_WRITE }, (_, index) =>
      commits.commit([change(`${index}`, 1)]),
    );
    expect(written.map((each) => each.length)).toEqual([1]);
    endings[0]?.resolve();
    await calls[0];
    await settle();
    expect(written.map((each) => each.length)).toEqual([1, MAX_COMMITS_PER_WRITE]);
    endings[1]?.resolve();
    await settle();
    expect(written.map((each) => each.length)).toEqual([1, MAX_COMMITS_PER_WRITE, 1]);
    endings[2]?.resolve();
    await Promise.all(calls);
  });

  it("resolves no commit before its write has ended", async () => {
    const { endings, commits } = controlledWrite();
    const ended: number[] = [];
    const calls = [0, 1, 2].map((index) => commits.commit([change("a", index)]).then(() => ended.push(index)));
    await settle();
    expect(ended).toEqual([]);
    endings[0]?.resolve();
    await settle();
    expect(ended).toEqual([0]);
    endings[1]?.resolve();
    await Promise.all(calls);
    expect(ended).toEqual([0, 1, 2]);
  });

  it("leaves the same contents as writing the commits one by one", async () => {
    const changes = fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), value: fc.option(fc.nat(255)) }));
    const property = fc.asyncProperty(fc.array(changes, { maxLength: 300 }), async (calls) => {
      const apply = (entries: Map<string, number>, each: StoreChange) =>
        each.value === undefined
          ? entries.delete(each.key)
          : entries.set(each.key, bytesOfValue(each.value)[0] as number);
      const [grouped, oneByOne] = [new Map<string, number>(), new Map<string, number>()];
      const commits = new GroupCommit(async (group) => {
        await Promise.resolve();
        expect(new Set(group.map(({ key }) => key)).size).toBe(group.length);
        for (const each of group) apply(grouped, each);
      });
      const all = calls.map((call) =>
        call.map(({ key, value }): StoreChange => (value === null ? { key } : change(key, value))),
      );
      for (const each of all.flat()) apply(oneByOne, each);
      await Promise.all(all.map((call) => commits.commit(call)));
      expect([...grouped].sort()).toEqual([...oneByOne].sort());
    });
    await fc.assert(property, { numRuns: 30 });
  });

  it("rejects a failed write's commits and every later one with STORE_FAILED, and writes nothing more", async () => {
    const { written, endings, commits } = controlledWrite();
    const cause = new Error("disk full");
    const calls = [commits.commit([change("a", 1)]), commits.commit([change("b", 2)])];
    endings[0]?.reject(cause);
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: "STORE_FAILED", cause });
    await expect(commits.commit([change("c", 3)])).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(written).toHaveLength(1);
    await commits.close();
  });

  it("lets queued commits end before close resolves, and refuses new ones", async () => {
    const { endings, commits } = controlledWrite();
    const ended: string[] = [];
    const call = commits.commit([change("a", 1)]).then(() => ended.push("commit"));
    const closed = commits.close().then(() => ended.push("close"));
    await expect(commits.commit([change("b", 1)])).rejects.toMatchObject({ code: "STORE_CLOSED" });
    endings[0]?.resolve();
    await Promise.all([call, closed]);
    expect(ended).toEqual(["commit", "close"]);
  });
});
