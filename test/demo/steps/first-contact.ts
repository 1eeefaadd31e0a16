/** A person writes to someone they only know by handle, and is let in. */
import type { Contact, Message } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { Step } from "./step.ts";

const ARRIVAL_TIMEOUT_MS = 20_000;
const POLL_MS = 200;

interface OpenRequest {
  readonly contact: Contact;
  readonly messages: readonly Message[];
}

/** The request waits in Requests and tells the sender nothing. */
export const askForContact: Step = {
  name: "first contact",
  title: "The sender writes to a handle; the request waits in Requests",
  async run({ sender, recipient, transcript, marker }) {
    const text = `Hello, it is me, ${marker}`;
    const asked = await sender.run<Contact>("add", `@${recipient.handle}`, "--text", text);
    checkEqual(asked.relation, "requested", "the sender's view");
    transcript.flow(sender.name, "request box", "sealed request with a first text");
    const [request] = await waitForRequests(() => recipient.run<readonly OpenRequest[]>("requests"));
    checkEqual(request?.contact.account, sender.account, "who asks");
    checkEqual(request?.messages[0]?.text, text, "the text of the request");
    transcript.flow("request box", recipient.name, "one request, from someone not known yet");
    const chats = await recipient.run<readonly unknown[]>("chats");
    checkEqual(chats.length, 0, "chats of the recipient before an answer");
    checkEqual(await sender.relationTo(recipient), "requested", "the sender's view before an answer");
  },
};

/** Accepting makes contacts of both. */
export const acceptContact: Step = {
  name: "accepted",
  title: "The recipient accepts; both are contacts",
  async run({ sender, recipient, transcript }) {
    await recipient.run("accept", sender.account);
    transcript.flow(recipient.name, sender.name, "accepted, with queues on three relays and an address");
    const deadlineMs = performance.now() + ARRIVAL_TIMEOUT_MS;
    while ((await sender.relationTo(recipient)) !== "accepted" && performance.now() < deadlineMs) await pause();
    checkEqual(await sender.relationTo(recipient), "accepted", "the sender's view");
    checkEqual((await recipient.run<readonly unknown[]>("requests")).length, 0, "open requests");
    check((await recipient.run<readonly unknown[]>("chats")).length === 1, "the chat is in the list");
  },
};

async function waitForRequests(list: () => Promise<readonly OpenRequest[]>): Promise<readonly OpenRequest[]> {
  const deadlineMs = performance.now() + ARRIVAL_TIMEOUT_MS;
  let requests = await list();
  while (requests.length === 0 && performance.now() < deadlineMs) {
    await pause();
    requests = await list();
  }
  checkEqual(requests.length, 1, "open requests");
  return requests;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
