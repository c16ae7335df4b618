import { assertEquals, assertMatch } from "@std/assert";
import { clockFor, dateOf, dayOf } from "../../lib/ui/clock.ts";

const TIME = new Date(2026, 0, 2, 15, 4, 5, 678).getTime();

Deno.test("clockFor: times are written in the requested pattern", () => {
  const cases: [pattern: string | undefined, text: string][] = [
    [undefined, "15:04:05 PM"],
    ["12", "03:04:05 PM"],
    ["24", "15:04:05"],
    ["HH:mm", "15:04"],
    ["H'h'mm", "15h04"],
    ["dd.MM. HH:mm:ss.SSS", "02.01. 15:04:05.678"],
  ];
  for (const [pattern, text] of cases) {
    const made = clockFor(pattern);
    assertEquals("clock" in made ? made.clock(TIME) : made.fault, text);
  }
});

Deno.test("clockFor: an invalid pattern is refused with the reason", () => {
  const cases: [pattern: string, fault: RegExp][] = [
    ["", /it is empty/],
    ["hello", /"e" has no meaning|"h/],
    ["HHH:mm", /"HHH" has no meaning/],
    ["::", /shows no time/],
    ["'HH", /quotation mark/],
    ["HH\x1b[m", /invisible/],
    ["H".repeat(50), /longer/],
  ];
  for (const [pattern, fault] of cases) {
    const made = clockFor(pattern);
    assertMatch("fault" in made ? made.fault : "", fault);
  }
});

Deno.test("dayOf: days are written in words, and dates by dateOf in digits", () => {
  assertEquals(dayOf(TIME), "Friday, 2 January 2026");
  assertEquals(dateOf(TIME), "2026-01-02");
});
