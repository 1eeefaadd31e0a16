/** Calls for a messenger in a page: give `callService` to `createMessenger`. */
export { callService } from "./calls.ts";
