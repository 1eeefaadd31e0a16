/** What a device is called until its person names it. */
import type { Text } from "../../i18n/text.ts";

/** The browsers that are told apart; the first that fits counts, since later ones name earlier ones. */
const BROWSERS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Edge", /Edg\//],
  ["Firefox", /Firefox\//],
  ["Chrome", /Chrom(?:e|ium)\//],
  ["Safari", /Safari\//],
];

const SYSTEMS: readonly (readonly [name: string, mark: RegExp])[] = [
  ["Android", /Android/],
  ["iPhone", /iPhone/],
  ["iPad", /iPad/],
  ["Windows", /Windows/],
  ["macOS", /Mac OS X/],
  ["Linux", /Linux/],
];

/** "Chrome, Linux" for a peer in a page, and words for a node. */
export function defaultName(text: Text, isPeer: boolean): string {
  if (!isPeer) return text.say("deviceKind.node");
  const named = [BROWSERS, SYSTEMS].flatMap(
    (marks) => marks.find(([, mark]) => mark.test(navigator.userAgent))?.[0] ?? [],
  );
  return named.length === 0 ? text.say("deviceKind.browser") : named.join(", ");
}
