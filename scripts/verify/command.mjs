/** Runs one command of a step and keeps what it printed. */
import { spawn } from "node:child_process";
import { ROOT } from "../setup/paths.mjs";

/**
 * Runs a command to its end, stdin closed.
 * @param options cwd (the root when left out), env (added to this process's), timeoutMs, isShown (print as it comes).
 * @returns code (1 for a signal or a timeout), stdout, and output = stdout and stderr as they came.
 */
export function runCommand(command, args, options = {}) {
  const { cwd = ROOT, env = {}, timeoutMs = 600_000, isShown = false } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
    });
    let stdout = "";
    let output = "";
    const timer = setTimeout(() => {
      output += `\nstopped after ${timeoutMs / 1000} s\n`;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, stdout, output });
    });
  });
}

/** Runs this Node with arguments. */
export function runNode(args, options) {
  return runCommand(process.execPath, args, options);
}

/** Runs the npm of the machine. */
export function runNpm(args, options) {
  return process.env.npm_execpath?.endsWith("npm-cli.js")
    ? runNode([process.env.npm_execpath, ...args], options)
    : runCommand("npm", args, options);
}

/** The result of a step that is one command. */
export function toResult({ code, output }) {
  return { outcome: code === 0 ? "passed" : "failed", output };
}
