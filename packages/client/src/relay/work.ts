/** Proof of work in slices, so that the event loop goes on meanwhile. */
import {
  type Access,
  admitToken,
  bytesToUint32,
  type CryptoSuite,
  findProof,
  LABELS,
  type Result,
  uint64ToBytes,
  type WorkSubject,
  workTarget,
} from "@kith/protocol";
import type { Clock, RandomSource } from "../ports.ts";
import type { RelayCallError, RelaySession } from "./relay-session.ts";

/** Tries a slice: about 10 ms of native hashing. */
const SLICE = 4096;

/** More than this is not done for anybody: minutes of work. */
const MAX_BITS = 26;

/** What doing work needs. */
export interface Worker {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly random: RandomSource;
}

/** Finds a nonce with `bits` leading zero bits over label and data from a random start, yielding between slices. */
export async function doWork(worker: Worker, label: string, data: Uint8Array, bits: number): Promise<number> {
  // Two people who ask for the same thing on one day must not end at the same nonce: a proof can be spent once.
  for (let startNonce = bytesToUint32(worker.random(4)) * 2 ** 16; ; startNonce += SLICE) {
    const found = findProof(worker.suite, { label, data, bits, startNonce, maxTries: SLICE });
    if (found !== null) return found.nonce;
    await new Promise<void>((resolve) => worker.clock.after(0, resolve));
  }
}

/**
 * The access for one relay operation: nothing at our own relay, work elsewhere.
 * @param needed bits the relay asked for in a refusal, when that is more than it announced.
 */
export async function earnAccess(
  worker: Worker,
  session: RelaySession,
  subject: WorkSubject,
  needed = 0,
): Promise<Access> {
  if (session.isOwn) return { type: "none" };
  const { dayValue, work } = session.info;
  const { create, bundleGet, boxPut } = work;
  const announced = { create, bundlePut: create, blobCreate: create, boxGet: bundleGet, bundleGet, boxPut }[
    subject.operation
  ];
  const bits = Math.max(announced, Math.min(needed, MAX_BITS));
  const nonce = await doWork(worker, LABELS.relayWork, workTarget(session.relay, dayValue, subject), bits);
  return { type: "work", nonce: uint64ToBytes(nonce) };
}

/**
 * Asks a box of somebody: with the secret of their invite where there is one, else with work. Work is done as well where the
 * box wants more than its relay announces, and where it is another device's, which knows nothing of the invite.
 */
export async function askBox<T>(
  worker: Worker,
  session: RelaySession,
  { secret, subject }: { readonly secret: Uint8Array | undefined; readonly subject: WorkSubject },
  ask: (access: Access) => Promise<Result<T, RelayCallError>>,
): Promise<Result<T, RelayCallError>> {
  const first = await ask(
    secret === undefined
      ? await earnAccess(worker, session, subject)
      : { type: "admit", token: admitToken(worker.suite, secret) },
  );
  const needed = !first.ok && first.error.code === "relay" ? first.error.bits : undefined;
  return needed === undefined ? first : ask(await earnAccess(worker, session, subject, needed));
}
