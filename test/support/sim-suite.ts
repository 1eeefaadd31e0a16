/**
 * The cryptography of a simulation: the real one, which remembers what it has verified. All devices and relays of a life
 * are one process and verify the same chains, claims and cards again and again; a signature is good or not for ever.
 */
import { cryptoSuite } from "@kith/client";
import { type CryptoSuite, concat, toHex, uint32ToBytes } from "@kith/protocol";

/** Outcomes that are remembered; the oldest make room. */
const MAX_REMEMBERED = 8192;

type Verify = CryptoSuite["schnorrVerify"];

function remembering(verify: Verify): Verify {
  const outcomes = new Map<string, ReturnType<Verify>>();
  return (publicKey, message, signature) => {
    const parts = [uint32ToBytes(publicKey.length), publicKey, uint32ToBytes(signature.length), signature, message];
    const key = toHex(cryptoSuite.sha256(concat(...parts)));
    const known = outcomes.get(key);
    if (known !== undefined) return known;
    const outcome = verify(publicKey, message, signature);
    outcomes.set(key, outcome);
    const oldest = outcomes.size > MAX_REMEMBERED ? outcomes.keys().next().value : undefined;
    if (oldest !== undefined) outcomes.delete(oldest);
    return outcome;
  };
}

/** The suite of every device and relay of a simulation. */
export const simSuite: CryptoSuite = Object.freeze({
  ...cryptoSuite,
  ed25519Verify: remembering((...each) => cryptoSuite.ed25519Verify(...each)),
  xeddsaVerify: remembering((...each) => cryptoSuite.xeddsaVerify(...each)),
  schnorrVerify: remembering((...each) => cryptoSuite.schnorrVerify(...each)),
});
