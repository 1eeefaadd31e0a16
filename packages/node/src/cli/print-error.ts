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
  const code = codeOf(error);
  const details = isMessengerError(error) ? error.details : {};
  const values = { ...detailValues(details), message: error instanceof NodeError ? error.message : "" };
  return {
    code,
    what: printableText(text(`error.${code}.what`, values)),
    advice: printableText(text(`error.${code}.do`, values)),
    details,
  };
}

/** Stores fail with their own class while a node starts: its codes are the engine's. */
function codeOf(error: unknown): FailureCode {
  if (isMessengerError(error) || error instanceof NodeError) return error.code;
  const isStores = error instanceof Error && error.name === "StoreError" && "code" in error;
  const code = isStores ? String(error.code) : "";
  return Object.hasOwn(EXIT_CODE_OF, code) ? (code as FailureCode) : "INTERNAL";
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
