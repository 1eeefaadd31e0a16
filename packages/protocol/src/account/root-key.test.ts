/** The derivation under the root key, by the test vectors of BIP-32 (1 and 3; 3 keeps leading zeros). */
import { HDKey } from "@scure/bip32";
import { expect, test } from "vitest";
import { fromHex } from "../bytes.ts";

const VECTORS = [
  {
    seed: "000102030405060708090a0b0c0d0e0f",
    master:
      "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
    firstChild:
      "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7",
  },
  {
    seed: "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be",
    master:
      "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2QJDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9dGuVrtHHs7pXeTzjuxBrCmmhgC6",
    firstChild:
      "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXBAJMu2qaMWPrS7AANYqdq6vcBcBUdJCVVFceUvJFjaPdGZ2y9WACViL4L",
  },
] as const;

test.each(VECTORS)("the master key of $seed and its first hardened child are those of BIP-32", (vector) => {
  const master = HDKey.fromMasterSeed(fromHex(vector.seed));
  expect(master.privateExtendedKey).toBe(vector.master);
  expect(master.derive("m/0'").privateExtendedKey).toBe(vector.firstChild);
});
