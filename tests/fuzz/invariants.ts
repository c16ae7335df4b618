/**
 * What is always true of a world.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { CAPABILITIES } from "../../lib/irc/caps.ts";
import { CHANNEL_MODES, PREFIXES, USER_MODES } from "../../lib/irc/modes.ts";
import { looks } from "../../lib/irc/looks.ts";
import { checkChannel, checkNick, fold, USER_LENGTH } from "../../lib/irc/names.ts";
import { isReserved } from "../../lib/irc/reserved.ts";
import type { Channel, ListLetter } from "../../lib/server/world/channel.ts";
import { MAX_READ_MARKERS } from "../../lib/server/world/read_markers.ts";
import { isWorthKeeping, stateOf } from "../../lib/server/world/channel_state.ts";
import { COMMANDS } from "../../lib/server/commands/table.ts";
import { MAX_HOST_BANS } from "../../lib/server/world/host_bans.ts";
import {
  AWAY_BYTES,
  KEY_BYTES,
  MAX_MONITORED,
  REALNAME_BYTES,
  TOPIC_BYTES,
} from "../../lib/server/entry/isupport_tokens.ts";
import { belongsToAnother } from "../../lib/server/accounts/ownership.ts";
import { MAX_BYTES, MAX_LINES } from "../../lib/irc/multiline.ts";
import { RECENT_MESSAGES } from "../../lib/server/history/recent.ts";
import type { User } from "../../lib/server/world/user.ts";
import { MAX_INVITES } from "../../lib/server/world/channels.ts";
import { parseMask } from "../../lib/server/world/user_mask.ts";
import type { World } from "../../lib/server/world/world.ts";
import { NAMES, USERS } from "./words.ts";

const encoder = new TextEncoder();

const FLAGS = lettersOf(CHANNEL_MODES.filter((mode) => mode.kind === "flag"));
const LISTS = lettersOf(CHANNEL_MODES.filter((mode) => mode.kind === "list"));
const OWN_MODES = lettersOf(USER_MODES);
const CAPS = new Set<string>(CAPABILITIES.map(({ name }) => name));
const RANKS = PREFIXES.reduce((all, { bit }) => all | bit, 0);

function lettersOf(modes: readonly { readonly letter: string }[]): ReadonlySet<string> {
  return new Set(modes.map(({ letter }) => letter));
}

/**
 * Throws if users, channels and connections do not fit together, or something exceeds its bound.
 */
export function assertConsistent(world: World): void {
  const { limits } = world.config;
  assertRoster(world);
  for (const user of world.connections) assertUser(world, user);
  assertEquals(
    world.channels.all.get(world.channels.lobby.folded),
    world.channels.lobby,
    "the lobby is always there",
  );
  for (const [key, channel] of world.channels.all) {
    assertEquals(key, channel.folded);
    assertChannel(world, channel);
  }
  assertAtMost(world.channels.all.size, limits.channels, "channels");
  assertShares(world);
  assertAtMost(world.users.size, world.peak, "users");
  assertAtMost(world.recent.size, RECENT_MESSAGES, "messages that are remembered");
  const bans = world.bans.list(-Infinity);
  assertAtMost(bans.length, MAX_HOST_BANS, "bans");
  const masks = (all: readonly { readonly mask: string }[]) => all.map(({ mask }) => mask).sort();
  const kept = world.store.serverState.bans(-Infinity);
  assert(masks(bans).every((mask) => masks(kept).includes(mask)), "bans are kept");
  assertAtMost(world.store.serverState.channels().length, world.channels.all.size, "kept channels");
  assertOnly(world.usage.keys(), COMMANDS, "commands that were counted");
}

/** Checks that the counters of networks are right. */
function assertShares(world: World): void {
  for (const { origin } of world.channels.all.values()) {
    if (origin === undefined) continue;
    const there = [...world.channels.all.values()].filter((channel) => channel.origin === origin);
    assertEquals(world.channels.opened.of(origin), there.length, "rooms of a network");
  }
  for (const { ip } of world.connections) {
    const there = [...world.connections].filter((user) => !user.registered && user.ip === ip);
    const { ofNetwork } = world.newcomersLike(ip);
    // An IPv6 network has more addresses.
    assert(ofNetwork >= there.length, `${ofNetwork} newcomers from ${ip}, not ${there.length}`);
    if (!ip.includes(":")) assertEquals(ofNetwork, there.length, `newcomers from ${ip}`);
  }
}

/** Checks that each registered user is found by its name and by whatever looks like it. */
function assertRoster(world: World): void {
  const seen = new Map<string, string>();
  for (const user of world.users.all()) {
    assertEquals(world.users.find(user.nick), user);
    assert(world.connections.has(user), `${user.nick} has a connection`);
    assertEquals(belongsToAnother(world, user, user.nick), undefined, `${user.nick} is its own`);
    assert(!isReserved(user.nick, world.name), `${user.nick} is not the server's`);
    assertEquals(world.users.holderOf(user.nick, user), undefined, `${user.nick} is alone`);
    for (const look of looks(user.nick)) {
      assertEquals(seen.get(look), undefined, `${user.nick} looks like ${seen.get(look)}`);
      seen.set(look, user.nick);
    }
  }
  // Users that hold or watch a name are still connected.
  for (const name of [...NAMES, ...USERS]) {
    for (const user of [world.users.find(name), ...world.users.watchersOf(name)]) {
      assert(user === undefined || world.connections.has(user), `${name} belongs to nobody gone`);
    }
    for (const asker of world.connections) {
      const holder = world.users.holderOf(name, asker);
      assert(holder === undefined || world.users.find(holder.nick) === holder, `${name} is free`);
      break;
    }
  }
}

