/** A lively account for pictures and checks: chats in three scripts and messages in every state. */
import type { Contact, Message } from "@kith/client";
import { FakeClient, makeContact, PICTURE, READY } from "./fake-client.ts";

/** The languages of the app. */
export type SceneLanguage = "en" | "ar" | "hi";

/** Accounts of the scene by name. */
export const ACCOUNTS = {
  noor: "kith1qnoor9haddad00000000000000000000000000000000000",
  asha: "kith1qashaverma000000000000000000000000000000000000",
  layla: "kith1qlayla1100000000000000000000000000000000000000",
  tomas: "kith1qtomas7000000000000000000000000000000000000000",
  sara: "kith1qsaraomar4000000000000000000000000000000000000",
  kiran: "kith1qkirank00000000000000000000000000000000000000",
  stranger: "kith1qstranger0000000000000000000000000000000000000",
} as const;

const NAMES: Readonly<Record<SceneLanguage, Readonly<Record<keyof typeof ACCOUNTS, string>>>> = {
  en: {
    noor: "Noor Haddad",
    asha: "Asha Verma",
    layla: "Layla",
    tomas: "Tomás",
    sara: "Sara & Omar",
    kiran: "Kiran",
    stranger: "@imran_m",
  },
  ar: {
    noor: "نور حداد",
    asha: "Asha Verma",
    layla: "ليلى",
    tomas: "Tomás",
    sara: "سارة وعمر",
    kiran: "كيران",
    stranger: "@imran_m",
  },
  hi: {
    noor: "नूर हद्दाद",
    asha: "आशा वर्मा",
    layla: "Layla",
    tomas: "Tomás",
    sara: "सारा और उमर",
    kiran: "किरण",
    stranger: "@imran_m",
  },
};

/** What is said in it. */
export const TALK: Readonly<Record<SceneLanguage, readonly string[]>> = {
  en: [
    "The workshop moved to the old library. Same time?",
    "Yes. I will bring the projector and the spare cable",
    "And the seating plan, printed twice",
    "@you رائع! سأكون هناك قبل الموعد بعشر دقائق",
    "https://library.example/rooms/b-12 has the map",
    "मैं भी आ रही हूँ, दो लोग साथ हैं",
    "Perfect, then we are five",
    "See you all at six then",
  ],
  ar: [
    "انتقلت الورشة إلى المكتبة القديمة. في الموعد نفسه؟",
    "نعم، سأحضر جهاز العرض والكابل الإضافي",
    "وخطة الجلوس مطبوعة مرتين",
    "Great, the room code is B-12 on the second floor",
    "https://library.example/rooms/b-12 فيه الخريطة",
    "मैं भी आ रही हूँ, दो लोग साथ हैं",
    "ممتاز، إذن نحن خمسة",
    "إذن نلتقي جميعًا عند السادسة",
  ],
  hi: [
    "कार्यशाला अब पुराने पुस्तकालय में है। वही समय?",
    "हाँ, मैं प्रोजेक्टर और अतिरिक्त केबल ले आऊँगा",
    "और बैठक-योजना, दो प्रतियाँ",
    "رائع! سأكون هناك قبل الموعد بعشر دقائق",
    "https://library.example/rooms/b-12 पर नक्शा है",
    "Bringing two friends along",
    "बढ़िया, तो हम पाँच हैं",
    "तो शाम छह बजे मिलते हैं",
  ],
};

const PREVIEWS: Readonly<Record<SceneLanguage, readonly string[]>> = {
  en: [
    "कल मिलते हैं",
    "Chapter four by Friday",
    "Who has the map?",
    "هل وصلت الصور؟",
    "Hello, Noor gave me your handle. May I ask about the workshop?",
  ],
  ar: [
    "कल मिलते हैं",
    "الفصل الرابع قبل الجمعة",
    "من معه الخريطة؟",
    "هل وصلت الصور؟",
    "مرحبًا، أعطتني نور معرّفك. هل لي أن أسأل عن الورشة؟",
  ],
  hi: [
    "कल मिलते हैं",
    "शुक्रवार तक चौथा अध्याय",
    "नक्शा किसके पास है?",
    "هل وصلت الصور؟",
    "नमस्ते, नूर ने आपका हैंडल दिया। क्या कार्यशाला के बारे में पूछ सकता हूँ?",
  ],
};

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A time of today that reads the same at every run; it may be still to come. */
function todayAt(hour: number, minute: number): number {
  const date = new Date();
  date.setHours(hour, minute, 0, 0);
  return date.getTime();
}

