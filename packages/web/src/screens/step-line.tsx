/** Which step of the first minutes this is, and where the focus goes when it changes. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useMessenger, useText } from "../app/context.ts";
import s from "./onboarding.module.css";

/** A handle, a lock, the words; and for a peer, where mail waits. */
const NODE_STEPS = 3;
const PEER_STEPS = 4;

/** Says how far it is. */
export function StepLine({ step }: { readonly step: number }): JSX.Element {
  const { isPeer } = useMessenger();
  return <p class={s.step}>{useText().say("step", { step, steps: isPeer ? PEER_STEPS : NODE_STEPS })}</p>;
}

/** Focuses the first field, else the title, of a step that was just drawn. */
export function useFocusOn(step: string): void {
  useEffect(() => {
    const target = document.querySelector<HTMLElement>("[data-autofocus]") ?? document.querySelector("h1");
    target?.focus();
  }, [step]);
}
