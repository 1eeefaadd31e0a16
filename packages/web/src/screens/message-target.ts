/** The message a menu or dialog is about, and where it was asked for. */
import type { Message } from "@kith/client/rpc";

/** What is open for a message. */
export type ActionStep = "menu" | "react" | "delete" | "forward";

/** An open menu or dialog. */
export interface MessageTarget {
  readonly message: Message;
  readonly step: ActionStep;
  /** Where the pointer was, in px of the window; null when the keyboard asked. */
  readonly at: { readonly x: number; readonly y: number } | null;
}

/** The row of a message in the page, if it is drawn. */
export function rowElement(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-message="${key}"]`);
}
