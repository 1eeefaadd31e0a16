/** What an allowed operation makes of a group. Pure: the state passed in stays as it was. */
import type { AccountId } from "../ids.ts";
import { InvariantError } from "../result.ts";
import type { GroupAct, GroupRole } from "./act.ts";
import {
  type Departure,
  type GivenBy,
  type GroupDevice,
  type GroupMember,
  type GroupState,
  guestOf,
  memberOf,
} from "./group-state.ts";
import type { VerifiedOperation } from "./operation.ts";

/** The state after `create`. */
export function foundGroup(create: VerifiedOperation): GroupState {
  const { act, author } = create.operation;
  if (act.type !== "create") throw new InvariantError("a group begins with create");
  const given = givenBy(create, 0);
  const founder: GroupMember = { account: author, devices: [deviceIn(create, 0)], admin: given, ...given };
  return {
    group: create.group,
    name: { text: act.name, ...given },
    timer: { vanishAfterMs: act.vanishAfterMs, ...given },
    link: { needsApproval: false, ...given },
    picture: given,
    members: [founder],
    guests: [],
    former: new Map(),
    retired: new Set(),
  };
}

/** The state after an operation that `refusalOf` lets pass. @param depth how many operations led to it, one by one. */
export function applyOperationTo(state: GroupState, read: VerifiedOperation, depth: number): GroupState {
  const { act, author } = read.operation;
  const given = givenBy(read, depth);
  switch (act.type) {
    case "create":
      throw new InvariantError("a group is created once");
    case "add":
      return withAdmin(applyAdd(state, act, given), given);
    case "join":
      return withAdmin(applyJoin(state, read, given), given);
    case "remove":
      return withAdmin(withoutPerson(state, act.account, act.isBanned === true ? "banned" : "removed"), given);
    case "leave":
      return withAdmin(withoutPerson(state, author, "left"), given);
    case "role":
      return withAdmin(
        withMember(state, act.account, (member) => withRole(member, act.role, given)),
        given,
      );
    case "retire":
      return applyRetire(state, act);
    default:
      return applySetting(state, act, given);
  }
}

function givenBy({ id }: VerifiedOperation, depth: number): GivenBy {
  return { by: id, depth };
}

function deviceIn(read: VerifiedOperation, depth: number): GroupDevice {
  const { identityKey, operation } = read;
  if (identityKey === undefined) throw new InvariantError("a device comes with its certificate");
  return { device: operation.device, identityKey, ...givenBy(read, depth) };
}

function applyAdd(
  state: GroupState,
  { account, role }: Extract<GroupAct, { type: "add" }>,
  given: GivenBy,
): GroupState {
  const former = withoutKey(state.former, account);
  const guest = guestOf(state, account);
  // Who waits has consented by using the link.
  if (guest?.waiting !== undefined) {
    const member = withRole({ account, devices: [guest.waiting], ...given }, role, given);
    return { ...state, former, guests: withoutAccount(state.guests, account), members: [...state.members, member] };
  }
  return { ...state, former, guests: [...state.guests, { account, role, ...given }] };
}

function applyJoin(state: GroupState, read: VerifiedOperation, given: GivenBy): GroupState {
  const { author } = read.operation;
  const device = deviceIn(read, given.depth);
  if (memberOf(state, author) !== undefined) {
    return withMember(state, author, (member) => ({ ...member, devices: [...member.devices, device] }));
  }
  const guest = guestOf(state, author);
  const former = withoutKey(state.former, author);
  if (guest === undefined && state.link.needsApproval) {
    return {
      ...state,
      former,
      guests: [...state.guests, { account: author, role: "member", waiting: device, ...given }],
    };
  }
  const role = guest?.role ?? "member";
  // An admin owes the role to the invitation: it is void when that is.
  const member = withRole({ account: author, devices: [device], ...given }, role, guest ?? given);
  return { ...state, former, guests: withoutAccount(state.guests, author), members: [...state.members, member] };
}

function applyRetire(state: GroupState, { device }: Extract<GroupAct, { type: "retire" }>): GroupState {
  const members = state.members.map((member) => {
    const devices = member.devices.filter((each) => each.device !== device);
    return devices.length === member.devices.length ? member : { ...member, devices };
  });
  return { ...state, members, retired: new Set([...state.retired, device]) };
}

/** Of what was set side by side, the deeper counts; at one depth the one that is applied first, of the lower hash. */
function applySetting(state: GroupState, act: GroupAct, given: GivenBy): GroupState {
  const isNewer = (setting: GivenBy): boolean => given.depth > setting.depth;
  switch (act.type) {
    case "rename":
      return isNewer(state.name) ? { ...state, name: { text: act.name, ...given } } : state;
    case "timer":
      return isNewer(state.timer) ? { ...state, timer: { vanishAfterMs: act.vanishAfterMs, ...given } } : state;
    case "picture":
      return isNewer(state.picture) ? { ...state, picture: { hash: act.hash, ...given } } : state;
    case "link": {
      const { key, needsApproval } = act;
      return isNewer(state.link) ? { ...state, link: { key, needsApproval: needsApproval === true, ...given } } : state;
    }
    default:
      return state;
  }
}

function withRole({ admin, ...member }: GroupMember, role: GroupRole, { by, depth }: GivenBy): GroupMember {
  if (role === "member") return member;
  return { ...member, admin: admin ?? { by, depth } };
}

function withMember(state: GroupState, account: AccountId, change: (member: GroupMember) => GroupMember): GroupState {
  return { ...state, members: state.members.map((each) => (each.account === account ? change(each) : each)) };
}

function withoutPerson(state: GroupState, account: AccountId, departure: Departure): GroupState {
  return {
    ...state,
    members: withoutAccount(state.members, account),
    guests: withoutAccount(state.guests, account),
    former: new Map([...state.former, [account, departure]]),
  };
}

/**
 * A group with members is never without an admin: who has belonged to it for longest becomes one, by what took the last
 * or by joining a group that all others have left.
 */
function withAdmin(state: GroupState, given: GivenBy): GroupState {
  const [oldest] = state.members;
  if (oldest === undefined || state.members.some(({ admin }) => admin !== undefined)) return state;
  return withMember(state, oldest.account, (member) => ({ ...member, admin: given }));
}

function withoutAccount<T extends { readonly account: AccountId }>(
  list: readonly T[],
  account: AccountId,
): readonly T[] {
  return list.filter((each) => each.account !== account);
}

function withoutKey<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  return map.has(key) ? new Map([...map].filter(([each]) => each !== key)) : map;
}
