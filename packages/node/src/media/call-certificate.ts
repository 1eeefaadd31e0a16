/**
 * The certificate of one call's DTLS: self-signed, and known to the other side by its hash alone (RFC 8122), so that what it
 * says of a name or a time counts for nothing. Written here because Node makes keys and no certificates.
 */
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A certificate and its key, as PEM. */
export interface CallCertificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of the certificate, 32 bytes. */
  readonly fingerprint: Uint8Array;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_ID = 0x06;
const UTF8 = 0x0c;
/** UTCTime, as RFC 5280 wants it before 2050. */
const TIME = 0x17;

/** 1.2.840.10045.4.3.2, and 2.5.4.3. */
const ECDSA_WITH_SHA256 = Uint8Array.of(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);
const COMMON_NAME = Uint8Array.of(0x55, 0x04, 0x03);

/** Long before and after any call: clocks of the two sides need not agree. */
const NOT_BEFORE = "200101000000Z";
const NOT_AFTER = "491231235959Z";

/** Makes a key on P-256 and its certificate (RFC 5280, version 1: no extensions). */
export function makeCallCertificate(): CallCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = der(SEQUENCE, der(OBJECT_ID, ECDSA_WITH_SHA256));
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, der(OBJECT_ID, COMMON_NAME), der(UTF8, Buffer.from("call")))));
  const validity = der(SEQUENCE, der(TIME, Buffer.from(NOT_BEFORE)), der(TIME, Buffer.from(NOT_AFTER)));
  const serial = randomBytes(8);
  // Positive, and without a zero in front.
  serial[0] = ((serial[0] as number) & 0x3f) | 0x40;
  const about = der(
    SEQUENCE,
    der(INTEGER, serial),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", about, privateKey);
  const whole = der(SEQUENCE, about, algorithm, der(BIT_STRING, Uint8Array.of(0), signature));
  return {
    certificate: toPem(whole),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: new Uint8Array(createHash("sha256").update(whole).digest()),
  };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...size), content]);
}

function toPem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
