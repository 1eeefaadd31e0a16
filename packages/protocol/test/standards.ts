/** Vectors of the standards themselves as checks of a backend. A check fails by throwing. */
import signatures from "../src/account/signature.vectors.json" with { type: "json" };
import { fromHex, toHex } from "../src/bytes.ts";
import type { CryptoSuite } from "../src/crypto/suite.ts";
import fips203 from "./vectors/fips203.vectors.json" with { type: "json" };
import { isDeterministic } from "./wycheproof.ts";

/** One set of vectors. */
export interface StandardCheck {
  readonly name: string;
  /** @throws Error when something came out otherwise. */
  run(suite: CryptoSuite): Promise<void>;
}

function expectHex(what: string, got: Uint8Array, expected: string): void {
  if (toHex(got) !== expected) throw new Error(`${what} differs`);
}

/** Every set. */
export const STANDARD_CHECKS: readonly StandardCheck[] = [
  {
    name: "RFC 8032 §7.1",
    async run(suite) {
      for (const { seed, publicKey, message, signature } of signatures.rfc8032) {
        expectHex("the public key", await suite.ed25519PublicKey(fromHex(seed)), publicKey);
        expectHex("the signature", await suite.ed25519Sign(fromHex(seed), fromHex(message)), signature);
        if (!(await suite.ed25519Verify(fromHex(publicKey), fromHex(message), fromHex(signature)))) {
          throw new Error("the signature is refused");
        }
      }
    },
  },
  {
    name: "FIPS 203 encapsulation",
    async run(suite) {
      for (const { kem, name, ek, m, K, cSha256 } of fips203.tests) {
        const { [kem as "mlKem768" | "mlKem1024"]: algorithm } = suite;
        const made = await algorithm.encapsulate(fromHex(ek), fromHex(m));
        if (made === null) throw new Error(`${kem}, ${name}: the public key is refused`);
        if (!(await isDeterministic(algorithm, fromHex(ek)))) continue;
        expectHex(`${kem}, ${name}: the secret`, made.sharedSecret, K);
        expectHex(`${kem}, ${name}: the ciphertext`, suite.sha256(made.ciphertext), cSha256);
      }
    },
  },
];
