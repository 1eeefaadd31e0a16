/** `handle`, `rename`, `release`, `contest`, `unlock`, `lock`. */

import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import { ensureAccount, readPinFile } from "../account-steps.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeAccount } from "../describe.ts";
import { PIN_FILE } from "../options.ts";
import { printableText } from "../printable.ts";

/** Shows the own handle, or claims one; makes the account first when there is none. */
export const handleCommand: Command = {
  args: { handle: { type: "positional", required: false, description: text("option.handle") } },
  async run({ args, connect, print, terminal, isJson }) {
    const client = await connect();
    const handle = args.text("handle");
    if (handle !== undefined) {
      await ensureAccount(client, terminal);
      if (!isJson) terminal.note(text("handle.public"));
    }
    const status =
      handle === undefined
        ? await client.call("account.status", {})
        : await client.call("account.claimHandle", { handle });
    const isWithout = status.state === "ready" && status.handle === undefined;
    print(status, [isWithout ? text("handle.none") : describeAccount(status)]);
    return undefined;
  },
};

/** Takes another handle; people keep the account and see which one it was. */
export const renameCommand: Command = {
  args: { handle: { type: "positional", description: text("option.handle") } },
  async run({ args, connect, print, terminal, isJson }) {
    const client = await connect();
    if (!isJson) terminal.note(text("handle.public"));
    const status = await client.call("account.claimHandle", { handle: args.requiredText("handle") });
    print(status, [describeAccount(status)]);
    return undefined;
  },
};

/** Gives the own handle up. */
export const releaseCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const status = await (await connect()).call("account.releaseHandle", {});
    print(status, [text("handle.released")]);
    return undefined;
  },
};

/** Says that another account's claim of the own handle is not the owner's. */
export const contestCommand: Command = {
  args: { account: { type: "positional", description: text("option.rival") } },
  async run({ args, connect, print }) {
    const account = args.requiredText("account");
    const status = await (await connect()).call("account.contestHandle", { account });
    print(status, [text("handle.contested", { account: printableText(account) })]);
    return undefined;
  },
};

async function readPin({ args, terminal, signal }: CommandContext): Promise<string> {
  const path = args.text("pin-file");
  if (path !== undefined) return await readPinFile(path, terminal);
  if (!terminal.isInteractive) {
    throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--pin-file FILE" }));
  }
  const { askPin } = await import("../prompts.ts");
  return (await askPin(signal)) ?? "";
}

/** Unlocks with the PIN. */
export const unlockCommand: Command = {
  args: { "pin-file": PIN_FILE },
  async run(context) {
    const client = await context.connect();
    const before = await client.call("account.status", {});
    const status =
      before.state === "ready" ? before : await client.call("account.unlock", { pin: await readPin(context) });
    context.print(status, [text("unlocked")]);
    return undefined;
  },
};

/** Locks until the PIN is given. */
export const lockCommand: Command = {
  args: {},
  async run({ connect, print }) {
    const status = await (await connect()).call("account.lock", {});
    print(status, [text("lockedNow")]);
    return undefined;
  },
};
