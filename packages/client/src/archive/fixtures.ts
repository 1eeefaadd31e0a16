/** X archives that are made up, as zips; for tests and the bench. */
import { crc32 } from "./crc32.ts";
import type { ByteSource } from "./zip-reader.ts";

/** One file of a zip, and what is wrong with it. */
export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly isStored?: boolean;
  readonly flags?: number;
  readonly method?: number;
  /** What the list says instead of the truth. */
  readonly listed?: { readonly sizeBytes?: number; readonly sum?: number; readonly headerName?: string };
}

/** Packs files; with `isLong` sizes and places are written in 64 bits. */
export async function makeZip(files: readonly ZipFile[], isLong = false): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const packed = file.isStored === true ? file.bytes : await deflate(file.bytes);
    const made = {
      file,
      packedBytes: packed.length,
      sizeBytes: file.listed?.sizeBytes ?? file.bytes.length,
      sum: file.listed?.sum ?? crc32(file.bytes),
      offset,
    };
    const header = localHeader(made);
    parts.push(header, packed);
    list.push(listEntry(made, isLong));
    offset += header.length + packed.length;
  }
  const listBytes = list.reduce((sum, { length }) => sum + length, 0);
  const end = isLong ? endOf64(files.length, listBytes, offset) : endOf(files.length, listBytes, offset);
  return concatAll([...parts, ...list, end]);
}

/** A zip in memory as a file. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}

interface Made {
  readonly file: ZipFile;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly sum: number;
  readonly offset: number;
}

const encoder = new TextEncoder();

function localHeader({ file, packedBytes, sizeBytes, sum }: Made): Uint8Array {
  const name = encoder.encode(file.listed?.headerName ?? file.name);
  const bytes = new Uint8Array(30 + name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(8, methodOf(file), true);
  view.setUint32(14, sum, true);
  view.setUint32(18, packedBytes, true);
  view.setUint32(22, sizeBytes, true);
  view.setUint16(26, name.length, true);
  bytes.set(name, 30);
  return bytes;
}

function listEntry({ file, packedBytes, sizeBytes, sum, offset }: Made, isLong: boolean): Uint8Array {
  const name = encoder.encode(file.name);
  const bytes = new Uint8Array(46 + name.length + (isLong ? 28 : 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(8, file.flags ?? 0, true);
  view.setUint16(10, methodOf(file), true);
  view.setUint32(16, sum, true);
  view.setUint32(20, isLong ? 0xffffffff : packedBytes, true);
  view.setUint32(24, isLong ? 0xffffffff : sizeBytes, true);
  view.setUint16(28, name.length, true);
  view.setUint16(30, isLong ? 28 : 0, true);
  view.setUint32(42, isLong ? 0xffffffff : offset, true);
  bytes.set(name, 46);
  if (isLong) {
    const at = 46 + name.length;
    view.setUint16(at, 1, true);
    view.setUint16(at + 2, 24, true);
    for (const [index, value] of [sizeBytes, packedBytes, offset].entries()) {
      view.setBigUint64(at + 4 + 8 * index, BigInt(value), true);
    }
  }
  return bytes;
}

function methodOf(file: ZipFile): number {
  return file.method ?? (file.isStored === true ? 0 : 8);
}

function endOf(count: number, sizeBytes: number, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, sizeBytes, true);
  view.setUint32(16, offset, true);
  return new Uint8Array(view.buffer);
}

function endOf64(count: number, sizeBytes: number, offset: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(56 + 20));
  view.setUint32(0, 0x06064b50, true);
  view.setBigUint64(4, 44n, true);
  for (const [at, value] of [
    [24, count],
    [32, count],
    [40, sizeBytes],
    [48, offset],
  ] as const) {
    view.setBigUint64(at, BigInt(value), true);
  }
  view.setUint32(56, 0x07064b50, true);
  view.setBigUint64(64, BigInt(offset + sizeBytes), true);
  view.setUint32(72, 1, true);
  return concatAll([new Uint8Array(view.buffer), endOf(0xffff, 0xffffffff, 0xffffffff)]);
}

async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function concatAll(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A file of an archive: JSON that is assigned to a variable. */
export function assigned(name: string, value: unknown, variable = "window.YTD.x.part0"): ZipFile {
  return { name: `data/${name}.js`, bytes: encoder.encode(`${variable} = ${JSON.stringify(value, null, 1)}`) };
}

