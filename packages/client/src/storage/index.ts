/** What each chat takes on this device, and making room: loaded by an app when somebody looks at it. */
export { openStorage } from "./storage-methods.ts";
