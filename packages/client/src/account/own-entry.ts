/** One more entry of the own chain, signed by this device. */
import { type ChainError, type ChainState, ok, type Result, type releaseHandle } from "@kith/protocol";
import type { Core } from "../core.ts";
import { MessengerError } from "../messenger-error.ts";

type Owner = Pick<Core, "account" | "clock" | "lock" | "store">;

/** Makes the longer chain, or returns the same one where there is nothing more to say. */
export type Append = (
  chain: ChainState,
  by: Parameters<typeof releaseHandle>[2],
) => Promise<Result<ChainState, ChainError>>;

/**
 * Appends inside the lock of our account, where two entries at one place would be two histories, and keeps the chain.
 * @returns the chain as it is then, or why it takes no such entry: it stays as it was.
 */
export function appendOwnEntry(
  { account, clock, lock, store }: Owner,
  append: Append,
): Promise<Result<ChainState, ChainError>> {
  return lock.run(account.id, async () => {
    const signer = { type: "device", device: account.device } as const;
    const longer = await append(account.chain, { signer, atMs: clock.nowMs() });
    if (!longer.ok || longer.value === account.chain) return longer;
    await store.commit([account.adoptChain(longer.value)]);
    return ok(account.chain);
  });
}

/** Appends what is said of the own handle. @throws MessengerError HANDLE_NONE, CHAIN_FULL. */
export async function sayOfHandle(core: Owner, append: Append): Promise<void> {
  const said = await appendOwnEntry(core, append);
  if (said.ok) return;
  throw said.error.code === "no-handle"
    ? new MessengerError("HANDLE_NONE", "this account has no handle")
    : new MessengerError("CHAIN_FULL", "the chain of this account is full");
}
