/** Failures as people and scripts see them: what happened, what to do, and a documented code. */
import type { MessengerErrorDetails } from "@kith/client";
import { NodeError } from "../config/node-error.ts";
import { type TextValues, text } from "../i18n/text.ts";
import { EXIT_CODE_OF, type ExitCode, type FailureCode } from "./exit-codes.ts";
import { isMessengerError } from "./is-messenger-error.ts";
import { printableJson, printableText } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** A failure in words. */
export interface Failure {
  readonly code: FailureCode;
  readonly what: string;
  readonly advice: string;
  readonly details: MessengerErrorDetails;
}

/** The words for any error; one that is neither ours nor the engine's is a bug and shows no inner text. */
export function describeFailure(error: unknown): Failure {
  const isEngines = isMessengerError(error);
  const isOurs = isEngines || error instanceof NodeError;
  const code: FailureCode = isOurs ? error.code : "INTERNAL";
  const details = isEngines ? error.details : {};
  const values = { ...detailValues(details), message: isOurs ? error.message : "" };
  return {
    code,
    what: printableText(text(`error.${code}.what`, values)),
    advice: printableText(text(`error.${code}.do`, values)),
    details,
  };
}

function detailValues({ rule, limit, actual, retryAfterMs, tried }: MessengerErrorDetails): TextValues {
  return {
    rule: rule ?? "form",
    limit: limit ?? "?",
    actual: actual ?? "?",
    seconds: retryAfterMs === undefined ? "?" : Math.ceil(retryAfterMs / 1000),
    tried: tried === undefined || tried.length === 0 ? "-" : tried.join(", "),
  };
}

/** Prints a failure: two lines to standard error, or one line of JSON to standard output. @returns the exit code. */
export function printError(terminal: Terminal, error: unknown, isJson: boolean): ExitCode {
  const { code, what, advice, details } = describeFailure(error);
  if (isJson) terminal.line(printableJson({ error: { code, message: what, help: advice, details } }));
  else {
    terminal.note(what);
    terminal.note(advice);
  }
  return EXIT_CODE_OF[code];
}
