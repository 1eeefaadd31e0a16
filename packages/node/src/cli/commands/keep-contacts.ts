/** `keep-contacts`: whether a sealed copy of contacts lies on relays, where the 24 words find it again. */
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeTime } from "../describe.ts";
import { ON_OFF_ARGS, readOnOff } from "./on-off.ts";
import { readWords } from "./read-words.ts";

/** Shows it, or turns it on or off; the words are needed once where this device never knew them. */
export const keepContactsCommand: Command = {
  args: {
    ...ON_OFF_ARGS,
    "words-file": { type: "string", description: text("option.wordsFile"), valueHint: "FILE" },
  },
  async run(context) {
    const { args, connect, print } = context;
    const isOn = readOnOff(args);
    const client = await connect();
    const before = await client.call("account.status", {});
    const needsWords = isOn === true && before.contactBackup?.needsWords === true;
    const words = needsWords ? { words: await readWords(context) } : {};
    const after = isOn === undefined ? before : await client.call("account.setContactBackup", { isOn, ...words });
    const kept = after.contactBackup ?? { isOn: false };
    const lines = kept.isOn ? [text("keepContacts.on")] : [text("keepContacts.off")];
    if (kept.keptAtMs !== undefined) lines.push(text("keepContacts.kept", { time: describeTime(kept.keptAtMs) }));
    if (kept.left !== undefined) lines.push(text("keepContacts.left", { count: kept.left }));
    if (kept.needsWords === true) lines.push(text("keepContacts.needsWords"));
    print(kept, lines);
    return undefined;
  },
};
