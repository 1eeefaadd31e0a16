/** One set-up at a time, between processes: a lock file beside package.json with the holder's process id. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { inRoot } from "./paths.mjs";
import { say } from "./say.mjs";

const LOCK = inRoot(".setup.lock");
const POLL_MS = 200;

/** No set-up takes longer; also covers a holder on another machine or in another container. */
const MAX_AGE_MS = 30 * 60 * 1000;

/** Runs `task` while this process holds the lock; waits for another holder first. */
export async function withLock(task) {
  const ticket = JSON.stringify({ pid: process.pid, host: hostname(), atMs: Date.now() });
  let hasSaidSo = false;
  while (!take(ticket)) {
    if (removeStale()) continue;
    if (!hasSaidSo) say("another process is setting up; waiting for it");
    hasSaidSo = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await task();
  } finally {
    if (read(LOCK) === ticket) rmSync(LOCK, { force: true });
  }
}

/** Linking a finished file makes lock and content appear in one step. */
function take(ticket) {
  const draft = `${LOCK}.${process.pid}`;
  writeFileSync(draft, ticket);
  try {
    linkSync(draft, LOCK);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes the lock of a dead or forgotten holder; true when the lock may be free now. */
function removeStale() {
  const ticket = read(LOCK);
  if (ticket === null) return true;
  if (!isStale(ticket)) return false;
  const aside = `${LOCK}.stale.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch (error) {
    if (error.code === "ENOENT") return true;
    throw error;
  }
  // Somebody may have taken it between the look and the move: give theirs back.
  if (read(aside) !== ticket) renameSync(aside, LOCK);
  rmSync(aside, { force: true });
  return true;
}

function isStale(ticket) {
  let holder;
  try {
    holder = JSON.parse(ticket);
  } catch {
    return true; // not written by this module
  }
  if (Date.now() - holder.atMs > MAX_AGE_MS) return true;
  return holder.host === hostname() && !isAlive(holder.pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
