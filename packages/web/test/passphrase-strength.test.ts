import { describe, expect, test } from "vitest";
import { passphraseStrength } from "../src/screens/backup/passphrase-strength.ts";

describe("the strength of a passphrase", () => {
  test.each([
    ["", "short"],
    ["1234567", "short"],
    ["       a", "short"],
    ["12345678901234567890", "weak"],
    ["١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦", "weak"],
    ["aaaaaaaaaaaaaaaaaaaaaaaa", "weak"],
    ["abababababababababababab", "weak"],
    ["green tea", "weak"],
    ["seven green rivers", "fair"],
    ["green green green green rivers", "fair"],
    ["copper violin nineteen moss", "strong"],
    ["نهر قديم تسعة أبواب خضراء", "strong"],
    ["नीला पहाड़ सात चिड़ियाँ पुराना", "strong"],
    ["kV4!pQz9_tRw2%mLx8sB", "strong"],
  ] as const)("of “%s” is %s", (passphrase, strength) => {
    expect(passphraseStrength(passphrase)).toBe(strength);
  });
});
