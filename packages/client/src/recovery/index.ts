/** Making an account anew from its words: loaded by an app when somebody asks for it. */
export { recoveryMethods } from "./recovery-methods.ts";
