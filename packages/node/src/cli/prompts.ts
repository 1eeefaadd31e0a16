/** Questions to a person at a terminal; never asked anywhere else. */

import { confirm, isCancel, password, select, text as textPrompt } from "@clack/prompts";
import { parseHandle } from "@kith/protocol";
import { NodeError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";

/** What a first run needs to know. */
export interface FirstAnswers {
  readonly handle?: string;
  readonly pin?: string;
  readonly isShowingWords: boolean;
}

function given(answer: string | undefined | symbol): string | undefined {
  if (isCancel(answer)) throw new NodeError("USAGE", text("ask.cancelled"));
  const value = String(answer ?? "").trim();
  return value === "" ? undefined : value;
}

/** What is wrong with a handle; nothing for an empty one, which means later. */
function checkHandle(answer: string | undefined): string | undefined {
  const isFine = (answer ?? "").trim() === "" || parseHandle(answer ?? "").ok;
  return isFine ? undefined : text("ask.handleInvalid");
}

/** The three questions of a first run. @throws NodeError USAGE when the person cancels. */
export async function askFirstRun(signal: AbortSignal): Promise<FirstAnswers> {
  const placeholder = text("ask.handlePlaceholder");
  const handle = given(await textPrompt({ message: text("ask.handle"), placeholder, validate: checkHandle, signal }));
  const pin = given(await password({ message: `${text("ask.pin")} (${text("ask.pinPlaceholder")})`, signal }));
  const choice = await select({
    message: text("ask.words"),
    options: [
      { value: "now", label: text("ask.wordsNow") },
      { value: "later", label: text("ask.wordsLater") },
    ],
    signal,
  });
  return {
    ...(handle === undefined ? {} : { handle }),
    ...(pin === undefined ? {} : { pin }),
    isShowingWords: given(choice) === "now",
  };
}

/** Asks for the PIN. @returns undefined for an empty answer. @throws NodeError USAGE when the person cancels. */
export async function askPin(signal: AbortSignal): Promise<string | undefined> {
  return given(await password({ message: text("ask.pinUnlock"), signal }));
}

/** Asks for the passphrase of a backup; a new one twice. @throws NodeError USAGE when cancelled or not the same. */
export async function askPassphrase(isNew: boolean, signal: AbortSignal): Promise<string> {
  const ask = async (key: "ask.passphrase" | "ask.passphraseNew" | "ask.passphraseAgain"): Promise<string> =>
    given(await password({ message: text(key), signal })) ?? "";
  if (!isNew) return await ask("ask.passphrase");
  const passphrase = await ask("ask.passphraseNew");
  if ((await ask("ask.passphraseAgain")) !== passphrase) throw new NodeError("USAGE", text("usage.passphrases"));
  return passphrase;
}

/** Asks for a word that shows that erasing is meant. @throws NodeError USAGE when the person cancels. */
export async function askToErase(word: string, signal: AbortSignal): Promise<string> {
  return given(await textPrompt({ message: text("ask.erase", { word }), signal })) ?? "";
}

/** Asks whether to go on with something that cannot be taken back. */
export async function askYes(signal: AbortSignal): Promise<boolean> {
  return (await confirm({ message: text("ask.goOn"), initialValue: false, signal })) === true;
}

/** Asks whether both devices show the same words. @throws NodeError USAGE when the person cancels. */
export async function askSameWords(signal: AbortSignal): Promise<boolean> {
  const answer = await confirm({ message: text("ask.sameWords"), initialValue: false, signal });
  if (isCancel(answer)) throw new NodeError("USAGE", text("ask.cancelled"));
  return answer;
}

/** Asks for all words of an account, not shown while they are written. @throws NodeError USAGE when cancelled. */
export async function askWords(signal: AbortSignal): Promise<string> {
  return given(await password({ message: text("ask.allWords"), signal })) ?? "";
}

/** Asks for one word of the 24. @throws NodeError USAGE when the person cancels. */
export async function askWord(position: number, signal: AbortSignal): Promise<string> {
  return given(await textPrompt({ message: text("ask.word", { position }), signal })) ?? "";
}
