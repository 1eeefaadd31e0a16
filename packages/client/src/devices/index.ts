/** Several devices of one account: loaded by an app when somebody links one, or has. */
export { createDevices } from "./link/link-methods.ts";
export { openOwnDevices } from "./own-devices.ts";
