/**
 * The new side of a link: meets the old one, shows the words, and becomes a device of the account once both sides have
 * confirmed. Before the old device has listed it, nothing is left here whatever happens.
 */
import {
  type AccountId,
  accountToText,
  checkCard,
  createDevice,
  type DeviceKeys,
  type DeviceKind,
  deriveLinkKeys,
  type LinkAbort,
  type LinkCode,
  type LinkGrant,
  type LinkKeys,
  type LinkMessage,
  linkCommitment,
  linkWords,
  offerDevice,
  openLinkWord,
  sealLinkWord,
  verifyChain,
} from "@kith/protocol";
import { accountRowShape } from "../../account/local-account.ts";
import type { LinkStatus } from "../../client.ts";
import type { Engine } from "../../engine.ts";
import type { Inside } from "../../extras.ts";
import { MessengerError } from "../../messenger-error.ts";
import type { Cancel, StoreChange } from "../../ports.ts";
import { knownRelayShape } from "../../relay/relay-book.ts";
import { RelayPool } from "../../relay/relay-pool.ts";
import { clearRows } from "../../store/clear-rows.ts";
import type { SealedStore } from "../../store/sealed-store.ts";
import { createTable } from "../../store/table.ts";
import { OwnDevices } from "../own-devices.ts";
import { CODE_LIFE_MS } from "./link-host.ts";
import { LinkState } from "./link-state.ts";
import { LinkTransport } from "./link-transport.ts";

/** How long what was sent last has to leave, in ms. */
const CLOSE_MS = 30_000;

type Hello = Extract<LinkMessage, { readonly type: "hello" }>;

/** One link, seen from the new side. */
export class LinkGuest {
  readonly state: LinkState;
  readonly #inside: Inside;
  readonly #code: LinkCode;
  readonly #named: { readonly name: string; readonly kind: DeviceKind };
  readonly #pool: RelayPool;
  readonly #transport: LinkTransport;
  readonly #seed: Uint8Array;
  readonly #nonce: Uint8Array;
  #hello: Hello | null = null;
  #keys: LinkKeys | null = null;
  #account: AccountId | null = null;
  #device: DeviceKeys | null = null;
  #store: SealedStore | null = null;
  #row: StoreChange | null = null;
  #cards: readonly Uint8Array[] = [];
  #isConfirmed = false;
  #isOpening = false;
  #cancelExpiry: Cancel = () => undefined;

