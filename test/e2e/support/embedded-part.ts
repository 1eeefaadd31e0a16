/** What an embedder imports; bundled alone to know its size. */
export { createMessenger } from "@kith/client/browser";
