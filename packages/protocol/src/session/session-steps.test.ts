import { expect, it } from "vitest";
import { sessionSteps } from "../../test/session-steps.ts";
import published from "../../test/vectors/session-steps.vectors.json" with { type: "json" };

it("each step of a session gives what the published vectors say", async () => {
  expect(await sessionSteps()).toEqual(published);
});
