/** Addresses of scripts, under the policy that lets a page start none but its own. */

/** What browsers with Trusted Types offer; the type library does not know it yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(address: string): string },
  ): {
    createScriptURL(address: string): string;
  };
}

const WORKER = "/sw.js";

/** The address of the service worker in the form that this browser wants. */
export function serviceWorkerAddress(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (trustedTypes === undefined) return WORKER;
  const createScriptURL = (address: string): string => {
    if (address !== WORKER) throw new TypeError("not a script of this page");
    return address;
  };
  return trustedTypes.createPolicy("kith", { createScriptURL }).createScriptURL(WORKER);
}
