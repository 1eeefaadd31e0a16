/** What people in pages and on nodes do in the tests. */
import type { Client, Message, RelayStatus } from "@kith/client";
import { eventually } from "../../integration/nodes.ts";

/** A page or a node: whoever answers methods. */
export type Person = Pick<Client, "call">;

/** Makes accounts and lets the second join the first by invite. @returns both accounts, `kith1…`. */
export async function meet(host: Person, guest: Person): Promise<readonly [string, string]> {
  const { account: hostAccount } = await host.call("account.create", {});
  const { account: guestAccount } = await guest.call("account.create", {});
  await eventually("the host has a box to be invited to", async () => {
    const relays: readonly RelayStatus[] = await host.call("relay.list", {});
    return relays.find(({ isBox }) => isBox) ?? null;
  });
  const { text: invite } = await host.call("invite.create", {});
  await guest.call("invite.join", { invite });
  for (const [person, who] of [
    [host, guestAccount],
    [guest, hostAccount],
  ] as const) {
    await eventually("both are contacts", async () => {
      const contacts = await person.call("contact.list", {});
      return contacts.find(({ account, relation }) => account === who && relation === "accepted") ?? null;
    });
  }
  return [hostAccount, guestAccount];
}

/** All messages of a chat. */
export async function chatOf(person: Person, who: string): Promise<readonly Message[]> {
  return await person.call("message.list", { who, limit: 500 });
}

/** The texts that came from the other side, once there are as many. */
export async function textsFrom(person: Person, who: string, count: number): Promise<readonly string[]> {
  return await eventually(`${count} messages`, async () => {
    const texts = (await chatOf(person, who)).filter(({ isOwn }) => !isOwn).map(({ text }) => text);
    return texts.length >= count ? texts : null;
  });
}

/** Sends until a message went straight to the other device; the texts that were sent. */
export async function sendUntilDirect(person: Person, who: string, prefix: string): Promise<readonly string[]> {
  const texts: string[] = [];
  await eventually("a message went directly", async () => {
    const text = `${prefix} ${texts.length + 1}`;
    texts.push(text);
    const { id } = await person.call("message.send", { who, text });
    const sent = await eventually("the message is delivered", async () => {
      const message = (await chatOf(person, who)).find((each) => each.id === id);
      return message?.state === "delivered" ? message : null;
    });
    return sent.heldBy?.isDirect === true ? sent : null;
  });
  return texts;
}
