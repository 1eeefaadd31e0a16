/** What a cryptographic backend says of itself, for diagnostics. */

/** Who computes a primitive: code of the platform, or JavaScript that travels with Kith. */
export type PrimitiveSource = "native" | "javascript";

/** The primitives a backend may have from either source. */
export type PrimitiveName =
  | "X25519"
  | "Ed25519"
  | "XEdDSA"
  | "AES-CBC"
  | "AES-GCM"
  | "ChaCha20-Poly1305"
  | "SHA-256"
  | "HMAC"
  | "HKDF"
  | "ML-KEM-1024"
  | "X-Wing"
  | "BIP-340"
  | "Argon2id";

/** A backend by name, and where each of its primitives comes from; `native` may still mean JavaScript for small data. */
export interface CryptoBackend {
  readonly name: "noble" | "node" | "web";
  readonly primitives: Readonly<Record<PrimitiveName, PrimitiveSource>>;
}

/** Asks the backend; the answer does not change while the program runs. */
export type DescribeCrypto = () => Promise<CryptoBackend>;
