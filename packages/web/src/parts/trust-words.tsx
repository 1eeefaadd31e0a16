/** How sure Kith is that a handle belongs to an account, in words and tone; never a mark alone. */
import type { Contact } from "@kith/client/rpc";
import type { JSX } from "preact";
import { useText } from "../app/context.ts";
import s from "./trust-words.module.css";

function toneOf(trust: Contact["trust"]): string | undefined {
  if (trust === "VERIFIED") return s.good;
  return trust === "CONFLICT" || trust === "CHANGED" || trust === "EQUIVOCATED" ? s.bad : s.neutral;
}

/** A small label with the words. */
export function TrustWords({ trust }: { readonly trust: Contact["trust"] }): JSX.Element {
  return <span class={`${s.words} ${toneOf(trust)}`}>{useText().say(`trust.${trust}`)}</span>;
}
