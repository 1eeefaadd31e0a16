/** `erase`: everything of Kith in the data folder. */
import { findDataFolder } from "../../config/data-folder.ts";
import { eraseKeys, finishErasure, isDataFolder } from "../../config/erasure.ts";
import { NodeError } from "../../config/node-error.ts";
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";
import { printableText } from "../printable.ts";

/** What is typed to show that it is meant. */
const WORD = "erase";

/** The running node, or null when there is none. */
async function findNode({ connect }: CommandContext): Promise<NodeClient | null> {
  try {
    return await connect();
  } catch (error) {
    if (error instanceof NodeError && error.code === "NO_NODE") return null;
    throw error;
  }
}

/** @throws NodeError USAGE unless the word was given or typed. */
async function requireWord({ args, terminal, isJson, signal }: CommandContext, folder: string): Promise<void> {
  const given = args.text("confirm");
  if (given === undefined && terminal.isInteractive && !isJson) {
    for (const line of [
      text("erase.what", { folder: printableText(folder) }),
      text("erase.stays"),
      text("erase.words"),
    ]) {
      terminal.line(line);
    }
    const { askToErase } = await import("../prompts.ts");
    if ((await askToErase(WORD, signal)) === WORD) return;
  }
  if (given !== WORD) throw new NodeError("USAGE", text("usage.erase"));
}

async function eraseThroughNode(client: NodeClient): Promise<void> {
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  await client.call("account.erase", { confirm: WORD });
  await closed;
}

async function eraseFolder(folder: string): Promise<void> {
  if (!(await isDataFolder(folder))) throw new NodeError("DATA_FOLDER", `${folder} is no data folder of Kith`);
  await eraseKeys(folder);
  await finishErasure(folder);
}

/** Erases the account, its messages, files and keys, with the node stopped or running. */
export const eraseCommand: Command = {
  args: { confirm: { type: "string", description: text("option.confirmErase"), valueHint: WORD } },
  async run(context) {
    const folder = findDataFolder("personal", context.args.text("data"));
    await requireWord(context, folder);
    const client = await findNode(context);
    if (client === null) await eraseFolder(folder);
    else await eraseThroughNode(client);
    context.print({ isErased: true }, [text("erase.done")]);
    return undefined;
  },
};
