/** The backends that are held to libsignal; the browser's runs on the WebCrypto of Node here. */
import type { CryptoSuite } from "@kith/protocol";
import { cryptoSuite } from "../../packages/client/src/crypto/web.ts";

/** The browser's backend. */
export const webSuite: CryptoSuite = cryptoSuite;
