import { InvariantError, nobleSuite, toHex } from "@kith/protocol";
import { describe, expect, it } from "vitest";
import { argon2id } from "../crypto/node.ts";
import { createRandom, FakeClock, MemoryStore } from "../testing/index.ts";
import { LocalSecret } from "./local-secret.ts";
import { MAX_PIN_DELAY_MS, normalizePin, pinDelayMs } from "./pin.ts";

/** Small enough for a test, otherwise the same path as the real cost. */
const COST = { memoryKiB: 64, passes: 1, lanes: 1 };

function setUp() {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const random = createRandom("local-secret").bytes;
  const device = { secret: random(32) };
  let hashCount = 0;
  const make = () =>
    new LocalSecret({
      store,
      suite: nobleSuite,
      random,
      clock,
      argon2id: (...args) => {
        hashCount += 1;
        return argon2id(...args);
      },
      deviceSecret: { load: async () => device.secret.slice() },
      cost: COST,
    });
  return { store, clock, device, make, hashes: () => hashCount };
}

describe("LocalSecret", () => {
  it("opens with the device secret alone when there is no PIN", async () => {
    const { make, hashes } = setUp();
    expect(await make().state()).toBe("new");
    const dataKey = await make().create(null);
    expect(dataKey.length).toBe(32);
    expect(await make().state()).toBe("open");
    expect(await make().unlock(null)).toEqual({ ok: true, value: dataKey });
    expect(hashes()).toBe(0);
  });

  it("needs the PIN when one is set, in whatever digits it is typed", async () => {
    const { make } = setUp();
    const dataKey = await make().create("2580");
    expect(await make().state()).toBe("pin");
    expect(await make().unlock(null)).toEqual({ ok: false, error: { code: "PIN_NEEDED" } });
    for (const pin of ["2580", "٢٥٨٠", "۲۵۸۰", "२५८०", "２５８０"]) {
      expect(await make().unlock(pin)).toEqual({ ok: true, value: dataKey });
    }
  });

  it("rewraps the same data key when the PIN changes, and the old PIN opens nothing any more", async () => {
    const { make, store, clock } = setUp();
    const dataKey = await make().create("1111");
    const before = store.snapshot();
    expect(await make().changePin("1112", "2222")).toMatchObject({ ok: false, error: { code: "WRONG_PIN" } });
    expect(store.snapshot().get("meta/lock")).toEqual(before.get("meta/lock"));
    expect(await make().changePin("1111", "2222")).toEqual({ ok: true, value: null });
    expect([...store.snapshot().keys()]).toEqual(["meta/lock"]);
    expect(await make().unlock("1111")).toMatchObject({ ok: false, error: { code: "WRONG_PIN" } });
    expect(await make().unlock("2222")).toEqual({ ok: true, value: dataKey });
    expect(await make().changePin("2222", null)).toEqual({ ok: true, value: null });
    expect(await make().unlock(null)).toEqual({ ok: true, value: dataKey });
    expect(clock.pendingCount).toBe(0);
  });

  it("says when wrong tries in a row reach the number after which everything is to be erased, over restarts", async () => {
    const { make, clock } = setUp();
    await make().create("1111");
    await make().setEraseAfterTries(5);
    const due: boolean[] = [];
    const tryPin = async (pin: string) => {
      const answer = await make().unlock(pin);
      await clock.advance(MAX_PIN_DELAY_MS);
      if (!answer.ok && answer.error.code === "WRONG_PIN") due.push(answer.error.isEraseDue);
      return answer.ok;
    };
    for (let tries = 1; tries <= 4; tries++) await tryPin("0000");
    expect(await tryPin("1111")).toBe(true);
    for (let tries = 1; tries <= 5; tries++) await tryPin("0000");
    expect(due).toEqual([false, false, false, false, false, false, false, false, true]);
    expect(await tryPin("1111")).toBe(true);
    await make().setEraseAfterTries(null);
    expect(await make().eraseAfterTries()).toBe(null);
    for (let tries = 1; tries <= 6; tries++) await tryPin("0000");
    expect(due.slice(9)).toEqual([false, false, false, false, false, false]);
  });

  it("delays tries more and more, over restarts, and does not look at one that comes too soon", async () => {
    const { make, clock, hashes } = setUp();
    const dataKey = await make().create("1111");
    const delays: number[] = [];
    for (let tries = 1; tries <= 12; tries++) {
      const answer = await make().unlock("0000");
      if (answer.ok || answer.error.code !== "WRONG_PIN") throw new Error("expected WRONG_PIN");
      expect(answer.error.failedTries).toBe(tries);
      delays.push(answer.error.retryAfterMs);
      const [hashed, waitMs] = [hashes(), answer.error.retryAfterMs];
      if (waitMs > 0) {
        await clock.advance(waitMs - 1);
        expect(await make().unlock("1111")).toEqual({ ok: false, error: { code: "PIN_TOO_SOON", retryAfterMs: 1 } });
        expect(hashes()).toBe(hashed);
        await clock.advance(1);
      }
    }
    expect(delays.map((ms) => ms / 1000)).toEqual([0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]);
    expect(await make().unlock("1111")).toEqual({ ok: true, value: dataKey });
    expect(await make().unlock("0000")).toMatchObject({ error: { failedTries: 1, retryAfterMs: 0 } });
  });

  it("counts a try before it is judged, so that stopping the process gives no free guess", async () => {
    const { make, store, device } = setUp();
    await make().create("1111");
    const stopped = new LocalSecret({
      store,
      suite: nobleSuite,
      random: createRandom("x").bytes,
      clock: new FakeClock(),
      argon2id: () => new Promise(() => undefined),
      deviceSecret: { load: async () => device.secret },
      cost: COST,
    });
    for (let tries = 0; tries < 2; tries++) await make().unlock("0000");
    stopped.unlock("0000").catch(() => expect.fail());
    await new FakeClock().advance(0);
    expect(await make().unlock("0000")).toMatchObject({ error: { code: "PIN_TOO_SOON", retryAfterMs: 5000 } });
  });

  it("judges parallel guesses one after the other", async () => {
    const { make } = setUp();
    const lock = make();
    await lock.create("1111");
    const answers = await Promise.all(["0", "1", "2", "1111"].map((pin) => lock.unlock(pin)));
    expect(answers.map((answer) => (answer.ok ? "ok" : answer.error.code))).toEqual([
      "WRONG_PIN",
      "WRONG_PIN",
      "WRONG_PIN",
      "PIN_TOO_SOON",
    ]);
  });

  it("never waits longer than the delay itself when the clock is set back", async () => {
    const { make, clock } = setUp();
    await make().create("1111");
    for (let tries = 0; tries < 3; tries++) await make().unlock("0000");
    clock.setWall(clock.nowMs() - 10 * 24 * 3600 * 1000);
    expect(await make().unlock("1111")).toMatchObject({ error: { code: "PIN_TOO_SOON", retryAfterMs: 5000 } });
  });

  it("tells a changed device secret from a wrong PIN, and does not count it", async () => {
    const { make, store, device } = setUp();
    await make().create("1111");
    device.secret.fill(1);
    for (let tries = 0; tries < 4; tries++) {
      expect(await make().unlock("1111")).toEqual({ ok: false, error: { code: "DEVICE_SECRET_CHANGED" } });
    }
    device.secret = createRandom("local-secret").bytes(32);
    expect(await make().unlock("1111")).toMatchObject({ ok: true });
    expect(store.snapshot().has("meta/tries")).toBe(false);
  });

  it("reports a lock whose row is missing, damaged or changed, and refuses to make a second key", async () => {
    const { make, store } = setUp();
    expect(await make().unlock(null)).toEqual({ ok: false, error: { code: "LOCK_DAMAGED" } });
    await make().create(null);
    await expect(make().create("1")).rejects.toThrow(InvariantError);
    const row = (await store.get("meta/lock")) as Uint8Array;
    for (const damaged of [row.subarray(1), new Uint8Array(0), row.with(row.length - 1, (row.at(-1) as number) ^ 1)]) {
      await store.commit([{ key: "meta/lock", value: damaged }]);
      const before = store.snapshot();
      expect(await make().unlock(null)).toEqual({ ok: false, error: { code: "LOCK_DAMAGED" } });
      expect(store.snapshot()).toEqual(before);
    }
  });

  it("stores neither the data key nor the PIN nor the device secret", async () => {
    const { make, store, device } = setUp();
    const dataKey = await make().create("31415926");
    const row = toHex((await store.get("meta/lock")) as Uint8Array);
    expect(row).not.toContain(toHex(dataKey));
    expect(row).not.toContain(toHex(device.secret));
    expect(row).not.toContain(toHex(new TextEncoder().encode("31415926")));
  });
});

describe("PINs", () => {
  it("keep letters and map only digits", () => {
    expect(normalizePin("a٠۹०9é")).toBe("a0909é");
    expect(normalizePin("e\u0301")).toBe(normalizePin("é"));
  });

  it("wait at most a day", () => {
    expect(pinDelayMs(0)).toBe(0);
    expect(pinDelayMs(2000)).toBe(MAX_PIN_DELAY_MS);
  });
});
