/** Echo: a second person on this machine who repeats what you write, so that the first minute needs nobody else. */
import { join } from "node:path";
import { type Client, type Contact, MessengerError } from "@kith/client";
import { NodeError } from "../config/node-error.ts";
import { connectNode } from "../daemon/control-client.ts";
import { text } from "../i18n/text.ts";
import { type Bot, createBot } from "./bot.ts";
import { createFilePosition } from "./bot-position.ts";

/** A bot that answers each text with the text, and each call with its sound and picture. */
export function createEchoBot(client: Client, dataFolder: string): Bot {
  const position = createFilePosition(join(dataFolder, "echo.json"));
  return createBot(client, { position })
    .on("text", (context) => context.reply(context.text))
    .on("call", async (context) => {
      const { createEcho, openNodeMedia } = await import("../media/index.ts");
      await context.answer(openNodeMedia(createEcho));
    });
}

/** How Echo's way into the contacts of the other node ended. */
export type EchoMeeting =
  | {
      readonly state: "met";
      readonly contact: Contact;
      /** The account that was made for the node's owner; absent when there was one. */
      readonly madeAccount?: string | undefined;
    }
  | { readonly state: "known"; readonly contact: Contact }
  | { readonly state: "no-node" }
  | { readonly state: "failed"; readonly error: MessengerError | NodeError };

/** The way Echo reaches the node it should meet. */
export type ConnectNode = (dataFolder: string) => Promise<Pick<Client, "call"> & { close(): void }>;

/**
 * Lets the running node of a data folder join Echo's invite; that node gets an account first when it has none.
 * @param account Echo's own `kith1…`.
 */
export async function meetNode(
  invite: string,
  account: string,
  nodeFolder: string,
  connect: ConnectNode = connectNode,
): Promise<EchoMeeting> {
  try {
    const node = await connect(nodeFolder);
    try {
      return await joinInvite(node, invite, account);
    } finally {
      node.close();
    }
  } catch (error) {
    if (error instanceof NodeError && error.code === "NO_NODE") return { state: "no-node" };
    if (error instanceof MessengerError || error instanceof NodeError) return { state: "failed", error };
    throw error;
  }
}

async function joinInvite(node: Pick<Client, "call">, invite: string, account: string): Promise<EchoMeeting> {
  const { state } = await node.call("account.status", {});
  const madeAccount = state === "none" ? (await node.call("account.create", {})).account : undefined;
  const contacts = await node.call("contact.list", {});
  const known = contacts.find((each) => each.account === account && each.relation === "accepted");
  if (known !== undefined) return { state: "known", contact: known };
  const contact = await node.call("invite.join", { invite });
  return {
    state: "met",
    contact: await node.call("contact.rename", { who: contact.account, name: text("echo.name") }),
    ...(madeAccount === undefined ? {} : { madeAccount }),
  };
}
