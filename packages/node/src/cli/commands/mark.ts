/** `mark`: what is set for a chat on this device. */
import { type Methods, MUTED_FOREVER_MS } from "@kith/client/rpc";
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { describeChat } from "../describe-chat.ts";
import { parseDuration } from "../duration.ts";
import { WHO } from "../options.ts";

type Changes = Omit<Methods["chat.set"]["params"], "who">;

function readMuting(args: Arguments, nowMs: number): Pick<Changes, "mutedUntilMs"> {
  const written = args.text("for");
  if (!args.isGiven("muted")) {
    if (written !== undefined) throw new NodeError("USAGE", text("usage.muteFor"));
    return {};
  }
  if (!args.flag("muted")) return { mutedUntilMs: 0 };
  if (written === undefined) return { mutedUntilMs: MUTED_FOREVER_MS };
  const lengthMs = parseDuration(written);
  if (lengthMs === null) throw new NodeError("USAGE", text("usage.muteFor"));
  return { mutedUntilMs: Math.min(nowMs + lengthMs, MUTED_FOREVER_MS) };
}

function readChanges(args: Arguments): Changes {
  const changes: Changes = {
    ...(args.isGiven("pinned") ? { isPinned: args.flag("pinned") } : {}),
    ...(args.isGiven("archived") ? { isArchived: args.flag("archived") } : {}),
    ...(args.isGiven("unread") ? { isMarkedUnread: args.flag("unread") } : {}),
    ...readMuting(args, Date.now()),
  };
  if (Object.keys(changes).length > 0) return changes;
  throw new NodeError("USAGE", text("usage.mark"));
}

/** Pins, mutes, archives a chat or marks it as unread, or takes one of these back with `--no-…`. */
export const markCommand: Command = {
  args: {
    who: WHO,
    pinned: { type: "boolean", description: text("option.pinned") },
    muted: { type: "boolean", description: text("option.muted") },
    for: { type: "string", description: text("option.muteFor"), valueHint: "TIME" },
    archived: { type: "boolean", description: text("option.archived") },
    unread: { type: "boolean", description: text("option.unread") },
  },
  async run({ args, connect, print }) {
    const changes = readChanges(args);
    const chat = await (await connect()).call("chat.set", { who: args.requiredText("who"), ...changes });
    print(chat, [describeChat(chat)]);
    return undefined;
  },
};
