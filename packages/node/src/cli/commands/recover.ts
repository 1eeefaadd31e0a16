/** `recover`: the account of 24 words, anew on this device. */
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import { readPinFile } from "../account-steps.ts";
import type { Command, CommandContext } from "../command.ts";
import { describeAccount } from "../describe.ts";

async function readWords({ args, terminal, signal }: CommandContext): Promise<string> {
  const path = args.text("words-file");
  if (path !== undefined) return await readPinFile(path, terminal);
  if (!terminal.isInteractive) {
    throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--words-file FILE" }));
  }
  const { askWords } = await import("../prompts.ts");
  return await askWords(signal);
}

/** Makes the account anew; its devices of before are out, and contacts have to decide. */
export const recoverCommand: Command = {
  args: {
    "words-file": { type: "string", description: text("option.wordsFile"), valueHint: "FILE" },
    relay: { type: "string", description: text("option.recoverRelay"), valueHint: "ADDRESS" },
    invite: { type: "string", description: text("option.recoverInvite"), valueHint: "INVITE" },
    alone: { type: "boolean", description: text("option.recoverAlone") },
  },
  async run(context) {
    const { args, connect, print } = context;
    const client = await connect();
    const [relay, invite] = [args.text("relay"), args.text("invite")];
    const answer = await client.call("account.recover", {
      words: await readWords(context),
      ...(relay === undefined ? {} : { relay }),
      ...(invite === undefined ? {} : { invite }),
      ...(args.flag("alone") ? { isAlone: true } : {}),
    });
    print(answer, [
      describeAccount(answer.status),
      text(answer.isChainFound ? "recover.found" : "recover.notFound"),
      text("recover.next"),
    ]);
    return undefined;
  },
};
