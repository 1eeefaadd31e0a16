/** `recover`: the account of 24 words, anew on this device. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeAccount } from "../describe.ts";
import { requireYes } from "../require-yes.ts";
import { readWords } from "./read-words.ts";

/** Makes the account anew; its devices of before are out, and contacts have to decide. */
export const recoverCommand: Command = {
  args: {
    "words-file": { type: "string", description: text("option.wordsFile"), valueHint: "FILE" },
    relay: { type: "string", description: text("option.recoverRelay"), valueHint: "ADDRESS" },
    invite: { type: "string", description: text("option.recoverInvite"), valueHint: "INVITE" },
    yes: { type: "boolean", description: text("option.yes") },
    alone: { type: "boolean", description: text("option.recoverAlone") },
  },
  async run(context) {
    const { args, connect, print } = context;
    const client = await connect();
    const { state } = await client.call("account.status", {});
    const isHere = state === "ready";
    if (isHere) await requireYes(context, text("recover.hereWarning"));
    const [relay, invite] = [args.text("relay"), args.text("invite")];
    const answer = await client.call("account.recover", {
      words: await readWords(context),
      ...(relay === undefined ? {} : { relay }),
      ...(invite === undefined ? {} : { invite }),
      ...(args.flag("alone") ? { isAlone: true } : {}),
    });
    if (isHere) {
      print(answer, [describeAccount(answer.status), text("recover.here")]);
      return undefined;
    }
    print(answer, [
      describeAccount(answer.status),
      text(answer.isChainFound ? "recover.found" : "recover.notFound"),
      answer.contacts === 0 ? text("recover.next") : text("recover.contacts", { count: answer.contacts }),
    ]);
    return undefined;
  },
};
