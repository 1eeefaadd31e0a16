/** A member whose program does not keep to the rules: mails that no engine would write, to one member or all. */

import {
  type Content,
  type ContentId,
  type GroupAct,
  type GroupId,
  type GroupLog,
  type GroupMail,
  groupContent,
  nextParents,
  nextSeq,
  OPERATION_VERSION,
  type OperationId,
  signOperation,
  toHex,
} from "@kith/protocol";
import { Draft } from "../../packages/client/src/core.ts";
import { queueForPeer } from "../../packages/client/src/send/compose.ts";
import type { SimPerson } from "./sim-person.ts";
import { simSuite } from "./sim-suite.ts";

/** Sends one device a mail of a group, in the session that the two have. */
export async function mailTo(from: SimPerson, to: SimPerson, mail: GroupMail): Promise<void> {
  const { core } = from.insides;
  const head = { id: toHex(core.random(16)) as ContentId, sentAtMs: core.clock.nowMs() };
  await contentTo(from, to, groupContent(head, mail));
}

async function contentTo(from: SimPerson, to: SimPerson, content: Content): Promise<void> {
  const { core, sender } = from.insides;
  const { id: account } = to.insides.core.account;
  let committed: Promise<void> = Promise.resolve();
  await core.lock.run(account, async () => {
    const contact = core.people.contact(account);
    const peer = core.people.peersOf(account)[0];
    if (contact === undefined || peer === undefined) throw new TypeError(`${from.name} does not know ${to.name}`);
    const draft = new Draft(core);
    await queueForPeer(core, sender.outbox, draft, { contact, peer, content });
    committed = draft.commit();
  });
  await committed;
}

/** The log of a group as somebody has it. */
export function logOf(person: SimPerson, group: string): GroupLog {
  const log = person.groups.logOf(group as GroupId);
  if (log === undefined) throw new TypeError(`${person.name} has nothing of the group`);
  return log;
}

/** Where an operation claims to stand, where it is not after everything its signer has. */
export interface Claim {
  readonly author?: SimPerson;
  readonly parents?: readonly OperationId[];
  readonly seq?: number;
}

/** An operation signed by one person's device, with what it claims of itself. */
export async function signAs(signer: SimPerson, log: GroupLog, act: GroupAct, claim: Claim = {}): Promise<Uint8Array> {
  const { account } = (claim.author ?? signer).insides.core;
  const operation = {
    v: OPERATION_VERSION,
    group: log.group,
    author: account.id,
    device: account.device.deviceId,
    seq: claim.seq ?? nextSeq(log, account.device.deviceId),
    parents: claim.parents ?? nextParents(log),
    atMs: signer.insides.core.clock.nowMs(),
    act,
  } as const;
  const { signingSeed } = signer.insides.core.account.device;
  const read = await signOperation(simSuite, operation, { deviceId: account.device.deviceId, signingSeed });
  return read.encoded;
}

/** How often something was refused by a person for a reason. */
export function refusals({ groups }: SimPerson, reason: string): number {
  return groups.refused.get(reason) ?? 0;
}
