/**
 * The old side of a link: shows the code, answers one handshake, and lists the new device once the person has said on
 * both that the words are the same. Until then nothing is changed; the chain entry is the last step.
 */
import {
  addDevice,
  type ChainState,
  type DeviceKind,
  type DeviceOffer,
  deriveLinkKeys,
  type LinkAbort,
  type LinkCode,
  type LinkKeys,
  type LinkMessage,
  linkCodeToText,
  linkWords,
  MAX_DEVICES,
  openLinkWord,
  type RelayRef,
  revokeDevice,
  sealLinkWord,
} from "@kith/protocol";
import { appendOwnEntry } from "../../account/own-entry.ts";
import type { LinkStatus } from "../../client.ts";
import type { Engine } from "../../engine.ts";
import { MessengerError } from "../../messenger-error.ts";
import type { Cancel } from "../../ports.ts";
import { RelayPool } from "../../relay/relay-pool.ts";
import type { OwnDevices } from "../own-devices.ts";
import { LinkState } from "./link-state.ts";
import { LinkTransport } from "./link-transport.ts";

/** How long a code is good, and how long the person has once the words are shown, in ms. */
export const CODE_LIFE_MS: number = 10 * 60_000;

/** Randomness of one encapsulation. */
const ENCAPSULATION_BYTES = 64;

/** Relays that are handed over. */
const MAX_GIVEN_RELAYS = 8;

interface Handshake {
  readonly keys: LinkKeys;
  readonly commitment: Uint8Array;
}

/** One link, seen from the old side. */
export class LinkHost {
  readonly state: LinkState;
  readonly #engine: Engine;
  readonly #devices: OwnDevices;
  readonly #code: LinkCode;
  /** Channels of its own: a channel has one reader, and those of the engine read the queues of people. */
  readonly #pool: RelayPool;
  #transport: LinkTransport | null = null;
  #handshake: Handshake | null = null;
  #offer: DeviceOffer | null = null;
  #isConfirmed = false;
  #isGranted = false;
  #isFinished = false;
  #withHistory = false;
  #cancelExpiry: Cancel = () => undefined;

  private constructor(engine: Engine, devices: OwnDevices, code: LinkCode) {
    this.#engine = engine;
    this.#devices = devices;
    this.#code = code;
    this.#pool = new RelayPool(engine.core);
    this.state = new LinkState(engine.core.clock, { side: "old", stage: "waiting", expiresAtMs: code.expiresMs });
  }

