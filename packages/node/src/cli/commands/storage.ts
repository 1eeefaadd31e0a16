/** `storage`: what each chat takes on this device, and making room. */
import type { ChatStorage, GroupStorage } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { countText, text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeSize } from "../describe-file.ts";
import { parseDuration } from "../duration.ts";
import { printableName } from "../printable.ts";
import { requireYes } from "../require-yes.ts";

/** What one chat or group takes. */
interface ChatUse {
  readonly account?: string;
  readonly group?: string;
  readonly name: string;
  readonly messages: number;
  readonly messageBytes: number;
  readonly previewBytes: number;
  readonly files: number;
  readonly fileBytes: number;
  readonly bytes: number;
}

type Place = { readonly who: string } | { readonly group: string };

function placeOf(stored: ChatStorage | GroupStorage): Place {
  return "group" in stored ? { group: stored.group.group } : { who: stored.contact.account };
}

async function measure(client: NodeClient, stored: ChatStorage | GroupStorage): Promise<ChatUse> {
  const { files, fileBytes } = stored;
  const { name } = "group" in stored ? stored.group : stored.contact;
  const place = placeOf(stored);
  let [messages, messageBytes, previewBytes] = [0, 0, 0];
  for (let after: string | undefined, isDone = false; !isDone; ) {
    const slice = await client.call("storage.measure", { ...place, ...(after === undefined ? {} : { after }) });
    messages += slice.messages;
    messageBytes += slice.messageBytes;
    previewBytes += slice.previewBytes;
    after = slice.next;
    isDone = after === undefined;
  }
  const bytes = messageBytes + previewBytes + fileBytes;
  const id = "who" in place ? { account: place.who } : place;
  return { ...id, name, messages, messageBytes, previewBytes, files, fileBytes, bytes };
}

/** The chat or the group that a person names; null for all. */
async function namedPlace({ args }: CommandContext, client: NodeClient): Promise<Place | null> {
  const who = args.text("who");
  if (who === undefined) return null;
  if (args.flag("group")) return { group: (await client.call("group.get", { group: who })).group };
  return { who: (await client.call("contact.get", { who })).account };
}

function lineOf({ name, bytes, messages, files, fileBytes }: ChatUse): string {
  return text("storage.chat", {
    size: describeSize(bytes).padStart(8),
    name: printableName(name),
    messages: countText("storage.messages", messages),
    files: countText("storage.files", files),
    fileSize: describeSize(fileBytes),
  });
}

function isSame(one: Place, other: Place): boolean {
  return "who" in one ? "who" in other && one.who === other.who : "group" in other && one.group === other.group;
}

async function list(context: CommandContext): Promise<undefined> {
  const client = await context.connect();
  const all = await client.call("storage.list", {});
  const { searchBytes } = all;
  const place = await namedPlace(context, client);
  const chats: ChatUse[] = [];
  for (const each of [...all.chats, ...all.groups]) {
    if (place === null || isSame(placeOf(each), place)) chats.push(await measure(client, each));
  }
  chats.sort((a, b) => b.bytes - a.bytes);
  const bytes = chats.reduce((sum, each) => sum + each.bytes, searchBytes);
  context.print({ chats, searchBytes, bytes }, [
    ...chats.map(lineOf),
    text("storage.search", { size: describeSize(searchBytes) }),
    text("storage.sum", { size: describeSize(bytes) }),
  ]);
  return undefined;
}

async function clearHistory(context: CommandContext, client: NodeClient, who: string): Promise<undefined> {
  const isGroup = context.args.flag("group");
  const { id, place, name } = isGroup ? await clearedGroup(client, who) : await clearedChat(client, who);
  const what = isGroup ? "storage.clearGroupWhat" : "storage.clearWhat";
  await requireYes(context, text(what, { name: printableName(name) }), text("storage.noWayBack"));
  const cleared = await client.call("storage.clearChat", place);
  context.print({ ...id, ...cleared }, [countText("storage.cleared", cleared.messages)]);
  return undefined;
}

interface Cleared {
  readonly id: { readonly account: string } | { readonly group: string };
  readonly place: Place;
  readonly name: string;
}

async function clearedChat(client: NodeClient, who: string): Promise<Cleared> {
  const { account, name } = await client.call("contact.get", { who });
  return { id: { account }, place: { who: account }, name };
}

async function clearedGroup(client: NodeClient, named: string): Promise<Cleared> {
  const { group, name } = await client.call("group.get", { group: named });
  return { id: { group }, place: { group }, name };
}

async function removeFiles(context: CommandContext, client: NodeClient): Promise<undefined> {
  const written = context.args.text("older-than");
  const olderThanMs = written === undefined ? undefined : parseDuration(written);
  if (olderThanMs === null) throw new NodeError("USAGE", text("usage.olderThan"));
  const where = (await namedPlace(context, client)) ?? {};
  await requireYes(context, text("storage.filesWhat"), text("storage.noWayBack"));
  let [files, bytes] = [0, 0];
  for (let isDone = false; !isDone; ) {
    const removed = await client.call("storage.removeFiles", {
      ...where,
      ...(olderThanMs === undefined ? {} : { olderThanMs }),
    });
    files += removed.files;
    bytes += removed.bytes;
    isDone = removed.isDone;
  }
  context.print({ files, bytes }, [`${countText("storage.removed", files)} ${describeSize(bytes)}`]);
  return undefined;
}

async function clean(context: CommandContext): Promise<undefined> {
  const { args } = context;
  const who = args.text("who");
  const [isFiles, isHistory] = [args.flag("files"), args.flag("history")];
  const isOfChat = who !== undefined && !args.isGiven("older-than");
  const isFine = isFiles !== isHistory && (!isHistory || isOfChat);
  if (!isFine) throw new NodeError("USAGE", text("usage.storageClean"));
  const client = await context.connect();
  return isHistory && who !== undefined ? await clearHistory(context, client, who) : await removeFiles(context, client);
}

/** Says what chats take, or makes room. */
export const storageCommand: Command = {
  args: {
    action: { type: "positional", required: false, default: "list", description: text("option.storageAction") },
    who: { type: "positional", required: false, description: text("option.storageWho") },
    group: { type: "boolean", description: text("option.storageGroup") },
    files: { type: "boolean", description: text("option.storageFiles") },
    "older-than": { type: "string", description: text("option.storageOlderThan"), valueHint: "TIME" },
    history: { type: "boolean", description: text("option.storageHistory") },
    yes: { type: "boolean", description: text("option.yes") },
  },
  async run(context) {
    const action = context.args.text("action") ?? "list";
    if (context.args.flag("group") && context.args.text("who") === undefined) {
      throw new NodeError("USAGE", text("usage.storageGroup"));
    }
    if (action !== "list" && action !== "clean") throw new NodeError("USAGE", text("usage.storageAction"));
    return await (action === "list" ? list(context) : clean(context));
  },
};
