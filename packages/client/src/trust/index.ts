/** Who somebody is and why that is believed: loaded by an app when somebody asks. */
export { changeDesk } from "./change-desk.ts";
export type { FetchPost, PostAnswer } from "./post-source.ts";
export { trustMethods } from "./trust-methods.ts";
