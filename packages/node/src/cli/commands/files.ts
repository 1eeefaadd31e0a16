/** `send-file` and `files`: files of any type, from a path of this machine to a folder of the other. */
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Message, MethodName } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeFile, shortId } from "../describe-file.ts";
import { isInGroup, nameFile } from "../name-file.ts";
import { WHO } from "../options.ts";
import { printableName, printableText } from "../printable.ts";
import { readPicture } from "../read-picture.ts";
import { followFile, isAtRest } from "./follow-file.ts";

const MESSAGE_ID_BYTES = 16;

/** The fewest digits of an id that name a file. */
const MIN_ID_CHARACTERS = 4;

/** Files of one list. */
const MAX_LIST = 500;

/** Sends files; each stays where it is and is read again while the other side fetches it. */
export const sendFileCommand: Command = {
  isLongRunning: true,
  args: {
    who: WHO,
    paths: { type: "positional", description: text("option.paths") },
    preview: { type: "string", description: text("option.preview"), valueHint: "JPEG" },
    once: { type: "boolean", description: text("option.once") },
    group: { type: "boolean", description: text("option.fileGroup") },
    wait: { type: "boolean", description: text("option.waitSent") },
  },
  hasList: true,
  async run(context) {
    const client = await context.connect();
    const name = context.args.requiredText("who");
    const to = context.args.flag("group") ? { group: name } : { who: name };
    const messages: Message[] = [];
    const once = context.args.flag("once") ? { isOnce: true } : {};
    const paths = context.args.list("paths");
    const isWaiting = context.args.flag("wait");
    if (isWaiting && "group" in to) throw new NodeError("USAGE", text("usage.fileGroupWait"));
    const shown = context.args.text("preview");
    if (shown !== undefined && paths.length > 1) throw new NodeError("USAGE", text("usage.previewOne"));
    const preview = shown === undefined ? {} : { preview: await readPicture(shown) };
    for (const path of paths) {
      if (context.signal.aborted) return 1;
      const id = randomBytes(MESSAGE_ID_BYTES).toString("hex");
      messages.push(await client.call("node.sendFile", { ...to, path: resolve(path), id, ...preview, ...once }));
    }
    const last = isWaiting ? await followAll(context, client, messages) : messages;
    context.print(last, last.map(lineOf));
    if (!isWaiting && !context.isJson) context.terminal.note(text("file.sentNote"));
    return isWaiting && last.some(({ file }) => file?.state !== "complete") ? 1 : undefined;
  },
};

async function followAll(
  context: CommandContext,
  client: NodeClient,
  messages: readonly Message[],
): Promise<readonly Message[]> {
  const ended: Message[] = [];
  for (const message of messages) ended.push(await followFile(context, client, message, hasEndedHere));
  return ended;
}

/** An own file on whose way nothing more happens here. */
function hasEndedHere({ file }: Message): boolean {
  return file === undefined || ["complete", "cancelled", "failed"].includes(file.state);
}

function lineOf(message: Message): string {
  const { file, isOwn } = message;
  return file === undefined ? "" : `${shortId(message)}  ${describeFile(file, isOwn)}`;
}

async function list({ args, connect, print }: CommandContext): Promise<undefined> {
  const client = await connect();
  const who = args.text("file");
  const messages = await client.call("file.list", { limit: MAX_LIST, ...(who === undefined ? {} : { who }) });
  const contacts = (await client.call("contact.list", {})).map(({ account, name }) => [account, name] as const);
  const groups = (await client.call("group.list", {})).map(({ group, name }) => [group, name] as const);
  const names = new Map([...contacts, ...groups]);
  const lines = messages.map((message) => {
    const other = isInGroup(message) && !message.isOwn ? message.author.name : names.get(message.chat);
    const name = printableName(other ?? message.chat);
    return `${lineOf(message)}, ${text(message.isOwn ? "file.to" : "file.from", { name })}`;
  });
  print(messages, lines.length === 0 ? [text("file.none")] : lines);
}

/** The file that an id means, or the only one whose id begins so. @throws NodeError FILE_UNKNOWN. */
async function findFile({ args }: CommandContext, client: NodeClient): Promise<Message> {
  const given = args.text("file")?.toLowerCase() ?? "";
  if (given === "") throw new NodeError("USAGE", text("usage.missing", { name: "FILE" }));
  const all = await client.call("file.list", { limit: MAX_LIST });
  const found = given.length < MIN_ID_CHARACTERS ? [] : all.filter(({ id }) => id.startsWith(given));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new NodeError("FILE_UNKNOWN", text(found.length > 1 ? "file.ambiguous" : "file.unknown"));
}

type Decision = Extract<MethodName, "file.accept" | "file.pause" | "file.cancel">;

function decide(decision: Decision): (context: CommandContext) => Promise<undefined> {
  return async (context) => {
    const client = await context.connect();
    const after = await client.call(decision, nameFile(await findFile(context, client)));
    context.print(after, [lineOf(after)]);
  };
}

/** Whether the bytes are not here: of a file that others sent, or another device of this account. */
function isToFetch({ isOwn, file }: Message): boolean {
  return file?.state !== "complete" && (!isOwn || file?.isCopy === true || file?.state === "elsewhere");
}

/** Fetches what is not here yet, then writes it into a folder. Ending the command does not end the fetching. */
async function save(context: CommandContext): Promise<1 | undefined> {
  const { args, signal, terminal } = context;
  const client = await context.connect();
  let message = await findFile(context, client);
  const folder = resolve(expandHome(args.text("to") ?? "."));
  const name = nameFile(message);
  if (isToFetch(message)) {
    message = await followFile(context, client, await client.call("file.accept", name), isAtRest);
  }
  if (signal.aborted) {
    terminal.note(text("file.goesOn"));
    return 1;
  }
  if (isToFetch(message)) {
    context.print(message, [lineOf(message)]);
    return 1;
  }
  const saved = await client.call("node.saveFile", { ...name, folder });
  context.print({ ...saved, message }, [text("file.saved", { path: printableText(saved.path) })]);
  return undefined;
}

/** A folder of a script that no shell has expanded. */
function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? homedir() + path.slice(1) : path;
}

const ACTIONS: Readonly<Record<string, (context: CommandContext) => Promise<1 | undefined>>> = {
  list,
  accept: decide("file.accept"),
  resume: decide("file.accept"),
  pause: decide("file.pause"),
  cancel: decide("file.cancel"),
  save,
};

/** Lists files, and decides about them. */
export const filesCommand: Command = {
  isLongRunning: true,
  args: {
    action: { type: "positional", required: false, default: "list", description: text("option.fileAction") },
    file: { type: "positional", required: false, description: text("option.file") },
    to: { type: "string", description: text("option.fileTo"), valueHint: "DIR" },
  },
  async run(context) {
    const action = context.args.text("action") ?? "list";
    const run = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (run === undefined) throw new NodeError("USAGE", text("usage.fileAction"));
    return await run(context);
  },
};
