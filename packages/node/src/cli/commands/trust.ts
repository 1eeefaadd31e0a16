/** `trust`, `verify`. */
import type { TrustHistory, TrustHistoryStep } from "@kith/client";
import { text } from "../../i18n/text.ts";
import type { Command } from "../command.ts";
import { describeContact, describeTime } from "../describe.ts";
import { WHO } from "../options.ts";
import { printableName, printableText } from "../printable.ts";

function describeStep(step: TrustHistoryStep): string {
  const { atMs, state, other, from, postId } = step;
  const detail = [
    ...(from === undefined ? [] : [printableName(`@${from}`)]),
    ...(postId === undefined ? [] : [printableText(postId)]),
    ...(other === undefined ? [] : [printableText(other)]),
  ];
  return ["", describeTime(atMs), sayStep(step), ...detail, `→ ${text(`trust.${state}`)}`].join("  ");
}

function sayStep({ type, witnesses }: TrustHistoryStep): string {
  if (type !== "witnessed") return text(`trustStep.${type}`);
  const { agreed = 0, asked = 0, sinceMs = 0 } = witnesses ?? {};
  return text("trustStep.witnessed", { agreed: String(agreed), asked: String(asked), since: describeTime(sinceMs) });
}

function describeContest({ handle, account, atMs }: NonNullable<TrustHistory["contest"]>): string {
  const about = { handle: printableName(`@${handle}`), account: printableText(account), when: describeTime(atMs) };
  return text("trust.contest", about);
}

function describeHistory({ contact, isSendingBlocked, rivals, contest, steps }: TrustHistory): readonly string[] {
  return [
    describeContact(contact),
    ...(steps.length === 0 ? [text("trust.noSteps")] : steps.map(describeStep)),
    ...rivals.map((rival) => text("trust.rival", { account: printableText(rival) })),
    ...(contest === undefined ? [] : [describeContest(contest)]),
    ...(isSendingBlocked ? [text("trust.blocked")] : []),
  ];
}

/** Says why a person is shown as they are; with `--go-on` the decision after a change, with `--ask` what relays have seen. */
export const trustCommand: Command = {
  args: {
    who: WHO,
    "go-on": { type: "boolean", description: text("option.goOn") },
    ask: { type: "boolean", description: text("option.askWitnesses") },
  },
  async run({ args, connect, print }) {
    const client = await connect();
    const who = args.requiredText("who");
    if (args.flag("go-on")) await client.call("contact.acceptChange", { who });
    if (args.flag("ask")) {
      const answer = await client.call("contact.askWitnesses", { who });
      const { asked, agreed } = answer;
      print(answer, [
        ...describeHistory(answer),
        text("trust.asked", { asked: String(asked), agreed: String(agreed) }),
      ]);
      return undefined;
    }
    const history = await client.call("contact.trust", { who });
    print(history, describeHistory(history));
    return undefined;
  },
};

/** Four groups of five digits a line. */
function digitLines(safetyNumber: string): readonly string[] {
  const groups = safetyNumber.split(" ");
  return [0, 4, 8].map((at) => `  ${groups.slice(at, at + 4).join(" ")}`);
}

/** Shows the safety number as a code and as digits, or notes that it was compared. */
export const verifyCommand: Command = {
  args: {
    who: WHO,
    done: { type: "boolean", description: text("option.verifyDone") },
    undo: { type: "boolean", description: text("option.verifyUndo") },
  },
  async run({ args, connect, print }) {
    const client = await connect();
    const who = args.requiredText("who");
    if (args.flag("done") || args.flag("undo")) {
      const contact = await client.call("contact.verify", { who, isVerified: args.flag("done") });
      print(contact, [describeContact(contact)]);
      return undefined;
    }
    const contact = await client.call("contact.get", { who });
    const { renderUnicodeCompact } = await import("uqr");
    const code = `kith:n/${contact.safetyNumber.replaceAll(" ", "")}`;
    print({ ...contact, code }, [
      text("verify.title", { name: printableName(contact.name) }),
      "",
      renderUnicodeCompact(code, { border: 2 }),
      ...digitLines(contact.safetyNumber),
      "",
      text("verify.how"),
    ]);
    return undefined;
  },
};
