/** What a message to many costs, but for the system calls. Figures to compare with, not to pass. */
import { message } from "../../lib/irc/message.ts";
import { Flusher } from "../../lib/net/flusher.ts";
import { Outbox } from "../../lib/net/outbox.ts";
import { Delivery } from "../../lib/server/fanout.ts";

const MEMBERS = 1000;
const SAID = message("PRIVMSG", ["#lobby", "Aa Alperen selam, nasılsın?"], {
  source: "Furkan!~furkan@192.0.2.1",
});
const peers = Array.from({ length: MEMBERS }, () => new Outbox(0));

function said(): Delivery {
  return new Delivery(SAID, { time: Date.now(), msgid: "abc" });
}

Deno.bench("encode a message for one kind of client", () => {
  said().bytes(0);
});

Deno.bench("encode a message for four kinds of clients", () => {
  const delivery = said();
  for (let variant = 0; variant < 4; variant++) delivery.bytes(variant);
});

Deno.bench(`hand a message to ${MEMBERS} members and take what they write`, () => {
  const bytes = said().bytes(0);
  for (const peer of peers) peer.append(bytes);
  for (const peer of peers) peer.take();
});

Deno.bench(`the same with two kinds of clients, ten messages at a time`, () => {
  for (let count = 0; count < 10; count++) {
    const delivery = said();
    peers.forEach((peer, index) => peer.append(delivery.bytes(index & 1)));
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
