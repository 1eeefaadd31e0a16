/**
 * What this device appended to a branch that another one went before, appended to that one: whom it revoked, added, and
 * the handle it claimed, and whose claim it contested. @see docs/spec/01-identity.md (Two chains of one account)
 */
import {
  addDevice,
  type ChainState,
  claimHandle,
  contestHandle,
  deviceOffer,
  isRevoked,
  revokeDevice,
} from "@kith/protocol";
import type { Core } from "../core.ts";

type ChainSigner = Parameters<typeof revokeDevice>[2]["signer"];

/** The winning chain with what was lost of ours; what it does not take any more is left out. */
export async function appendAgain(core: Core, lost: ChainState, won: ChainState): Promise<ChainState> {
  const { suite, clock, account } = core;
  const self = account.device.deviceId;
  const signer: ChainSigner = { type: "device", device: account.device };
  const atMs = clock.nowMs();
  let chain = won;
  for (const { deviceId } of lost.former) {
    if (isRevoked(chain, deviceId)) continue;
    const next = await revokeDevice(suite, chain, { signer, atMs, body: { deviceId } });
    if (next.ok) chain = next.value;
  }
  for (const { deviceId, addedBy, grantsDevices } of lost.devices) {
    const isThere = chain.devices.some((each) => each.deviceId === deviceId) || isRevoked(chain, deviceId);
    const offer = addedBy === self && !isThere ? deviceOffer(suite, lost, deviceId) : null;
    if (offer === null) continue;
    const next = await addDevice(suite, chain, { signer, atMs, body: { offer, grantsDevices } });
    if (next.ok) chain = next.value;
  }
  return withContest(core, signer, lost, await withHandle(core, signer, lost, chain));
}

/** A handle that only the lost branch names is claimed again, when the winning one names none. */
async function withHandle(
  { suite, clock }: Core,
  signer: ChainSigner,
  lost: ChainState,
  chain: ChainState,
): Promise<ChainState> {
  if (lost.handle === undefined || chain.handle !== undefined) return chain;
  const { written, xid } = lost.handle;
  const body = xid === undefined ? { written } : { written, xid };
  const next = await claimHandle(suite, chain, { signer, atMs: clock.nowMs(), body });
  return next.ok ? next.value : chain;
}

/** A contest that only the lost branch names is said again; of two, the winning branch's stays the newest. */
async function withContest(
  { suite, clock }: Core,
  signer: ChainSigner,
  lost: ChainState,
  chain: ChainState,
): Promise<ChainState> {
  if (lost.contest === undefined || chain.contest !== undefined) return chain;
  const { written, rival } = lost.contest;
  const next = await contestHandle(suite, chain, { signer, atMs: clock.nowMs(), body: { written, rival } });
  return next.ok ? next.value : chain;
}