  /** Makes a code and listens. @throws MessengerError RELAY_NONE, DEVICE_NOT_ALLOWED, DEVICE_LIMIT. */
  static async begin(engine: Engine, devices: OwnDevices): Promise<LinkHost> {
    const { core } = engine;
    requireGrant(engine);
    const secret = core.random(16);
    const { queueNumber, change } = core.account.takeQueueNumber();
    await core.store.commit([change]);
    const expiresMs = Math.floor((core.clock.nowMs() + CODE_LIFE_MS) / 1000) * 1000;
    const host = new LinkHost(engine, devices, { secret, relays: core.book.forQueues(), expiresMs });
    const meeting = {
      side: "old" as const,
      secret,
      relays: host.#code.relays,
      ownerSeed: core.account.ownerSeed,
      queueNumber,
    };
    const transport = new LinkTransport({ ...core, pool: host.#pool }, meeting, (message) => void host.#hear(message));
    host.#transport = transport;
    const relays = await transport.open();
    if (core.account.card === undefined) await engine.boxes.refresh();
    if (relays.length === 0 || core.account.card === undefined) {
      transport.close();
      host.#pool.stop();
      throw new MessengerError("RELAY_NONE", "no relay that both devices could meet at answers");
    }
    host.#show(relays);
    return host;
  }

  #show(relays: readonly RelayRef[]): void {
    this.state.set({ code: linkCodeToText({ ...this.#code, relays }) });
    this.#expireIn(CODE_LIFE_MS);
  }

  #expireIn(delayMs: number): void {
    this.#cancelExpiry();
    this.#cancelExpiry = this.#engine.core.clock.after(delayMs, () => this.end("expired"));
  }

  /** The person says whether the words are the same. */
  confirm(isSame: boolean, withHistory: boolean): void {
    if (!isSame) {
      this.end("mismatch");
      return;
    }
    if (this.state.status.stage !== "compare") {
      throw new MessengerError("LINK_NONE", "there is nothing to compare now");
    }
    this.#isConfirmed = true;
    this.#withHistory = withHistory;
    this.state.set({ stage: "confirmed" });
    void this.#grant();
  }

  /** Ends the link without a new device; the other side is told. */
  end(reason: LinkAbort): void {
    if (this.state.isOver || this.#isFinished) return;
    void this.#transport?.send({ type: "abort", reason });
    this.#fail(reason);
  }

  #fail(reason: NonNullable<LinkStatus["reason"]>): void {
    if (this.#isFinished) return;
    this.state.set({ stage: "failed", reason });
    if (this.#isGranted && this.#offer !== null) void this.#takeBack(this.#offer);
    this.#close();
  }

  #close(): void {
    this.#cancelExpiry();
    // What was sent last may be on its way still.
    this.#engine.core.clock.after(CLOSE_MS, () => {
      this.#transport?.close();
      this.#pool.stop();
    });
  }

  async #hear(message: LinkMessage): Promise<void> {
    if (this.state.isOver) return;
    switch (message.type) {
      case "hello":
        return this.#answer(message);
      case "open":
        return this.#showWords(message.nonce);
      case "sealed":
        return this.#hearWord(message);
      case "abort":
        return this.#fail(message.reason);
      case "answer":
        return;
    }
  }

  /** Answers the first hello; a code is good for one. */
  async #answer(hello: Extract<LinkMessage, { readonly type: "hello" }>): Promise<void> {
    const { core } = this.#engine;
    if (this.state.status.stage !== "waiting" || this.#handshake !== null) return;
    const nonce = core.random(32);
    const kem = await core.suite.xWing.encapsulate(hello.share, core.random(ENCAPSULATION_BYTES));
    if (kem === null || this.#handshake !== null) return;
    const answer = { type: "answer", ciphertext: kem.ciphertext, nonce } as const;
    const { sharedSecret } = kem;
    const keys = deriveLinkKeys(core.suite, { secret: this.#code.secret, hello, answer, sharedSecret });
    this.#handshake = { keys, commitment: hello.commitment };
    this.state.set({ stage: "connecting" });
    await this.#transport?.send(answer);
    const handle = core.account.chain.handle?.written;
    const word = { type: "account", account: core.account.id, ...(handle === undefined ? {} : { handle }) } as const;
    await this.#transport?.send(sealLinkWord(core.suite, keys, { by: "old", step: 1 }, word));
  }

  #showWords(nonce: Uint8Array): void {
    if (this.#handshake === null || this.state.status.words !== undefined) return;
    const words = linkWords(this.#engine.core.suite, this.#handshake.keys, this.#handshake.commitment, nonce);
    if (words === null) {
      this.end("refused");
      return;
    }
    this.state.set({ stage: "compare", words });
    this.#expireIn(CODE_LIFE_MS);
  }

  async #hearWord(message: Extract<LinkMessage, { readonly type: "sealed" }>): Promise<void> {
    if (this.#handshake === null) return;
    const word = openLinkWord(this.#engine.core.suite, this.#handshake.keys, "new", message);
    if (!word.ok) return this.end("refused");
    switch (word.value.type) {
      case "name":
        this.state.set({ device: { name: word.value.name, kind: word.value.kind } });
        return;
      case "offer": {
        const { type: _, ...offer } = word.value;
        this.#offer ??= offer;
        return this.#grant();
      }
      case "stored":
        return this.#finish();
      default:
        return;
    }
  }

  /** Hands over what the new device needs, once both sides have confirmed. */
  async #grant(): Promise<void> {
    const { core } = this.#engine;
    if (this.#offer === null || this.#handshake === null || !this.#isConfirmed || this.#isGranted) return;
    this.#isGranted = true;
    const chain = await this.#extend(this.#offer);
    if (chain === null) return this.end("refused");
    const { account, book } = core;
    const cards = [...(account.card === undefined ? [] : [account.card]), ...this.#devices.cards()];
    const relays = book.all().filter(({ source }) => source !== "nearby");
    const grant = {
      type: "grant",
      chain: chain.entries,
      claim: account.claim,
      relays: relays.slice(0, MAX_GIVEN_RELAYS).map(({ ref }) => ref),
      cards,
      withHistory: this.#withHistory,
    } as const;
    await this.#transport?.send(sealLinkWord(core.suite, this.#handshake.keys, { by: "old", step: 2 }, grant));
  }

  /** Lists the device; null for an offer that the chain does not take. */
  async #extend(offer: DeviceOffer): Promise<ChainState | null> {
    const { core } = this.#engine;
    const body = { offer, grantsDevices: true };
    const longer = await appendOwnEntry(core, (chain, by) => addDevice(core.suite, chain, { ...by, body }));
    return longer.ok ? longer.value : null;
  }

  /** The new device never said that it has what it was given: it is none. */
  async #takeBack({ deviceId }: DeviceOffer): Promise<void> {
    const { core } = this.#engine;
    await appendOwnEntry(core, (chain, by) => revokeDevice(core.suite, chain, { ...by, body: { deviceId } }));
  }

  /** The new device has everything: the others and people may know of it. */
  async #finish(): Promise<void> {
    const { core } = this.#engine;
    const { device } = this.state.status;
    if (!this.#isGranted || this.#offer === null || this.#handshake === null || this.state.isOver) return;
    this.#isFinished = true;
    const { deviceId } = this.#offer;
    await this.#devices.setDevice(deviceId, {
      name: device?.name ?? "",
      kind: device?.kind ?? ("other" as DeviceKind),
    });
    await this.#devices.followChain();
    await this.#devices.welcome(deviceId, this.#withHistory);
    await this.#transport?.send(
      sealLinkWord(core.suite, this.#handshake.keys, { by: "old", step: 3 }, { type: "done" }),
    );
    this.state.set({ stage: "done" });
    this.#close();
  }
}

/** How long what was sent last has to leave, in ms. */
const CLOSE_MS = 30_000;

function requireGrant({ core }: Engine): void {
  const { chain, device } = core.account;
  const self = chain.devices.find(({ deviceId }) => deviceId === device.deviceId);
  if (self?.grantsDevices !== true) {
    throw new MessengerError("DEVICE_NOT_ALLOWED", "this device may not change the devices of the account");
  }
  if (chain.devices.length >= MAX_DEVICES) {
    throw new MessengerError("DEVICE_LIMIT", "the account has as many devices as it can have", {
      details: { limit: MAX_DEVICES },
    });
  }
}
