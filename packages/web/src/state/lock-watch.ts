/** Tells the engine that somebody is there, and locks when nobody sees the page, where the person wants that. */
import type { MessengerState } from "./messenger-state.ts";

/** How often use is told, in ms: a third of the shortest time after which an account locks. */
const TELL_EVERY_MS = 10_000;

const USES = ["pointerdown", "keydown", "wheel", "touchmove"] as const;

/** Watches for the life of the page. */
export function watchUse(messenger: MessengerState): void {
  const { account, link } = messenger;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const isOpen = (): boolean => account.status.peek()?.state === "ready" && link.state.peek().kind === "open";
  const tell = (): void => {
    if (!isOpen() || account.status.peek()?.lock?.idleMs === undefined) return;
    if (performance.now() - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = performance.now();
    void messenger.run(() => link.call("account.present", {}));
  };
  for (const use of USES) addEventListener(use, tell, { passive: true, capture: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !isOpen()) return;
    if (account.status.peek()?.lock?.whenHidden === true) void messenger.run(() => account.lock());
  });
}
