/** A table key in memory: survives the restart of what uses it, as a file would. */
import type { RandomSource } from "../ports.ts";
import type { TableKey, TableKeySource } from "../store/table-key.ts";

/** A source that has no key yet. */
export function createMemoryTableKey(random: RandomSource): TableKeySource {
  let kept: TableKey | null = null;
  return {
    load: async () => kept,
    async make(generation) {
      const made: TableKey = { generation, secret: random(32) };
      return {
        ...made,
        async replace() {
          kept = made;
        },
      };
    },
  };
}
