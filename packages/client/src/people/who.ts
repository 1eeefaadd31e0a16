/** Finds the person an interface means by `@handle`, `kith1…` or a name given on this device. */
import { type AccountId, normalHandle, parseAccount, parseHandle } from "@kith/protocol";
import { MessengerError } from "../messenger-error.ts";
import type { ContactRow } from "./contact-row.ts";
import type { People } from "./people.ts";

/** What a text may mean before anybody is looked up. */
export type Meaning =
  | { readonly type: "contact"; readonly contact: ContactRow }
  | { readonly type: "account"; readonly account: AccountId }
  | { readonly type: "handle"; readonly handle: ReturnType<typeof normalHandle> };

/** Reads `kith1…`. @throws MessengerError ACCOUNT_INVALID. */
export function readAccount(text: string): AccountId {
  const account = parseAccount(text);
  if (account.ok) return account.value;
  throw new MessengerError("ACCOUNT_INVALID", "this is not a kith1… account", {
    details: { rule: account.error.rule },
  });
}

/** Reads a WHO. @throws MessengerError WHO_AMBIGUOUS when two contacts fit, WHO_UNKNOWN when it can be nobody. */
export function readWho(people: People, who: string): Meaning {
  if (/^kith1/i.test(who.trim())) {
    const account = readAccount(who);
    const contact = people.contacts().find((each) => each.account === account);
    return contact === undefined ? { type: "account", account } : { type: "contact", contact };
  }
  const named = people.contacts().filter((each) => each.name !== undefined && isSameName(each.name, who));
  const handle = parseHandle(who);
  const handled = handle.ok
    ? people.contacts().filter((each) => each.handle && normalHandle(each.handle) === handle.value.handle)
    : [];
  const matches = named.length > 0 && !/^[@＠]/.test(who.trim()) ? named : handled;
  const [contact] = matches;
  if (matches.length > 1) throw new MessengerError("WHO_AMBIGUOUS", "more than one of your contacts fits");
  if (contact !== undefined) return { type: "contact", contact };
  if (handle.ok) return { type: "handle", handle: handle.value.handle };
  throw new MessengerError("HANDLE_INVALID", "neither a handle, an account nor a name you gave", {
    details: { rule: handle.error.rule },
  });
}

/** The contact a WHO means. @throws MessengerError WHO_UNKNOWN when it is none. */
export function requireContact(people: People, who: string): ContactRow {
  const meaning = readWho(people, who);
  if (meaning.type === "contact") return meaning.contact;
  throw new MessengerError("WHO_UNKNOWN", "this person is not among your contacts");
}

function isSameName(a: string, b: string): boolean {
  return a.normalize("NFC").toLowerCase() === b.trim().normalize("NFC").toLowerCase();
}
