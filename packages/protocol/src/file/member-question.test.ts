import { describe, expect, it } from "vitest";
import { toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import vectors from "./file.vectors.json" with { type: "json" };
import { isMemberQuestion, signMemberQuestion } from "./member-question.ts";

const id = new Uint8Array(32).fill(0x33);
const seed = new Uint8Array(32).fill(0x66);

describe("the question of a member", () => {
  it("is signed by the device it names, as the vectors say", async () => {
    const deviceId = toHex(await nobleSuite.ed25519PublicKey(seed)) as never;
    const question = await signMemberQuestion(nobleSuite, id, { deviceId, signingSeed: seed });
    expect({ device: question.device, signature: toHex(question.signature) }).toEqual(vectors.member);
    expect(await isMemberQuestion(nobleSuite, question)).toBe(true);
  });

  it("counts for no other file and no other device", async () => {
    const deviceId = toHex(await nobleSuite.ed25519PublicKey(seed)) as never;
    const question = await signMemberQuestion(nobleSuite, id, { deviceId, signingSeed: seed });
    expect(await isMemberQuestion(nobleSuite, { ...question, id: new Uint8Array(32) })).toBe(false);
    expect(await isMemberQuestion(nobleSuite, { ...question, device: toHex(id) as never })).toBe(false);
    expect(await isMemberQuestion(nobleSuite, { ...question, signature: new Uint8Array(64) })).toBe(false);
  });
});
