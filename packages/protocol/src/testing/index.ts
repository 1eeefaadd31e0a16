/** Helpers for tests and simulations of the packages above; nothing here is for use with real keys. */
export {
  createRecordedParty,
  newestEpoch,
  type RecordedBundle,
  type RecordedConversation,
  type RecordedStep,
  recordBundle,
} from "./libsignal-transcript.ts";
export { createSeededRandom } from "./seeded-random.ts";
export { createSessionDevice, type SessionDevice } from "./session-device.ts";
export { createSessionParty, type SessionParty } from "./session-party.ts";
export { SUITE_CHECKS, type SuiteCheck } from "./suite-conformance.ts";
