/** The rules of the `FileVault` port. */
import { equalBytes } from "@kith/protocol";
import type { FileVault, VaultFile } from "../ports.ts";
import { type ConformanceCase, expectThat } from "./conformance.ts";

/** An empty vault to test; `reopen` closes it and opens what it left behind. */
export interface VaultFixture {
  readonly vault: FileVault;
  readonly reopen?: () => Promise<FileVault>;
}

const NAME = "00112233445566778899aabbccddeeff";
const OTHER = "ffeeddccbbaa99887766554433221100";
const UNIT_BYTES = 1_049_600;

function unitOf(seed: number, sizeBytes: number): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (seed + index * 7 + (index >> 8)) & 0xff);
}

async function expectUnit(file: VaultFile, unit: number, expected: Uint8Array): Promise<void> {
  const into = new Uint8Array(expected.length);
  const read = await file.read(unit, into);
  expectThat(read === expected.length, `unit ${unit} has ${expected.length} bytes, got ${read}`);
  expectThat(equalBytes(into, expected), `unit ${unit} must be read back as it was written`);
}

/** Every implementation passes these. */
export const VAULT_CONFORMANCE: readonly ConformanceCase<VaultFixture>[] = [
  {
    name: "units are read back byte for byte, in whatever order they were written",
    async run(make) {
      const { vault } = await make();
      const file = await vault.open(NAME);
      const units = [2, 0, 1].map((unit) => [unit, unitOf(unit, UNIT_BYTES)] as const);
      await Promise.all(units.map(([unit, bytes]) => file.write(unit, bytes)));
      await file.write(3, unitOf(9, 77));
      for (const [unit, bytes] of units) await expectUnit(file, unit, bytes);
      await expectUnit(file, 3, unitOf(9, 77));
      await file.close();
    },
  },
  {
    name: "a unit that was never written is no error: what is read of it verifies under no hash",
    async run(make) {
      const { vault } = await make();
      const file = await vault.open(NAME);
      const into = new Uint8Array(100);
      expectThat((await file.read(5, into)) === 0, "an empty file has no bytes");
      await file.write(1, unitOf(1, 500));
      const read = await file.read(0, into);
      expectThat(read === 0 || into.subarray(0, read).every((byte) => byte === 0), "a hole must not hold old bytes");
      await file.close();
    },
  },
  {
    name: "a unit written again is the new one",
    async run(make) {
      const { vault } = await make();
      const file = await vault.open(NAME);
      await file.write(0, unitOf(1, 3000));
      await file.write(0, unitOf(2, 3000));
      await expectUnit(file, 0, unitOf(2, 3000));
      await file.close();
    },
  },
  {
    name: "a removed file is gone, also while it is open, and the others stay",
    async run(make) {
      const { vault } = await make();
      const kept = await vault.open(OTHER);
      const file = await vault.open(NAME);
      await file.write(0, unitOf(1, 3000));
      await kept.write(0, unitOf(3, 200));
      await vault.remove(NAME);
      await file.close();
      await vault.remove(NAME);
      expectThat((await vault.list()).join() === OTHER, "the list names what is there");
      const again = await vault.open(NAME);
      expectThat((await again.read(0, new Uint8Array(10))) === 0, "a file of an old name begins empty");
      await expectUnit(kept, 0, unitOf(3, 200));
      await Promise.all([again.close(), kept.close()]);
    },
  },
  {
    name: "what was synced is there when the vault is opened again",
    async run(make) {
      const { vault, reopen } = await make();
      const file = await vault.open(NAME);
      await file.write(1, unitOf(4, UNIT_BYTES));
      await file.write(0, unitOf(5, UNIT_BYTES));
      await file.sync();
      await file.close();
      const after = await ((await reopen?.()) ?? vault).open(NAME);
      await expectUnit(after, 0, unitOf(5, UNIT_BYTES));
      await expectUnit(after, 1, unitOf(4, UNIT_BYTES));
      await after.close();
    },
  },
];
