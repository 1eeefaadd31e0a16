/**
 * Runs coturn beside a relay: writes its configuration, starts it, starts it again when it ends, and ends it with the
 * relay. Its secret lives as long as this process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { IceOffer } from "@kith/protocol";
import { isFreePort, type PortKind } from "../config/free-port.ts";
import { isSystemError, NodeError } from "../config/node-error.ts";
import { readFileIfAny, writePrivateFile } from "../config/private-file.ts";
import type { TurnConfig } from "../config/turn-config.ts";
import type { RelayLog } from "../relay-host/relay-log.ts";
import { probeStun } from "../stun/probe-stun.ts";
import { writeCoturnFile } from "./coturn-file.ts";
import { makeTurnName } from "./turn-name.ts";

/** How long coturn may take until it answers, and to end when it is asked to, in ms. */
const READY_MS = 10_000;
const STOP_MS = 3000;

/** The first and the longest pause before it is started again; one that ran this long begins anew, in ms. */
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;

/** How often its port is tried, and with what pause in ms. */
const PORT_TRIES = 10;
const PORT_PAUSE_MS = 50;

/** Where and how it runs. */
export interface TurnServerOptions {
  readonly config: TurnConfig;
  /** The address the relay listens at. */
  readonly host: string;
  /** A folder of its own below the relay's. */
  readonly folder: string;
  readonly log: RelayLog;
}

/** A coturn that is kept running. */
export class TurnServer {
  readonly #options: TurnServerOptions;
  readonly #secret = randomBytes(32).toString("hex");
  #child: ChildProcess | null = null;
  #isReady = false;
  #isStopped = false;
  #pauseMs = FIRST_PAUSE_MS;
  #restart: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TurnServerOptions) {
    this.#options = options;
  }

  /** The running process; null between an end and the next start. */
  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** What calls are offered now: nothing while it does not run. */
  makeOffer(): IceOffer {
    if (!this.#isReady) return {};
    const { port } = this.#options.config;
    return { stunPort: port, turn: { port, ...makeTurnName(this.#secret, Date.now()) } };
  }

  /** Resolves once it answers. @throws NodeError TURN. */
  async start(): Promise<void> {
    const { folder, config, host, log } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await endLeftOver(folder);
    for (const kind of ["udp", "tcp"] as const) {
      if (await eventuallyFree(kind, host, config.port)) continue;
      throw new NodeError("PORT_BUSY", `port ${config.port} (${kind}) for TURN is used by another program`);
    }
    const text = writeCoturnFile(config, { host, folder, secret: this.#secret });
    await writePrivateFile(this.#file, Buffer.from(text));
    const failure = await this.#run();
    if (failure !== null) {
      await this.stop();
      throw failure;
    }
    log("info", "turn.listening", { port: config.port });
  }

  /** Ends it; it is not started again. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#isReady = false;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === null || child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(kill);
  }

  get #file(): string {
    return join(this.#options.folder, "turnserver.conf");
  }

  /** Starts it and waits until it answers. @returns why it does not. */
  async #run(): Promise<NodeError | null> {
    const { config, host } = this.#options;
    const child = spawn(config.program, ["-c", this.#file], { stdio: "ignore" });
    this.#child = child;
    const startedAtMs = performance.now();
    const ended = new Promise<NodeError>((resolve) => {
      child.once("error", (error) => {
        resolve(this.#explain(error));
        if (child.pid === undefined) this.#onEnd(0, "error");
      });
      child.once("exit", (code, signal) => {
        resolve(new NodeError("TURN", `${config.program} ended with ${signal ?? code}; is port ${config.port} free?`));
        this.#onEnd(performance.now() - startedAtMs, signal ?? code ?? 0);
      });
    });
    const probed = probeStun(host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host, config.port, READY_MS);
    const outcome = await Promise.race([ended, probed]);
    if (outcome instanceof NodeError) return outcome;
    if (outcome) {
      this.#isReady = true;
      return null;
    }
    child.kill("SIGKILL");
    return new NodeError("TURN", `${config.program} does not answer at port ${config.port}`);
  }

  #explain(cause: Error): NodeError {
    const { program } = this.#options.config;
    const found = isSystemError(cause, "ENOENT")
      ? `${program} is not installed: it is in the package coturn of most systems`
      : `${program} cannot be started (${isSystemError(cause, "EACCES") ? "EACCES" : "the system refuses"})`;
    return new NodeError("TURN", found, { cause });
  }

  #onEnd(ranMs: number, how: string | number): void {
    const wasReady = this.#isReady;
    this.#isReady = false;
    this.#child = null;
    if (this.#isStopped) return;
    if (ranMs > MAX_PAUSE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#options.log(wasReady ? "error" : "warn", "turn.ended", { how, pauseMs: this.#pauseMs });
    this.#restart = setTimeout(() => void this.#again(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
  }

  async #again(): Promise<void> {
    const failure = await this.#run();
    if (failure === null) this.#options.log("info", "turn.listening", { port: this.#options.config.port });
    else this.#options.log("warn", "turn.failed", { reason: failure.message });
  }
}

/** A process that was killed gives its port back a moment later. */
async function eventuallyFree(kind: PortKind, host: string, port: number): Promise<boolean> {
  for (let tries = 0; tries < PORT_TRIES; tries++) {
    if (tries > 0) await sleep(PORT_PAUSE_MS);
    if (await isFreePort(kind, host, port)) return true;
  }
  return false;
}

/** Ends the coturn of a relay that was killed: it would hold the port under a secret that nobody knows any more. */
async function endLeftOver(folder: string): Promise<void> {
  const written = await readFileIfAny(join(folder, "pid"));
  const pid = Number(written === null ? Number.NaN : Buffer.from(written).toString("utf8").trim());
  if (!Number.isSafeInteger(pid) || pid < 2) return;
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8");
    if (command.includes(join(folder, "turnserver.conf"))) process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isSystemError(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) throw error;
  }
}
