/** How long a call goes on, second by second; not read aloud each time. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useText } from "../../app/context.ts";
import { clockText } from "../../parts/file-words.ts";

/** The time since `sinceMs`. */
export function Elapsed({ sinceMs }: { readonly sinceMs: number }): JSX.Element {
  const text = useText();
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      nowMs.value = Date.now();
    }, 1000);
    return () => clearInterval(timer);
  }, [nowMs]);
  return <time dir="ltr">{clockText(nowMs.value - sinceMs, text)}</time>;
}
