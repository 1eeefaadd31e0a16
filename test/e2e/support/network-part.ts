/** The network of a page; bundled alone to know its size. */
export { BrowserNetwork } from "../../../packages/client/src/net/browser-network.ts";
