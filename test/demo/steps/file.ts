/** A large file goes from folder to folder; the receiver's process is killed in the middle and goes on. */
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileInfo, Message } from "@kith/client";
import { check, checkEqual } from "../check.ts";
import type { World } from "../world.ts";
import type { Step } from "./step.ts";

const SIZE_BYTES = 100_000_000;
const NAME = "صور العطلة.bin";

const TIMEOUT_MS = 120_000;
const POLL_MS = 20;

/** A hundred megabytes by command, cut by a kill and resumed, saved and compared. */
export const sendAFile: Step = {
  name: "file",
  title: "A file of 100 MB, the receiver killed in the middle",
  async run(world) {
    const { sender, recipient, transcript, folder } = world;
    const path = join(folder, NAME);
    const bytes = randomBytes(SIZE_BYTES);
    await writeFile(path, bytes);
    const [sent] = await sender.run<readonly Message[]>("send-file", recipient.account, path);
    const id = sent?.id ?? "";
    await untilFile(world, id, (file) => file.state === "offered");
    await recipient.run("files", "accept", id.slice(0, 8));
    const before = await untilFile(world, id, ({ doneBytes }) => doneBytes > SIZE_BYTES / 3);
    await recipient.end("SIGKILL");
    check(before.state === "moving", "the file was still coming when the receiver was killed");
    transcript.note(`${recipient.name} is killed with ${Math.round(before.doneBytes / 1e6)} of 100 MB`);
    await recipient.start();
    const after = await untilFile(world, id, ({ state }) => state === "moving" || state === "complete");
    check(after.doneBytes >= before.doneBytes, "nothing that was here is fetched again");
    const startedMs = performance.now();
    const saveTo = join(folder, "saved");
    await mkdir(saveTo);
    const saved = await recipient.run<{ path: string }>("files", "save", id.slice(0, 8), "--to", saveTo);
    checkEqual(saved.path, join(saveTo, NAME), "where the file was saved");
    checkEqual(sha256(await readFile(saved.path)), sha256(bytes), "the SHA-256 of the saved file");
    const tookMs = Math.round(performance.now() - startedMs);
    transcript.flow(sender.name, recipient.name, `100 MB, the rest fetched, verified and saved in ${tookMs} ms`);
  },
};

async function untilFile(
  { recipient, sender }: World,
  id: string,
  isSo: (file: FileInfo) => boolean,
): Promise<FileInfo> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  for (;;) {
    const files = await recipient.client.call("file.list", { who: sender.account });
    const file = files.find((each) => each.id === id)?.file;
    if (file !== undefined && isSo(file)) return file;
    check(performance.now() < deadlineMs, "the file comes");
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
