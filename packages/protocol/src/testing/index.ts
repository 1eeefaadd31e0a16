/** Helpers for tests and simulations of the packages above; nothing here is for use with real keys. */
export { createSeededRandom } from "./seeded-random.ts";
export { SUITE_CHECKS, type SuiteCheck } from "./suite-conformance.ts";
