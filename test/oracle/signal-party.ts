/** One end of a session that is run by libsignal-client. */
import type { PrekeyBundle } from "@kith/protocol";
import type { SessionDevice } from "@kith/protocol/testing";
import * as signal from "@signalapp/libsignal-client";
import { Identities, KyberPrekeys, OneTimePrekeys, Sessions, SignedPrekeys } from "./signal-stores.ts";

const REGISTRATION_ID = 0x2345;
const SIGNED_ID = 11;
const KYBER_ID = 12;

/** Field 1 is the ratchet key of a plain message (bytes) or the one-time id of a first one (a number, or absent). */
const PLAIN_MESSAGE = 0x0a;

/** What a party is made of; all of it has a default. */
export interface SignalPartyOptions {
  readonly name?: string;
  readonly peerName?: string;
  readonly sessions?: Sessions;
}

/** libsignal-client as one party; every call loads its state from bytes and stores it as bytes. */
export class SignalParty {
  readonly #own: signal.ProtocolAddress;
  readonly #peer: signal.ProtocolAddress;
  readonly #identity: signal.PrivateKey = signal.PrivateKey.generate();
  readonly #sessions: Sessions;
  readonly #identities: Identities = new Identities(this.#identity, REGISTRATION_ID);
  readonly #oneTime = new OneTimePrekeys();
  readonly #signed = new SignedPrekeys();
  readonly #kyber = new KyberPrekeys();
  #bundle: PrekeyBundle | null = null;
  #nextOneTimeId = 100;

  constructor({ name = "signal", peerName = "kith", sessions = new Sessions() }: SignalPartyOptions = {}) {
    this.#own = signal.ProtocolAddress.new(name, 1);
    this.#peer = signal.ProtocolAddress.new(peerName, 1);
    this.#sessions = sessions;
  }

  /** The X25519 identity key, 32 bytes. */
  get identityKey(): Uint8Array {
    return bare(this.#identity.getPublicKey().serialize());
  }

  /** A bundle for Kith, with a one-time prekey when asked for. */
  async createBundle(hasOneTime: boolean): Promise<PrekeyBundle> {
    this.#bundle ??= await this.#makeBundle();
    if (!hasOneTime) return this.#bundle;
    const id = this.#nextOneTimeId++;
    const key = signal.PrivateKey.generate();
    await this.#oneTime.savePreKey(id, signal.PreKeyRecord.new(id, key.getPublicKey(), key));
    return { ...this.#bundle, oneTimePrekey: { id, publicKey: bare(key.getPublicKey().serialize()) } };
  }

  /** Starts a session from a bundle of Kith. */
  async start(bundle: PrekeyBundle): Promise<void> {
    const { signedPrekey, kemPrekey, oneTimePrekey } = bundle;
    const theirs = signal.PreKeyBundle.new(
      bundle.registrationId,
      1,
      oneTimePrekey?.id ?? null,
      oneTimePrekey === undefined ? null : curveKey(oneTimePrekey.publicKey),
      signedPrekey.id,
      curveKey(signedPrekey.publicKey),
      plain(signedPrekey.signature),
      curveKey(bundle.identityKey),
      kemPrekey.id,
      signal.KEMPublicKey.deserialize(Uint8Array.from([8, ...kemPrekey.publicKey])),
      plain(kemPrekey.signature),
    );
    await signal.processPreKeyBundle(theirs, this.#peer, this.#own, this.#sessions, this.#identities);
  }

  /** Whether it can send. */
  hasSession(): boolean {
    return this.#sessions.bytes(this.#peer) !== null;
  }

  /** Encrypts for Kith; the bytes of either kind of message. */
  async send(plaintext: Uint8Array): Promise<Uint8Array> {
    const message = await signal.signalEncrypt(
      plain(plaintext),
      this.#peer,
      this.#own,
      this.#sessions,
      this.#identities,
    );
    return plain(message.serialize());
  }

  /** Decrypts a message of Kith; rejects as libsignal does. */
  async receive(message: Uint8Array): Promise<Uint8Array> {
    const bytes = plain(message);
    if (bytes[1] === PLAIN_MESSAGE) {
      const parsed = signal.SignalMessage.deserialize(bytes);
      return plain(await signal.signalDecrypt(parsed, this.#peer, this.#own, this.#sessions, this.#identities));
    }
    const parsed = signal.PreKeySignalMessage.deserialize(bytes);
    const [sessions, identities] = [this.#sessions, this.#identities];
    const prekeys = [this.#oneTime, this.#signed, this.#kyber] as const;
    return plain(await signal.signalDecryptPreKey(parsed, this.#peer, this.#own, sessions, identities, ...prekeys));
  }

  async #makeBundle(): Promise<PrekeyBundle> {
    const signed = signal.PrivateKey.generate();
    const signedKey = signed.getPublicKey();
    const signature = this.#identity.sign(signedKey.serialize());
    await this.#signed.saveSignedPreKey(
      SIGNED_ID,
      signal.SignedPreKeyRecord.new(SIGNED_ID, 0, signedKey, signed, signature),
    );
    const kyber = signal.KEMKeyPair.generate();
    const kyberKey = kyber.getPublicKey().serialize();
    const kyberSignature = this.#identity.sign(kyberKey);
    await this.#kyber.saveKyberPreKey(KYBER_ID, signal.KyberPreKeyRecord.new(KYBER_ID, 0, kyber, kyberSignature));
    return {
      registrationId: REGISTRATION_ID,
      identityKey: this.identityKey,
      signedPrekey: { id: SIGNED_ID, publicKey: bare(signedKey.serialize()), signature: plain(signature) },
      kemPrekey: { id: KYBER_ID, publicKey: bare(kyberKey), signature: plain(kyberSignature) },
    };
  }
}

/** libsignal's end as Kith's helpers name a sender. */
export function senderOf({ identityKey }: SignalParty): Pick<SessionDevice, "local"> {
  return { local: { identityKey: { publicKey: identityKey, privateKey: new Uint8Array(32) }, registrationId: 0 } };
}

/** The epoch a plain message negotiates: the first varint behind the version of its post-quantum part. */
export function epochOfMessage(bytes: Uint8Array): number {
  if (bytes[1] !== PLAIN_MESSAGE) return 1;
  const [, low = 0, high = 0] = signal.SignalMessage.deserialize(plain(bytes)).pqRatchet();
  return low < 0x80 ? low : (low & 0x7f) + 0x80 * high;
}

/** An X25519 key with the type byte libsignal wants. */
export function curveKey(publicKey: Uint8Array): signal.PublicKey {
  return signal.PublicKey.deserialize(Uint8Array.from([5, ...publicKey]));
}

/** The key without its type byte. */
export function bare(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes.subarray(1));
}

/** A plain copy: libsignal gives Buffers. */
export function plain(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes);
}
