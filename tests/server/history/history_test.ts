import { assertEquals } from "@std/assert";
import { MAX_READ_MARKERS } from "../../../lib/server/world/read_markers.ts";
import { assertAnswers, Harness } from "../harness.ts";

const marker = (time: string) => `timestamp=2026-01-02T${time}Z`;

Deno.test("MARKREAD: a marker is kept, moves only forward and never into the future", () => {
  const a = new Harness().user("a", "draft/read-marker");
  assertAnswers(a, [
    ["MARKREAD #x", "MARKREAD #x *"],
    [`MARKREAD #x ${marker("01:00:00.000")}`, `MARKREAD #x ${marker("01:00:00.000")}`],
    ["MARKREAD #X", `MARKREAD #X ${marker("01:00:00.000")}`],
    [`MARKREAD #x ${marker("00:59:59.999")}`, `MARKREAD #x ${marker("01:00:00.000")}`],
    [`MARKREAD #x ${marker("02:00:00.000")}`, `MARKREAD #x ${marker("02:00:00.000")}`],
    [`MARKREAD #x ${marker("23:00:00.000")}`, `MARKREAD #x ${marker("03:04:05.678")}`],
    ["MARKREAD Çağrı", "MARKREAD Çağrı *"],
    [`MARKREAD Çağrı ${marker("01:00:00.000")}`, `MARKREAD Çağrı ${marker("01:00:00.000")}`],
  ]);
});

Deno.test("MARKREAD: a user who joins a room is told its marker before the names", () => {
  const harness = new Harness();
  const a = harness.user("a", "draft/read-marker");
  const names = ["353 a = #x :@a", "366 a #x :End of /NAMES list"];
  assertAnswers(a, [
    ["JOIN #x", ":a!~a@192.0.2.1 JOIN #x", "MARKREAD #x *", ...names],
    [`MARKREAD #x ${marker("01:00:00.000")}`, `MARKREAD #x ${marker("01:00:00.000")}`],
    ["PART #x", ":a!~a@192.0.2.1 PART #x"],
    ["JOIN #x", ":a!~a@192.0.2.1 JOIN #x", `MARKREAD #x ${marker("01:00:00.000")}`, ...names],
  ]);
  assertEquals(
    harness.user("b").ask("MARKREAD #x"),
    [":chat.test MARKREAD #x *"],
    "to each its own",
  );
});

Deno.test("MARKREAD: an invalid marker is refused", () => {
  const invalid = (param: string) => `FAIL MARKREAD INVALID_PARAMS ${param} :Invalid parameters`;
  assertAnswers(new Harness().user("a"), [
    ["MARKREAD", "FAIL MARKREAD NEED_MORE_PARAMS :Missing parameters"],
    ["MARKREAD :", "FAIL MARKREAD NEED_MORE_PARAMS :Missing parameters"],
    ["MARKREAD a!b", invalid("a!b")],
    ["MARKREAD #x *", invalid("*")],
    ["MARKREAD #x 2026-01-02T01:00:00.000Z", invalid("2026-01-02T01:00:00.000Z")],
    [
      `MARKREAD #x timestamp=2026-13-02T01:00:00.000Z`,
      invalid("timestamp=2026-13-02T01:00:00.000Z"),
    ],
    ["MARKREAD #x timestamp=now", invalid("timestamp=now")],
  ]);
});

Deno.test("MARKREAD: the number of markers is limited", () => {
  const a = new Harness().user("a");
  const at = marker("01:00:00.000");
  for (let index = 0; index < MAX_READ_MARKERS; index++) a.send(`MARKREAD #${index} ${at}`);
  assertEquals(a.user.readMarkers.size, MAX_READ_MARKERS);
  assertAnswers(a, [
    [`MARKREAD #more ${at}`, "FAIL MARKREAD INTERNAL_ERROR #more :You have too many read markers"],
    [`MARKREAD #0 ${marker("02:00:00.000")}`, `MARKREAD #0 ${marker("02:00:00.000")}`],
  ]);
});
