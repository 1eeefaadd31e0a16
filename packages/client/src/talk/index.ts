/** What people do with messages now and then: loaded by an app when it is first done. */
export { openTalk } from "./talk-methods.ts";
