/** What a machine cannot say of a screen: where its states are pictured, and when somebody looked at its pictures. */

/** Where the empty, loading and error states of a screen are, by the name of the screen. */
export const STATES: Readonly<Record<string, string>> = {
  handle: "error: under the field",
  pin: "error: as pictured",
  "claim-unknown": "nobody to ask",
  "claim-taken": "in use",
  words: "error: under the field",
  locked: "error: as pictured",
  empty: "is the empty state",
  list: "empty: `empty`; loading: `list-loading`; nothing found: `none-found`; error: `lost`",
  conversation: "loading: `chat-loading`; error: `lost`, `changed`",
  changed: "is the error state",
  requests: "empty: in words",
  conflict: "several answers; nobody to ask: in words",
  scan: "error: no camera, as pictured",
  person: "unknown: `unknown-link`",
  settings: "without a relay: `settings-peer`",
  reachable: "without a relay: as pictured",
};

/** The day on which somebody compared its pictures with the reference, by the name of the screen. */
export const LOOKED_AT: Readonly<Record<string, string>> = {};
