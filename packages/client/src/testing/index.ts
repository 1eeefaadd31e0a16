/** Fakes, seeded randomness and the conformance suites of the ports; for tests and simulations only. */
export { CLOCK_CONFORMANCE, type ClockFixture } from "./clock-conformance.ts";
export { type ConformanceCase, ConformanceError, expectThat, rejectionOf } from "./conformance.ts";
export { FakeClock, type FakeClockOptions, flushMicrotasks } from "./fake-clock.ts";
export { createMemoryNetwork, type MemoryFaults, MemoryHub, MemoryNode, NO_FAULTS } from "./memory-network.ts";
export { MemoryStore, type MemoryStoreOptions, type StoreSnapshot } from "./memory-store.ts";
export { createMemoryTableKey } from "./memory-table-key.ts";
export { MemoryVault } from "./memory-vault.ts";
export { NETWORK_CONFORMANCE, type NetworkFixture } from "./network-conformance.ts";
export { createRandom, type SeededRandom } from "./seeded-random.ts";
export { STORE_CONFORMANCE, type StoreFixture } from "./store-conformance.ts";
export { VAULT_CONFORMANCE, type VaultFixture } from "./vault-conformance.ts";
