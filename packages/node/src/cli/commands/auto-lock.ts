/** `auto-lock`: when an account with a PIN locks by itself, and what becomes of it after wrong PINs. */
import type { AccountStatus, Methods } from "@kith/client";
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Arguments } from "../arguments.ts";
import type { Command } from "../command.ts";
import { describeDuration, parseDuration } from "../duration.ts";

const NEVER = "never";
const MAX_TRIES = 100;

function readAfter(written: string | undefined): { readonly idleMs?: number } {
  if (written === undefined) return {};
  const idleMs = written.trim().toLowerCase() === NEVER ? 0 : parseDuration(written);
  if (idleMs === null) throw new NodeError("USAGE", text("usage.autoLock"));
  return { idleMs };
}

function readHidden(written: string | undefined): { readonly whenHidden?: boolean } {
  if (written === undefined) return {};
  if (written !== "on" && written !== "off") throw new NodeError("USAGE", text("usage.receipts"));
  return { whenHidden: written === "on" };
}

function readErase(args: Arguments): { readonly eraseAfterTries?: number } {
  if (args.text("erase-after")?.toLowerCase() === NEVER) return { eraseAfterTries: 0 };
  const eraseAfterTries = args.integer("erase-after", 0, MAX_TRIES);
  return eraseAfterTries === undefined ? {} : { eraseAfterTries };
}

function describeLock({ hasPin, lock = {} }: AccountStatus): readonly string[] {
  if (hasPin !== true) return [text("autoLock.noPin")];
  const { idleMs, whenHidden, eraseAfterTries } = lock;
  return [
    idleMs === undefined ? text("autoLock.never") : text("autoLock.after", { after: describeDuration(idleMs) }),
    text(whenHidden === true ? "autoLock.hidden" : "autoLock.notHidden"),
    eraseAfterTries === undefined ? text("autoLock.keeps") : text("autoLock.erases", { tries: eraseAfterTries }),
  ];
}

/** Shows how the account locks by itself, or changes it. */
export const autoLockCommand: Command = {
  args: {
    after: { type: "positional", required: false, description: text("option.autoLock") },
    hidden: { type: "string", description: text("option.autoLockHidden"), valueHint: "on|off" },
    "erase-after": { type: "string", description: text("option.eraseAfter"), valueHint: "N" },
  },
  async run({ args, connect, print }) {
    const changes: Methods["account.setLock"]["params"] = {
      ...readAfter(args.text("after")),
      ...readHidden(args.text("hidden")),
      ...readErase(args),
    };
    const client = await connect();
    const isChanging = Object.keys(changes).length > 0;
    const status = isChanging ? await client.call("account.setLock", changes) : await client.call("account.status", {});
    print({ hasPin: status.hasPin === true, lock: status.lock ?? {} }, describeLock(status));
    return undefined;
  },
};
