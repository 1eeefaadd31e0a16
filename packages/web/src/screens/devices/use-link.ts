/** Follows a link while its screen is drawn. */
import type { LinkStatus } from "@kith/client/rpc";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useMessenger } from "../../app/context.ts";

/** The link as it is; null before there is one. Leaving the screen gives an unfinished one up. */
export function useLink(): Signal<LinkStatus | null> {
  const messenger = useMessenger();
  const status = useSignal<LinkStatus | null>(null);
  const version = status.value?.version;
  const isOver = status.value === null || status.value.stage === "done" || status.value.stage === "failed";
  useEffect(() => {
    if (isOver || version === undefined) return;
    let isGone = false;
    void messenger.run(async () => {
      while (!isGone) {
        const found: LinkStatus | null = await messenger.link.call("link.get", { version });
        if (isGone || found === null) return;
        if (found.version === version) continue;
        status.value = found;
        return;
      }
    });
    return () => {
      isGone = true;
    };
  }, [isOver, version, messenger, status]);
  useEffect(
    () => () => {
      const stage = status.peek()?.stage;
      if (stage === undefined || stage === "done" || stage === "failed") return;
      // Nobody is there to see a refusal.
      messenger.link.call("link.cancel", {}).catch(() => undefined);
    },
    [messenger, status],
  );
  return status;
}
