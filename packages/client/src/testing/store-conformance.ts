/** The rules of the `Store` port. */
import { toHex } from "@kith/protocol";
import type { Store } from "../ports.ts";
import { StoreError } from "../store/store-error.ts";
import { type ConformanceCase, expectThat, rejectionOf } from "./conformance.ts";

/** An empty store to test; `reopen` closes it and opens what it left behind. */
export interface StoreFixture {
  readonly store: Store;
  readonly reopen?: () => Promise<Store>;
}

const ALL = { gte: "", lt: "~" };
const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function dump(store: Store, range: Parameters<Store["entries"]>[0] = ALL): Promise<string> {
  return (await store.entries(range)).map(([key, value]) => `${key}=${toHex(value)}`).join(" ");
}

async function expectDump(store: Store, expected: string, range: Parameters<Store["entries"]>[0] = ALL): Promise<void> {
  const found = await dump(store, range);
  expectThat(found === expected, `expected entries "${expected}", got "${found}"`);
}

const READING: readonly ConformanceCase<StoreFixture>[] = [
  {
    name: "a key that was never written has no value",
    async run(make) {
      const { store } = await make();
      expectThat((await store.get("a")) === undefined, "get must answer undefined");
      await store.close();
    },
  },
  {
    name: "a committed value is read back byte for byte, the empty one too",
    async run(make) {
      const { store } = await make();
      const value = Uint8Array.from({ length: 256 }, (_, index) => index);
      await store.commit([
        { key: "all", value },
        { key: "none", value: bytesOf() },
      ]);
      expectThat(toHex((await store.get("all")) ?? bytesOf()) === toHex(value), "the value changed");
      expectThat((await store.get("none"))?.length === 0, "an empty value must be there and empty");
      await store.close();
    },
  },
  {
    name: "a value can be made when it is written, and of many for one key in one write only the last is",
    async run(make) {
      const { store } = await make();
      const made: number[] = [];
      const late = (number: number) => ({
        key: "a",
        value: () => {
          made.push(number);
          return bytesOf(number);
        },
      });
      // The first occupies the disk; the others wait for one write.
      await Promise.all([1, 2, 3].map((number) => store.commit([late(number)])));
      await expectDump(store, "a=03");
      expectThat(made.join() === "1,3", `made the values ${made.join()}`);
      await store.close();
    },
  },
  {
    name: "a range is half open, in code-unit order, and can be reversed and limited",
    async run(make) {
      const { store } = await make();
      const keys = ["b", "a/2", "a/10", "a/1", "A", "c"];
      await store.commit(keys.map((key, index) => ({ key, value: bytesOf(index) })));
      await expectDump(store, "A=04 a/1=03 a/10=02 a/2=01 b=00 c=05");
      await expectDump(store, "a/1=03 a/10=02 a/2=01", { gte: "a/", lt: "b" });
      await expectDump(store, "b=00 a/2=01", { gte: "a/", lt: "c", reverse: true, limit: 2 });
      await expectDump(store, "", { gte: "a/", lt: "c", limit: 0 });
      await store.close();
    },
  },
  {
    name: "changing an answer does not change the store",
    async run(make) {
      const { store } = await make();
      await store.commit([{ key: "a", value: bytesOf(1) }]);
      (await store.get("a"))?.fill(9);
      for (const [, value] of await store.entries(ALL)) value.fill(9);
      await expectDump(store, "a=01");
      await store.close();
    },
  },
];

const COMMITTING: readonly ConformanceCase<StoreFixture>[] = [
  {
    name: "a change without a value deletes, also a key that is not there",
    async run(make) {
      const { store } = await make();
      await store.commit([
        { key: "a", value: bytesOf(1) },
        { key: "b", value: bytesOf(2) },
      ]);
      await store.commit([{ key: "a" }, { key: "z" }]);
      await expectDump(store, "b=02");
      await store.close();
    },
  },
  {
    name: "the last change of a key wins, inside one commit and across concurrent ones",
    async run(make) {
      const { store } = await make();
      const first = store.commit([
        { key: "a", value: bytesOf(1) },
        { key: "a", value: bytesOf(2) },
      ]);
      const calls = Array.from({ length: 200 }, (_, index) => store.commit([{ key: "b", value: bytesOf(index) }]));
      const gone = [store.commit([{ key: "c", value: bytesOf(1) }]), store.commit([{ key: "c" }])];
      await Promise.all([first, ...calls, ...gone]);
      await expectDump(store, "a=02 b=c7");
      await store.close();
    },
  },
  {
    name: "a commit with a bad key or value is refused whole",
    async run(make) {
      const { store } = await make();
      for (const key of ["", "ü", "a\n", "x".repeat(513)]) {
        const reason = await rejectionOf(
          store.commit([
            { key: "a", value: bytesOf(1) },
            { key, value: bytesOf(1) },
          ]),
        );
        expectThat(reason instanceof RangeError, "a bad key is a RangeError");
        expectThat((await rejectionOf(store.get(key))) instanceof RangeError, "reading a bad key is a RangeError");
      }
      const text = "text" as unknown as Uint8Array;
      expectThat((await rejectionOf(store.commit([{ key: "a", value: text }]))) instanceof TypeError, "not bytes");
      await expectDump(store, "");
      await store.commit([{ key: "x".repeat(512), value: bytesOf(1) }]);
      await store.close();
    },
  },
];

const CLOSING: readonly ConformanceCase<StoreFixture>[] = [
  {
    name: "close waits for commits under way and may be called twice",
    async run(make) {
      const { store, reopen } = await make();
      let committed = 0;
      const commits = Array.from({ length: 300 }, async (_, index) => {
        await store.commit([{ key: `k${index}`, value: bytesOf(1) }]);
        committed += 1;
      });
      await Promise.all([store.close(), store.close()]);
      expectThat(committed === 300, `close came before ${300 - committed} commits`);
      await Promise.all(commits);
      if (reopen === undefined) return;
      const again = await reopen();
      expectThat((await again.entries(ALL)).length === 300, "a commit is missing after reopening");
      await again.close();
    },
  },
  {
    name: "every call after close rejects with STORE_CLOSED",
    async run(make) {
      const { store } = await make();
      await store.close();
      const calls = [() => store.get("a"), () => store.entries(ALL), () => store.commit([{ key: "a" }])];
      for (const call of calls) {
        const reason = await rejectionOf(call());
        expectThat(reason instanceof StoreError && reason.code === "STORE_CLOSED", "expected STORE_CLOSED");
      }
    },
  },
];

/** Cases every `Store` passes; `make` gives an empty one each time. */
export const STORE_CONFORMANCE: readonly ConformanceCase<StoreFixture>[] = [...READING, ...COMMITTING, ...CLOSING];
