/**
 * What is always true of a world, and of what it sends.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { format, LINE_BYTES, parse } from "../../lib/irc/message.ts";
import { fold, looks, NICK_BYTES, USER_LENGTH } from "../../lib/irc/names.ts";
import type { World } from "../../lib/server/world.ts";

const encoder = new TextEncoder();
const RELAYED = new Set("PRIVMSG NOTICE PART QUIT ERROR".split(" "));
const SOURCE_BYTES = `:!~@ ${"n".repeat(NICK_BYTES)}${"u".repeat(USER_LENGTH)}192.0.2.1`.length;

/** Throws where users, channels and connections don't fit together. */
export function assertConsistent(world: World): void {
  const seen = new Map<string, string>();
  for (const user of world.connections) {
    assert(!user.gone, `${user.nick} is gone and still connected`);
    const holds = world.users.get(fold(user.nick)) === user;
    assertEquals(holds, user.registered, `${user.nick} is registered and in the list of users`);
    assert(user.registered || user.channels.size === 0, "only users are in channels");
  }
  for (const [key, user] of world.users) {
    assertEquals(key, fold(user.nick));
    assert(world.connections.has(user), `${user.nick} has a connection`);
    assertEquals(world.holderOf(user.nick, user), undefined, `${user.nick} has its name alone`);
    const [small, capital] = looks(user.nick);
    for (const look of new Set([`small ${small}`, `capital ${capital}`])) {
      assertEquals(seen.get(look), undefined, `${user.nick} looks like ${seen.get(look)}`);
      seen.set(look, user.nick);
    }
    for (const channel of user.channels) {
      assert(channel.members.has(user), `${channel.name} knows that ${user.nick} is in it`);
      assertEquals(world.channels.get(channel.folded), channel);
    }
  }
  assertEquals(world.channels.get(world.lobby.folded), world.lobby, "the lobby is always there");
  for (const [key, channel] of world.channels) {
    assertEquals(key, channel.folded);
    assertEquals(key, fold(channel.name));
    assert(channel === world.lobby || channel.members.size > 0, `${channel.name} is not empty`);
    for (const user of channel.members.keys()) {
      assert(user.channels.has(channel), `${user.nick} knows that it is in ${channel.name}`);
      assertEquals(world.users.get(fold(user.nick)), user, `${user.nick} is here`);
    }
  }
}

/** Throws where a line from the server is not one that a client can read. */
export function assertReadable(line: string): void {
  const message = parse(line);
  assert(message !== undefined, `no command: ${line}`);
  const bytes = encoder.encode(line.replace(/^@\S+ /, "")).length + 2;
  // What the server says by itself fits on a line. What it passes on may be longer by the source
  // that it puts in front: nothing of what someone said is cut off.
  const relayed = RELAYED.has(message.command) ? SOURCE_BYTES : 0;
  assert(bytes <= LINE_BYTES + relayed, `${bytes} bytes: ${line}`);
  assert(/^([A-Z]+|\d{3})$/.test(message.command), `no command: ${line}`);
  const again = format(message);
  assertEquals(parse(again), message, "formatted and parsed again it is the same");
  assertEquals(format(parse(again)!), again);
}
