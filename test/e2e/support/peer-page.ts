/** The script of the test's page: hands Kith to the test as it is. */
import * as kith from "@kith/client/browser";

declare global {
  interface Window {
    /** The embeddable client, and the messenger that the test opened. */
    kith: typeof kith & { messenger?: kith.EmbeddedMessenger | undefined };
  }
}

window.kith = { ...kith };
