/** AES and bulk SHA-256 of the browser backend: JavaScript for small data, WebCrypto above. Both give the same bytes. */
import { type CryptoSuite, equalBytes, fromHex, nobleSuite, utf8 } from "@kith/protocol";
import { NativeChoice } from "./native-choice.ts";
import { asSource, secretName, type WebKeys } from "./web-keys.ts";

/** From here on a call of WebCrypto, its hop to another thread included, is faster in Chromium. */
const NATIVE_FROM_BYTES = 2048;
const KEY_BYTES = 32;

type Mode = "AES-CBC" | "AES-GCM";

/** A plaintext of one block, and the first block that it gives. */
interface KnownAnswer {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const ANSWERS: Readonly<Record<Mode, KnownAnswer>> = {
  // NIST SP 800-38A F.2.5, first block.
  "AES-CBC": {
    key: fromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
    iv: fromHex("000102030405060708090a0b0c0d0e0f"),
    plaintext: fromHex("6bc1bee22e409f96e93d7e117393172a"),
    ciphertext: fromHex("f58c4c04d6e5f1ba779eabfb5f7bfbd6"),
  },
  // The GCM specification's test case 14, with its tag.
  "AES-GCM": {
    key: new Uint8Array(KEY_BYTES),
    iv: new Uint8Array(12),
    plaintext: new Uint8Array(16),
    ciphertext: fromHex("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
  },
};

/** FIPS 180-2, appendix B.1. */
const DIGEST = "SHA-256";
const DIGEST_OF_ABC = fromHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

/** The bulk ciphers. */
type WebCiphers = Pick<CryptoSuite, "aesCbcEncrypt" | "aesCbcDecrypt" | "aesGcmSeal" | "aesGcmOpen">;

/** What WebCrypto is asked with: key, IV or nonce, and text. */
type Call = readonly [key: Uint8Array, iv: Uint8Array, text: Uint8Array];

/** One mode of AES with 256-bit keys on WebCrypto. */
class NativeAes {
  readonly choice: NativeChoice;
  readonly #subtle: SubtleCrypto;
  readonly #keys: WebKeys;
  readonly #mode: Mode;

  constructor(subtle: SubtleCrypto, keys: WebKeys, mode: Mode) {
    this.#subtle = subtle;
    this.#keys = keys;
    this.#mode = mode;
    const { key, iv, plaintext, ciphertext } = ANSWERS[mode];
    this.choice = new NativeChoice(async () => {
      const sealed = await this.encrypt([key, iv, plaintext]);
      const opened = await this.decrypt([key, iv, sealed]);
      return equalBytes(sealed.subarray(0, ciphertext.length), ciphertext) && equalBytes(opened, plaintext);
    });
  }

  encrypt(call: Call): Promise<Uint8Array> {
    return this.#run("encrypt", call);
  }

  decrypt(call: Call): Promise<Uint8Array> {
    return this.#run("decrypt", call);
  }

  async #run(use: "encrypt" | "decrypt", [key, iv, text]: Call): Promise<Uint8Array> {
    const imported = await this.#import(key);
    return new Uint8Array(await this.#subtle[use]({ name: this.#mode, iv: asSource(iv) }, imported, asSource(text)));
  }

  /** A file is sealed in many chunks under one key; a message has its own, which is not held. */
  #import(key: Uint8Array): Promise<CryptoKey> {
    const make = () => this.#subtle.importKey("raw", asSource(key), this.#mode, false, ["encrypt", "decrypt"]);
    return this.#mode === "AES-GCM" ? this.#keys.importOnce(secretName(this.#mode, key), make) : make();
  }
}

/** SHA-256 of bulk data on WebCrypto. */
export function createWebDigest(subtle: SubtleCrypto): Pick<CryptoSuite, "sha256Bulk"> {
  const digest = async (data: Uint8Array) => new Uint8Array(await subtle.digest(DIGEST, asSource(data)));
  const choice = new NativeChoice(async () => equalBytes(await digest(utf8("abc")), DIGEST_OF_ABC));
  return {
    sha256Bulk(data) {
      const portable = () => nobleSuite.sha256(data);
      return data.length < NATIVE_FROM_BYTES ? portable() : choice.answer(() => digest(data), portable);
    },
  };
}

/** AES on WebCrypto, and whether each mode is native. */
export function createWebCiphers(
  subtle: SubtleCrypto,
  keys: WebKeys,
): { readonly ciphers: WebCiphers; readonly choices: Readonly<Record<Mode, NativeChoice>> } {
  const [cbc, gcm] = [new NativeAes(subtle, keys, "AES-CBC"), new NativeAes(subtle, keys, "AES-GCM")];
  const isSmall = ([key, , text]: Call) => text.length < NATIVE_FROM_BYTES || key.length !== KEY_BYTES;
  const encrypt = (aes: NativeAes, call: Call, portable: () => Uint8Array | Promise<Uint8Array>) =>
    isSmall(call) ? portable() : aes.choice.answer(() => aes.encrypt(call), portable);
  const decrypt = (aes: NativeAes, call: Call, portable: () => Uint8Array | null | Promise<Uint8Array | null>) =>
    isSmall(call) ? portable() : aes.choice.answer<Uint8Array | null>(() => aes.decrypt(call), portable);
  return {
    ciphers: {
      aesCbcEncrypt: (...call) => encrypt(cbc, call, () => nobleSuite.aesCbcEncrypt(...call)),
      aesCbcDecrypt: (...call) => decrypt(cbc, call, () => nobleSuite.aesCbcDecrypt(...call)),
      aesGcmSeal: (...call) => encrypt(gcm, call, () => nobleSuite.aesGcmSeal(...call)),
      aesGcmOpen: (...call) => decrypt(gcm, call, () => nobleSuite.aesGcmOpen(...call)),
    },
    choices: { "AES-CBC": cbc.choice, "AES-GCM": gcm.choice },
  };
}
