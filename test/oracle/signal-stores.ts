/** The stores that libsignal-client asks of its user, in memory: everything is serialised at each write and read. */
import * as signal from "@signalapp/libsignal-client";

/** Sessions by address. */
export class Sessions extends signal.SessionStore {
  readonly #records = new Map<string, Uint8Array>();

  async saveSession(address: signal.ProtocolAddress, record: signal.SessionRecord): Promise<void> {
    this.#records.set(`${address}`, record.serialize());
  }

  async getSession(address: signal.ProtocolAddress): Promise<signal.SessionRecord | null> {
    const record = this.#records.get(`${address}`);
    return record === undefined ? null : signal.SessionRecord.deserialize(record);
  }

  /** The stored bytes; null before the first session. */
  bytes(address: signal.ProtocolAddress): Uint8Array | null {
    return this.#records.get(`${address}`) ?? null;
  }
}

/** Sessions that are written as bytes each time and read as the object last written, as a program with a cache does. */
export class HeldSessions extends Sessions {
  readonly #held = new Map<string, signal.SessionRecord>();

  override async saveSession(address: signal.ProtocolAddress, record: signal.SessionRecord): Promise<void> {
    this.#held.set(`${address}`, record);
    await super.saveSession(address, record);
  }

  override async getSession(address: signal.ProtocolAddress): Promise<signal.SessionRecord | null> {
    return this.#held.get(`${address}`) ?? null;
  }
}

/** The own identity; every other one is trusted, since the tests are about sessions. */
export class Identities extends signal.IdentityKeyStore {
  readonly #key: signal.PrivateKey;
  readonly #registrationId: number;

  constructor(key: signal.PrivateKey, registrationId: number) {
    super();
    this.#key = key;
    this.#registrationId = registrationId;
  }

  async getIdentityKey(): Promise<signal.PrivateKey> {
    return this.#key;
  }

  async getLocalRegistrationId(): Promise<number> {
    return this.#registrationId;
  }

  async saveIdentity(): Promise<number> {
    return 0;
  }

  async isTrustedIdentity(): Promise<boolean> {
    return true;
  }

  async getIdentity(): Promise<signal.PublicKey | null> {
    return null;
  }
}

/** One-time prekeys by id. */
export class OneTimePrekeys extends signal.PreKeyStore {
  readonly #records = new Map<number, Uint8Array>();

  async savePreKey(id: number, record: signal.PreKeyRecord): Promise<void> {
    this.#records.set(id, record.serialize());
  }

  async getPreKey(id: number): Promise<signal.PreKeyRecord> {
    return signal.PreKeyRecord.deserialize(found(this.#records, id));
  }

  async removePreKey(id: number): Promise<void> {
    this.#records.delete(id);
  }
}

/** Signed prekeys by id. */
export class SignedPrekeys extends signal.SignedPreKeyStore {
  readonly #records = new Map<number, Uint8Array>();

  async saveSignedPreKey(id: number, record: signal.SignedPreKeyRecord): Promise<void> {
    this.#records.set(id, record.serialize());
  }

  async getSignedPreKey(id: number): Promise<signal.SignedPreKeyRecord> {
    return signal.SignedPreKeyRecord.deserialize(found(this.#records, id));
  }
}

/** Kyber prekeys by id; all of them are last-resort keys. */
export class KyberPrekeys extends signal.KyberPreKeyStore {
  readonly #records = new Map<number, Uint8Array>();

  async saveKyberPreKey(id: number, record: signal.KyberPreKeyRecord): Promise<void> {
    this.#records.set(id, record.serialize());
  }

  async getKyberPreKey(id: number): Promise<signal.KyberPreKeyRecord> {
    return signal.KyberPreKeyRecord.deserialize(found(this.#records, id));
  }

  async markKyberPreKeyUsed(): Promise<void> {
    return;
  }
}

/** Sender keys by sender and distribution id. */
export class SenderKeys extends signal.SenderKeyStore {
  readonly #records = new Map<string, Uint8Array>();

  async saveSenderKey(sender: signal.ProtocolAddress, id: string, record: signal.SenderKeyRecord): Promise<void> {
    this.#records.set(`${sender} ${id}`, record.serialize());
  }

  async getSenderKey(sender: signal.ProtocolAddress, id: string): Promise<signal.SenderKeyRecord | null> {
    const record = this.#records.get(`${sender} ${id}`);
    return record === undefined ? null : signal.SenderKeyRecord.deserialize(record);
  }
}

function found(records: ReadonlyMap<number, Uint8Array>, id: number): Uint8Array {
  const record = records.get(id);
  if (record === undefined) throw new Error(`there is no prekey ${id}`);
  return record;
}
