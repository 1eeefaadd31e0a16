/** Steps around the account that several commands share. */
import { readFile } from "node:fs/promises";
import type { Client } from "@kith/client";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";
import { printableText } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

const MAX_PIN_FILE_BYTES = 4096;

/** Makes an account when nobody lives in the node yet, and says so on standard error. Asks nothing. */
export async function ensureAccount(client: Pick<Client, "call">, terminal: Terminal): Promise<void> {
  const { state } = await client.call("account.status", {});
  if (state !== "none") return;
  const { account } = await client.call("account.create", {});
  terminal.note(text("made.account", { account: printableText(account) }));
  terminal.note(text("made.words"));
}

/** The first line of a PIN file. @param path `-` for standard input. @throws NodeError PIN_FILE. */
export async function readPinFile(path: string, terminal: Terminal): Promise<string> {
  const content = path === "-" ? await terminal.readAll(MAX_PIN_FILE_BYTES) : await readSmallFile(path);
  const [pin = ""] = (content ?? "").split(/\r?\n/);
  if (pin === "") throw new NodeError("PIN_FILE", "the first line of the PIN file is empty");
  return pin;
}

async function readSmallFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    if (!isSystemError(cause, "ENOENT", "EACCES", "EISDIR", "ENOTDIR", "EPERM")) throw cause;
    throw new NodeError("PIN_FILE", `the PIN file cannot be read (${cause.code})`, { cause });
  }
}
