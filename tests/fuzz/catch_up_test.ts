/**
 * A client that keeps losing its connection while messages are sent and redacted, clocks are set
 * and the server restarts.
 */
import { assert, assertEquals } from "@std/assert";
import { Chat } from "../client/chat.ts";
import type { Drive } from "../client/drive.ts";
import { forManySeeds, Random, SEED } from "./random.ts";

const MILLISECONDS = 1500;
const STEPS = 80;
const HOUR = 3_600_000;

/** Says that messages may be missing. */
const MISSING = /may be missing|More was said/;

/**
 * What a session was shown since the last call: the texts in order, and whether it was warned of
 * gaps.
 */
function told(it: Drive): { texts: string[]; isMissing: boolean } {
  const events = it.events.splice(0);
  return {
    texts: events.flatMap((e) => e.type === "message" && e.place === "#lobby" ? [e.text] : []),
    isMissing: events.some((e) => e.type === "info" && MISSING.test(e.text)),
  };
}

function story(seed: number): void {
  const random = new Random(seed);
  const chat = new Chat();
  const ada = chat.enters("Ada");
  const can = chat.enters("Can");
  told(can);
  const said: string[] = [];
  const redacted = new Set<string>();
  const shown: string[] = [];
  let mayMiss = false;
  let isLost = false;

  const look = () => {
    const { texts, isMissing } = told(can);
    shown.push(...texts);
    mayMiss ||= isMissing;
  };
  const comeBack = () => {
    chat.pass(random.below(2000));
    can.open();
    chat.settle();
    isLost = false;
    look();
  };
  const steps: (() => void)[] = [
    () => {
      for (let count = 1 + random.below(random.oneIn(9) ? 130 : 5); count > 0; count--) {
        const text = `söz ${said.length}`;
        said.push(text);
        ada.type(text);
        chat.settle();
        if (random.oneIn(2)) chat.pass(random.pick([0, 1, 1, 50, 3000]));
      }
    },
    () => {
      const { history } = chat.server.store;
      const items = history.latest("#lobby", undefined, { limit: 5, events: false });
      if (items.length === 0) return;
      // Mostly the last message, because that is where catching up continues.
      const { msgid, params } = random.oneIn(3) ? random.pick(items) : items.at(-1)!;
      const peer = chat.server.clients.findLast(({ user }) => user.nick === "Ada" && !user.gone);
      peer?.send(`REDACT #lobby ${msgid}`);
      redacted.add(params[1]!);
      chat.settle();
    },
    () => {
      chat.server.now += random.pick([2, -2, 0.01, -0.01, 400 * 24, -400 * 24]) * HOUR;
    },
    () => {
      chat.restarts(!random.oneIn(8));
      isLost = true;
      ada.open();
      chat.settle();
    },
    () => {
      if (!isLost) chat.loses(can, random.oneIn(2));
      isLost = true;
    },
    () => {
      if (isLost) comeBack();
    },
  ];
  for (let step = 0; step < STEPS; step++) {
    random.pick([...steps, steps[0]!, steps[4]!, steps[5]!])();
    // The old connection may still hold the name; it ends now.
    for (const { user } of chat.server.clients) {
      if (user.nick === "Can" && isLost && !user.gone) {
        chat.server.world.disconnected(user, "Ping timeout", chat.server.now);
      }
    }
    chat.settle();
    look();
  }
  if (isLost) comeBack();
  can.wait(6000);
  look();

  assertEquals(shown.length, new Set(shown).size, "nothing is shown twice");
  const order = (text: string) => Number(text.split(" ")[1]);
  if (!mayMiss) {
    const missed = said.filter((text) => !shown.includes(text) && !redacted.has(text));
    assertEquals(missed, [], "nothing is missing in silence");
    assertEquals(shown, shown.toSorted((a, b) => order(a) - order(b)), "all is in its order");
  }
  assert(shown.every((text) => said.includes(text)));
}

Deno.test(`Catching up: whatever happens meanwhile, nothing is lost in silence or shown twice (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, story);
});
