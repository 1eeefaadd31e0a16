/** Giving the own handle up. */
import { type ChainError, releaseHandle } from "@kith/protocol";
import { Draft } from "../core.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";

/** Appends the release and tells boxes and devices. @throws MessengerError HANDLE_NONE, CHAIN_FULL. */
export async function releaseOwnHandle(inside: Inside): Promise<void> {
  const { core, boxes } = inside.engine();
  const { account, suite, clock, lock } = core;
  const signer = { type: "device", device: account.device } as const;
  await lock.run(account.id, async () => {
    const chain = await releaseHandle(suite, account.chain, { signer, atMs: clock.nowMs() });
    if (!chain.ok) throw refusal(chain.error);
    const draft = new Draft(core);
    draft.add(account.adoptChain(chain.value));
    draft.tell({ type: "account.changed", status: inside.status() });
    await draft.commit();
  });
  void boxes.refresh();
}

function refusal({ code }: ChainError): MessengerError {
  return code === "no-handle"
    ? new MessengerError("HANDLE_NONE", "this account has no handle")
    : new MessengerError("CHAIN_FULL", "the chain of this account is full");
}
