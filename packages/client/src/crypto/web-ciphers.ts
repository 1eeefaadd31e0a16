/** AES-CBC of the browser backend: JavaScript for small data, WebCrypto above. Both give the same bytes. */
import { type CryptoSuite, equalBytes, fromHex, nobleSuite } from "@kith/protocol";
import { NativeChoice } from "./native-choice.ts";
import { asSource } from "./web-keys.ts";

/** From here on a call of WebCrypto, its hop to another thread included, is faster in Chromium. */
const NATIVE_CBC_FROM_BYTES = 2048;
const AES = "AES-CBC";
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;

/** NIST SP 800-38A F.2.5, first block. */
const AES_ANSWER = {
  key: fromHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
  iv: fromHex("000102030405060708090a0b0c0d0e0f"),
  plaintext: fromHex("6bc1bee22e409f96e93d7e117393172a"),
  ciphertext: fromHex("f58c4c04d6e5f1ba779eabfb5f7bfbd6"),
} as const;

/** The bulk cipher. */
type WebCiphers = Pick<CryptoSuite, "aesCbcEncrypt" | "aesCbcDecrypt">;

/** Finds out whether AES-CBC with 256-bit keys is native. */
export function chooseAesCbc(subtle: SubtleCrypto): NativeChoice {
  const { key, iv, plaintext, ciphertext } = AES_ANSWER;
  return new NativeChoice(async () => {
    const sealed = await encrypt(subtle, key, iv, plaintext);
    const opened = await decrypt(subtle, key, iv, sealed);
    return equalBytes(sealed.subarray(0, BLOCK_BYTES), ciphertext) && equalBytes(opened, plaintext);
  });
}

/** AES-CBC on WebCrypto. */
export function createWebCiphers(subtle: SubtleCrypto, choice: NativeChoice): WebCiphers {
  return {
    aesCbcEncrypt(key, iv, plaintext) {
      const portable = () => nobleSuite.aesCbcEncrypt(key, iv, plaintext);
      if (plaintext.length < NATIVE_CBC_FROM_BYTES || key.length !== KEY_BYTES) return portable();
      return choice.answer(() => encrypt(subtle, key, iv, plaintext), portable);
    },
    aesCbcDecrypt(key, iv, ciphertext) {
      const portable = () => nobleSuite.aesCbcDecrypt(key, iv, ciphertext);
      if (ciphertext.length < NATIVE_CBC_FROM_BYTES || key.length !== KEY_BYTES) return portable();
      return choice.answer<Uint8Array | null>(() => decrypt(subtle, key, iv, ciphertext), portable);
    },
  };
}

async function encrypt(
  subtle: SubtleCrypto,
  key: Uint8Array,
  ...[iv, plaintext]: readonly [Uint8Array, Uint8Array]
): Promise<Uint8Array> {
  const imported = await subtle.importKey("raw", asSource(key), AES, false, ["encrypt"]);
  return new Uint8Array(await subtle.encrypt({ name: AES, iv: asSource(iv) }, imported, asSource(plaintext)));
}

async function decrypt(
  subtle: SubtleCrypto,
  key: Uint8Array,
  ...[iv, ciphertext]: readonly [Uint8Array, Uint8Array]
): Promise<Uint8Array> {
  const imported = await subtle.importKey("raw", asSource(key), AES, false, ["decrypt"]);
  return new Uint8Array(await subtle.decrypt({ name: AES, iv: asSource(iv) }, imported, asSource(ciphertext)));
}
