/** People whose claims directory nodes are given in tests and benches: a device, a chain, a claim with its work. */
import { cryptoSuite } from "@kith/client";
import {
  addDevice,
  type BoxId,
  type ChainState,
  type ClaimStatement,
  claimHandle,
  createChain,
  createDevice,
  createWords,
  type DeviceKeys,
  encodeAccountRecord,
  encodeStatement,
  findProof,
  InvariantError,
  LABELS,
  type NetId,
  nobleSuite,
  offerDevice,
  type RandomBytes,
  type RelayId,
  type Result,
  type RootKey,
  rootKeyFromWords,
  signCard,
  signClaim,
  toHex,
} from "@kith/protocol";

const DAY_MS = 86_400_000;

/** Somebody with one device and a claimed handle. */
export interface Claimant {
  readonly root: RootKey;
  readonly device: DeviceKeys;
  readonly chain: ChainState;
}

/** Where and when a record is made. */
export interface RecordWorld {
  readonly random: RandomBytes;
  readonly nowMs: number;
  readonly netId: NetId;
  /** The relay of the box that the card names. */
  readonly relay: RelayId;
}

/** What of a record is not as usual. */
export type RecordParts = Partial<ClaimStatement> & {
  readonly bits?: number;
  readonly cardSeq?: number;
  readonly hasClaim?: boolean;
};

/** The value of a result that cannot be an error here. */
export function expectValue<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new InvariantError(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

/** Makes a person who claims a handle. */
export async function createClaimant(
  { random, atMs }: { readonly random: RandomBytes; readonly atMs: number },
  written: string,
): Promise<Claimant> {
  const root = rootKeyFromWords(createWords(random));
  const device = await createDevice(nobleSuite, random);
  const created = await createChain(cryptoSuite, root);
  const offer = await offerDevice(nobleSuite, created.account, device, random);
  const body = { offer, grantsDevices: true };
  const listed = expectValue(await addDevice(cryptoSuite, created, { signer: { type: "root", root }, atMs, body }));
  const signer = { type: "device", device } as const;
  const chain = expectValue(await claimHandle(cryptoSuite, listed, { signer, atMs, body: { written } }));
  return { root, device, chain };
}

/** A person's record: claim with work, chain, and one card. */
export async function createRecord(
  { device, chain }: Pick<Claimant, "device" | "chain">,
  { random, nowMs, netId, relay }: RecordWorld,
  { bits = 0, cardSeq = 1, hasClaim = true, ...statementPart }: RecordParts,
): Promise<Uint8Array> {
  const common = { account: chain.account, device: device.deviceId, head: chain.head, issuedMs: nowMs };
  const statement: ClaimStatement = {
    ...common,
    netId,
    written: chain.handle?.written ?? "",
    expiresMs: (statementPart.issuedMs ?? nowMs) + 30 * DAY_MS,
    proof: { type: "none" },
    ...statementPart,
  };
  const data = encodeStatement(statement);
  const search = { label: LABELS.claimWork, data, bits, startNonce: 0, maxTries: 1e6 };
  const { nonce } = findProof(cryptoSuite, search) ?? { nonce: 0 };
  const claim = await signClaim(nobleSuite, device.signingSeed, statement, nonce);
  const card = await signCard(nobleSuite, device.signingSeed, {
    ...common,
    cardSeq,
    boxes: [{ boxId: toHex(random(16)) as BoxId, relay: { relay, addresses: [] } }],
    expiresMs: nowMs + 30 * DAY_MS,
  });
  return encodeAccountRecord({ ...(hasClaim ? { claim } : {}), chain: chain.entries, cards: [card] });
}
