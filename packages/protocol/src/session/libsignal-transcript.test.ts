import { describe, expect, it } from "vitest";
import { fromHex, toHex, utf8 } from "../bytes.ts";
import {
  createRecordedParty,
  newestEpoch,
  type RecordedConversation,
  readRecordedBundle,
} from "../testing/libsignal-transcript.ts";
import recorded from "./libsignal-transcript.vectors.json" with { type: "json" };

describe("conversations recorded with libsignal", () => {
  it.each(recorded as readonly RecordedConversation[])("replay to the last message ($seed)", async (conversation) => {
    const kith = await createRecordedParty(conversation.seed, conversation.nowMs);
    const publicKey = fromHex(conversation.signalIdentityKey);
    const from = { local: { identityKey: { publicKey, privateKey: new Uint8Array(32) }, registrationId: 0 } };
    if (conversation.signalBundle !== null) await kith.startFrom(readRecordedBundle(conversation.signalBundle));
    for (const { action, plaintext, message } of conversation.steps) {
      if (action === "sent") expect(toHex(await kith.send(utf8(plaintext)))).toBe(message);
      else expect(await kith.receive(fromHex(message), from)).toEqual({ ok: true, value: utf8(plaintext) });
    }
    expect(newestEpoch(kith)).toBe(conversation.epoch);
    expect(conversation.epoch).toBeGreaterThanOrEqual(2);
  });
});
