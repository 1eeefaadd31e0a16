/** `read`: messages as lines; with --follow everything that arrives from then on. */
import type { Client, ClientEvent, Contact, Message } from "@kith/client";
import { pipe } from "it-pipe";
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeMessage, describeWithId } from "../describe-message.ts";
import { printableJson, printableName } from "../printable.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const MAX_SEQ = 1e15;

type Caller = Pick<Client, "call">;

/** Messages of one person with the name to print. */
interface Reading {
  readonly contact: Contact;
  readonly messages: readonly Message[];
}

async function listOne(client: Caller, who: string, limit: number): Promise<readonly Reading[]> {
  const contact = await client.call("contact.get", { who });
  return [{ contact, messages: await client.call("message.list", { who, limit }) }];
}

/** What is unread, person by person. */
async function listUnread(client: Caller, limit: number): Promise<readonly Reading[]> {
  const readings: Reading[] = [];
  for (const { contact, unread } of await client.call("chat.list", {})) {
    if (unread === 0) continue;
    const listed = await client.call("message.list", { who: contact.account, limit: Math.min(unread, limit) });
    readings.push({ contact, messages: listed.filter(({ isOwn }) => !isOwn) });
  }
  return readings;
}

/** An event that says something about one message. */
type MessageEvent = Extract<ClientEvent, { readonly message: Message }>;

/** Leaves the events that are to be printed: of one chat when a person was named; changes only with --json. */
async function* selectShown(
  events: AsyncIterable<ClientEvent>,
  only: Contact | null,
  isJson: boolean,
): AsyncGenerator<MessageEvent> {
  for await (const event of events) {
    if (event.type !== "message.received" && !(isJson && event.type === "message.changed")) continue;
    if (only === null || event.message.chat === only.account) yield event;
  }
}

/** Prints events one by one and marks what arrived as read. @param printed ids of messages that are listed already. */
async function printEvents(
  events: AsyncIterable<MessageEvent>,
  { isJson, terminal, args }: CommandContext,
  client: Caller,
  printed: Set<string>,
): Promise<void> {
  const nameByAccount = new Map<string, string>();
  for await (const event of events) {
    const { message, type } = event;
    const isRepeated = type === "message.received" && printed.delete(message.id);
    if (isJson) terminal.line(printableJson(event));
    else if (!isRepeated) {
      const name = nameByAccount.get(message.chat) ?? (await readName(client, message.chat));
      nameByAccount.set(message.chat, name);
      for (const line of describe(args)(message, name)) terminal.line(line);
    }
    if (type === "message.received" && !args.flag("peek")) {
      await client.call("message.markRead", { who: message.chat });
    }
  }
}

async function readName(client: Caller, account: string): Promise<string> {
  return printableName((await client.call("contact.get", { who: account })).name);
}

/** How messages are put into words: with their ids where those were asked for. */
function describe(args: CommandContext["args"]): typeof describeMessage {
  return args.flag("ids") ? describeWithId : describeMessage;
}

function print({ isJson, terminal, args }: CommandContext, readings: readonly Reading[]): void {
  for (const { contact, messages } of readings) {
    for (const message of messages) {
      if (isJson) terminal.line(printableJson(message));
      else for (const line of describe(args)(message, printableName(contact.name))) terminal.line(line);
    }
  }
}

async function list(context: CommandContext, client: Caller): Promise<readonly Reading[]> {
  const who = context.args.text("who");
  const limit = context.args.integer("limit", 1, MAX_LIMIT) ?? DEFAULT_LIMIT;
  const readings = who === undefined ? await listUnread(client, limit) : await listOne(client, who, limit);
  print(context, readings);
  if (!context.args.flag("peek")) {
    for (const { contact, messages } of readings) {
      if (messages.length > 0) await client.call("message.markRead", { who: contact.account });
    }
  }
  return readings;
}

/** Follows from an event number without listing: what a script uses to lose nothing over its own restarts. */
async function resume(context: CommandContext, client: Client, after: number): Promise<void> {
  const who = context.args.text("who");
  const only = who === undefined ? null : await client.call("contact.get", { who });
  await pipe(
    client.events(after, context.signal),
    (events) => selectShown(events, only, context.isJson),
    (events) => printEvents(events, context, client, new Set()),
  );
}

/** Asks for the first event at once: what happens from now on is in the stream, however late it is read. */
function openNow(events: AsyncIterable<ClientEvent>): AsyncIterable<ClientEvent> {
  const iterator = events[Symbol.asyncIterator]();
  const first = iterator.next();
  // Whoever reads gets the rejection; when the listing fails nobody does.
  first.catch(() => undefined);
  return (async function* () {
    for (let event = await first; event.done !== true; event = await iterator.next()) yield event.value;
  })();
}

/** Lists, then follows; the stream is opened first, so that nothing falls between the two. */
async function listAndFollow(context: CommandContext, client: Client): Promise<void> {
  const events = openNow(client.events(-1, context.signal));
  const readings = await list(context, client);
  const only = context.args.text("who") === undefined ? null : (readings[0]?.contact ?? null);
  const printed = new Set(readings.flatMap(({ messages }) => messages.map(({ id }) => id)));
  await pipe(
    events,
    (all) => selectShown(all, only, context.isJson),
    (shown) => printEvents(shown, context, client, printed),
  );
}

/** Prints messages and marks them as read. With --json one message or event a line. */
export const readCommand: Command = {
  isLongRunning: true,
  args: {
    who: { type: "positional", required: false, description: text("option.who") },
    limit: { type: "string", description: text("option.limit"), valueHint: "N", default: String(DEFAULT_LIMIT) },
    follow: { type: "boolean", description: text("option.follow") },
    after: { type: "string", description: text("option.after"), valueHint: "SEQ" },
    ids: { type: "boolean", description: text("option.ids") },
    peek: { type: "boolean", description: text("option.peek") },
  },
  async run(context) {
    const { args, isJson, terminal } = context;
    const after = args.integer("after", 0, MAX_SEQ);
    if (after !== undefined && !(args.flag("follow") && isJson)) {
      throw new NodeError("USAGE", text("usage.after"));
    }
    const client = await context.connect();
    if (after !== undefined) await resume(context, client, after);
    else if (args.flag("follow")) await listAndFollow(context, client);
    else {
      const readings = await list(context, client);
      const isEmpty = readings.every(({ messages }) => messages.length === 0);
      if (isEmpty && !isJson) terminal.note(text("read.none"));
    }
    return undefined;
  },
};
