/** The part of libsignal-client's interface that these tests use; the package itself is installed on demand only. */
declare module "@signalapp/libsignal-client" {
  type Bytes = Uint8Array;

  interface Serializable {
    serialize(): Bytes;
  }

  export class PublicKey implements Serializable {
    static deserialize(bytes: Bytes): PublicKey;
    serialize(): Bytes;
    verify(message: Bytes, signature: Bytes): boolean;
  }
  export class PrivateKey implements Serializable {
    static generate(): PrivateKey;
    static deserialize(bytes: Bytes): PrivateKey;
    serialize(): Bytes;
    sign(message: Bytes): Bytes;
    agree(other: PublicKey): Bytes;
    getPublicKey(): PublicKey;
  }
  export class KEMPublicKey implements Serializable {
    static deserialize(bytes: Bytes): KEMPublicKey;
    serialize(): Bytes;
  }
  export class KEMKeyPair {
    static generate(): KEMKeyPair;
    getPublicKey(): KEMPublicKey;
  }
  export class ProtocolAddress {
    static new(name: string, deviceId: number): ProtocolAddress;
    toString(): string;
  }
  export class SessionRecord implements Serializable {
    static deserialize(bytes: Bytes): SessionRecord;
    serialize(): Bytes;
  }
  export class PreKeyRecord implements Serializable {
    static new(id: number, publicKey: PublicKey, privateKey: PrivateKey): PreKeyRecord;
    static deserialize(bytes: Bytes): PreKeyRecord;
    serialize(): Bytes;
  }
  export class SignedPreKeyRecord implements Serializable {
    static new(
      id: number,
      time: number,
      publicKey: PublicKey,
      privateKey: PrivateKey,
      signature: Bytes,
    ): SignedPreKeyRecord;
    static deserialize(bytes: Bytes): SignedPreKeyRecord;
    serialize(): Bytes;
  }
  export class KyberPreKeyRecord implements Serializable {
    static new(id: number, time: number, keyPair: KEMKeyPair, signature: Bytes): KyberPreKeyRecord;
    static deserialize(bytes: Bytes): KyberPreKeyRecord;
    serialize(): Bytes;
  }
  export class PreKeyBundle {
    static new(
      registrationId: number,
      deviceId: number,
      oneTimeId: number | null,
      oneTime: PublicKey | null,
      signedId: number,
      signed: PublicKey,
      signedSignature: Bytes,
      identityKey: PublicKey,
      kyberId: number,
      kyber: KEMPublicKey,
      kyberSignature: Bytes,
    ): PreKeyBundle;
  }
  export abstract class SessionStore {}
  export abstract class IdentityKeyStore {}
  export abstract class PreKeyStore {}
  export abstract class SignedPreKeyStore {}
  export abstract class KyberPreKeyStore {}

  export abstract class SenderKeyStore {}
  export class SenderKeyRecord implements Serializable {
    static deserialize(bytes: Bytes): SenderKeyRecord;
    serialize(): Bytes;
  }
  export class SenderKeyDistributionMessage implements Serializable {
    static create(sender: ProtocolAddress, id: string, store: SenderKeyStore): Promise<SenderKeyDistributionMessage>;
    static deserialize(bytes: Bytes): SenderKeyDistributionMessage;
    serialize(): Bytes;
  }
  export function processSenderKeyDistributionMessage(
    sender: ProtocolAddress,
    message: SenderKeyDistributionMessage,
    store: SenderKeyStore,
  ): Promise<void>;
  export function groupEncrypt(
    sender: ProtocolAddress,
    id: string,
    store: SenderKeyStore,
    message: Bytes,
  ): Promise<CiphertextMessage>;
  export function groupDecrypt(sender: ProtocolAddress, store: SenderKeyStore, message: Bytes): Promise<Bytes>;

  export class CiphertextMessage implements Serializable {
    serialize(): Bytes;
    type(): number;
  }
  export class SignalMessage {
    static deserialize(bytes: Bytes): SignalMessage;
    counter(): number;
    messageVersion(): number;
    body(): Bytes;
    pqRatchet(): Bytes;
  }
  export class PreKeySignalMessage {
    static deserialize(bytes: Bytes): PreKeySignalMessage;
    preKeyId(): number | null;
    signedPreKeyId(): number;
    registrationId(): number;
    version(): number;
  }
  export class Fingerprint {
    static new(
      iterations: number,
      version: number,
      localId: Bytes,
      localKey: PublicKey,
      remoteId: Bytes,
      remoteKey: PublicKey,
    ): Fingerprint;
    displayableFingerprint(): { toString(): string };
  }
  export function hkdf(length: number, keyMaterial: Bytes, label: Bytes, salt: Bytes | null): Bytes;
  export function processPreKeyBundle(
    bundle: PreKeyBundle,
    address: ProtocolAddress,
    localAddress: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
  ): Promise<void>;
  export function signalEncrypt(
    message: Bytes,
    address: ProtocolAddress,
    localAddress: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
  ): Promise<CiphertextMessage>;
  export function signalDecrypt(
    message: SignalMessage,
    address: ProtocolAddress,
    localAddress: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
  ): Promise<Bytes>;
  export function signalDecryptPreKey(
    message: PreKeySignalMessage,
    address: ProtocolAddress,
    localAddress: ProtocolAddress,
    sessions: SessionStore,
    identities: IdentityKeyStore,
    prekeys: PreKeyStore,
    signedPrekeys: SignedPreKeyStore,
    kyberPrekeys: KyberPreKeyStore,
  ): Promise<Bytes>;
}
