/** Where a message for one device goes next: a pure choice. */
import type { Relation } from "../people/contact-row.ts";

/** What the choice depends on. */
export interface RouteFacts {
  readonly relation: Relation;
  /** A current address of the device is known. */
  readonly hasReach: boolean;
  /** The last direct try failed a short while ago. */
  readonly isDirectResting: boolean;
  readonly relayCount: number;
  /** Every relay of the queue said that it does not know the queue. */
  readonly isQueueGone: boolean;
  readonly hasBox: boolean;
}

/** A way to try. */
export type Route = "direct" | "relays" | "box";

/** The ways to try, in order, until one takes the message; empty when there is none now. */
export function chooseRoutes(facts: RouteFacts): readonly Route[] {
  if (facts.relation === "blocked" || facts.relation === "requesting") return [];
  if (facts.relation === "requested") return facts.hasBox ? ["box"] : [];
  const routes: Route[] = [];
  const canDial = facts.hasReach && !facts.isDirectResting;
  if (canDial) routes.push("direct");
  if (facts.relayCount > 0 && !facts.isQueueGone) routes.push("relays");
  // The box is the way back in: a device that lost every queue still reads it.
  if (facts.hasBox && (facts.isQueueGone || facts.relayCount === 0) && !canDial) routes.push("box");
  return routes;
}
