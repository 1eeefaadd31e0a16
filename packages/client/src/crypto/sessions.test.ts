/** Sessions on Node's cryptography and on its WebCrypto; those of a browser run in test/e2e. */
import { describe, it } from "vitest";
import { SESSION_CHECKS } from "../../../protocol/test/session-checks.ts";
import { cryptoSuite as node } from "./node.ts";
import { cryptoSuite as web } from "./web.ts";

describe.each([node, web])("on the $name backend", (suite) => {
  it.each(SESSION_CHECKS)("$name", ({ run }) => run(suite));
});
