/** Names and handles of people, as safe to show and isolated from the words around them. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import { plainName } from "../i18n/bidi.ts";
import { Seal } from "./icon.tsx";
import s from "./name.module.css";

/** A person's name, with the seal when the safety number was compared. */
export function Name(props: { readonly name: string; readonly isVerified?: boolean }): JSX.Element {
  const text = useText();
  return (
    <span class={s.name}>
      <bdi class={s.cut}>{plainName(props.name)}</bdi>
      {props.isVerified === true ? <Seal label={text.say("trust.verified")} /> : null}
    </span>
  );
}

/** What a person calls themselves: beside the name that this device knows, and marked as a claim. */
export function ClaimedName({ name }: { readonly name: string }): JSX.Element {
  const text = useText();
  return (
    <span class={s.claimed} title={text.say("profile.claims", { name: plainName(name) })}>
      ~<bdi class={s.cut}>{plainName(name)}</bdi>
    </span>
  );
}

/** A handle with its sign, always from left to right. */
export function Handle({ handle }: { readonly handle: string }): JSX.Element {
  return <bdi dir="ltr">@{plainName(handle).replace(/^@/, "")}</bdi>;
}

/** True when the name on show is the handle itself, so that it need not stand there twice. */
export function isNamedByHandle(contact: Pick<Contact, "name" | "handle">): boolean {
  return contact.handle !== undefined && contact.name.replace(/^@/, "") === contact.handle.replace(/^@/, "");
}

/** The account text, to read or to copy by hand. */
export function AccountText({ account }: { readonly account: string }): JSX.Element {
  return (
    <bdi dir="ltr" class={s.account}>
      {account}
    </bdi>
  );
}
