/** Starts a child process, hands signals on to it and waits for its end. */
import { spawn } from "node:child_process";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * Runs a command to its end.
 * @returns `code`, or `signal` when it died of one; 127 with `error` when it could not be started.
 */
export function runChild(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    const listeners = FORWARDED.map((signal) => [signal, () => forward(child, signal)]);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    const finish = (outcome) => {
      for (const [signal, listener] of listeners) process.off(signal, listener);
      resolve(outcome);
    };
    child.once("error", (error) => finish({ code: 127, error }));
    child.once("close", (code, signal) => finish({ code: code ?? 1, signal }));
  });
}

/** A terminal sends ^C and ^\ to the whole process group: a second copy would read as "stop at once". */
function forward(child, signal) {
  const isFromTerminal = process.stdin.isTTY === true && (signal === "SIGINT" || signal === "SIGQUIT");
  if (!isFromTerminal) child.kill(signal);
}
