/** Somebody with keys and no manners: makes contact requests by hand, genuine or forged in one point. */
import { cryptoSuite } from "@kith/client";
import type { MemoryNode, SeededRandom } from "@kith/client/testing";
import {
  type AccountId,
  addDevice,
  admitToken,
  bindingOf,
  bindPayload,
  type ChainState,
  CONTENT_KINDS,
  type Content,
  type ContentId,
  certifyingEntries,
  createChain,
  createDevice,
  createWords,
  type DeviceId,
  type DeviceKeys,
  decodeAs,
  EMPTY_SESSION_RECORD,
  encodeAs,
  encodePayload,
  encryptMessage,
  type Invite,
  MAX_FRAME_BYTES,
  offerDevice,
  parseInvite,
  personToken,
  type RelayRequest,
  type RelayResponse,
  type Result,
  relayRequest,
  relayResponse,
  rootKeyFromWords,
  SESSION_SUITE,
  type SessionRecord,
  sealRequest,
  startSession,
  textContent,
  toHeadRef,
  toHex,
  verifyBundleHead,
  verifyChain,
} from "@kith/protocol";
import type { SimWorld } from "./sim-world.ts";

/** Where somebody is found: their account and what their box gives to holders of an invite. */
export interface Target {
  readonly invite: Invite;
  readonly chain: ChainState;
  readonly card: Uint8Array | undefined;
  readonly device: DeviceId;
  readonly box: Extract<RelayResponse, { type: "box" }>;
}

/** What is unusual about a request; everything left out is genuine. */
export interface Forgery {
  /** Claim to be this person, whose chain and card are public. */
  readonly as?: Target;
  /** Bytes instead of a session message. */
  readonly message?: Uint8Array;
  /** The recipient that the message is bound to. */
  readonly boundTo?: AccountId;
  readonly content?: Content;
  readonly number?: number;
  /** Show the person token of the invite. */
  readonly showsInvite?: boolean;
}

/** A stranger. */
export class SimStranger {
  readonly chain: ChainState;
  readonly device: DeviceKeys;
  readonly #world: SimWorld;
  readonly #random: SeededRandom;
  readonly #node: MemoryNode;
  #session: SessionRecord | null = null;

  private constructor(world: SimWorld, chain: ChainState, device: DeviceKeys) {
    this.#world = world;
    this.#random = world.random.fork("stranger");
    this.#node = world.hub.addNode({ listens: false });
    this.chain = chain;
    this.device = device;
  }

  static async create(world: SimWorld): Promise<SimStranger> {
    const { bytes } = world.random.fork("stranger-keys");
    const root = rootKeyFromWords(createWords(bytes));
    const device = await createDevice(cryptoSuite, bytes);
    const offer = await offerDevice(cryptoSuite, root.accountId, device, bytes);
    const body = { offer, grantsDevices: true };
    const signer = { type: "root", root } as const;
    const atMs = world.clock.nowMs();
    const chain = await addDevice(cryptoSuite, await createChain(cryptoSuite, root), { signer, atMs, body });
    return new SimStranger(world, expectValue(chain), device);
  }

