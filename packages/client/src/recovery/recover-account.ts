/** An account's row on a new device, made from its words: a new device key, and a chain that starts anew with it. */
import {
  type ChainState,
  type CryptoSuite,
  claimHandle,
  createDevice,
  type DeviceKeys,
  InvariantError,
  offerDevice,
  type RandomBytes,
  type RootKey,
  recoverChain,
} from "@kith/protocol";
import type { AccountRow } from "../account/local-account.ts";

/** What an account is recovered from. */
export interface RecoverySource {
  readonly root: RootKey;
  /** The newest chain that the directory showed; null when it showed none. */
  readonly known: ChainState | null;
  readonly nowMs: number;
}

/** Makes the row of a recovered account: no device of before goes on, the handle is claimed again. */
export async function recoverAccount(
  suite: CryptoSuite,
  random: RandomBytes,
  { root, known, nowMs }: RecoverySource,
): Promise<AccountRow> {
  const device = await createDevice(suite, random);
  const offer = await offerDevice(suite, root.accountId, device, random);
  const recovered = await recoverChain(suite, { root, offer, atMs: nowMs, known: known ?? undefined });
  if (!recovered.ok) throw new InvariantError(`the chain refused our own recover: ${recovered.error.code}`);
  const chain = await withHandle(suite, recovered.value, device, { known, nowMs });
  return {
    account: root.accountId,
    signingSeed: device.signingSeed,
    identityPrivateKey: device.identityPrivateKey,
    ownerSeed: random(32),
    chain: chain.entries,
    cardSeq: 0,
    nextQueueNumber: 1,
    isPublished: false,
  };
}

/** The chain with the handle of before claimed again, if there was one. */
export async function withHandle(
  suite: CryptoSuite,
  chain: ChainState,
  device: DeviceKeys,
  { known, nowMs }: Pick<RecoverySource, "known" | "nowMs">,
): Promise<ChainState> {
  if (known?.handle === undefined) return chain;
  const { written, xid } = known.handle;
  const signer = { type: "device", device } as const;
  const claimed = await claimHandle(suite, chain, { signer, atMs: nowMs, body: { written, xid } });
  if (!claimed.ok) throw new InvariantError(`the chain refused our own handle: ${claimed.error.code}`);
  return claimed.value;
}
