/** How far a bot has come in the events of its node, kept so that a restart loses nothing. */
import { integer, minValue, number, pipe, safeParse, strictObject } from "valibot";
import { readFileIfAny, writePrivateFile } from "../config/private-file.ts";

/** Where a bot keeps its place. */
export interface BotPosition {
  /** The number of the last event that was handled; 0 before the first. */
  load(): Promise<number>;
  save(seq: number): Promise<void>;
}

const positionFile = strictObject({ seq: pipe(number(), integer(), minValue(0)) });

/** A place kept in a file; a damaged file counts as none, since handling an event again is harmless. */
export function createFilePosition(path: string): BotPosition {
  return {
    async load() {
      const content = await readFileIfAny(path);
      if (content === null) return 0;
      const outcome = safeParse(positionFile, parseJson(content.toString("utf8")));
      return outcome.success ? outcome.output.seq : 0;
    },
    save: (seq) => writePrivateFile(path, Buffer.from(`${JSON.stringify({ seq })}\n`)),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A place kept in memory only. */
export function createMemoryPosition(): BotPosition {
  let last = 0;
  return {
    load: async () => last,
    save: async (seq) => {
      last = seq;
    },
  };
}
