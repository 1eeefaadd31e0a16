/** What `group` and `join` do with invite links of groups. */
import type { NodeClient } from "../../daemon/control-client.ts";
import { text } from "../../i18n/text.ts";
import type { CommandContext } from "../command.ts";
import { describeKnock } from "../describe-group.ts";
import { printableName } from "../printable.ts";

/** Whether a text is meant as the link of a group; whether it is one, the engine says. */
export function isGroupLink(given: string): boolean {
  return /^\s*(?:kith:g\/|https?:\/\/[^#]+#g=)/i.test(given);
}

/** Asks into a group by its link. */
export async function joinByLink(print: CommandContext["print"], client: NodeClient, link: string): Promise<void> {
  const knock = await client.call("group.knock", { link });
  print(knock, [describeKnock(knock)]);
}

/** Gives up asking into a group. @returns false when no group of this name was asked. */
export async function gaveUp(client: NodeClient, name: string): Promise<boolean> {
  const knocks = await client.call("group.knocks", {});
  const digits = name.trim().toLowerCase();
  const found = knocks.find(({ group, name: called }) => group === digits || called.toLowerCase() === digits);
  const begun = found ?? knocks.find(({ group }) => digits.length >= 4 && group.startsWith(digits));
  if (begun === undefined) return false;
  return (await client.call("group.giveUp", { group: begun.group })).isGivenUp;
}

/** Shows the invite link of a group, turns it on or off. */
export async function showLink({ args, print }: CommandContext, client: NodeClient, name: string): Promise<void> {
  const { group } = await client.call("group.get", { group: name });
  if (args.flag("off")) {
    await client.call("group.setLink", { group, isOn: false });
    return print({ text: null }, [text("group.link.off")]);
  }
  const result = args.flag("new")
    ? await client.call("group.setLink", { group, isOn: true, needsApproval: args.flag("approval") })
    : await client.call("group.link", { group });
  const { link } = await client.call("group.get", { group });
  if (link === undefined) return print(result, [text("group.link.none")]);
  const maker = link.by.isOwn ? text("message.you") : printableName(link.by.name);
  if (result.text === null) return print(result, [text("group.link.elsewhere", { name: maker })]);
  const lines = [result.text, text(link.needsApproval ? "group.link.shareApproval" : "group.link.share")];
  if (args.flag("qr")) {
    const { renderUnicodeCompact } = await import("uqr");
    lines.push("", renderUnicodeCompact(result.text, { border: 2 }));
  }
  print(result, lines);
}
