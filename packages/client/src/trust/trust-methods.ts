/** Methods about what is known of a person, and about the own handle. */
import type { Extras } from "../extras.ts";
import { requireContact } from "../people/who.ts";
import { releaseOwnHandle } from "./release.ts";
import { trustHistory } from "./trust-history.ts";

/** The methods, and the release of the own handle. */
export const trustMethods: Extras = (inside) => ({
  async "account.releaseHandle"() {
    await releaseOwnHandle(inside);
    return inside.status();
  },
  async "contact.trust"({ who }) {
    return trustHistory(requireContact(inside.engine().core.people, who));
  },
});
