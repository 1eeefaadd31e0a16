/** Starts a child process, hands signals on to it and waits for its end. */
import { spawn } from "node:child_process";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** How often a run under npm looks whether npm is still there, in ms. */
const PARENT_CHECK_MS = 250;

/**
 * Runs a command to its end.
 * @returns `code`, or `signal` when it died of one; 127 with `error` when it could not be started.
 */
export function runChild(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, options);
    const listeners = FORWARDED.map((signal) => [signal, () => forward(child, signal)]);
    for (const [signal, listener] of listeners) process.on(signal, listener);
    const timer = process.env.npm_lifecycle_event === undefined ? undefined : watchParent(child);
    const finish = (outcome) => {
      clearInterval(timer);
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

/** npm hands a signal to its shell only, and dash dies of it without a word to us: the program shall end all the same. */
function watchParent(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  return timer;
}
