/** What a command is, and what it is given to work with. */
import type { NodeClient } from "../daemon/control-client.ts";
import type { ArgumentDefs, Arguments } from "./arguments.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { Terminal } from "./terminal.ts";

/** The surroundings of one run of a command. */
export interface CommandContext {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly isJson: boolean;
  /** Aborted at the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** The running node of the data folder; closed after the command. @throws NodeError NO_NODE. */
  connect(): Promise<NodeClient>;
  /** Prints a result: one line of JSON with --json, else the lines. */
  print(result: unknown, lines: readonly string[]): void;
}

/** One command of the program. */
export interface Command extends ArgumentDefs {
  /** It ends itself when the signal is aborted; any other command is given up then. */
  readonly isLongRunning?: boolean;
  /** @returns the exit code when it is not 0. @throws MessengerError and NodeError, which the caller prints. */
  run(context: CommandContext): Promise<ExitCode | undefined>;
}
