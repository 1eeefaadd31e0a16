import { describe, expect, it } from "vitest";
import { nobleSuite } from "../crypto/noble.ts";
import { playTranscript } from "../testing/session-transcript.ts";
import recorded from "./session-transcript.vectors.json" with { type: "json" };

describe("the recorded conversation", () => {
  it("is reproduced byte for byte", async () => {
    expect(await playTranscript(nobleSuite)).toEqual(recorded);
  });
});
