import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeBindingAnswer, encodeBindingRequest, isBindingAnswer, readBindingRequest } from "./stun-message.ts";

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Of the test vectors of RFC 5769, which RFC 8489 keeps. */
const TRANSACTION = hex("b7e7a701bc34d686fa87dfae");

describe("a Binding request", () => {
  test("is 20 bytes and tells its transaction", () => {
    const request = encodeBindingRequest(TRANSACTION);
    expect(toHex(request)).toBe(`000100002112a442${toHex(TRANSACTION)}`);
    expect(readBindingRequest(request)).toEqual(TRANSACTION);
  });

  const request = toHex(encodeBindingRequest(TRANSACTION));
  test.each([
    ["shorter", request.slice(0, 38)],
    ["longer than it says", `${request}00000000`],
    ["of another kind", `0101${request.slice(4)}`],
    ["without the cookie", request.replace("2112a442", "2112a443")],
    ["with an attribute that must be understood", `00010008${request.slice(8)}0006000461626364`],
    ["with an attribute that is cut off", `00010008${request.slice(8)}8022000861626364`],
    ["empty", ""],
  ])("that is %s is none", (_, text) => {
    expect(readBindingRequest(hex(text))).toBeNull();
  });

  test("may have attributes that need not be understood, up to 548 bytes", () => {
    expect(readBindingRequest(hex(`00010008${request.slice(8)}8022000461626364`))).toEqual(TRANSACTION);
    const long = new Uint8Array(552);
    long.set(hex(`00010214${request.slice(8)}80220210`));
    expect(readBindingRequest(long)).toBeNull();
  });
});

test("any bytes are a request or none, and an answer or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const transaction = readBindingRequest(bytes);
      return (transaction === null || transaction.length === 12) && !isBindingAnswer(bytes, TRANSACTION);
    }),
  );
  const start = encodeBindingRequest(TRANSACTION);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (attributes) => {
      const packet = new Uint8Array([...start, ...attributes]);
      new DataView(packet.buffer).setUint16(2, attributes.length);
      const transaction = readBindingRequest(packet);
      return transaction === null || attributes.length % 4 === 0;
    }),
  );
});

describe("the answer", () => {
  test("has the address as RFC 5769 writes it, for IPv4 and IPv6", () => {
    const four = encodeBindingAnswer(TRANSACTION, Uint8Array.of(192, 0, 2, 1), 32_853);
    expect(toHex(four.slice(20))).toBe("002000080001a147e112a643");
    const six = encodeBindingAnswer(TRANSACTION, hex("20010db8123456780011223344556677"), 32_853);
    expect(toHex(six.slice(20))).toBe("002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9");
    for (const answer of [four, six]) expect(isBindingAnswer(answer, TRANSACTION)).toBe(true);
  });

  test("of another transaction, and a request, are not taken for it", () => {
    const other = encodeBindingAnswer(new Uint8Array(12), Uint8Array.of(192, 0, 2, 1), 1);
    expect(isBindingAnswer(other, TRANSACTION)).toBe(false);
    expect(isBindingAnswer(encodeBindingRequest(TRANSACTION), TRANSACTION)).toBe(false);
  });
});