  constructor(inside: Inside, code: LinkCode, named: { readonly name: string; readonly kind: DeviceKind }) {
    const { suite, clock, random, network } = inside.parts;
    this.#inside = inside;
    this.#code = code;
    this.#named = named;
    this.#pool = new RelayPool({ network, suite, clock });
    this.#seed = random(32);
    this.#nonce = random(32);
    this.state = new LinkState(clock, { side: "new", stage: "connecting", expiresAtMs: code.expiresMs });
    const meeting = {
      side: "new" as const,
      secret: code.secret,
      relays: code.relays,
      ownerSeed: random(32),
      queueNumber: 1,
    };
    this.#transport = new LinkTransport({ suite, clock, random, pool: this.#pool }, meeting, (message) => {
      void this.#hear(message);
    });
  }

  /** Begins; what comes of it is in the state. */
  async begin(): Promise<void> {
    const { suite, clock } = this.#inside.parts;
    this.#expireIn(this.#code.expiresMs - clock.nowMs());
    const relays = await this.#transport.open();
    if (relays.length === 0) return this.#fail("unreachable");
    const share = await suite.xWing.publicKey(this.#seed);
    this.#hello = { type: "hello", share, commitment: linkCommitment(suite, this.#nonce) };
    await this.#transport.send(this.#hello);
  }

  /** The person says whether the words are the same. */
  confirm(isSame: boolean): void {
    if (!isSame) {
      this.end("mismatch");
      return;
    }
    if (this.state.status.stage !== "compare" || this.#account === null) {
      throw new MessengerError("LINK_NONE", "there is nothing to compare now");
    }
    this.#isConfirmed = true;
    this.state.set({ stage: "confirmed" });
    void this.#offer(this.#account);
  }

  /** Ends the link; the other side is told. */
  end(reason: LinkAbort): void {
    if (this.state.isOver || this.#isOpening) return;
    void this.#transport.send({ type: "abort", reason });
    this.#fail(reason);
  }

  #fail(reason: NonNullable<LinkStatus["reason"]>): void {
    if (this.state.isOver || this.#isOpening) return;
    this.state.set({ stage: "failed", reason });
    const store = this.#store;
    this.#store = null;
    if (store !== null) void this.#inside.inTurn(() => clearRows(store));
    this.#close();
  }

  #close(): void {
    this.#cancelExpiry();
    this.#inside.parts.clock.after(CLOSE_MS, () => {
      this.#transport.close();
      this.#pool.stop();
    });
  }

  #expireIn(delayMs: number): void {
    this.#cancelExpiry();
    this.#cancelExpiry = this.#inside.parts.clock.after(delayMs, () => this.end("expired"));
  }

  async #hear(message: LinkMessage): Promise<void> {
    if (this.state.isOver) return;
    switch (message.type) {
      case "answer":
        return this.#showWords(message);
      case "sealed":
        return this.#hearWord(message);
      case "abort":
        return this.#fail(message.reason);
      default:
        return;
    }
  }

  async #showWords(answer: Extract<LinkMessage, { readonly type: "answer" }>): Promise<void> {
    const { suite } = this.#inside.parts;
    const hello = this.#hello;
    if (hello === null || this.#keys !== null) return;
    const sharedSecret = await suite.xWing.decapsulate(this.#seed, answer.ciphertext);
    if (sharedSecret === null || this.#keys !== null) return;
    this.#keys = deriveLinkKeys(suite, { secret: this.#code.secret, hello, answer, sharedSecret });
    await this.#transport.send({ type: "open", nonce: this.#nonce });
    await this.#transport.send(
      sealLinkWord(suite, this.#keys, { by: "new", step: 1 }, { type: "name", ...this.#named }),
    );
    for (const early of this.#early.splice(0)) await this.#hearWord(early);
    this.#compare();
  }

  /** What was said sealed before the answer came: relays keep no order among them. */
  readonly #early: Extract<LinkMessage, { readonly type: "sealed" }>[] = [];

  /** Words are shown once it is known whose they are. */
  #compare(): void {
    const { suite } = this.#inside.parts;
    if (this.#keys === null || this.#account === null || this.#hello === null || this.state.status.words !== undefined)
      return;
    const words = linkWords(suite, this.#keys, this.#hello.commitment, this.#nonce) ?? [];
    this.#expireIn(CODE_LIFE_MS);
    this.state.set({ stage: "compare", words });
  }

  async #hearWord(message: Extract<LinkMessage, { readonly type: "sealed" }>): Promise<void> {
    const { suite } = this.#inside.parts;
    if (this.#keys === null) {
      if (this.#early.length < 4) this.#early.push(message);
      return;
    }
    const word = openLinkWord(suite, this.#keys, "old", message);
    if (!word.ok) return this.end("refused");
    switch (word.value.type) {
      case "account": {
        const { account, handle } = word.value;
        this.#account ??= account;
        this.state.set({ account: accountToText(account), ...(handle === undefined ? {} : { handle }) });
        return this.#compare();
      }
      case "grant":
        return this.#keep(word.value);
      case "done":
        return this.#open();
      default:
        return;
    }
  }

  async #offer(account: AccountId): Promise<void> {
    const { suite, random } = this.#inside.parts;
    if (this.#keys === null) return;
    this.#device = await createDevice(suite, random);
    const offer = await offerDevice(suite, account, this.#device, random);
    await this.#transport.send(sealLinkWord(suite, this.#keys, { by: "new", step: 2 }, { type: "offer", ...offer }));
  }

  /** Writes everything but the row that makes the account, and says so. */
  async #keep(grant: LinkGrant): Promise<void> {
    const { suite, clock, random } = this.#inside.parts;
    const device = this.#device;
    if (!this.#isConfirmed || device === null || this.#keys === null || this.#store !== null) return;
    const chain = await verifyChain(suite, grant.chain, clock.nowMs());
    const isListed = chain.ok && chain.value.devices.some(({ deviceId }) => deviceId === device.deviceId);
    if (!isListed || chain.value.account !== this.#account) return this.end("refused");
    await this.#inside.inTurn(async () => {
      this.#inside.requireEmpty();
      const store = await this.#inside.openEmpty();
      await clearRows(store);
      this.#store = store;
      this.#row = createTable(store, "account", accountRowShape).put("self", {
        account: chain.value.account,
        signingSeed: device.signingSeed,
        identityPrivateKey: device.identityPrivateKey,
        ownerSeed: random(32),
        chain: grant.chain,
        cardSeq: 0,
        ...(grant.claim === undefined ? {} : { claim: grant.claim }),
        nextQueueNumber: 1,
        isPublished: true,
      });
      const relays = createTable(store, "relay", knownRelayShape);
      const addedAtMs = clock.nowMs();
      await store.commit(grant.relays.map((ref) => relays.put(ref.relay, { ref, source: "added", addedAtMs })));
    });
    this.#cards = grant.cards;
    await this.#transport.send(sealLinkWord(suite, this.#keys, { by: "new", step: 3 }, { type: "stored" }));
  }

  /** The old device has listed this one: the account opens. */
  async #open(): Promise<void> {
    const store = this.#store;
    const row = this.#row;
    if (store === null || row === null || this.state.isOver) return;
    // The other side counts on this device from here on: there is no way back, and nothing is cleared any more.
    this.#isOpening = true;
    this.#store = null;
    this.#row = null;
    const engine = await this.#inside.inTurn(async () => {
      await store.commit([row]);
      return this.#inside.adopt(store);
    });
    await meetOwnDevices(engine, this.#cards, this.#named);
    this.state.set({ stage: "done" });
    this.#close();
  }
}

/** Makes the pairs with the other devices of the account, and says hello to each. */
async function meetOwnDevices(
  engine: Engine,
  cards: readonly Uint8Array[],
  named: { readonly name: string; readonly kind: DeviceKind },
): Promise<void> {
  const { core } = engine;
  if (!(core.own instanceof OwnDevices)) return;
  const devices = core.own;
  for (const encoded of cards) {
    const card = await checkCard(core.suite, encoded, core.clock.nowMs());
    if (!card.ok) continue;
    await core.store.commit([devices.book.set({ ...devices.book.get(card.value.device), card: encoded })]);
  }
  await devices.setDevice(core.account.device.deviceId, named);
  await devices.followChain();
}
