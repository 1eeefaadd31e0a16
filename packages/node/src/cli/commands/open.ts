/** `open`: what is to be seen once is shown or saved, and gone from the node with that. */
import { homedir } from "node:os";
import { resolve } from "node:path";
import type { Message } from "@kith/client";
import type { NodeClient } from "../../daemon/control-client.ts";
import { saveFile } from "../../files/save-file.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { findMessage } from "../find-message.ts";
import { WHO } from "../options.ts";
import { printableText } from "../printable.ts";
import { followFile, isAtRest } from "./follow-file.ts";

const isUnopened = ({ once }: Message): boolean => once?.state === "unopened";

/** The bytes of an opened file, in order. */
async function* readUnits(client: NodeClient, named: { who: string; id: string }): AsyncGenerator<Uint8Array> {
  for (let unit = 0; ; unit++) {
    const { data, unitCount } = await client.call("file.read", { ...named, unit });
    const bytes = Buffer.from(data, "base64");
    if (bytes.length > 0) yield bytes;
    if (unit + 1 >= unitCount) return;
  }
}

/** Fetches a file that is not here yet. @returns false when it did not come. */
async function fetch(
  context: CommandContext,
  client: NodeClient,
  named: { who: string; id: string },
): Promise<boolean> {
  const listed = await client.call("message.list", { who: named.who, limit: 500 });
  const message = listed.find(({ id, isOwn }) => id === named.id && !isOwn);
  if (message?.file === undefined || message.file.state === "complete") return true;
  const last = await followFile(context, client, await client.call("file.accept", named), isAtRest);
  return last.file?.state === "complete";
}

/** Opens a message that is to be seen once. */
export const openCommand: Command = {
  isLongRunning: true,
  args: {
    who: WHO,
    message: { type: "positional", description: text("option.onceMessage") },
    to: { type: "string", description: text("option.onceTo"), valueHint: "DIR" },
  },
  async run(context) {
    const client = await context.connect();
    const who = context.args.requiredText("who");
    const name = context.args.requiredText("message");
    const named = { who, id: await findMessage(client, { who, name }, isUnopened) };
    if (!(await fetch(context, client, named))) return 1;
    const { text: words, file, message } = await client.call("message.open", named);
    if (file === undefined) {
      context.print({ text: words, message }, [printableText(words ?? ""), text("open.gone")]);
      return undefined;
    }
    const folder = resolve((context.args.text("to") ?? ".").replace(/^~(?=$|\/)/, homedir()));
    try {
      const path = await saveFile(folder, file.name, readUnits(client, named));
      context.print({ path, message }, [text("file.saved", { path: printableText(path) }), text("open.saved")]);
    } finally {
      await client.call("message.close", named);
    }
    return undefined;
  },
};
