/** Fetches prekey bundles from a device's boxes and starts sessions with them. */
import {
  type BoxRef,
  type BundleHead,
  type DeviceId,
  err,
  type OneTimePublicPrekey,
  ok,
  type PrekeyBundle,
  type Result,
  SESSION_SUITE,
  startSession,
  verifyBundleHead,
} from "@kith/protocol";
import { registrationId } from "../account/local-account.ts";
import { type Core, Draft } from "../core.ts";
import type { Peer } from "../people/people.ts";
import type { RelayCallError } from "../relay/relay-session.ts";
import { askBox } from "../relay/work.ts";
import type { Outbox } from "./outbox.ts";
import { withMessage } from "./outbox-row.ts";
import { sealEncoded, sessionContext } from "./seal.ts";

/** A verified bundle and the box it came from. */
export interface FetchedBundle {
  readonly box: BoxRef;
  readonly head: BundleHead;
  readonly oneTime?: OneTimePublicPrekey | undefined;
}

/** Why no box gave a bundle that can be used. */
export type BundleFetchError = RelayCallError | { readonly code: "no-box" } | { readonly code: "bad-bundle" };

/** Bundles of devices: fetched once a need, their box keys kept for requests while they are valid. */
export class Bundles {
  readonly #core: Core;
  readonly #heads = new Map<DeviceId, readonly FetchedBundle[]>();

  constructor(core: Core) {
    this.#core = core;
    core.people.onRemoved(({ device }) => this.#heads.delete(device));
  }

  /** A bundle from the first box that gives a valid one; never the same one-time prekey twice. */
  async fetch(peer: Peer): Promise<Result<FetchedBundle, BundleFetchError>> {
    let failure: BundleFetchError = { code: "no-box" };
    for (const box of peer.row.boxes) {
      const bundle = await this.#fetchFrom(peer, box);
      if (bundle.ok) {
        this.keep(peer.row.device, bundle.value);
        return bundle;
      }
      failure = bundle.error;
    }
    return err(failure);
  }

  /** Remembers a bundle that was fetched together with a person's chain. */
  keep(device: DeviceId, bundle: FetchedBundle): void {
    const others = (this.#heads.get(device) ?? []).filter((each) => each.box.boxId !== bundle.box.boxId);
    this.#heads.set(device, [...others, bundle]);
  }

  /** The box key to seal a request for one box to, fetched when it is not known yet. */
  async boxKey(peer: Peer, box: BoxRef): Promise<Result<BundleHead["boxKey"], BundleFetchError>> {
    const known = this.#heads.get(peer.row.device)?.find((each) => each.box.boxId === box.boxId);
    if (known !== undefined && known.head.expiresMs > this.#core.clock.nowMs()) return ok(known.head.boxKey);
    const fetched = await this.#fetchFrom(peer, box);
    if (!fetched.ok) return fetched;
    this.keep(peer.row.device, fetched.value);
    return ok(fetched.value.head.boxKey);
  }

  /** Starts a session from a bundle and seals what waited for it; false when the bundle is refused. */
  start(outbox: Outbox, device: DeviceId, bundle: FetchedBundle): Promise<boolean> {
    const core = this.#core;
    const account = core.people.peer(device)?.row.account;
    // A head without the present suite is of an early version: nothing is ever started weaker than it could be.
    if (account === undefined || !bundle.head.suites.includes(SESSION_SUITE)) return Promise.resolve(false);
    return core.lock.run(account, async () => {
      const peer = core.people.peer(device);
      const identityKey = core.people.contact(account)?.devices.find((each) => each.device === device)?.identityKey;
      if (peer === undefined || identityKey === undefined) return false;
      // A session may have come up meanwhile; one that nobody answered for a month cannot seal either.
      if (peer.session.current !== null && outbox.unsealed(device).length === 0) return true;
      const session = await startSession(
        sessionContext(core),
        core.account.identity,
        prekeyBundle(device, bundle, identityKey),
        peer.session,
      );
      if (!session.ok) return false;
      const draft = new Draft(core);
      await sealWaiting(core, outbox, draft, { ...peer, session: session.value });
      await draft.commit();
      return true;
    });
  }

  async #fetchFrom(peer: Peer, box: BoxRef): Promise<Result<FetchedBundle, BundleFetchError>> {
    const { suite, pool, clock } = this.#core;
    const subject = { operation: "bundleGet", box: box.boxId } as const;
    const answer = await pool.once(box.relay, (session) =>
      askBox(this.#core, session, { secret: peer.row.inviteSecret, subject }, (access) =>
        session.call({ type: "bundleGet", box: box.boxId, access }, "bundle"),
      ),
    );
    if (!answer.ok) return answer;
    const head = await verifyBundleHead(suite, answer.value.head, {
      account: peer.row.account,
      device: peer.row.device,
      box: box.boxId,
      relay: box.relay.relay,
      nowMs: clock.nowMs(),
    });
    return head.ok ? ok({ box, head: head.value, oneTime: answer.value.oneTime }) : err({ code: "bad-bundle" });
  }
}

/** Seals every payload that waited for a session; the caller holds the lock and commits. */
export async function sealWaiting(core: Core, outbox: Outbox, draft: Draft, started: Peer): Promise<void> {
  let peer = started;
  for (const entry of outbox.unsealed(peer.row.device)) {
    const { payload } = entry.row;
    if (payload === undefined) continue;
    const sealed = await sealEncoded(core, peer, payload);
    peer = sealed.peer;
    if (sealed.message !== undefined) outbox.replace(draft, entry, withMessage(entry.row, sealed.message));
  }
  draft.add(...core.people.setPeer(peer));
}

function prekeyBundle(device: DeviceId, { head, oneTime }: FetchedBundle, identityKey: Uint8Array): PrekeyBundle {
  return {
    registrationId: registrationId(device),
    identityKey,
    signedPrekey: head.signedPrekey,
    kemPrekey: head.kemPrekey,
    ...(oneTime === undefined ? {} : { oneTimePrekey: oneTime }),
  };
}
