/** In Node, on its own cryptography and on its WebCrypto; the latter's checks run in a browser too (test/e2e). */
import { beforeAll, describe, it } from "vitest";
import { STANDARD_CHECKS } from "../../../protocol/test/standards.ts";
import { WYCHEPROOF_CHECKS } from "../../../protocol/test/wycheproof.ts";
import { cryptoSuite as node } from "./node.ts";
import { describeCrypto, cryptoSuite as web } from "./web.ts";

describe.each([node, web])("vectors of Wycheproof and of the standards hold for the $name suite", (suite) => {
  beforeAll(describeCrypto); // so that they meet the native side, which the first calls do not wait for

  it.each([...WYCHEPROOF_CHECKS, ...STANDARD_CHECKS])("$name", ({ run }) => run(suite));
});
