import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeTemporaryFolder } from "../testing/temporary-folder.ts";
import { ivfFrame, ivfHead, readIvf } from "./ivf.ts";
import type { MediaKind, MediaPacket } from "./media-program.ts";
import { MediaFileError, OggWriter, opusTicks, readOggOpus } from "./ogg-opus.ts";
import { loadPlayer } from "./player.ts";
import { createRecorder } from "./recorder.ts";
import { splitFrame, Vp8Assembler } from "./vp8-frames.ts";

/** 20 ms in one frame. */
const sound = (value: number): Uint8Array => Uint8Array.of(0x78, value, value);

/** A whole picture of 640×480, and one that only changes it. */
const key = (sizeBytes: number): Uint8Array => {
  const bytes = new Uint8Array(sizeBytes);
  bytes.set([0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01]);
  return bytes;
};
const change = (value: number): Uint8Array => Uint8Array.of(0x11, value, value);

const heard = (sequence: number, timestamp = sequence * 960): MediaPacket => ({
  isMarked: false,
  sequence,
  timestamp,
  payload: sound(sequence & 0xff),
});

describe("a frame of VP8", () => {
  test("comes out of its packets as it went in", () => {
    const assembler = new Vp8Assembler();
    const bytes = key(3000);
    const packets = splitFrame({ timestamp: 90, bytes }, 65_534);
    expect(packets.map(({ sequence, isMarked }) => [sequence, isMarked])).toEqual([
      [65_534, false],
      [65_535, false],
      [0, true],
    ]);
    expect(packets.map((packet) => assembler.take(packet))).toEqual([
      null,
      null,
      { timestamp: 90, isKey: true, bytes },
    ]);
  });

  test("is left out when a packet is missing, and the next one is not", () => {
    const assembler = new Vp8Assembler();
    const [first, , third] = splitFrame({ timestamp: 1, bytes: key(3000) }, 10);
    for (const packet of [first, third]) expect(assembler.take(packet as MediaPacket)).toBeNull();
    const [next] = splitFrame({ timestamp: 2, bytes: change(1) }, 13);
    expect(assembler.take(next as MediaPacket)).toMatchObject({ isKey: false, timestamp: 2 });
    expect(assembler.take(first as MediaPacket)).toBeNull();
  });

  test("may have a descriptor of any kind, and none that is cut off", () => {
    const of = (...payload: number[]): MediaPacket => ({
      isMarked: true,
      sequence: 1,
      timestamp: 1,
      payload: Uint8Array.from(payload),
    });
    expect(new Vp8Assembler().take(of(0x90, 0xf0, 0x81, 0x02, 1, 2, 0x11, 7))?.bytes).toEqual(Uint8Array.of(0x11, 7));
    expect(new Vp8Assembler().take(of(0x90, 0x80, 0x01, 0x11, 7))?.bytes).toEqual(Uint8Array.of(0x11, 7));
    expect(new Vp8Assembler().take(of(0x90, 0xf0, 0x81))).toBeNull();
    expect(new Vp8Assembler().take(of())).toBeNull();
  });
});

describe("a file", () => {
  test("of sound is read as it was written, and refused where it is damaged", () => {
    const writer = new OggWriter();
    const long = new Uint8Array(700).fill(3);
    const pages = [writer.begin(), writer.write(sound(1), 960), writer.write(long, 1920), writer.end(1920)];
    const file = new Uint8Array(Buffer.concat(pages));
    expect(readOggOpus(file)).toEqual([sound(1), long]);
    expect(() => readOggOpus(file.subarray(0, file.length - 1))).toThrow(MediaFileError);
    const damaged = file.slice();
    damaged[file.length - 30] = 0xff;
    expect(() => readOggOpus(damaged)).toThrow(MediaFileError);
    expect(() => readOggOpus(new Uint8Array())).toThrow(MediaFileError);
  });

  test("of pictures is read as it was written, and refused where it is cut off", () => {
    const file = Buffer.concat([ivfHead(key(20)), ivfFrame(key(20), 0), ivfFrame(change(1), 3000)]);
    expect(file.readUInt16LE(12)).toBe(640);
    expect(file.readUInt16LE(14)).toBe(480);
    expect(readIvf(file)).toEqual([
      { timestamp: 0, isKey: true, bytes: key(20) },
      { timestamp: 3000, isKey: false, bytes: change(1) },
    ]);
    expect(() => readIvf(file.subarray(0, file.length - 1))).toThrow(MediaFileError);
    expect(() => readIvf(Buffer.from("DKIF"))).toThrow(MediaFileError);
  });

  test("of any bytes is read or refused", () => {
    const reads = (read: (bytes: Uint8Array) => unknown) =>
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          read(bytes);
        } catch (error) {
          if (!(error instanceof MediaFileError)) throw error;
        }
      });
    fc.assert(reads(readOggOpus));
    fc.assert(reads(readIvf));
    fc.assert(reads((bytes) => readIvf(Buffer.concat([ivfHead(key(20)), bytes]))));
  });

  test.each([
    [0x78, 960],
    [0x79, 1920],
    [0x00, 480],
    [0x18, 2880],
    [0xe0, 120],
  ])("has packets that say how long they sound: %i", (first, ticks) => {
    expect(opusTicks(Uint8Array.of(first, 0))).toBe(ticks);
  });
});

