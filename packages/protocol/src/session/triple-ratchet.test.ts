import { beforeAll, describe, expect, it } from "vitest";
import { utf8 } from "../bytes.ts";
import { MAX_REPLIES_WITHOUT_EPOCH } from "../limits.ts";
import { createSessionPair, establishSession, passMessage, type SessionPair } from "../testing/session-pair.ts";
import { isClassicalOnly, type SessionState } from "./session-state.ts";
import { decryptWithTripleRatchet, encryptWithTripleRatchet } from "./triple-ratchet.ts";
import { decodeReceivedMessage, type ReceivedSignalMessage } from "./wire.ts";

let pair: SessionPair;

beforeAll(async () => {
  pair = await createSessionPair();
  await establishSession(pair);
});

function current({ record }: SessionPair["alice"]): SessionState {
  if (record.current === null) throw new Error("expected a session");
  return record.current;
}

describe("the Triple Ratchet", () => {
  it("refuses a message without post-quantum part in a session that has the ratchet", async () => {
    const session = current(pair.alice);
    const { alice, bob, context } = pair;
    const plain = await encryptWithTripleRatchet(
      context,
      { ...session, pq: null },
      alice.device.local.identityKey.publicKey,
      utf8("downgraded"),
    );
    const decoded = decodeReceivedMessage(plain.message);
    if (!decoded.ok) throw new Error(decoded.error.code);
    const localIdentityKey = bob.device.local.identityKey.publicKey;
    const message: ReceivedSignalMessage = decoded.value.message;
    const options = { localIdentityKey, maxJump: 10 };
    const refused = await decryptWithTripleRatchet(context, current(bob), message, options);
    expect(refused).toEqual({ ok: false, error: { code: "not-authentic" } });
  });

  it("notices a peer that answers and never lets an epoch end, and recovers with the next epoch", async () => {
    const { alice, bob } = pair;
    const replies = (session: SessionState, repliesInEpoch: number): SessionState =>
      session.pq === null ? session : { ...session, pq: { ...session.pq, repliesInEpoch } };
    alice.record = { ...alice.record, current: replies(current(alice), MAX_REPLIES_WITHOUT_EPOCH - 1) };
    await passMessage(alice, bob, "turn");
    await passMessage(bob, alice, "reply");
    expect(isClassicalOnly(current(alice))).toBe(false);
    await passMessage(alice, bob, "turn");
    await passMessage(bob, alice, "reply");
    expect(isClassicalOnly(current(alice))).toBe(true);
    alice.restart();
    expect(isClassicalOnly(current(alice))).toBe(true);
    for (let i = 0; i < 60 && isClassicalOnly(current(alice)); i++) {
      await passMessage(alice, bob, "turn");
      await passMessage(bob, alice, "reply");
    }
    expect(isClassicalOnly(current(alice))).toBe(false);
  });
});
