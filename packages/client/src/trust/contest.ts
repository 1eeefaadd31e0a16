/** Saying that another account's claim of the own handle is not the owner's. */
import { type AccountId, contestHandle, parseAccount } from "@kith/protocol";
import { Draft } from "../core.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";

/**
 * Appends the contest and tells boxes and devices; the newest one counts, and is not said twice.
 * @param rival `kith1…` of the account that claims the handle as well.
 * @throws MessengerError HANDLE_NONE; ACCOUNT_INVALID; WHO_SELF; CHAIN_FULL when the chain takes no more entries.
 */
export async function contestOwnHandle(inside: Inside, rival: string): Promise<void> {
  const { core, boxes } = inside.engine();
  const { account, lock } = core;
  const parsed = parseAccount(rival);
  if (!parsed.ok) {
    throw new MessengerError("ACCOUNT_INVALID", "this is not a kith1… account", {
      details: { rule: parsed.error.rule },
    });
  }
  if (parsed.value === account.id) throw new MessengerError("WHO_SELF", "this is yourself");
  await lock.run(account.id, () => append(inside, parsed.value));
  void boxes.refresh();
}

/** Inside the lock of our account: two entries at one place would be two histories. */
async function append(inside: Inside, rival: AccountId): Promise<void> {
  const { core } = inside.engine();
  const { account, suite, clock } = core;
  const { handle, contest } = account.chain;
  if (handle === undefined) throw new MessengerError("HANDLE_NONE", "this account has no handle to contest");
  if (contest?.rival === rival && contest.written === handle.written) return;
  const signer = { type: "device", device: account.device } as const;
  const body = { written: handle.written, rival };
  const chain = await contestHandle(suite, account.chain, { signer, atMs: clock.nowMs(), body });
  if (!chain.ok) throw new MessengerError("CHAIN_FULL", "the chain of this account is full");
  const draft = new Draft(core);
  draft.add(account.adoptChain(chain.value));
  draft.tell({ type: "account.changed", status: inside.status() });
  await draft.commit();
}
