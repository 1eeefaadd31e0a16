import { expect, test } from "vitest";
import type { Contact, Message } from "../client.ts";
import { makeReport } from "./report.ts";

const contact: Contact = {
  account: "kith1noor",
  name: "My own name for them",
  handle: "noor",
  trust: "CLAIMED",
  isByInvite: false,
  relation: "blocked",
  devices: 1,
};

const message = (change: Partial<Message>): Message => ({
  id: "1".repeat(32),
  chat: "kith1noor",
  isOwn: false,
  text: "theirs",
  sentAtMs: 0,
  state: "received",
  ...change,
});

test("a report has what the person wrote, and nothing of the one who reports", () => {
  const replyTo = { id: "2".repeat(32), isOwn: true, state: "checked", text: "my words" } as const;
  const messages = [
    message({ isOwn: true, text: "ours", state: "read" }),
    message({ replyTo, receivedAtMs: 5000, editedAtMs: 6000 }),
    message({ text: "", isDeleted: true }),
  ];
  const report = makeReport(contact, messages, 10_000);
  expect(report).toMatchObject({
    format: "kith-report-1",
    madeAt: "1970-01-01T00:00:10.000Z",
    account: "kith1noor",
    handle: "noor",
    messages: [{ text: "theirs", receivedAt: "1970-01-01T00:00:05.000Z", isEdited: true }],
  });
  const written = JSON.stringify(report);
  for (const own of ["ours", "my words", "My own name"]) expect(written).not.toContain(own);
});

test("a time that no date can hold does not break it", () => {
  const report = makeReport(contact, [message({ sentAtMs: Number.MAX_SAFE_INTEGER })], 0);
  expect(report.messages[0]?.sentAt).toBe("+275760-09-13T00:00:00.000Z");
});