  /** A text of this stranger's. */
  text(text: string): Content {
    const id = toHex(this.#random.bytes(16)) as ContentId;
    return textContent({ id, sentAtMs: this.#world.clock.nowMs() }, text);
  }

  /** A content of a kind that no version knows yet. */
  unknownContent(): Content {
    return { ...this.text(""), kind: CONTENT_KINDS.call + 1000, body: Uint8Array.of(0xa0) };
  }

  /** Reads what an invite leads to. */
  async find(inviteText: string): Promise<Target> {
    const invite = expectValue(parseInvite(inviteText, this.#world.clock.nowMs()));
    const [ref] = invite.boxes;
    if (ref === undefined) throw new TypeError("an invite without a box");
    const access = { type: "admit", token: admitToken(cryptoSuite, invite.secret) } as const;
    const box = await this.#ask(invite, { type: "boxGet", box: ref.boxId, access });
    if (box.type !== "box") throw new TypeError(`the relay answered ${box.type}`);
    const chain = expectValue(await verifyChain(cryptoSuite, box.chain, this.#world.clock.nowMs()));
    const device = chain.devices[0]?.deviceId as DeviceId;
    return { invite, chain, card: box.card, device, box };
  }

  /** Puts a request into the target's box. @returns the relay's answer. */
  async request(target: Target, forgery: Forgery = {}): Promise<RelayResponse> {
    const { invite } = target;
    const [ref] = invite.boxes;
    if (ref === undefined) throw new TypeError("an invite without a box");
    const head = expectValue(
      await verifyBundleHead(cryptoSuite, target.box.head, {
        account: invite.account,
        device: target.device,
        box: ref.boxId,
        relay: ref.relay.relay,
        nowMs: this.#world.clock.nowMs(),
      }),
    );
    const sender = forgery.as ?? { chain: this.chain, device: this.device.deviceId, card: undefined };
    const to = { relay: ref.relay.relay, box: ref.boxId, keyId: head.boxKey.id, publicKey: head.boxKey.publicKey };
    const sealed = await sealRequest(
      cryptoSuite,
      to,
      {
        account: sender.chain.account,
        device: sender.device,
        entries: certifyingEntries(sender.chain, sender.device) ?? [],
        card: sender.card,
        queue: { secret: this.#random.bytes(32), number: 1, relays: [ref.relay] },
        message: forgery.message ?? (await this.#message(target, sender, forgery)),
        ...(forgery.showsInvite === true ? { personToken: personToken(cryptoSuite, invite.secret) } : {}),
      },
      this.#random.bytes,
    );
    const access = { type: "admit", token: admitToken(cryptoSuite, invite.secret) } as const;
    return this.#ask(invite, { type: "boxPut", box: ref.boxId, request: expectValue(sealed), access });
  }

  async #message(
    target: Target,
    sender: { readonly chain: ChainState; readonly device: DeviceId },
    { boundTo, content = this.text("hello"), number = 1 }: Forgery,
  ): Promise<Uint8Array> {
    const context = { suite: cryptoSuite, random: this.#random.bytes, nowMs: this.#world.clock.nowMs() };
    const { identityKey, identityPrivateKey } = this.device;
    const identity = { identityKey: { publicKey: identityKey, privateKey: identityPrivateKey }, registrationId: 7 };
    this.#session ??= expectValue(
      await startSession(context, identity, await bundleOf(target, context.nowMs), EMPTY_SESSION_RECORD),
    );
    const binding = bindingOf(
      cryptoSuite,
      { account: sender.chain.account, device: sender.device },
      { account: boundTo ?? target.invite.account, device: target.device },
      SESSION_SUITE,
    );
    const { epoch, seq, hash16 } = toHeadRef(sender.chain.head);
    const payload = encodePayload({ senderHead: { epoch, seq, hash: hash16 }, number, content });
    const sealed = expectValue(await encryptMessage(context, this.#session, identity, bindPayload(binding, payload)));
    this.#session = sealed.record;
    return sealed.message;
  }

  async #ask(invite: Invite, request: RelayRequest): Promise<RelayResponse> {
    const [ref] = invite.boxes;
    if (ref === undefined) throw new TypeError("an invite without a box");
    const channel = expectValue(await this.#world.settle(this.#node.open(ref.relay, "relay", "once")));
    const answer = expectValue(await this.#world.settle(channel.request(encodeAs(relayRequest, request))));
    channel.close();
    return expectValue(decodeAs(relayResponse, answer, MAX_FRAME_BYTES));
  }
}

async function bundleOf({ box, chain, device, invite }: Target, nowMs: number) {
  const [ref] = invite.boxes;
  const head = expectValue(
    await verifyBundleHead(cryptoSuite, box.head, {
      account: chain.account,
      device,
      box: ref?.boxId as NonNullable<typeof ref>["boxId"],
      relay: ref?.relay.relay as NonNullable<typeof ref>["relay"]["relay"],
      nowMs,
    }),
  );
  const identityKey = chain.devices.find((each) => each.deviceId === device)?.identityKey as Uint8Array;
  return { registrationId: 1, identityKey, signedPrekey: head.signedPrekey, kemPrekey: head.kemPrekey };
}

function expectValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new TypeError(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}
