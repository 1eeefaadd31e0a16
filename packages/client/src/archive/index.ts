/** What an engine keeps of an X archive: loaded by an app when somebody asks for it. */
export { openArchives } from "./archive-methods.ts";
