/**
 * The cost of a message to many receivers, without system calls. The figures are for comparison;
 * there is no limit to pass.
 */
import { message } from "../../lib/irc/message.ts";
import { Flusher } from "../../lib/net/flusher.ts";
import { Outbox } from "../../lib/net/outbox.ts";
import { Delivery } from "../../lib/server/delivery/delivery.ts";
import { Harness } from "../server/harness.ts";

const MEMBERS = 1000;
const SAID = message("PRIVMSG", ["#lobby", "Aa Alperen selam, nasılsın?"], {
  source: "Furkan!~furkan@192.0.2.1",
});
const peers = Array.from({ length: MEMBERS }, () => new Outbox(0));

function said(): Delivery {
  return new Delivery(SAID, { time: Date.now(), msgid: "abc" });
}

Deno.bench("format a message for one kind of client", () => {
  said().line(0);
});

Deno.bench("format a message for four kinds of clients", () => {
  const delivery = said();
  for (let variant = 0; variant < 4; variant++) delivery.line(variant);
});

Deno.bench(`hand a message to ${MEMBERS} members and take what they write`, () => {
  const line = said().line(0);
  for (const peer of peers) peer.append(line);
  for (const peer of peers) peer.take();
});

Deno.bench(`the same with two kinds of clients, ten messages at a time`, () => {
  for (let count = 0; count < 10; count++) {
    const delivery = said();
    peers.forEach((peer, index) => peer.append(delivery.line(index & 1)));
  }
  for (const peer of peers) peer.take();
});

Deno.bench(`flush ${MEMBERS} peers that have nothing to write`, async () => {
  const flusher = new Flusher();
  const done = Promise.withResolvers<void>();
  let left = MEMBERS;
  const flush = () => {
    if (--left === 0) done.resolve();
  };
  for (let count = 0; count < MEMBERS; count++) flusher.mark({ flush });
  await done.promise;
});

/** A room whose members receive messages and discard them. */
function room(members: number) {
  const harness = new Harness();
  const users = Array.from({ length: members }, (_, index) => harness.user(`u${index}`));
  for (const user of users) user.sink.send = () => {};
  for (const user of users) user.send("JOIN #bench");
  return { harness, talkers: users.slice(0, 4) };
}

for (const [members, messages] of [[200, 1], [200, 64]] as const) {
  const { harness, talkers } = room(members);
  Deno.bench(`from the line to the outbox: ${messages} said in a room of ${members}`, () => {
    for (let count = 0; count < messages; count++) {
      talkers[count % 4]!.send("PRIVMSG #bench :Aa Alperen selam, nasılsın?");
    }
    harness.world.burst.settle();
  });
}
