/**
 * A disk whose power can be cut: an ext4 image behind a loop device. A copy of the image, taken without a sync, is what
 * a machine would find after the cut: synced writes are in it, the rest only by luck.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const IMAGE_BYTES = 256 * 2 ** 20;

/** Seconds after which ext4 would commit by itself: longer than any test, so that luck saves little. */
const COMMIT_SECONDS = 600;

/** Why this machine cannot have such a disk; null when it can. */
export function whyNoLoopDisk(): string | null {
  if (process.platform !== "linux") return "loop devices exist on Linux only";
  if (process.getuid?.() !== 0) return "mounting an image needs root";
  if (!existsSync("/dev/loop-control")) return "there are no loop devices";
  const made = run("mkfs.ext4", "-V");
  if (!made.ok) return `there is no mkfs.ext4: ${made.text}`;
  try {
    LoopDisk.make().remove();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** One disk, mounted. */
export class LoopDisk {
  /** Where it is mounted; the same after each cut. */
  readonly place: string;
  readonly #folder: string;
  #generation = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.place = join(folder, "disk");
  }

  /** Makes and mounts an empty disk. @throws Error with what the failing command said. */
  static make(): LoopDisk {
    const disk = new LoopDisk(mkdtempSync(join(tmpdir(), "kith-loop-")));
    try {
      mkdirSync(disk.place);
      writeFileSync(disk.#image, "");
      truncateSync(disk.#image, IMAGE_BYTES);
      step("mkfs.ext4", "-q", "-m", "0", disk.#image);
      disk.#mount();
      return disk;
    } catch (error) {
      rmSync(disk.#folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Cuts the power: what lies on the disk now is mounted afresh. Nothing may have a file of it open any more. */
  cutPower(): void {
    const before = this.#image;
    this.#generation += 1;
    step("cp", "--sparse=always", before, this.#image);
    step("umount", this.place);
    rmSync(before);
    this.#mount();
  }

  /** Unmounts and deletes it. */
  remove(): void {
    run("umount", this.place);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #image(): string {
    return join(this.#folder, `disk-${this.#generation}.img`);
  }

  #mount(): void {
    step("mount", "-o", `loop,commit=${COMMIT_SECONDS}`, this.#image, this.place);
  }
}

function run(command: string, ...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const done = spawnSync(command, args, { encoding: "utf8" });
  return { ok: done.status === 0, text: done.error?.message ?? done.stderr.trim() };
}

function step(command: string, ...args: readonly string[]): void {
  const done = run(command, ...args);
  if (!done.ok) throw new Error(`${command} failed: ${done.text}`);
}
