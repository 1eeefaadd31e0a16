/** What an engine is given to go on with people whose accounts change, and to notice that they did. */
import type { ChangeDesk } from "../people/change-desk.ts";
import { decideChange } from "./decide.ts";
import { noteEquivocation } from "./equivocation.ts";
import { watchIntroductions } from "./introductions.ts";
import { lookAgain } from "./look-again.ts";

/** Decisions, the daily question, and what introductions are worth. */
export const changeDesk: ChangeDesk = {
  decide: decideChange,
  lookAgain,
  watchIntroductions,
  noteProof: ({ core }, proof) => noteEquivocation(core, proof),
};
