/** What a step of the demonstration is. */
import type { World } from "../world.ts";

/** One step: it rejects when anything it promises is not true. */
export interface Step {
  readonly name: string;
  readonly title: string;
  run(world: World): Promise<void>;
}
