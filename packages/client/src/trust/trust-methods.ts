/** Methods about what is known of a person. */
import type { Extras } from "../extras.ts";
import { requireContact } from "../people/who.ts";
import { trustHistory } from "./trust-history.ts";

/** The methods. */
export const trustMethods: Extras = (inside) => ({
  async "contact.trust"({ who }) {
    return trustHistory(requireContact(inside.engine().core.people, who));
  },
});
