/** `backup` and `restore`: the account in a file, and an account from one. */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { isSystemError, NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import { readPinFile } from "../account-steps.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeAccount } from "../describe.ts";
import { printableText } from "../printable.ts";

/** Bytes handed over at once. */
const PIECE_BYTES = 96 * 1024;

const ARGS: Command["args"] = {
  file: { type: "positional", description: text("option.backupFile") },
  "passphrase-file": { type: "string", description: text("option.passphraseFile"), valueHint: "FILE" },
};

async function readPassphrase({ args, terminal, signal }: CommandContext, isNew: boolean): Promise<string> {
  const path = args.text("passphrase-file");
  if (path !== undefined) return await readPinFile(path, terminal);
  if (!terminal.isInteractive) {
    throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--passphrase-file FILE" }));
  }
  const { askPassphrase } = await import("../prompts.ts");
  return await askPassphrase(isNew, signal);
}

async function openFile(path: string, flags: "wx" | "r"): Promise<FileHandle> {
  try {
    return await open(path, flags, 0o600);
  } catch (cause) {
    const key = isSystemError(cause, "EEXIST") ? "usage.backupExists" : "usage.backupMissing";
    throw new NodeError("USAGE", text(key, { file: printableText(path) }), { cause });
  }
}

/** Writes beside the file first: what stands under its name is whole. */
async function writeBackup(client: NodeClient, path: string, passphrase: string): Promise<number> {
  const draft = `${path}.part`;
  await (await openFile(path, "wx")).close();
  try {
    const file = await openFile(draft, "wx");
    let bytes = 0;
    try {
      const { id } = await client.call("backup.export", { passphrase });
      for (let isEnd = false; !isEnd; ) {
        const piece = await client.call("backup.next", { id });
        const data = Buffer.from(piece.data, "base64");
        await file.writeFile(data);
        bytes += data.length;
        isEnd = piece.isEnd;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    return bytes;
  } catch (error) {
    for (const each of [draft, path]) await rm(each, { force: true });
    throw error;
  }
}

/** Writes a backup of the open account. */
export const backupCommand: Command = {
  args: ARGS,
  async run(context) {
    const client = await context.connect();
    const path = resolve(context.args.requiredText("file"));
    const bytes = await writeBackup(client, path, await readPassphrase(context, true));
    context.print({ file: path, bytes }, [
      text("backup.done", { file: printableText(path), bytes }),
      text("backup.holds"),
      text("backup.passphrase"),
    ]);
    return undefined;
  },
};

/** Makes the account of a backup on a node without one. */
export const restoreCommand: Command = {
  args: ARGS,
  async run(context) {
    const client = await context.connect();
    const file = await openFile(resolve(context.args.requiredText("file")), "r");
    try {
      const { id } = await client.call("backup.restore", { passphrase: await readPassphrase(context, false) });
      const buffer = Buffer.alloc(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES);
        if (bytesRead === 0) break;
        await client.call("backup.append", { id, data: buffer.toString("base64", 0, bytesRead) });
      }
      const status = await client.call("backup.finish", { id });
      const who = describeAccount(status);
      context.print(status, [text("restore.done", { who }), text("restore.sessions"), text("restore.pin")]);
    } finally {
      await file.close();
    }
    return undefined;
  },
};
