/** Groups in a simulation: people who know one of them, a group of all, and waiting until what is said is everywhere. */
import type { GroupInfo, GroupMessageInfo } from "@kith/client";
import type { SimPerson } from "./sim-person.ts";
import type { SimWorld } from "./sim-world.ts";

/** People of whom the first knows all others, who do not know each other. */
export interface Star {
  readonly people: readonly SimPerson[];
  readonly host: SimPerson;
  readonly guests: readonly SimPerson[];
  /** Of the guests. */
  readonly accounts: readonly string[];
}

/** Adds people of whom the first knows all others. */
export async function starOf(world: SimWorld, names: readonly string[]): Promise<Star> {
  const people: SimPerson[] = [];
  for (const name of names) people.push(await world.addPerson(name));
  const [host, ...guests] = people as [SimPerson, ...SimPerson[]];
  const accounts: string[] = [];
  for (const guest of guests) accounts.push((await world.befriend(host, guest)).guest);
  return { people, host, guests, accounts };
}

/** Waits until somebody is asked into a group. */
export async function invitedTo(world: SimWorld, person: SimPerson): Promise<GroupInfo> {
  let found: GroupInfo | undefined;
  await world.until(async () => {
    found = (await person.call("group.list", {})).find(({ standing }) => standing === "invited");
    return found !== undefined;
  });
  return found as GroupInfo;
}

/** The accounts that belong to a group as a person sees it. */
export async function membersOf(person: SimPerson, group: string): Promise<readonly string[]> {
  return (await person.call("group.get", { group })).members.map(({ account }) => account).sort();
}

/** What a person has of what was said. */
export async function groupTexts(person: SimPerson, group: string): Promise<readonly string[]> {
  return (await person.call("group.messages", { group, limit: 500 }))
    .map(({ text }) => text)
    .filter((text) => text !== "");
}

/** Waits until all of some people have all of some texts. */
export async function everybodyHas(
  world: SimWorld,
  people: readonly SimPerson[],
  group: string,
  texts: readonly string[],
): Promise<void> {
  await world.until(async () => {
    for (const person of people) {
      const all = await groupTexts(person, group);
      if (!texts.every((text) => all.includes(text))) return false;
    }
    return true;
  });
}

/** A group "Garden" of new people, who have all joined. */
export async function togetherIn(
  world: SimWorld,
  names: readonly string[],
): Promise<Star & { readonly group: string }> {
  const made = await starOf(world, names);
  const { group } = await made.host.call("group.create", { name: "Garden", who: [...made.accounts] });
  for (const guest of made.guests) await guest.call("group.join", { group: (await invitedTo(world, guest)).group });
  await world.until(async () => {
    for (const person of made.people) if ((await membersOf(person, group)).length < names.length) return false;
    return true;
  });
  return { ...made, group };
}

/** What was said, as one person sees it. */
export async function saidTo(person: SimPerson, group: string): Promise<readonly GroupMessageInfo[]> {
  return (await person.call("group.messages", { group, limit: 500 })).filter(({ line }) => line === undefined);
}

/** One message as one person sees it. */
export async function messageOf(person: SimPerson, group: string, id: string): Promise<GroupMessageInfo | undefined> {
  return (await saidTo(person, group)).find((each) => each.id === id);
}

/** A message as everybody has to see it alike: nothing of how far it got, nor of whose device shows it. */
export function commonPart({
  id,
  author,
  text,
  reactions = [],
  isDeleted,
  editedAtMs,
  replyTo,
}: GroupMessageInfo): unknown {
  const given = reactions.map(({ emoji, person }) => `${person.account} ${emoji}`).sort();
  return { id, author: author.account, text, given, isDeleted, editedAtMs, replyTo: replyTo?.state };
}
