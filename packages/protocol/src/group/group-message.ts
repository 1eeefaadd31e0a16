/**
 * A message to a group: what its sender key seals, what it is bound to, and whether its sender speaks for the group.
 * @see docs/spec/10-group.md (Messages)
 */
import { concat, fromHex, utf8 } from "../bytes.ts";
import { bytes, type DecodeError, decodeAs, encodeAs, field, list, record, type Shape } from "../codec/schema.ts";
import { LABELS } from "../crypto/labels.ts";
import type { CryptoSuite } from "../crypto/suite.ts";
import type { DeviceId } from "../ids.ts";
import {
  MAX_CHAIN_AGE_MS,
  MAX_CHAIN_MESSAGES,
  MAX_GROUP_PARENTS,
  MAX_SESSION_MESSAGE_BYTES,
  MAX_TEXT_BYTES,
} from "../limits.ts";
import { type Content, contentShape } from "../message/content.ts";
import { err, ok, type Result } from "../result.ts";
import { type GroupId, groupId, type OperationId, operationId } from "./group-ids.ts";
import { type GroupLog, missingOf, stateAfter } from "./group-log.ts";
import { type GroupMember, holderOf } from "./group-state.ts";
import { type StandingError, standingOf } from "./permission.ts";

/** What a sender key seals. */
export interface GroupMessage {
  readonly group: GroupId;
  /** The newest operations its sender had: it was said to the members they make. */
  readonly heads: readonly OperationId[];
  /** Names of the newest messages its sender had, 16 bytes each: a message that was held back is missed by them. */
  readonly parents: readonly Uint8Array[];
  readonly content: Content;
}

/** Bytes of a message's name. */
const MESSAGE_NAME_BYTES = 16;

const MAX_MESSAGE_BYTES: number = MAX_TEXT_BYTES + 2048;

/** Codec shape of a message to a group. */
export const groupMessage: Shape<GroupMessage> = record<GroupMessage>({
  group: field(1, groupId),
  heads: field(2, list(operationId, MAX_GROUP_PARENTS, 1)),
  parents: field(3, list(bytes(MESSAGE_NAME_BYTES), MAX_GROUP_PARENTS)),
  content: field(4, contentShape),
});

/** Encodes a message to a group. @throws RangeError when it breaks a bound. */
export function encodeGroupMessage(message: GroupMessage): Uint8Array {
  return encodeAs(groupMessage, message);
}

/** Decodes what a sender key sealed. */
export function decodeGroupMessage(encoded: Uint8Array): Result<GroupMessage, DecodeError> {
  return decodeAs(groupMessage, encoded, MAX_MESSAGE_BYTES);
}

/** The name of a message: every member has the same sealed bytes. @param sealed a whole SenderKeyMessage. */
export function groupMessageName(suite: CryptoSuite, sealed: Uint8Array): Uint8Array {
  if (sealed.length > MAX_SESSION_MESSAGE_BYTES) throw new RangeError("a sealed message is at most 64 KiB");
  return suite.sha256(concat(utf8(LABELS.groupMessage), sealed)).slice(0, MESSAGE_NAME_BYTES);
}

/** The distribution id of a device's sender keys in a group: nobody can take another's for their own. */
export function distributionIdOf(suite: CryptoSuite, group: GroupId, device: DeviceId): Uint8Array {
  return suite.sha256(concat(utf8(LABELS.groupDistribution), fromHex(group), fromHex(device))).slice(0, 16);
}

/** Why a message does not count as said in the group. */
export type SpeakerError =
  /** It names operations that are not here: it waits until they are. */
  { readonly code: "unknown-head"; readonly missing: readonly OperationId[] } | { readonly code: StandingError };

/**
 * Who said something in a group, if they belonged to it as they knew it and nothing known here has taken them out:
 * who is removed cannot go on by speaking from the past.
 */
export function speakerOf(
  log: GroupLog,
  device: DeviceId,
  heads: readonly OperationId[],
): Result<GroupMember, SpeakerError> {
  const missing = missingOf(log, heads);
  if (missing.length > 0) return err({ code: "unknown-head", missing });
  const then = holderOf(stateAfter(log, heads), device);
  const account = then?.account ?? accountOf(log, device);
  if (account === undefined) return err({ code: "unknown-member" });
  const code = standingOf(log.state, account, device);
  if (code !== null) return err({ code });
  return then === undefined ? err({ code: "unknown-device" }) : ok(then);
}

/** Whose device this was when it came, whether or not it is one now. */
function accountOf(log: GroupLog, device: DeviceId): GroupMember["account"] | undefined {
  const brought = log.operations.find(({ read }) => {
    return read.operation.device === device && read.identityKey !== undefined;
  });
  return brought?.read.operation.author;
}

/** What a sender remembers of the chain it sends on. */
export interface ChainUse {
  readonly madeAtMs: number;
  readonly messages: number;
  /** Every device that was ever given the chain. */
  readonly given: readonly DeviceId[];
}

/**
 * Whether a sender must make another chain before its next message: somebody has it who no longer may, or it is old.
 * @param readers the devices that may read the next message.
 */
export function mustRotate(use: ChainUse, readers: readonly DeviceId[], nowMs: number): boolean {
  const allowed = new Set(readers);
  if (use.given.some((device) => !allowed.has(device))) return true;
  return use.messages >= MAX_CHAIN_MESSAGES || nowMs - use.madeAtMs >= MAX_CHAIN_AGE_MS || nowMs < use.madeAtMs;
}
