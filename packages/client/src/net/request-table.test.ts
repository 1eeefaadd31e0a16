import { MAX_FRAME_BYTES } from "@kith/protocol";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { MAX_OPEN_REQUESTS, REQUEST_TIMEOUT_MS, RequestTable } from "./request-table.ts";

function makeTable() {
  const clock = new FakeClock();
  const sent: number[] = [];
  const table = new RequestTable({
    transmit: (id) => sent.push(id),
    after: (delayMs, task) => clock.after(delayMs, task),
  });
  return { clock, sent, table };
}

describe("request table", () => {
  it("has at most 64 requests under way and sends the next when one ends", async () => {
    const { sent, table } = makeTable();
    const requests = Array.from({ length: 66 }, () => table.request(new Uint8Array(1)));
    expect(sent.length).toBe(MAX_OPEN_REQUESTS);
    expect(table.answer(7, Uint8Array.of(9))).toBe(true);
    expect(sent.slice(-1)).toEqual([65]);
    expect(await requests[6]).toEqual({ ok: true, value: Uint8Array.of(9) });
  });

  it("has at most 512 KiB of requests under way, whatever their number", () => {
    const { sent, table } = makeTable();
    for (let i = 0; i < 20; i++) void table.request(new Uint8Array(MAX_FRAME_BYTES));
    expect(sent).toEqual([1, 2, 3, 4, 5, 6, 7]);
    table.answer(1, new Uint8Array(0));
    expect(sent.at(-1)).toBe(8);
  });

  it("times out requests that wait as well as those sent, and leaves no timer behind", async () => {
    const { clock, sent, table } = makeTable();
    const requests = Array.from({ length: 65 }, () => table.request(new Uint8Array(1)));
    await clock.advance(REQUEST_TIMEOUT_MS);
    expect(await Promise.all(requests)).toEqual(requests.map(() => ({ ok: false, error: { code: "timeout" } })));
    expect([sent.length, clock.pendingCount]).toEqual([65, 0]);
  });

  it("drops an answer that comes after its timeout, and refuses one that was never asked for", async () => {
    const { clock, table } = makeTable();
    const request = table.request(new Uint8Array(1), 5);
    await clock.advance(5);
    expect(await request).toEqual({ ok: false, error: { code: "timeout" } });
    expect([
      table.answer(1, new Uint8Array(0)),
      table.answer(2, new Uint8Array(0)),
      table.answer(-1, new Uint8Array(0)),
    ]).toEqual([true, false, false]);
  });

  it("ends everything as closed, once, and takes nothing more", async () => {
    const { clock, sent, table } = makeTable();
    const requests = Array.from({ length: 65 }, () => table.request(new Uint8Array(1)));
    table.close();
    table.close();
    expect(await Promise.all(requests)).toEqual(requests.map(() => ({ ok: false, error: { code: "closed" } })));
    expect(await table.request(new Uint8Array(1))).toEqual({ ok: false, error: { code: "closed" } });
    expect([sent.length, clock.pendingCount]).toEqual([64, 0]);
  });
});
