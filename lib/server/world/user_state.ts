/**
 * A user as plain JSON data, and back: what all servers of a cluster know of it.
 * @module
 */
import type { CapabilityName } from "../../irc/caps.ts";
import type { BatchLine, MultilineBatch } from "../../irc/multiline.ts";
import { fold, type Folded } from "../../irc/names.ts";
import type { LoginSession } from "../accounts/login_session.ts";
import { isConfided } from "../accounts/service.ts";
import { type BucketState, newAllowance, TokenBucket } from "../entry/flood.ts";
import type { Channel } from "./channel.ts";
import { own } from "./owned.ts";
import { type Registration, type Sink, User } from "./user.ts";
import type { World } from "./world.ts";
import type { WayState } from "./stays.ts";

/** What is left out has its usual value. Times are in milliseconds since 1970. */
export interface UserState {
  readonly key: string;
  readonly ip: string;
  readonly cloak: string;
  /** If it is not the cloak. */
  readonly host?: string | undefined;
  readonly secure?: true | undefined;
  readonly isHere?: true | undefined;
  readonly connectedAt: number;
  readonly lastSeen: number;
  readonly lastSpoke: number;
  readonly lastSerial: number;
  readonly tookOverAt?: number | undefined;
  readonly nick: string;
  readonly username: string;
  readonly realname: string;
  readonly account?: string | undefined;
  readonly session?: LoginSession | undefined;
  readonly away?: string | undefined;
  readonly oper?: string | undefined;
  readonly operBy?: User["operBy"];
  readonly registered?: true | undefined;
  readonly registration: Registration;
  readonly unproven?: true | undefined;
  readonly lost?: User["lost"];
  readonly capVersion: number;
  /** The number of its set of capabilities. */
  readonly caps: number;
  readonly modes: string;
  /** Pays for changes of the nick. */
  readonly nicks: BucketState;
  readonly batch?: BatchState | undefined;
  readonly way?: WayState | undefined;
  /** The numbers of its channels. */
  readonly channels: readonly number[];
  readonly invites?: readonly number[] | undefined;
  readonly monitored?: readonly string[] | undefined;
  readonly readMarkers?: readonly (readonly [target: string, at: number])[] | undefined;
  readonly formerAccounts?: readonly string[] | undefined;
}

interface BatchState extends Omit<MultilineBatch, "client"> {
  readonly client: readonly (readonly [key: string, value: string])[];
}

/** The numbers of channels and of sets of capabilities. */
export interface Numbers {
  readonly channel: (channel: Channel) => number;
  readonly caps: (caps: ReadonlySet<CapabilityName>) => number;
}

export function stateOfUser(user: User, world: World, numbers: Numbers): UserState {
  const { caps, channels, allowance: { nicks }, batch } = user;
  const [invites, monitored, readMarkers, formerAccounts] = user.extras;
  return {
    key: user.key,
    ip: user.ip,
    cloak: user.cloak,
    host: user.host === user.cloak ? undefined : user.host,
    secure: user.secure || undefined,
    isHere: user.isHere || undefined,
    connectedAt: user.connectedAt,
    lastSeen: user.lastSeen,
    lastSpoke: user.lastSpoke,
    lastSerial: user.lastSerial,
    tookOverAt: user.tookOverAt === -Infinity ? undefined : user.tookOverAt,
    nick: user.nick,
    username: user.username,
    realname: user.realname,
    account: user.account,
    session: user.session,
    away: user.away,
    oper: user.oper,
    operBy: user.operBy,
    registered: user.registered || undefined,
    registration: user.registration,
    unproven: user.unproven || undefined,
    lost: user.lost,
    capVersion: user.capVersion,
    caps: numbers.caps(caps),
    modes: user.modes,
    nicks: nicks.state,
    batch: batch && stateOfBatch(batch),
    way: world.stays.capture(user),
    channels: listed(channels, numbers.channel),
    invites: some(invites, numbers.channel),
    monitored: some(monitored?.values(), (nick) => nick),
    readMarkers: some(readMarkers, (marker) => marker),
    formerAccounts: some(formerAccounts, (account) => account),
  };
}

/** A list of values. `Array.from` takes three times as long. */
export function listed<T, U>(values: Iterable<T>, map: (value: T) => U): U[] {
  const list: U[] = [];
  for (const value of values) list.push(map(value));
  return list;
}

/** The same; undefined if there are none. */
function some<T, U>(values: Iterable<T> | undefined, map: (value: T) => U): U[] | undefined {
  const list = values === undefined ? [] : listed(values, map);
  return list.length === 0 ? undefined : list;
}

function stateOfBatch(batch: MultilineBatch): BatchState {
  const client = [...batch.client];
  // Only the server of its sender knows what is said to the service.
  const nothing = { lines: [], bytes: 0, failed: false };
  return { ...batch, client, ...isConfided(batch.target) ? nothing : { lines: [...batch.lines] } };
}

/**
 * Makes the user of a state, without what others have to do with it: the world adds it to its
 * channels and the like.
 *
 * @param caps all sets of capabilities, by number.
 */
export function restoreUser(
  state: UserState,
  world: World,
  caps: readonly (readonly CapabilityName[])[],
  sink: Sink,
): User {
  const { key, ip, cloak, secure = false, isHere = false, connectedAt, batch } = state;
  const { bucket } = newAllowance(world.config.limits, connectedAt);
  const allowance = { bucket, nicks: TokenBucket.of(state.nicks) };
  const peer = { sink, host: ip, address: ip, secure, isHere };
  const user = new User(peer, key, cloak, allowance, world.burst, connectedAt);
  const { host = cloak, nick, username, realname, account, away, oper, operBy } = state;
  const { registered = false, unproven = false, lastSeen, lastSerial, lastSpoke } = state;
  Object.assign(own(user), { host, nick, username, realname, account, away, oper, operBy });
  Object.assign(own(user), { registered, unproven, lastSeen, lastSerial, lastSpoke });
  user.capVersion = state.capVersion;
  user.tookOverAt = state.tookOverAt ?? -Infinity;
  user.session = state.session;
  Object.assign(user.registration, state.registration);
  for (const cap of caps[state.caps] ?? []) user.setCap(cap, true);
  if (batch !== undefined) user.batch = restoreBatch(batch);
  for (const [target, at] of state.readMarkers ?? []) user.readMarkers.set(target as Folded, at);
  for (const one of state.formerAccounts ?? []) user.formerAccounts.add(fold(one));
  if (state.way !== undefined) world.stays.restore(user, state.way);
  return user;
}

function restoreBatch(batch: BatchState): MultilineBatch {
  const lines: BatchLine[] = [...batch.lines];
  return { ...batch, label: batch.label, client: new Map(batch.client), lines };
}
