/** Calls for a messenger in a page: give `callService` to `createMessenger`. */
export type { CallSettings } from "./call-view.ts";
export { callService } from "./calls.ts";