/** The manifest of the owner. */
export const MANIFEST: ZipFile = assigned(
  "manifest",
  {
    userInfo: { accountId: "1000", userName: "noor_h", displayName: "نور" },
    archiveInfo: { generationDate: "2026-11-20T10:00:00.000Z", isPartialArchive: false },
    dataTypes: {},
  },
  "window.__THAR_CONFIG",
);

const message = (senderId: string, second: number, text: string, more: object = {}) => ({
  messageCreate: {
    id: String(9_000 + second),
    senderId,
    recipientId: "2",
    text,
    createdAt: new Date(Date.UTC(2024, 0, 1, 12, 0, second)).toISOString(),
    mediaUrls: [],
    urls: [],
    reactions: [],
    ...more,
  },
});

/** A small archive with something of everything, and some of what is not expected. */
export const SMALL_ARCHIVE: readonly ZipFile[] = [
  { name: "Your archive.html", bytes: encoder.encode("<html></html>") },
  MANIFEST,
  assigned("screen-name-change", [
    {
      screenNameChange: {
        accountId: "1000",
        screenNameChange: { changedAt: "2020-05-06T07:08:09.000Z", changedFrom: "noor", changedTo: "noor_h" },
      },
    },
  ]),
  assigned("following", [
    { following: { accountId: "2001", userLink: "https://twitter.com/intent/user?user_id=2001" } },
    { following: { accountId: "2002", userLink: "x" } },
    { following: { accountId: "-1" } },
    { following: null },
  ]),
  assigned("follower", [{ follower: { accountId: "2001" } }]),
  assigned("follower-part1", [{ follower: { accountId: "2003" } }]),
  assigned("block", [{ blocking: { accountId: "2009" } }]),
  assigned("mute", []),
  assigned("direct-messages", [
    {
      dmConversation: {
        conversationId: "1000-2001",
        messages: [
          message("2001", 30, "see https://t.co/abc", {
            urls: [{ url: "https://t.co/abc", expanded: "https://example.org/map", display: "example.org" }],
          }),
          {
            reactionCreate: {
              senderId: "1000",
              reactionKey: "like",
              eventId: "1",
              createdAt: "2024-01-01T12:00:31.000Z",
            },
          },
          message("1000", 20, "a picture", { mediaUrls: ["https://ton.twitter.com/1"] }),
          message("2001", 10, 'hello "there" ] } \\ 😀'),
        ],
      },
    },
    { dmConversation: { conversationId: "1000-2009", messages: [] } },
  ]),
  assigned("direct-messages-group", [
    {
      dmConversation: {
        conversationId: "777",
        messages: [
          {
            conversationNameUpdate: {
              initiatingUserId: "1000",
              name: "Reading circle",
              createdAt: "2024-01-02T00:00:00.000Z",
            },
          },
          message("2002", 5, "in the group"),
          {
            joinConversation: {
              initiatingUserId: "1000",
              participantsSnapshot: ["1000", "2002", "2004"],
              createdAt: "2024-01-01T00:00:00.000Z",
            },
          },
        ],
      },
    },
  ]),
  assigned("tweets", [
    {
      tweet: {
        created_at: "Sun Mar 21 12:53:22 +0000 2021",
        in_reply_to_user_id_str: "2002",
        in_reply_to_screen_name: "imran_m",
        entities: {
          user_mentions: [
            { id_str: "2001", screen_name: "asha_old" },
            { id_str: "5555", screen_name: "stranger" },
          ],
        },
      },
    },
    {
      tweet: {
        created_at: "Mon Mar 22 12:53:22 +0000 2021",
        entities: {
          user_mentions: [
            { id_str: "2001", screen_name: "asha" },
            { id_str: "-1", screen_name: "nobody" },
          ],
        },
      },
    },
  ]),
  { name: "data/tweets_media/1-a.jpg", bytes: new Uint8Array(2000).fill(7), isStored: true },
];