/** 32 hex digits of a number. */
export function idOf(number: number): string {
  return number.toString(16).padStart(32, "0");
}

const STATES: readonly Partial<Message>[] = [
  {},
  { isOwn: true, state: "read" },
  { isOwn: true, state: "read" },
  {},
  { missingBefore: 2 },
  {},
  { isOwn: true, state: "delivered" },
  { isOwn: true, state: "sent", heldBy: { relays: 2, isDirect: false } },
];

const MINUTES = [2, 4, 5, 11, 12, 13, 20, 21];

function talk(language: SceneLanguage): Message[] {
  return TALK[language].map((text, at) => ({
    id: idOf(at + 1),
    chat: ACCOUNTS.noor,
    isOwn: false,
    text,
    sentAtMs: todayAt(18, MINUTES[at] ?? 0),
    state: "received",
    ...STATES[at],
  }));
}

function lasts(language: SceneLanguage): Message[] {
  const [asha = "", layla = "", tomas = "", sara = "", stranger = ""] = PREVIEWS[language];
  const message = (
    number: number,
    chat: string,
    text: string,
    agoMs: number,
    more: Partial<Message> = {},
  ): Message => ({
    id: idOf(number),
    chat,
    isOwn: false,
    text,
    sentAtMs: todayAt(17, 40) - agoMs,
    state: "received",
    ...more,
  });
  return [
    message(101, ACCOUNTS.asha, asha, 0),
    message(102, ACCOUNTS.layla, layla, DAY, { isOwn: true, state: "read" }),
    message(103, ACCOUNTS.tomas, tomas, 2 * DAY, { isOwn: true, state: "waiting" }),
    message(104, ACCOUNTS.sara, sara, 3 * DAY),
    message(105, ACCOUNTS.stranger, stranger, 0),
  ];
}

function people(language: SceneLanguage): Contact[] {
  const names = NAMES[language];
  return [
    makeContact(ACCOUNTS.noor, { name: names.noor, handle: "noor", trust: "VERIFIED", isByInvite: true, devices: 2 }),
    makeContact(ACCOUNTS.asha, { name: names.asha, handle: "asha_v", trust: "VERIFIED" }),
    makeContact(ACCOUNTS.layla, { name: names.layla, handle: "layla", trust: "INTRODUCED" }),
    makeContact(ACCOUNTS.tomas, { name: names.tomas, handle: "tomas", relation: "requested" }),
    makeContact(ACCOUNTS.sara, { name: names.sara, trust: "NONE", isByInvite: true }),
    makeContact(ACCOUNTS.kiran, { name: names.kiran, handle: "kiran", relation: "blocked" }),
    makeContact(ACCOUNTS.stranger, { name: names.stranger, handle: "imran_m", relation: "requesting" }),
  ];
}

/** A client in whose conversation messages were answered, edited, deleted, forwarded and reacted to. */
export function makeEditedScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const edit = (at: number, change: Partial<Message>): void => {
    const message = client.messages[at];
    if (message !== undefined) client.messages[at] = { ...message, ...change };
  };
  const quoteOf = (at: number) => ({
    id: idOf(at + 1),
    isOwn: client.messages[at]?.isOwn ?? false,
    state: "checked" as const,
    text: client.messages[at]?.text ?? "",
  });
  edit(1, { replyTo: quoteOf(0), reactions: [{ emoji: "👍", isOwn: false }] });
  edit(2, { editedAtMs: todayAt(18, 6), change: { kind: "edit", state: "queued" } });
  edit(3, {
    replyTo: quoteOf(1),
    reactions: [
      { emoji: "❤️", isOwn: false },
      { emoji: "❤️", isOwn: true },
    ],
  });
  edit(4, { replyTo: { id: idOf(1), isOwn: true, state: "forged" }, isForwarded: true });
  edit(5, { text: "", isDeleted: true });
  edit(6, { replyTo: { id: idOf(77), isOwn: false, state: "missing" }, editedAtMs: todayAt(18, 22) });
  return client;
}

/** A client with chats that are pinned, muted, marked as unread and archived, and one with a draft. */
export function makeSortedScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  client.settings = {
    [ACCOUNTS.layla]: { isPinned: true, draft: { text: PREVIEWS[language][1] ?? "" } },
    [ACCOUNTS.sara]: { mutedUntilMs: Date.now() + DAY },
    [ACCOUNTS.noor]: { isMarkedUnread: true },
    [ACCOUNTS.kiran]: { isArchived: true },
  };
  return client;
}

