import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fromBase64Url, fromHex, toBase64Url, toHex } from "../bytes.ts";
import { nobleSuite } from "../crypto/noble.ts";
import { fixedBox } from "../directory/fixtures.ts";
import { personToken } from "../directory/invite.ts";
import type { AccountId, DeviceId } from "../ids.ts";
import { MAX_GROUP_LINK_CHARACTERS } from "../limits.ts";
import vectors from "./group.vectors.json" with { type: "json" };
import type { GroupId } from "./group-ids.ts";
import {
  fitGroupInvite,
  type GroupInvite,
  groupInviteToText,
  isLinkToken,
  knockToken,
  linkToken,
  parseGroupInvite,
} from "./group-link.ts";

const GROUP = "0d".repeat(32) as GroupId;
const ACCOUNT = "01".repeat(32) as AccountId;
const DEVICE = "02".repeat(32) as DeviceId;
const SECRET: Uint8Array = new Uint8Array(16).fill(5);
const PAYLOAD = vectors.link.slice("kith:g/".length);

let invite: GroupInvite;

beforeAll(async () => {
  const boxes = [await fixedBox(40), await fixedBox(41), await fixedBox(42)];
  invite = {
    group: GROUP,
    secret: SECRET,
    name: "حديقة",
    needsApproval: true,
    account: ACCOUNT,
    device: DEVICE,
    boxes,
  };
});

const ruleOf = (text: string): string | undefined => {
  const result = parseGroupInvite(text);
  return result.ok ? undefined : result.error.rule;
};

describe("the link of a group", () => {
  it("is the vector's, with three relays of two addresses each", () => {
    expect(groupInviteToText(invite)).toBe(vectors.link);
    expect(parseGroupInvite(vectors.link)).toEqual({ ok: true, value: invite });
  });

  it("reads as the fragment of a page, with white space around and inside", () => {
    const broken = vectors.link.replace(/(.{76})/g, "$1\r\n");
    const page = `https://kith.example/#g=${PAYLOAD}`;
    for (const text of [page, ` ${vectors.link}\n`, broken, `KITH:G/${PAYLOAD}`]) {
      expect(parseGroupInvite(text)).toEqual({ ok: true, value: invite });
    }
  });

  it("loses the end of a long name and the last addresses until it fits", () => {
    const addresses = [1, 2, 3].map((n) => `/dns4/a-rather-long-relay-name-${n}.example.org/tcp/443/tls/sni/x/ws`);
    const boxes = invite.boxes.map((box) => ({ ...box, relay: { ...box.relay, addresses } }));
    const long = { ...invite, name: "ह".repeat(130), boxes };
    expect(() => groupInviteToText(long)).toThrow(RangeError);
    const fitted = fitGroupInvite(long);
    expect(fitted.name).toBe("ह".repeat(40));
    expect(parseGroupInvite(groupInviteToText(fitted))).toEqual({ ok: true, value: fitted });
    expect(fitted.boxes.every(({ relay }) => relay.addresses.length > 0)).toBe(true);
    expect(fitGroupInvite(invite)).toBe(invite);
  });

  it.each(["", "kith:g/", "kith:i/abc", "https://kith.example/#i=abc", "https://kith.example/?g=abc", "hello"])(
    "%j is none",
    (text) => expect(ruleOf(text)).toBe("not-a-link"),
  );

  it("is not read over its bound, whatever surrounds it", () => {
    expect(ruleOf(`kith:g/${"A".repeat(MAX_GROUP_LINK_CHARACTERS)}`)).toBe("too-long");
    expect(ruleOf(" ".repeat(5000))).toBe("too-long");
  });

  it("is none when it was cut or lengthened anywhere", () => {
    for (let length = 1; length < PAYLOAD.length; length++) {
      expect(ruleOf(`kith:g/${PAYLOAD.slice(0, length)}`)).toBe("content");
    }
    const longer = Uint8Array.from([...(fromBase64Url(PAYLOAD) ?? []), 0]);
    expect(ruleOf(`kith:g/${toBase64Url(longer)}`)).toBe("content");
  });

  it("is never made of random bytes, which throw nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, text) => {
        expect(parseGroupInvite(`kith:g/${toBase64Url(bytes)}`).ok).toBe(false);
        expect(parseGroupInvite(text).ok).toBe(false);
      }),
    );
  });
});

it("the token in a request is the vector's, and is told from those of invites", () => {
  const token = linkToken(nobleSuite, SECRET);
  expect(toHex(token)).toBe(vectors.linkToken);
  expect(isLinkToken(nobleSuite, token)).toBe(true);
  for (let at = 0; at < token.length; at++) {
    expect(
      isLinkToken(
        nobleSuite,
        token.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      ),
    ).toBe(false);
  }
  expect(isLinkToken(nobleSuite, personToken(nobleSuite, SECRET))).toBe(false);
});

it("the token of a knock is the vector's, and of use to one device in one group", () => {
  const knocker = { group: GROUP, account: ACCOUNT, device: DEVICE };
  const token = toHex(knockToken(nobleSuite, SECRET, knocker));
  expect(token).toBe(vectors.knockToken);
  expect(fromHex(token)).toHaveLength(32);
  const others = [
    { ...knocker, group: "0e".repeat(32) as GroupId },
    { ...knocker, account: DEVICE as string as AccountId },
    { ...knocker, device: ACCOUNT as string as DeviceId },
  ].map((other) => toHex(knockToken(nobleSuite, SECRET, other)));
  expect(new Set([token, ...others]).size).toBe(4);
});
