/** Giving the own handle up. */
import { releaseHandle } from "@kith/protocol";
import { Draft } from "../core.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";

/** Appends the release and tells boxes and devices. @throws MessengerError HANDLE_NONE. */
export async function releaseOwnHandle(inside: Inside): Promise<void> {
  const { core, boxes } = inside.engine();
  const { account, suite, clock } = core;
  const signer = { type: "device", device: account.device } as const;
  const chain = await releaseHandle(suite, account.chain, { signer, atMs: clock.nowMs() });
  if (!chain.ok) throw new MessengerError("HANDLE_NONE", "this account has no handle");
  const draft = new Draft(core);
  draft.add(account.adoptChain(chain.value));
  draft.tell({ type: "account.changed", status: inside.status() });
  await draft.commit();
  void boxes.refresh();
}
