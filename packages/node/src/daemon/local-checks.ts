/** What a doctor can check on this machine without a network; a running node adds its own findings. */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { isFreePort } from "../config/free-port.ts";
import { DEFAULT_PORTS, readSavedPorts } from "../config/node-config.ts";
import { isSystemError } from "../config/node-error.ts";
import { text } from "../i18n/text.ts";
import type { DoctorCheck } from "./node-contract.ts";

/** The oldest Node major version the program runs on. */
const OLDEST_NODE_MAJOR = 22;

/** No machine that runs this program can be before its first version. */
const OLDEST_NOW_MS: number = Date.UTC(2026, 10, 1);

/** The runtime, the data folder and the clock: the same with a running node and without. */
export async function checkMachine(folder: string): Promise<readonly DoctorCheck[]> {
  return [checkNodeVersion(process.versions.node), await checkFolder(folder), checkClock(Date.now())];
}

/** What can be checked while no node runs: the machine, and whether the ports are free. */
export async function checkLocally(folder: string): Promise<readonly DoctorCheck[]> {
  return [...(await checkMachine(folder)), await checkPorts(folder)];
}

/** @param version for example `24.1.0`. */
export function checkNodeVersion(version: string): DoctorCheck {
  const isRecent = Number(version.split(".")[0]) >= OLDEST_NODE_MAJOR;
  return { subject: "node-version", state: isRecent ? "ok" : "fail", found: version };
}

/** @param nowMs Unix time as this machine says. */
export function checkClock(nowMs: number): DoctorCheck {
  const found = new Date(nowMs).toISOString();
  if (nowMs >= OLDEST_NOW_MS) return { subject: "clock", state: "ok", found };
  return { subject: "clock", state: "fail", found: `${found}, ${text("doctor.before")}` };
}

/** Whether the data folder can be written and is its owner's alone. */
export async function checkFolder(folder: string): Promise<DoctorCheck> {
  const subject = "data-folder";
  try {
    const { mode } = await stat(folder);
    await access(folder, constants.W_OK | constants.R_OK);
    const isPrivate = process.platform === "win32" || (mode & 0o077) === 0;
    const found = `${folder}, ${text(isPrivate ? "doctor.private" : "doctor.open")}`;
    return { subject, state: isPrivate ? "ok" : "warn", found };
  } catch (error) {
    if (isSystemError(error, "ENOENT")) {
      return { subject, state: "ok", found: `${folder}, ${text("doctor.missing")}` };
    }
    if (!isSystemError(error, "EACCES", "EPERM", "ENOTDIR", "EROFS")) throw error;
    return { subject, state: "fail", found: `${folder}, ${text("doctor.notWritable")}` };
  }
}

async function checkPorts(folder: string): Promise<DoctorCheck> {
  const { peer, ws, page, peerPage } = (await readSavedPorts(folder)) ?? DEFAULT_PORTS;
  const findings = [
    { name: `${peer}/tcp`, isFree: await isFreePort("tcp", "0.0.0.0", peer) },
    { name: `${peer}/udp`, isFree: await isFreePort("udp", "0.0.0.0", peer) },
    { name: `${ws}/ws`, isFree: await isFreePort("tcp", "0.0.0.0", ws) },
    { name: `${page}/page`, isFree: await isFreePort("tcp", "127.0.0.1", page) },
    { name: `${peerPage}/peer-page`, isFree: await isFreePort("tcp", "127.0.0.1", peerPage) },
  ];
  const found = findings.map(({ name, isFree }) => `${name} ${text(isFree ? "doctor.free" : "doctor.busy")}`);
  const isAllFree = findings.every(({ isFree }) => isFree);
  return { subject: "ports", state: isAllFree ? "ok" : "warn", found: found.join(", ") };
}
