/** A file in one line of words, for lists, search results and screen readers. */
import type { FileInfo } from "@kith/client/rpc";
import { plainName } from "../i18n/bidi.ts";
import type { Text } from "../i18n/text.ts";

/** What stands for a file where only text can stand. */
export function fileWords({ name, state, voice }: FileInfo, text: Text): string {
  if (state === "unusable") return text.say("file.unusable");
  return voice === undefined ? text.say("file.named", { name: plainName(name) }) : voiceWords(voice.durationMs, text);
}

/** What stands for a voice message. */
export function voiceWords(durationMs: number, text: Text): string {
  return text.say("voice.named", { length: clockText(durationMs, text) });
}

/** A length of time as clocks count it: minutes and seconds, and hours where there are some. */
export function clockText(lengthMs: number, text: Text): string {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000));
  const two = (value: number) => new Intl.NumberFormat(text.locale, { minimumIntegerDigits: 2 }).format(value);
  const hours = Math.floor(seconds / 3600);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map(two);
  return (hours > 0 ? [text.number(hours), ...parts] : parts).join(":");
}
