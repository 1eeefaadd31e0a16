/** The sender keys of a group: sealing own messages, opening others'. */
import {
  addSenderKey,
  type Content,
  createSenderChain,
  type DeviceId,
  decodeGroupMessage,
  decodeSenderChain,
  decryptWithSenderKey,
  distributeSenderChain,
  distributionIdOf,
  encodeGroupMessage,
  encodeSenderChain,
  encryptWithSenderKey,
  type GroupId,
  type GroupMessage,
  groupMessageName,
  InvariantError,
  mustRotate,
  nextParents,
  type SenderChain,
  type SenderKeyRecord,
} from "@kith/protocol";
import type { Core } from "../core.ts";
import { sessionContext } from "../send/seal.ts";
import type { KnownGroup } from "./group-book.ts";
import type { ChainRow, GivenChain } from "./group-row.ts";

/** Sealed messages in their order, the chain after them, and what their recipients need to read them. */
export interface SealedMessages {
  readonly sealed: readonly Uint8Array[];
  readonly names: readonly Uint8Array[];
  readonly chainId: number;
  readonly chain: ChainRow;
}

/**
 * Seals contents under the chain of this device, a new one where the old one may not be used any more.
 * @param readers the other devices they are for.
 */
export async function sealForGroup(
  core: Core,
  { log, row }: KnownGroup,
  known: ChainRow | undefined,
  { contents, readers }: { readonly contents: readonly Content[]; readonly readers: readonly DeviceId[] },
): Promise<SealedMessages> {
  const { group } = log;
  const nowMs = core.clock.nowMs();
  const use = known && { ...known, messages: known.messages + contents.length - 1 };
  const current = await chainFor(core, group, known && use && { ...known, isSpent: isSpent(use, readers, nowMs) });
  let chain = decodedChain(current);
  const given = givenTo(readers, current.given, chain);
  const heads = nextParents(log);
  const sealed: Uint8Array[] = [];
  const names: Uint8Array[] = [];
  for (const content of contents) {
    const parents = names.length === 0 ? row.tips : names.slice(-1);
    const plaintext = encodeGroupMessage({ group, heads, parents, content });
    const next = await encryptWithSenderKey(sessionContext(core), chain, plaintext);
    sealed.push(next.message);
    names.push(groupMessageName(core.suite, next.message));
    chain = next.chain;
  }
  return {
    sealed,
    names,
    chainId: chain.chainId,
    chain: {
      chain: encodeSenderChain(chain),
      chainId: current.chainId,
      madeAtMs: current.madeAtMs,
      messages: current.messages + contents.length,
      given,
    },
  };
}

function isSpent({ madeAtMs, messages, given }: ChainRow, readers: readonly DeviceId[], nowMs: number): boolean {
  return mustRotate({ madeAtMs, messages, given: given.map(({ device }) => device) }, readers, nowMs);
}

async function chainFor(
  core: Core,
  group: GroupId,
  known: (ChainRow & { readonly isSpent: boolean }) | undefined,
): Promise<ChainRow> {
  if (known !== undefined && !known.isSpent) return known;
  const distributionId = distributionIdOf(core.suite, group, core.account.device.deviceId);
  const chain = await createSenderChain(sessionContext(core), distributionId);
  const { chainId } = chain;
  return { chain: encodeSenderChain(chain), madeAtMs: core.clock.nowMs(), messages: 0, given: [], chainId };
}

function decodedChain({ chain }: ChainRow): SenderChain {
  const decoded = decodeSenderChain(chain);
  if (!decoded.ok) throw new InvariantError("a kept row of a group cannot be read");
  return decoded.value;
}

/** Who has the chain once this message is sent: who is new reads from here on. */
function givenTo(
  devices: readonly DeviceId[],
  before: readonly GivenChain[],
  chain: SenderChain,
): readonly GivenChain[] {
  const start = distributeSenderChain(chain);
  const has = new Set(before.map(({ device }) => device));
  const added = devices.filter((device) => !has.has(device));
  return [...before, ...added.map((device) => ({ device, distribution: start }))];
}

/**
 * A chain after it sealed something, as it is to be kept when mail was taken in meanwhile: who joined again was taken out
 * of it and gets its start with the next message, and who has said to have a message of it needs no start any more.
 * @param before what it was sealed under. @param now what is kept by now.
 */
export function chainToKeep(sealed: ChainRow, before: ChainRow | undefined, now: ChainRow | undefined): ChainRow {
  const isSame = before !== undefined && sealed.chainId === before.chainId && now?.chainId === before.chainId;
  if (!isSame) return sealed;
  const had = new Set(before.given.map(({ device }) => device));
  const added = sealed.given.filter(({ device }) => !had.has(device));
  return { ...sealed, given: [...now.given, ...added] };
}

/** The present start of a chain, for a device that lost what it was given. */
export function chainStart(row: ChainRow): Uint8Array {
  return distributeSenderChain(decodedChain(row));
}

/** What a device's sender keys are after it has given one; null when it is not its own or none. */
export function withSenderKey(
  core: Core,
  group: GroupId,
  device: DeviceId,
  { record, distribution }: { readonly record: SenderKeyRecord | null; readonly distribution: Uint8Array },
): SenderKeyRecord | null {
  const own = distributionIdOf(core.suite, group, device);
  const added = addSenderKey(sessionContext(core), record ?? { distributionId: own, chains: [] }, distribution);
  return added.ok ? added.value : null;
}

/** What a sealed message says. */
export type Opened =
  | { readonly type: "message"; readonly message: GroupMessage; readonly record: SenderKeyRecord }
  | { readonly type: "no-key" }
  | { readonly type: "worthless" };

/** Opens a sealed message of a device. */
export async function openFromGroup(core: Core, record: SenderKeyRecord | null, sealed: Uint8Array): Promise<Opened> {
  if (record === null) return { type: "no-key" };
  const opened = await decryptWithSenderKey(sessionContext(core), record, sealed);
  if (!opened.ok) return { type: opened.error.code === "unknown-sender-key" ? "no-key" : "worthless" };
  const message = decodeGroupMessage(opened.value.plaintext);
  return message.ok ? { type: "message", message: message.value, record: opened.value.record } : { type: "worthless" };
}
