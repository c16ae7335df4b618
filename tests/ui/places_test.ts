import { assert, assertEquals } from "@std/assert";
import { type Entry, Place, Places } from "../../lib/ui/places.ts";

function entry(text: string, quiet = false): Entry {
  return { time: 0, lines: [{ text, plain: text }], quiet };
}

const names = (places: Places) => places.all.map(({ name }) => name);

Deno.test("Places: places are found in any case, and keep their order", () => {
  const places = new Places("#lobby");
  const music = places.open("#Müzik");
  assertEquals(places.open("#MÜZİK"), music);
  places.open("Ada");
  assertEquals(names(places), ["#lobby", "#Müzik", "Ada"]);
  assertEquals([places.beside(1).name, places.beside(-1).name], ["#Müzik", "Ada"]);
  places.rename("ada", "Eda");
  places.rename("#müzik", "x");
  assertEquals(names(places), ["#lobby", "#Müzik", "Eda"]);
});

Deno.test("Places: closing a place shows the one before it, or the first", () => {
  const places = new Places("#lobby");
  const [a, b] = ["a", "b"].map((name) => places.open(name)!);
  places.show(a!);
  places.show(b!);
  assertEquals(places.close(b!).name, "a");
  places.show(a!);
  assertEquals(places.close(a!).name, "#lobby");
  places.show(places.home);
  assertEquals([places.close(places.home).name, names(places)], ["#lobby", ["#lobby"]]);
});

Deno.test("Places: the first room may become another one", () => {
  const places = new Places("");
  places.homeName = "#lobby";
  assertEquals([places.current.name, names(places)], ["#lobby", ["#lobby"]]);
  const { home } = places;
  places.homeName = "#LOBBY";
  assertEquals(places.home, home);
});

Deno.test("Places: at the limit a place with nothing unread is closed, or else no more are opened", () => {
  const places = new Places("#lobby");
  for (let index = 1; index < 100; index++) {
    const place = places.open(`u${index}`);
    if (place !== undefined && index !== 7) place.unread = 1;
  }
  assert(places.open("last") !== undefined);
  assertEquals([places.all.length, places.find("u7")], [100, undefined]);
  places.find("last")!.unread = 1;
  assertEquals(places.open("one more"), undefined);
});

Deno.test("Places: what was missed is bounded; quiet lines go first, then the oldest", () => {
  const place = new Place("#a");
  place.miss(entry("1"));
  place.miss(entry("joined", true));
  for (let index = 2; index <= 502; index++) place.miss(entry(`${index}`));
  const { entries, leftOut } = place.catchUp();
  assertEquals([entries.length, entries[0]?.lines[0]?.plain, leftOut], [500, "3", 2]);
  assertEquals(place.catchUp(), { entries: [], leftOut: 0 });
});

Deno.test("Places: lines are kept up to a bound, and the transcript says so", () => {
  const place = new Place("#a");
  for (let index = 0; index < 2600; index++) place.record(entry(`${index}`));
  const lines = place.transcript().split("\n");
  assertEquals(lines[0], "--- earlier messages were not kept ---");
  assertEquals(lines.at(-2), "2599");
  assert(lines.length > 2000 && lines.length < 2600);
});

Deno.test("Places: long lines are kept up to a bound, too, and what is left out is counted", () => {
  const place = new Place("#a");
  const other = new Place("#b");
  const long = "x".repeat(16_000);
  for (let index = 0; index < 100; index++) {
    place.miss(entry(long));
    place.record(entry(`${index} ${long}`));
    other.miss(entry(long));
  }
  const lines = place.transcript().split("\n");
  assert(lines.length < 50 && lines.at(-2)?.startsWith("99 "), `${lines.length}`);
  assertEquals(lines[0], "--- earlier messages were not kept ---");
  // Each is kept twice: with and without escape sequences.
  const most = Math.floor(512 * 1024 / 32_000);
  place.adopt(other);
  const { entries, leftOut } = place.catchUp();
  assertEquals([entries.length, leftOut], [most, 200 - most]);
  // A single entry is kept even if it is too long.
  place.miss(entry("x".repeat(600_000)));
  place.identify("i".repeat(8000), "Ada", 0);
  assertEquals([place.catchUp().entries.length, place.author("i".repeat(8000))], [1, undefined]);
});

Deno.test("Places: the latest speaker comes first, up to a bound", () => {
  const place = new Place("#a");
  for (const name of ["a", "b", "A", "c"]) place.spoke(name);
  assertEquals(place.speakers, ["c", "A", "b"]);
  for (let index = 0; index < 99; index++) place.spoke(`u${index}`);
  assertEquals(place.speakers.length, 50);
});

Deno.test("Places: a user who types is forgotten after a while, and only a limited number are known", () => {
  const place = new Place("#a");
  place.typing("a", true, 0);
  place.typing("b", true, 1000);
  place.typing("A", true, 2000);
  assertEquals([place.typists(2000), place.typingEnds], [["A", "b"], 7500]);
  assertEquals(place.typists(7500), ["A"]);
  for (let index = 0; index < 99; index++) place.typing(`u${index}`, true, 8000);
  assertEquals(place.typists(8000).length, 20);
});

Deno.test("Places: messages are known by their ids, up to a bound", () => {
  const place = new Place("#a");
  for (let index = 0; index < 600; index++) place.identify(`${index}`, "a", index);
  assertEquals([place.author("99"), place.author("100")], [undefined, { from: "a", time: 100 }]);
});
