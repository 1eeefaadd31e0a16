/** What this tab keeps over a reload: how far somebody is who has just come. It is gone with the tab. */
import { effect, type Signal } from "@preact/signals";

const PREFIX = "kith.tab.";

/** Gives a signal back what it held before the page was loaded again, and remembers whatever it holds from now on. */
export function rememberInTab<T extends string | boolean | null>(name: string, held: Signal<T>): void {
  const key = PREFIX + name;
  const before = sessionStorage.getItem(key);
  // Only this function writes there, and only values of the signal.
  if (before !== null) held.value = JSON.parse(before) as T;
  effect(() => {
    if (held.value === null || held.value === false) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(held.value));
  });
}