describe("a recorder", () => {
  async function record(program: (take: (kind: MediaKind, packet: MediaPacket) => void) => void) {
    const folder = await makeTemporaryFolder();
    const paths = { audio: join(folder, "sound.ogg"), video: join(folder, "picture.ivf") };
    const recorder = createRecorder(paths);
    let asked = 0;
    recorder.start({
      send: () => undefined,
      askKeyFrame: () => {
        asked += 1;
      },
    });
    program((kind, packet) => recorder.take(kind, packet));
    recorder.stop();
    await recorder.written;
    return { ...paths, asked };
  }

  test("keeps sound in order with its gaps, and pictures from a whole one on", async () => {
    const { audio, video, asked } = await record((take) => {
      for (const packet of [heard(5), heard(7), heard(6), heard(8)]) take("audio", packet);
      const frames = [change(0), key(2000), change(1)].map((bytes, at) => ({ bytes, timestamp: at * 3000 }));
      let sequence = 0;
      for (const frame of frames) {
        for (const packet of splitFrame(frame, sequence)) {
          take("video", packet);
          sequence += 1;
        }
      }
    });
    const file = await readFile(audio);
    expect(readOggOpus(file)).toEqual([5, 7, 8].map(sound));
    // The last page tells how long it is: four packets' time, though one is missing.
    expect(Number(file.subarray(file.lastIndexOf("OggS")).readBigUInt64LE(6))).toBe(4 * 960);
    expect(readIvf(await readFile(video)).map(({ timestamp, isKey }) => [timestamp, isKey])).toEqual([
      [0, true],
      [3000, false],
    ]);
    expect(asked).toBe(1);
    expect((await stat(audio)).mode & 0o777).toBe(0o600);
  });

  test("makes no file of what never came, and says when one cannot be written", async () => {
    const { audio, video } = await record((take) => take("audio", heard(1)));
    await expect(stat(video)).rejects.toMatchObject({ code: "ENOENT" });
    const recorder = createRecorder({ audio: join(audio, "below-a-file.ogg") });
    recorder.take("audio", heard(1));
    recorder.stop();
    await expect(recorder.written).rejects.toMatchObject({ code: "ENOTDIR" });
  });
});

test("a player sends what is in the files, in time, and once more when it repeats", async () => {
  const folder = await makeTemporaryFolder();
  const [audio, video] = [join(folder, "sound.ogg"), join(folder, "picture.ivf")];
  const writer = new OggWriter();
  await writeFile(audio, Buffer.concat([writer.begin(), writer.write(sound(1), 960), writer.write(sound(2), 1920)]));
  await writeFile(video, Buffer.concat([ivfHead(key(1500)), ivfFrame(key(1500), 0)]));
  const sent: string[] = [];
  const program = (await loadPlayer({ audio, video, repeats: true }))();
  program.start({
    send: (kind, { sequence, timestamp }) => sent.push(`${kind} ${sequence} ${timestamp}`),
    askKeyFrame: () => undefined,
  });
  await expect.poll(() => sent.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(8);
  program.stop();
  expect(sent.filter((each) => each.startsWith("audio")).slice(0, 4)).toEqual([
    "audio 0 0",
    "audio 1 960",
    "audio 2 1920",
    "audio 3 2880",
  ]);
  expect(sent.filter((each) => each.startsWith("video")).slice(0, 4)).toEqual([
    "video 0 0",
    "video 1 0",
    "video 2 3600",
    "video 3 3600",
  ]);
  await expect(loadPlayer({ audio: video })).rejects.toThrow(MediaFileError);
});
