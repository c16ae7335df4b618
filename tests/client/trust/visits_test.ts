import { assertEquals } from "@std/assert";
import { parseVisits, withVisit } from "../../../lib/client/trust/visits.ts";
import { fingerprint } from "../../../lib/irc/fingerprint.ts";

const MINE = fingerprint(new Uint8Array(32));

Deno.test("Visits: each room is remembered once, with its last day and its title", () => {
  const first = { title: "Lab", place: "10.0.0.1:6697", fingerprint: MINE, day: "2026-01-02" };
  let text = withVisit("", first);
  assertEquals(parseVisits(text), [first]);
  // It has another address now, and was entered by that.
  text = withVisit(text, { place: "10.0.0.2:6697", fingerprint: MINE, day: "2026-03-04" });
  assertEquals(parseVisits(text), [{ ...first, place: "10.0.0.2:6697", day: "2026-03-04" }]);
  for (let count = 0; count < 200; count++) {
    text = withVisit(text, { title: "x", place: `h:${count}`, day: "2026-03-05" });
  }
  assertEquals([parseVisits(text).length, parseVisits(text)[0]?.place], [100, "h:199"]);
});

Deno.test("Visits: what is broken in the file is left out", () => {
  for (const text of ["", "{", "{}", "[1, null, {}]", '[{ "place": "a", "day": "today" }]']) {
    assertEquals(parseVisits(text), []);
  }
  assertEquals(
    parseVisits('[{ "place": "a", "day": "2026-01-02", "title": 1, "fingerprint": "x" }]'),
    [
      { place: "a", day: "2026-01-02", title: undefined, fingerprint: undefined },
    ],
  );
});
