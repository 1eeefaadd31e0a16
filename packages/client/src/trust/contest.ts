/** Saying that another account's claim of the own handle is not the owner's. */
import { contestHandle, err, ok } from "@kith/protocol";
import { sayOfHandle } from "../account/own-entry.ts";
import type { Inside } from "../extras.ts";
import { MessengerError } from "../messenger-error.ts";
import { readAccount } from "../people/who.ts";

/**
 * Appends the contest and tells boxes, devices and people; the newest one counts, and is not said twice.
 * @param text `kith1…` of the account that claims the handle as well.
 * @throws MessengerError HANDLE_NONE; ACCOUNT_INVALID; WHO_SELF; CHAIN_FULL when the chain takes no more entries.
 */
export async function contestOwnHandle(inside: Inside, text: string): Promise<void> {
  const engine = inside.engine();
  const { core } = engine;
  const rival = readAccount(text);
  if (rival === core.account.id) throw new MessengerError("WHO_SELF", "this is yourself");
  await sayOfHandle(core, async (chain, by) => {
    const { handle, contest } = chain;
    if (handle === undefined) return err({ code: "no-handle", index: chain.entries.length });
    if (contest?.rival === rival && contest.written === handle.written) return ok(chain);
    return contestHandle(core.suite, chain, { ...by, body: { written: handle.written, rival } });
  });
  void engine.tellChain();
}