function assertUser(world: World, user: User): void {
  const { nick } = user;
  assert(!user.gone, `${nick} is gone and still connected`);
  assertEquals(world.users.find(nick) === user, user.registered, `${nick} is a user`);
  assertEquals(user.oper !== undefined, user.modes.includes("o"), `${nick} is an operator`);
  assertOnly(user.modes, OWN_MODES, `modes of ${nick}`);
  assertOnly(user.caps, CAPS, `capabilities of ${nick}`);
  if (user.registered) {
    assertEquals(checkNick(nick), { name: nick });
  } else {
    assertEquals([nick, user.oper], ["", undefined], "who is nobody yet has nothing");
    assertEquals(user.channels.size + user.invites.size + user.monitored.size, 0);
  }
  for (const channel of user.channels) {
    assert(channel.members.has(user), `${channel.name} knows that ${nick} is in it`);
    assertEquals(world.channels.all.get(channel.folded), channel);
  }
  for (const channel of user.invites) {
    assert(channel.invited.has(user), `${channel.name} knows that ${nick} is invited`);
    assertEquals(world.channels.all.get(channel.folded), channel);
  }
  for (const [folded, name] of user.monitored) {
    assertEquals(folded, fold(name));
    assert(world.users.watchersOf(name).has(user), `${nick} is told of ${name}`);
  }
  assertAtMost(user.channels.size, world.config.limits.channelsPerUser, `channels of ${nick}`);
  assertAtMost(user.invites.size, MAX_INVITES, `invitations of ${nick}`);
  assertAtMost(user.monitored.size, MAX_MONITORED, `names that ${nick} watches`);
  assertAtMost(user.readMarkers.size, MAX_READ_MARKERS, `read markers of ${nick}`);
  assertAtMost(user.username.length, 1 + USER_LENGTH, user.username);
  assertBytes(user.realname, REALNAME_BYTES);
  assertBytes(user.away ?? "", AWAY_BYTES);
  assert(user.away !== "", "an away user has a reason");
  const { batch } = user;
  if (batch === undefined) return;
  assertAtMost(batch.lines.length, batch.failed ? 0 : MAX_LINES, "lines of a message");
  assertAtMost(
    batch.lines.reduce((sum, { text }) => sum + encoder.encode(text).length, 0),
    MAX_BYTES,
    "its bytes",
  );
}

function assertChannel(world: World, channel: Channel): void {
  const { name } = channel;
  assertEquals(checkChannel(name), { name });
  const { serverState } = world.store;
  const state = serverState.channels().find((state) => fold(state.name) === channel.folded);
  const worth = isWorthKeeping(channel);
  assertEquals([channel.saved, state !== undefined], [worth, worth], `${name} is kept`);
  if (state !== undefined) assertEquals(state, stateOf(channel), `${name} is kept as it is`);
  const empty = channel.members.size === 0;
  assert(channel === world.channels.lobby || !empty || worth, `${name} is not empty`);
  for (const [user, ranks] of channel.members) {
    assert(user.channels.has(channel), `${user.nick} knows that it is in ${name}`);
    assertEquals(world.users.find(user.nick), user, `${user.nick} is here`);
    assertEquals(ranks & ~RANKS, 0, `${user.nick} has ranks that exist`);
  }
  for (const user of channel.invited.keys()) {
    assert(user.invites.has(channel), `${user.nick} knows that it is invited to ${name}`);
    assertEquals(world.users.find(user.nick), user, `${user.nick} is here`);
    assert(!channel.members.has(user), `${user.nick} has come already`);
  }
  assertOnly(channel.flags, FLAGS, `modes of ${name}`);
  assertOnly(Object.keys(channel.lists), LISTS, `lists of ${name}`);
  for (const letter of LISTS) {
    const list = channel.lists[letter as ListLetter];
    assertAtMost(list.size, world.config.limits.listEntries, `${letter} of ${name}`);
    for (const [key, { mask }] of list) {
      assertEquals(key, mask.key);
      assertEquals(parseMask(mask.text), mask, "read again it is the same");
      assertEquals(mask.fault, undefined, mask.text);
      assert(/^[^\s:][^\s]*$/.test(mask.text), `a mask is one word: ${mask.text}`);
    }
  }
  assertBytes(channel.key ?? "", KEY_BYTES);
  assertBytes(channel.topic?.text ?? "", TOPIC_BYTES);
  assert(channel.key !== "" && channel.topic?.text !== "", `${name} has nothing that is empty`);
  assert(channel.limit === undefined || channel.limit > 0, `${name} has room for someone`);
}

/** Throws if the world still knows a user that is gone. */
export function assertForgotten(world: World, user: User): void {
  const { nick } = user;
  assert(!world.connections.has(user), `${nick} has no connection`);
  assert(nick === "" || world.users.find(nick) !== user, `${nick} is no user`);
  assertEquals([user.channels.size, user.monitored.size], [0, 0], `${nick} is nowhere`);
  for (const channel of world.channels.all.values()) {
    assert(!channel.members.has(user) && !channel.invited.has(user), `${nick} left everything`);
  }
}

function assertAtMost(count: number, most: number, what: string): void {
  assert(count <= most, `${what}: ${count}, at most ${most}`);
}

function assertBytes(text: string, most: number): void {
  assertAtMost(encoder.encode(text).length, most, `bytes of "${text}"`);
}

function assertOnly(
  items: Iterable<string>,
  known: { has(item: string): boolean },
  what: string,
): void {
  for (const item of items) assert(known.has(item), `${what}: ${item} is not one`);
}
