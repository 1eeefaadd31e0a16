/** Public test vectors of the primitives, as hex; each set names its source. */

/** RFC 7748 §5.2: scalar, u-coordinate, result. */
export const X25519_VECTORS: readonly (readonly [scalar: string, point: string, result: string])[] = [
  [
    "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
    "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
    "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
  ],
  [
    "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
    "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
    "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
  ],
];

/** RFC 7748 §6.1. */
export const X25519_EXCHANGE = {
  alicePrivate: "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
  alicePublic: "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
  bobPrivate: "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
  bobPublic: "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
  shared: "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
} as const;

/** The points of small order of Curve25519 and its twist, in every 255-bit spelling. */
export const LOW_ORDER_POINTS: readonly string[] = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/** A set of HKDF-SHA256 inputs and its output. */
export interface HkdfVector {
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly okm: string;
}

/** RFC 5869 A.1 and A.3. */
export const HKDF_VECTORS: readonly HkdfVector[] = [
  {
    ikm: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
    salt: "000102030405060708090a0b0c",
    info: "f0f1f2f3f4f5f6f7f8f9",
    okm: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  },
  {
    ikm: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
    salt: "",
    info: "",
    okm: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  },
];

/** RFC 5869 A.2: inputs are the byte ranges 00–4f, 60–af and b0–ff. */
export const HKDF_LONG_OKM =
  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87";

/** RFC 4231 §4.2 and FIPS 180-4's "abc". */
export const HASH_VECTORS = {
  hmacKey: "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
  hmacData: "4869205468657265",
  hmac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  sha256OfAbc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
} as const;

/** NIST SP 800-38A F.2.5, first two blocks; PKCS#7 adds a third. */
export const AES_CBC_VECTOR = {
  key: "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
  iv: "000102030405060708090a0b0c0d0e0f",
  plaintext: "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
  ciphertext: "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d",
} as const;

/**
 * ML-KEM-1024, the first of the 10,000 cases accumulated at c2sp.org/CCTV/ML-KEM: d ‖ z, m and a random ciphertext are
 * consecutive output of SHAKE-128 over nothing. Over all of them the noble backend gives e3bf82b013307b2e…8b75bad5,
 * the accumulated hash that BoringSSL and LibreSSL test for the final FIPS 203.
 */
export const ML_KEM_1024_VECTOR = {
  seed: "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef263cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2",
  randomness: "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
  publicKeySha256: "f2355b2979a10c3199f318228ba77471fcd968e4eff94d65e811047a0aaf829a",
  ciphertextSha256: "b43b890fe5e212a1f053bfee253200855620102d3d4d14b278e90b4f8393d08c",
  sharedSecret: "36d825ed3e168eb7551c83b63c38454e31d94d33da9c3bc766244ce4d4cb640c",
  rejectedSecret: "c91f344f49fe943509991ef30392fc3d25cf65be3c3baf6d0d1487bf95d59f42",
} as const;

/** draft-connolly-cfrg-xwing-kem appendix C, first vector: the ends of the long values stand for them. */
export const X_WING_VECTOR = {
  seed: "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
  randomness:
    "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
  publicKeyStart: "e2236b35a8c24b39b10aa1323a96a919",
  ciphertextStart: "b83aa828d4d62b9a83ceffe1d3d3bb1e",
  ciphertextEnd: "e6fb2e15",
  sharedSecret: "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
} as const;

/** AES-256-GCM, test cases 13 and 14 of the GCM specification: all-zero key and nonce, ciphertext ‖ tag. */
export const AES_GCM_VECTORS: readonly (readonly [plaintext: string, sealed: string])[] = [
  ["", "530f8afbc74536b9a963b4f1c4cb738b"],
  ["00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"],
];
