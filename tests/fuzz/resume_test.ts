/**
 * Two clients that talk while their connections break at any line, also while they come back.
 */
import { assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/client/events.ts";
import { Chat } from "../client/chat.ts";
import type { Drive } from "../client/drive.ts";
import { forManySeeds, Random, SEED } from "./random.ts";

const MILLISECONDS = 1500;
const STEPS = 60;

/** What others must not notice. */
const NOISE: ReadonlySet<ChatEvent["type"]> = new Set(["joined", "left", "renamed"]);

function story(seed: number): void {
  const random = new Random(seed);
  const chat = new Chat();
  const [ada, can, eve] = [chat.enters("Ada"), chat.enters("Can"), chat.enters("Eve")];
  for (const it of [ada, can, eve]) chat.types(it, "/join oda");
  if (random.oneIn(2)) chat.logsIn(ada, "Ada");
  if (random.oneIn(2)) chat.logsIn(can, "Can");
  const heard = new Map<Drive, string[]>([[ada, []], [can, []], [eve, []]]);
  const said: string[] = [];
  const lost = new Set<Drive>();

  const look = () => {
    for (const [it, texts] of heard) {
      for (const event of it.events.splice(0)) {
        if (event.type === "message" && !event.server) texts.push(event.text);
        if (it === eve && NOISE.has(event.type)) throw new Error(JSON.stringify(event));
      }
    }
  };
  const say = () => {
    const [it, other] = random.pick([[ada, "Can"], [can, "Ada"]] as const);
    const place = random.pick(["#lobby", "#oda", other]);
    const text = `${it === ada ? "Ada" : "Can"} ${place} ${said.length}`;
    said.push(text);
    it.type(text, place);
  };
  const breakOne = () => {
    const it = random.pick([ada, can]);
    if (!lost.has(it)) chat.breaks(it, random.below(4), random.below(6), random.oneIn(2));
    lost.add(it);
  };
  // The rooms and the next secret come at the end of about twenty lines.
  const some = () => random.oneIn(2) ? random.below(30) : 15 + random.below(10);
  const comeBack = () => {
    for (const it of lost) {
      it.open();
      // It breaks again at any line of the way back.
      if (random.oneIn(2)) {
        for (let turns = random.below(6); turns > 0; turns--) chat.exchange(it, some());
        chat.breaks(it, random.below(9), random.oneIn(2) ? 0 : some(), random.oneIn(2));
      } else lost.delete(it);
    }
    chat.settle();
  };
  for (let step = 0; step < STEPS; step++) {
    random.pick([say, say, say, () => chat.settle(), breakOne, comeBack])();
    chat.pass(random.pick([0, 1, 50, 1000]));
    look();
  }
  while (lost.size > 0) comeBack();
  for (const it of [ada, can]) it.wait(6000);
  chat.settle();
  look();

  for (const [it, texts] of heard) {
    const meant = said.filter((text) => it !== eve || text.includes("#"));
    assertEquals(texts.toSorted(), meant.toSorted(), `${it.session.nick} heard all, once`);
    for (const who of ["Ada", "Can"]) {
      for (const place of ["#lobby", "#oda", "Ada", "Can"]) {
        const numbers = texts.filter((text) => text.startsWith(`${who} ${place} `))
          .map((text) => Number(text.split(" ").at(-1)));
        assertEquals(numbers, numbers.toSorted((a, b) => a - b), "in the order of saying it");
      }
    }
  }
}

Deno.test(`Resume: wherever connections break, nothing is lost or doubled, and nobody else notices (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, story);
});
