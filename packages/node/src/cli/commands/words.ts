/** `words`: the 24 words, and the proof that they are written down. */
import { randomInt } from "node:crypto";
import { NodeError } from "../../config/node-error.ts";
import { text } from "../../i18n/text.ts";
import type { Command, CommandContext } from "../command.ts";

interface WordCheck {
  readonly position: number;
  readonly word: string;
}

const WORDS = 24;
const QUESTIONS = 3;
const COLUMNS = 3;

/** Numbered words in columns, as lines. */
export function formatWords(words: readonly string[]): readonly string[] {
  const rows = Math.ceil(words.length / COLUMNS);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => column * rows + row)
      .filter((index) => index < words.length)
      .map((index) => `${String(index + 1).padStart(2)} ${(words[index] ?? "").padEnd(10)}`)
      .join(" ")
      .trimEnd(),
  );
}

function readCheck(value: string): WordCheck {
  const [, position, word] = /^(\d{1,2})=([a-z]+)$/.exec(value) ?? [];
  if (position === undefined || word === undefined) throw new NodeError("USAGE", text("usage.check"));
  return { position: Number(position), word };
}

function pickPositions(): readonly number[] {
  const positions = new Set<number>();
  while (positions.size < QUESTIONS) positions.add(randomInt(1, WORDS + 1));
  return [...positions].sort((left, right) => left - right);
}

async function askChecks({ terminal, signal }: CommandContext): Promise<WordCheck[]> {
  if (!terminal.isInteractive) {
    throw new NodeError("USAGE", text("usage.noTerminal", { instead: "--confirm --check POSITION=WORD" }));
  }
  const { askWord } = await import("../prompts.ts");
  const checks: WordCheck[] = [];
  for (const position of pickPositions()) checks.push({ position, word: await askWord(position, signal) });
  return checks;
}

/** Shows the words until they are confirmed. */
export const wordsCommand: Command = {
  args: {
    confirm: { type: "boolean", description: text("option.confirm") },
    check: { type: "string", description: text("option.check"), valueHint: "N=WORD" },
  },
  repeatable: ["check"],
  async run(context) {
    const client = await context.connect();
    if (context.args.flag("confirm")) {
      const given = context.args.list("check").map(readCheck);
      const checks = given.length > 0 ? given : await askChecks(context);
      const status = await client.call("account.confirmWords", { checks });
      context.print(status, [text("words.done")]);
      return undefined;
    }
    const { words } = await client.call("account.words", {});
    if (words === null) {
      context.print({ words }, [text("error.WORDS_GONE.what"), text("error.WORDS_GONE.do")]);
      return 4;
    }
    context.print({ words }, [text("words.title"), "", ...formatWords(words), "", text("words.next")]);
    return undefined;
  },
};
