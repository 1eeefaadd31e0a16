import { describe, expect, test } from "vitest";
import { mutilations } from "../account/fixtures.ts";
import { toHex } from "../bytes.ts";
import { decodeAs, encodeAs } from "../codec/schema.ts";
import type { QueueId } from "../ids.ts";
import { MAX_FRAME_BYTES } from "../limits.ts";
import { isBlobFrame } from "./blobs.ts";
import { relayRequest } from "./requests.ts";
import {
  isTurnFrame,
  type TurnAccess,
  type TurnRequest,
  type TurnResponse,
  turnRequest,
  turnResponse,
} from "./turn.ts";
import vectors from "./turn.vectors.json" with { type: "json" };

const request: TurnRequest = { type: "turn", side: "receive", queue: "01".repeat(16) as QueueId };
const turn: TurnAccess = { port: 3478, name: "1800000000:ab", password: "cGFzcw==", lifeMs: 43_200_000 };
const answers: readonly (readonly [string, TurnResponse, string])[] = [
  ["an offer of nothing", { type: "offer" }, vectors.offers.nothing],
  ["an offer of STUN", { type: "offer", stunPort: 3478 }, vectors.offers.stun],
  ["an offer of both", { type: "offer", stunPort: 3478, turn }, vectors.offers.turn],
  ["a refusal", { type: "error", code: "rate-limited", retryAfterMs: 1000 }, vectors.error],
];

describe("what a relay offers to calls", () => {
  test("is asked for in one fixed frame that no other request is mistaken for", () => {
    const frame = encodeAs(turnRequest, request);
    expect(toHex(frame)).toBe(vectors.request);
    expect([isTurnFrame(frame), isBlobFrame(frame)]).toEqual([true, false]);
    expect(isTurnFrame(encodeAs(relayRequest, { type: "info" }))).toBe(false);
    expect(decodeAs(turnRequest, frame, MAX_FRAME_BYTES)).toEqual({ ok: true, value: request });
    for (const other of mutilations(frame)) expect(decodeAs(turnRequest, other, MAX_FRAME_BYTES).ok).toBe(false);
  });

  test.each(answers)("%s is one fixed frame and reads back", (_, answer, vector) => {
    const frame = encodeAs(turnResponse, answer);
    expect(toHex(frame)).toBe(vector);
    expect(decodeAs(turnResponse, frame, MAX_FRAME_BYTES)).toEqual({ ok: true, value: answer });
    for (const other of mutilations(frame)) expect(decodeAs(turnResponse, other, MAX_FRAME_BYTES).ok).toBe(false);
  });

  test.each([
    ["port 0", { ...turn, port: 0 }],
    ["a port that is none", { ...turn, port: 65_536 }],
    ["a name with a space", { ...turn, name: "a b" }],
    ["an empty password", { ...turn, password: "" }],
    ["a password over 128 bytes", { ...turn, password: "a".repeat(129) }],
    ["a life of more than a day", { ...turn, lifeMs: 86_400_001 }],
  ])("%s is not offered", (_, wrong) => {
    expect(() => encodeAs(turnResponse, { type: "offer", turn: wrong })).toThrow(RangeError);
  });
});