/** The scene with a timer: a line that says so, one message read and one not yet. */
export function makeVanishingScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const afterMs = DAY;
  client.contacts = client.contacts.map((each) =>
    each.account === ACCOUNTS.noor ? { ...each, vanishAfterMs: afterMs } : each,
  );
  const edit = (at: number, change: Partial<Message>): void => {
    const message = client.messages[at];
    if (message !== undefined) client.messages[at] = { ...message, ...change };
  };
  edit(3, { text: "", timer: { afterMs } });
  for (const at of [4, 5]) edit(at, { vanish: { afterMs, atMs: Date.now() + afterMs / 3 } });
  edit(6, { vanish: { afterMs } });
  edit(7, { vanish: { afterMs, atMs: Date.now() + afterMs * 0.9 } });
  return client;
}

/** A client in whose conversation files were sent in both directions, in every state. */
export function makeFilesScene(language: SceneLanguage): FakeClient {
  const client = makeScene(language);
  const give = (at: number, file: Partial<NonNullable<Message["file"]>>): void => {
    const message = client.messages[at];
    if (message === undefined) return;
    const { missingBefore: _, ...rest } = message;
    const whole = { sizeBytes: 48_300_000, mediaType: "application/zip", hasPreview: false, doneBytes: 0 };
    client.messages[at] = { ...rest, text: "", file: { name: "plan.zip", state: "offered", ...whole, ...file } };
  };
  const names = { en: "Seating plan.pdf", ar: "خطة الجلوس.pdf", hi: "बैठक-योजना.pdf" } as const;
  give(1, { name: names[language], sizeBytes: 182_000, mediaType: "application/pdf", state: "complete" });
  give(3, { state: "moving", doneBytes: 21_700_000 });
  give(4, { name: "", state: "unusable", sizeBytes: 0 });
  give(5, { name: "recording.flac", state: "waiting", reason: "offline", doneBytes: 30_000_000 });
  give(6, { name: "projector.mov", state: "offered", sizeBytes: 1_400_000_000 });
  give(0, {
    name: "library.png",
    mediaType: "image/png",
    sizeBytes: 410,
    hasPreview: true,
    state: "complete",
    doneBytes: 410,
  });
  client.fileBytes.set(idOf(1), [PICTURE]);
  return client;
}

/** A client with the scene in it. */
export function makeScene(language: SceneLanguage): FakeClient {
  const client = new FakeClient();
  client.status = { ...READY };
  client.contacts = people(language);
  client.messages = [...talk(language), ...lasts(language)];
  client.unread = { [ACCOUNTS.asha]: 1, [ACCOUNTS.sara]: 3 };
  const relay = (number: number) => `/ip4/192.0.2.${number}/tcp/5484/p2p/12D3KooWExampleRelay${number}`;
  client.relays = [
    {
      relay: "12D3A",
      addresses: [relay(1)],
      source: "own",
      state: "connected",
      isBox: false,
      isQueue: false,
      brokenPromises: 0,
    },
    {
      relay: "12D3B",
      addresses: [relay(7)],
      source: "added",
      state: "connected",
      isBox: true,
      isQueue: true,
      brokenPromises: 0,
    },
    {
      relay: "12D3C",
      addresses: [relay(9)],
      source: "invite",
      state: "unreachable",
      isBox: false,
      isQueue: false,
      brokenPromises: 1,
    },
  ];
  client.lookup = {
    handle: "imran_m",
    asked: 5,
    isWeak: true,
    isSuspect: false,
    candidates: [
      {
        account: ACCOUNTS.stranger,
        handle: "imran_m",
        trust: "CONFLICT",
        claimedAtMs: todayAt(0, 0) - 40 * DAY,
        isContact: false,
      },
      {
        account: ACCOUNTS.kiran,
        handle: "imran_m",
        trust: "CONFLICT",
        claimedAtMs: todayAt(0, 0) - 2 * DAY,
        isContact: false,
      },
    ],
  };
  return client;
}

/** An account that was just made: nobody known, words not written down. */
export function makeEmptyScene(): FakeClient {
  const client = new FakeClient();
  const { handle: _, ...account } = READY;
  client.status = { ...account, areWordsConfirmed: false };
  client.relays = [];
  return client;
}
