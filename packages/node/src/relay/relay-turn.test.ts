import {
  decodeAs,
  encodeAs,
  MAX_FRAME_BYTES,
  type NewQueue,
  type TurnRequest,
  turnRequest,
  turnResponse,
} from "@kith/protocol";
import { describe, expect, test } from "vitest";
import { type Peer, RelayFixture } from "./testing/relay-fixture.ts";

const OFFER = { stunPort: 3478, turn: { port: 3478, name: "1:a", password: "b", lifeMs: 1000 } };

async function askTurn(peer: Peer, request: Omit<TurnRequest, "type">) {
  const frame = await peer.exchange(encodeAs(turnRequest, { type: "turn", ...request }));
  const answer = decodeAs(turnResponse, frame, MAX_FRAME_BYTES);
  if (!answer.ok) throw new TypeError(answer.error.code);
  return answer.value;
}

async function startOffering() {
  let made = 0;
  const relay = await new RelayFixture({
    makeIceOffer: () => {
      made += 1;
      return OFFER;
    },
    limits: { turnIntervalMs: 1000, turnBurst: 2 },
  }).start();
  return { relay, queue: await relay.createQueue(), made: () => made };
}

const owned = ({ receiveId }: NewQueue) => ({ side: "receive", queue: receiveId }) as const;
const sent = ({ sendId }: NewQueue) => ({ side: "send", queue: sendId }) as const;

describe("a name for TURN", () => {
  test("is given to whoever opened a side of a queue on the channel, and to nobody else", async () => {
    const { relay, queue, made } = await startOffering();
    expect(await askTurn(await relay.owner(queue), owned(queue))).toEqual({ type: "offer", ...OFFER });
    expect(await askTurn(await relay.sender(queue), sent(queue))).toEqual({ type: "offer", ...OFFER });
    const notOpen = { type: "error", code: "not-open" };
    expect(await askTurn(relay.peer(), owned(queue))).toEqual(notOpen);
    expect(await askTurn(await relay.sender(queue), owned(queue))).toEqual(notOpen);
    expect(made()).toBe(2);
  });

  test("is given a few times at once to one address, then one a while", async () => {
    const { relay, queue, made } = await startOffering();
    const owner = await relay.owner(queue);
    for (let each = 0; each < 2; each++) await askTurn(owner, owned(queue));
    expect(await askTurn(owner, owned(queue))).toEqual({ type: "error", code: "rate-limited", retryAfterMs: 1000 });
    expect((await askTurn(await relay.sender(queue), sent(queue))).type).toBe("offer");
    await relay.clock.advance(1000);
    expect((await askTurn(owner, owned(queue))).type).toBe("offer");
    expect(made()).toBe(4);
  });

  test("is not offered by a relay that has none, and no frame but the request gets one", async () => {
    const plain = await new RelayFixture().start();
    const queue = await plain.createQueue();
    expect(await askTurn(await plain.owner(queue), owned(queue))).toEqual({ type: "error", code: "unsupported" });
    const frame = await plain.peer().exchange(Uint8Array.of(0x82, 0x18, 64, 0xa1));
    expect(decodeAs(turnResponse, frame, MAX_FRAME_BYTES)).toEqual({
      ok: true,
      value: { type: "error", code: "malformed" },
    });
  });
});
