/** An X archive of 100 MB with 120,000 direct messages, imported by a node: how long, and how much memory; beside the targets. */
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assigned, MANIFEST, makeZip, type ZipFile } from "../packages/client/src/archive/fixtures.ts";
import type { ArchiveTaken } from "./archive-worker.ts";
import { inFreshFolder } from "./fresh-folder.ts";
import { compare, type Report, rounded } from "./report.ts";
import { SMOKE_VARIABLE } from "./smoke.ts";
import { startWorker } from "./worker-process.ts";

const WORKER = new URL("./archive-worker.ts", import.meta.url);
const isSmoke = process.env[SMOKE_VARIABLE] !== undefined;

/** What is in it: as many messages and posts as make 100 MB of JSON, and pictures up to 100 MB of zip. */
const SHAPE = isSmoke
  ? { conversations: 20, messages: 50, posts: 200, people: 100, zipBytes: 1e6, rounds: 1 }
  : { conversations: 400, messages: 300, posts: 20_000, people: 8_000, zipBytes: 100e6, rounds: 3 };

const TARGET = { seconds: 20, rssMb: 300 };

/** Words that repeat as little as those of people do: hex of hashes, and a few that are common. */
function words(seed: string, count: number): string {
  let text = "";
  for (let at = 0; text.length < count; at++) {
    text += `${createHash("sha256").update(`${seed}/${at}`).digest("base64").replace(/[+/=]/g, " ")} and then `;
  }
  return text.slice(0, count);
}

function messageOf(conversation: number, number: number): object {
  const atMs = Date.UTC(2024, 0, 1) - 60_000 * number;
  return {
    messageCreate: {
      recipientId: String(2_000_000 + conversation),
      reactions: [],
      urls: [],
      text: words(`m${conversation}/${number}`, 20 + ((number * 37) % 240)),
      mediaUrls: [],
      senderId: number % 2 === 0 ? "1000" : String(2_000_000 + conversation),
      id: String(10n ** 18n + BigInt(conversation * 100_000 + number)),
      createdAt: new Date(atMs).toISOString(),
      editHistory: [],
    },
  };
}

function postOf(number: number): object {
  return {
    tweet: {
      edit_info: {
        initial: { editTweetIds: [String(number)], editableUntil: "2024-01-01T00:00:00.000Z", editsRemaining: "5" },
      },
      retweeted: false,
      source: '<a href="https://mobile.example/app" rel="nofollow">App</a>',
      entities: {
        hashtags: [],
        user_mentions: [
          {
            name: words(`n${number}`, 20),
            screen_name: `user_${number % 8000}`,
            indices: ["0", "12"],
            id_str: String(2_000_000 + (number % 8000)),
            id: String(number),
          },
        ],
        urls: [],
      },
      display_text_range: ["0", "280"],
      favorite_count: "0",
      id_str: String(10n ** 18n + BigInt(number)),
      truncated: false,
      created_at: "Sun Mar 21 12:53:22 +0000 2021",
      full_text: words(`t${number}`, 2000),
      lang: "en",
    },
  };
}

async function makeArchive(path: string): Promise<{ readonly zipBytes: number; readonly jsonBytes: number }> {
  const { conversations, messages, posts, people } = SHAPE;
  const range = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);
  const files: ZipFile[] = [
    MANIFEST,
    assigned(
      "following",
      range(people).map((at) => ({ following: { accountId: String(2_000_000 + at), userLink: "x" } })),
    ),
    assigned(
      "direct-messages",
      range(conversations).map((at) => ({
        dmConversation: {
          conversationId: `1000-${2_000_000 + at}`,
          messages: range(messages).map((number) => messageOf(at, number)),
        },
      })),
    ),
    assigned("tweets", range(posts).map(postOf)),
  ];
  const jsonBytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const packed = (await makeZip(files)).length;
  const media = Math.max(0, SHAPE.zipBytes - packed);
  const zip = await makeZip([
    ...files,
    { name: "data/tweets_media/1.mp4", bytes: new Uint8Array(media), isStored: true },
  ]);
  await writeFile(path, zip);
  return { zipBytes: zip.length, jsonBytes };
}

/** Runs the work. */
export async function takeArchive(): Promise<Report> {
  return await inFreshFolder(async (folder) => {
    const path = join(folder, "twitter.zip");
    const { zipBytes, jsonBytes } = await makeArchive(path);
    const taken: ArchiveTaken[] = [];
    for (let round = 0; round < SHAPE.rounds; round++) {
      const worker = startWorker(WORKER, [join(folder, `node-${round}`)], ["--expose-gc"]);
      await worker.next("ready");
      taken.push(await worker.ask<ArchiveTaken>({ type: "take", path } as never, "taken"));
      await worker.stop();
    }
    const less = { better: "less" } as const;
    const [first] = taken;
    return {
      zipBytes,
      jsonBytes,
      messages: first?.messages,
      people: first?.people,
      idleMb: rounded((first?.idleRssBytes ?? 0) / 1e6),
      rows: [
        compare(
          { name: "import", unit: "s", ...less },
          taken.map(({ seconds }) => seconds),
          "target",
          [TARGET.seconds],
        ),
        compare(
          { name: "memory at most", unit: "MB", ...less },
          taken.map(({ maxRssBytes }) => maxRssBytes / 1e6),
          "target",
          [TARGET.rssMb],
        ),
      ],
    };
  });
}
