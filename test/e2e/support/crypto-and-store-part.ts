/** What a page loads to open its account and to seal what it writes; bundled alone to know its size. */
export { argon2id, cryptoSuite, randomBytes } from "@kith/client";
export { createBrowserSecret } from "../../../packages/client/src/store/browser-secret.ts";
export { openIndexedDbStore } from "../../../packages/client/src/store/indexed-db-store.ts";
export { LocalSecret } from "../../../packages/client/src/store/local-secret.ts";
export { openVersionedStore } from "../../../packages/client/src/store/schema-version.ts";
export { createSealedStore } from "../../../packages/client/src/store/sealed-store.ts";
