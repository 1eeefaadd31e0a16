import { describe, expect, it } from "vitest";
import { gatherEnough } from "./gather.ts";

const never = new Promise<number>(() => undefined);
function defer(): { readonly promise: Promise<number>; resolve(value: number): void; reject(cause: Error): void } {
  let resolve: (value: number) => void = () => undefined;
  let reject: (cause: Error) => void = () => undefined;
  const promise = new Promise<number>((onValue, onCause) => {
    resolve = onValue;
    reject = onCause;
  });
  return { promise, resolve, reject };
}

const both = (gathered: readonly number[]): boolean => gathered.length >= 2;

describe("gathering answers", () => {
  it("does not wait for an answer that never comes once there are enough", async () => {
    const gathered = await gatherEnough([Promise.resolve(1), never, Promise.resolve(3)], both, () => undefined);
    expect(gathered).toEqual([1, 3]);
  });

  it("hands on what comes later", async () => {
    const late: number[] = [];
    const last = defer();
    await gatherEnough([Promise.resolve(1), Promise.resolve(2), last.promise], both, (answer) => late.push(answer));
    expect(late).toEqual([]);
    last.resolve(3);
    await last.promise;
    expect(late).toEqual([3]);
  });

  it("gives all answers when they are never enough, and nothing for nobody", async () => {
    expect(await gatherEnough([Promise.resolve(1)], both, () => undefined)).toEqual([1]);
    expect(await gatherEnough([], both, () => undefined)).toEqual([]);
  });

  it("rejects with a rejection that comes first and drops a later one", async () => {
    const broken = new Error("broken");
    await expect(gatherEnough([Promise.reject(broken), never], both, () => undefined)).rejects.toBe(broken);
    const last = defer();
    const gathered = await gatherEnough([Promise.resolve(1), Promise.resolve(2), last.promise], both, () => undefined);
    last.reject(broken);
    expect(gathered).toEqual([1, 2]);
  });
});
