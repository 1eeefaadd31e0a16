#!/usr/bin/env node
/** The program `kith`: checks the runtime, parses, dispatches, and sets the exit code. */

/** The oldest Node whose modules and sockets this program was made for. */
const OLDEST_NODE: readonly [number, number] = [22, 12];

/** A signal to a process group comes from the system and from each parent that hands it on: one request, in ms. */
const SAME_SIGNAL_MS = 1000;

/** How long what a command left open may keep the process, in ms. */
const LINGER_MS = 1000;

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}

/**
 * Aborted by the first SIGINT, SIGTERM or SIGHUP (the terminal was closed); a second one ends the process at once, as an
 * impatient person expects.
 */
function watchSignals(): AbortSignal {
  const abort = new AbortController();
  let firstAtMs = 0;
  const onSignal = (): void => {
    const nowMs = performance.now();
    if (!abort.signal.aborted) firstAtMs = nowMs;
    else if (nowMs - firstAtMs > SAME_SIGNAL_MS) process.exit(1);
    abort.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.on("SIGHUP", onSignal);
  return abort.signal;
}

/** Ends at once when nothing is left to do: taking the native parts of WebRTC down frees what their threads still use. */
function endWithoutTakingDown(): void {
  process.once("exit", () => process.exit());
}

async function main(): Promise<void> {
  if (isTooOld(process.versions.node)) {
    process.stderr.write(
      `Kith needs Node ${OLDEST_NODE.join(".")} or newer, this is ${process.versions.node}.\nUse npm start, which brings its own Node.\n`,
    );
    process.exitCode = 1;
    return;
  }
  endWithoutTakingDown();
  const [{ runCli }, { createProcessTerminal }] = await Promise.all([
    import("./cli/run-cli.ts"),
    import("./cli/terminal.ts"),
  ]);
  const exitCode = await runCli(process.argv.slice(2), { terminal: createProcessTerminal(), signal: watchSignals() });
  process.exitCode = exitCode;
  setTimeout(() => process.exit(exitCode), LINGER_MS).unref();
}

await main();
