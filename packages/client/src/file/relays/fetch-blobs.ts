/** Fetches what is missing of a file from the relays that its sender named, unit by unit from whichever has it. */
import { err, HASH_BYTES, HASHES_PER_ANSWER, ok, PART_BYTES, type RelayRef, unitCount } from "@kith/protocol";
import type { Core } from "../../core.ts";
import {
  type FetchEnd,
  type FetchParts,
  fetchHashList,
  fetchUnits,
  type KnownUnits,
  missingUnits,
} from "../fetch-file.ts";
import type { AskFile } from "../pull-units.ts";
import { BlobLink } from "./blob-link.ts";

/** Damaged units that one relay is forgiven in one try. */
const MAX_DAMAGED_UNITS = 8;

type Fetching = Pick<Core, "account" | "clock" | "pool" | "random" | "suite">;

/**
 * @returns complete: all of it is here, on disk · stopped · damaged: a relay gave bytes that do not verify, and no other
 * one had them · gone: no relay has what is missing · lost: a relay that may have it could not be reached.
 */
export async function fetchFromRelays(
  core: Fetching,
  parts: FetchParts,
  known: KnownUnits,
): Promise<"complete" | "stopped" | "damaged" | "gone" | "lost"> {
  let worst: "damaged" | "gone" | "lost" = "gone";
  for (const relay of parts.manifest.relays) {
    const end = await fetchFromRelay(core, relay, parts, known);
    if (parts.signal.aborted) return "stopped";
    if (end === "complete" && isHere(parts, known)) return "complete";
    if (end === "damaged") worst = "damaged";
    else if (end !== "complete" && end !== "gone" && worst === "gone") worst = "lost";
  }
  return worst;
}

function isHere({ hashes }: FetchParts, known: KnownUnits): boolean {
  return hashes !== undefined && missingUnits(known).length === 0;
}

async function fetchFromRelay(
  core: Fetching,
  relay: RelayRef,
  parts: FetchParts,
  known: KnownUnits,
): Promise<FetchEnd> {
  const end = await core.pool.once<FetchEnd>(relay, async (session) => {
    if (session.isOwn) return ok("gone");
    const link = new BlobLink(core, session, parts.manifest.key, parts.signal);
    return ok(await fetchOver(link, parts, known));
  });
  return end.ok ? end.value : "lost";
}

/** Everything that this relay has of what is missing. */
async function fetchOver(link: BlobLink, parts: FetchParts, known: KnownUnits): Promise<FetchEnd> {
  const count = unitCount(parts.manifest.sizeBytes);
  const held = await link.have(count);
  if (!held.ok) return held.error === "unsupported" ? "gone" : "lost";
  if (parts.hashes === undefined && held.value[count] !== true) return "gone";
  const open = new Set<Promise<unknown>>();
  const ask = counted(askRelay(link, count), open);
  const list = await fetchHashList(parts, ask);
  if (list !== null) {
    if (list === "damaged") await dropBlob(link, count);
    return list;
  }
  const damaged = new Set<number>();
  while (damaged.size < MAX_DAMAGED_UNITS) {
    const wanted = missingUnits(known).filter((unit) => held.value[unit] === true && !damaged.has(unit));
    const before = damaged.size;
    const end =
      wanted.length === 0 ? "complete" : await fetchUnits(parts, known, ask, wanted, (unit) => damaged.add(unit));
    // Two windows of answers at once are more than a channel takes: what was asked for before comes first.
    await Promise.all(open);
    if (end === "damaged" && damaged.size > before) continue;
    if (end !== "complete") return end;
    break;
  }
  // Its sender sees that they are missing, and brings them again.
  for (const unit of damaged) await dropBlob(link, unit);
  return damaged.size > 0 ? "damaged" : missingUnits(known).length === 0 ? "complete" : "gone";
}

async function dropBlob(link: BlobLink, number: number): Promise<void> {
  const { blob, readKey } = link.keyOf(number);
  await link.ask({ type: "drop", id: blob, key: readKey }, "done");
}

/** Notes in `open` what was asked and not answered yet. */
function counted(ask: AskFile, open: Set<Promise<unknown>>): AskFile {
  return (question) => {
    const asking = ask(question).finally(() => open.delete(asking));
    open.add(asking);
    return asking;
  };
}

/** The questions of a file, answered from blobs. @param count of units: the number of the hash list. */
function askRelay(link: BlobLink, count: number): AskFile {
  return async (question) => {
    if (question.type === "done" || question.type === "member") return err("malformed");
    const isList = question.type === "hashes";
    const { blob, readKey } = link.keyOf(isList ? count : question.unit);
    const offset = isList ? question.from * HASH_BYTES : question.part * PART_BYTES;
    const answer = await link.ask({ type: "get", blob, readKey, offset }, "part");
    if (!answer.ok) return err(answer.error === "gone" ? "gone" : "lost");
    const { part } = answer.value;
    return ok(isList ? part.subarray(0, HASHES_PER_ANSWER * HASH_BYTES) : part);
  };
}

/** Deletes at the relays what nobody needs any more: all of the file is here. */
export async function forgetAtRelays(core: Fetching, parts: Pick<FetchParts, "manifest" | "signal">): Promise<void> {
  const { manifest, signal } = parts;
  for (const relay of manifest.relays) {
    if (signal.aborted) return;
    await core.pool.once(relay, async (session) => {
      if (session.isOwn) return ok(null);
      const link = new BlobLink(core, session, manifest.key, signal);
      const held = await link.have(unitCount(manifest.sizeBytes));
      const numbers = held.ok ? [...held.value.keys()].filter((number) => held.value[number] === true) : [];
      for (let at = 0; at < numbers.length; at += DROPS_AT_ONCE) {
        await Promise.all(numbers.slice(at, at + DROPS_AT_ONCE).map((number) => dropBlob(link, number)));
      }
      return ok(null);
    });
  }
}

const DROPS_AT_ONCE = 32;
