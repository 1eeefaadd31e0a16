/** An introduction in one line of words. */
import type { Message } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** Characters of an account text in a line: enough to tell apart, never to compare by. */
const SHORT_ACCOUNT_CHARACTERS = 12;

/** Who introduces whom. @param name of the other side. @param known what the introduced person is called here. */
export function introductionWords(
  introduction: NonNullable<Message["introduction"]>,
  {
    text,
    isOwn,
    name,
    known,
  }: { readonly text: Text; readonly isOwn: boolean; readonly name: string; readonly known?: string | undefined },
): string {
  const { account, handle } = introduction;
  const shown = handle === undefined ? `${account.slice(0, SHORT_ACCOUNT_CHARACTERS)}…` : `@${handle}`;
  const who = known === undefined ? shown : plainName(known);
  return text.say(isOwn ? "introduction.own" : "introduction.their", { name: plainName(name), who });
}
