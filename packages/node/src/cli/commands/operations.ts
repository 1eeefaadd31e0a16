/** `reply`, `edit`, `unsend`, `react`, `forward`: what is done with a message that is there. */
import { randomBytes } from "node:crypto";
import type { Message } from "@kith/client";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeMessage } from "../describe-message.ts";
import { findMessage } from "../find-message.ts";
import { WHO } from "../options.ts";
import { printableName } from "../printable.ts";
import { readText } from "../read-text.ts";

const ID_BYTES = 16;

const MESSAGE = { type: "positional", description: text("option.message") } as const;
const OWN_MESSAGE = { type: "positional", description: text("option.ownMessage") } as const;
const TEXT = { type: "positional", description: text("option.text") } as const;
const ID = { type: "string", description: text("option.id"), valueHint: "HEX" } as const;

const isTheirs = ({ isOwn, isDeleted, timer }: Message): boolean => !isOwn && isDeleted !== true && timer === undefined;
const isOurs = ({ isOwn, isDeleted, timer }: Message): boolean => isOwn && isDeleted !== true && timer === undefined;
const isOurText = (message: Message): boolean => isOurs(message) && message.text !== "";

/** The message the command is about. */
async function findNamed(
  { args }: CommandContext,
  client: NodeClient,
  isMeant: (message: Message) => boolean,
): Promise<{ readonly who: string; readonly id: string }> {
  const who = args.requiredText("who");
  return { who, id: await findMessage(client, { who, name: args.requiredText("message") }, isMeant) };
}

async function show(context: CommandContext, client: NodeClient, message: Message): Promise<void> {
  const contact = await client.call("contact.get", { who: message.chat });
  context.print(message, describeMessage(message, printableName(contact.name)));
}

function idOf({ args }: CommandContext): string {
  return args.text("id") ?? randomBytes(ID_BYTES).toString("hex");
}

/** Answers a message. */
export const replyCommand: Command = {
  args: { who: WHO, message: MESSAGE, text: TEXT, id: ID },
  hasRest: true,
  async run(context) {
    const client = await context.connect();
    const { who, id: replyTo } = await findNamed(context, client, isTheirs);
    const answer = { who, text: await readText(context), id: idOf(context), replyTo };
    await show(context, client, await client.call("message.send", answer));
    return undefined;
  },
};

/** Gives an own text other words. */
export const editCommand: Command = {
  args: { who: WHO, message: OWN_MESSAGE, text: TEXT, id: ID },
  hasRest: true,
  async run(context) {
    const client = await context.connect();
    const named = await findNamed(context, client, isOurText);
    const edit = { ...named, text: await readText(context), editId: idOf(context) };
    await show(context, client, await client.call("message.edit", edit));
    return undefined;
  },
};

/** Deletes a message: for everyone, which is a request, or on this device. */
export const unsendCommand: Command = {
  args: {
    who: WHO,
    message: OWN_MESSAGE,
    here: { type: "boolean", description: text("option.here") },
  },
  async run(context) {
    const client = await context.connect();
    const isHere = context.args.flag("here");
    const named = await findNamed(context, client, isHere ? () => true : isOurs);
    const result = await client.call("message.delete", { ...named, isForEveryone: !isHere });
    context.print(result, [text(isHere ? "unsend.here" : "unsend.everyone")]);
    return undefined;
  },
};

/** Reacts to a message, or takes the reaction back. */
export const reactCommand: Command = {
  args: {
    who: WHO,
    message: MESSAGE,
    emoji: { type: "positional", required: false, description: text("option.emoji") },
  },
  async run(context) {
    const client = await context.connect();
    const named = await findNamed(context, client, isTheirs);
    const emoji = context.args.text("emoji");
    const reaction = emoji === undefined ? named : { ...named, emoji };
    await show(context, client, await client.call("message.react", reaction));
    return undefined;
  },
};

/** Sends the words of a message to somebody else. */
export const forwardCommand: Command = {
  args: {
    who: WHO,
    message: MESSAGE,
    to: { type: "positional", description: text("option.forwardTo") },
    group: { type: "boolean", description: text("option.forwardGroup") },
    id: ID,
  },
  async run(context) {
    const client = await context.connect();
    const named = await findNamed(context, client, isTheirs);
    const name = context.args.requiredText("to");
    const to = context.args.flag("group") ? { toGroup: name } : { to: name };
    const forward = { ...named, ...to, newId: idOf(context) };
    await show(context, client, await client.call("message.forward", forward));
    return undefined;
  },
};
