/**
 * What this project needs of `@std`. The tests run against whatever is installed, the real packages
 * or the stand-ins of `tools/offline_std/`, so that both behave alike.
 */

import * as assertions from "@std/assert";
import { assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { unicodeWidth } from "@std/cli/unicode-width";
import { format as formatDate } from "@std/datetime/format";
import * as colors from "@std/fmt/colors";

Deno.test("parseArgs: reads what was declared", () => {
  type Options = NonNullable<Parameters<typeof parseArgs>[1]>;
  const cases: [string, Partial<Options>, Record<string, unknown>][] = [
    ["", {}, { _: [] }],
    ["serve 5 0x10", {}, { _: ["serve", "5", "0x10"] }],
    ["-", {}, { _: ["-"] }],
    ["", { boolean: ["v"], string: ["port"] }, { v: false, _: [] }],
    ["-v x", { boolean: ["v"] }, { v: true, _: ["x"] }],
    ["-v false x", { boolean: ["v"] }, { v: false, _: ["x"] }],
    ["--v=false --w=true", { boolean: ["v", "w"] }, { v: false, w: true, _: [] }],
    ["-vw x", { boolean: ["v", "w"] }, { v: true, w: true, _: ["x"] }],
    ["--v -- --w c", { boolean: ["v", "w"] }, { v: true, w: false, _: ["--w", "c"] }],
    ["--no-v", { boolean: ["v", "no-v"] }, { v: false, "no-v": true, _: [] }],
    ["--port 07000 x", { string: ["port"] }, { port: "07000", _: ["x"] }],
    ["--port=7000", { string: ["port"] }, { port: "7000", _: [] }],
    ["--port=a=b", { string: ["port"] }, { port: "a=b", _: [] }],
    ["--port", { string: ["port"] }, { port: "", _: [] }],
    ["--port --v", { string: ["port"], boolean: ["v"] }, { port: "", v: true, _: [] }],
    ["--port 1 --port 2", { string: ["port"] }, { port: "2", _: [] }],
    ["-p 1", { string: ["port"], alias: { p: "port" } }, { p: "1", port: "1", _: [] }],
    ["-p5", { string: ["port"], alias: { p: "port" } }, { p: "5", port: "5", _: [] }],
    ["-p=x", { string: ["port"], alias: { p: "port" } }, { p: "x", port: "x", _: [] }],
    ["-p -", { string: ["port"], alias: { p: "port" } }, { p: "-", port: "-", _: [] }],
    ["-h x", { boolean: ["help"], alias: { h: "help" } }, { h: true, help: true, _: ["x"] }],
    ["", { boolean: ["help"], alias: { h: "help" } }, { h: false, help: false, _: [] }],
    ["--a 1 --a 2", { string: ["a"], collect: ["a"] }, { a: ["1", "2"], _: [] }],
    ["", { string: ["a"], collect: ["a"] }, { a: [], _: [] }],
  ];
  for (const [args, { string = [], ...options }, expected] of cases) {
    const list = args === "" ? [] : args.split(" ");
    const result = parseArgs(list, { ...options, string: [...string, "_"] });
    assertEquals({ ...result }, expected, `${args} ${JSON.stringify({ string, ...options })}`);
  }
});

Deno.test("parseArgs: reports what was not declared, and leaves it out if told to", () => {
  const told: unknown[][] = [];
  const given = ["x", "--known", "--unknown=1", "--other=", "-u", "--host", "h", "--port", "-5"];
  const result = parseArgs(given, {
    boolean: ["known"],
    string: ["host", "port", "_"],
    unknown: (arg, key) => {
      told.push([arg, key]);
      return key === undefined;
    },
  });
  const undeclared = [["--unknown=1", "unknown"], ["--other=", "other="], ["-u", "u"], ["-5", "5"]];
  assertEquals(told, [["x", undefined], ...undeclared]);
  assertEquals({ ...result }, { known: true, host: "h", port: "", _: ["x"] });
});

Deno.test("parseArgs: gives the declared options their types", () => {
  const result = parseArgs(["--port", "1"], {
    boolean: ["help"],
    string: ["port", "name"],
    collect: ["name"],
  });
  const help: boolean = result.help;
  const port: string | undefined = result.port;
  const name: string[] = result.name;
  const rest: (string | number)[] = result._;
  assertEquals([help, port, name, rest], [false, "1", [], []]);
});

Deno.test("unicodeWidth: adds up the columns of the code points", () => {
  const cases: [string, number][] = [
    ["", 0],
    ["hello world", 11],
    ["Gökçe Çağrı", 11],
    ["e\u0301", 1],
    ["陳", 2],
    ["한국어", 6],
    ["ひらがな", 8],
    ["ｆｕｌｌ", 8],
    ["ﾊﾝｶｸ", 4],
    ["👩", 2],
    ["👩\u200d🔬", 4],
    ["🇹", 1],
    ["a\u200bb", 2],
    ["a\u200d\u2060b", 2],
    ["שלום", 4],
    ["\0\t\r\n\x1b\x7f", 0],
    ["\x80\x9f", 0],
  ];
  for (const [text, width] of cases) assertEquals(unicodeWidth(text), width, JSON.stringify(text));
});

Deno.test("format: writes each symbol of a date pattern", () => {
  const late = new Date(2026, 1, 3, 23, 3, 9, 7);
  const early = new Date(2026, 10, 22, 0, 14, 25, 123);
  const cases: [Date, string, string][] = [
    [late, "HH:mm:ss a", "23:03:09 PM"],
    [early, "HH:mm:ss a", "00:14:25 AM"],
    [new Date(2026, 1, 3, 12), "h a", "12 PM"],
    [new Date(2026, 1, 3, 11), "hh a", "11 AM"],
    [late, "hh:mm a", "11:03 PM"],
    [early, "hh:mm a", "12:14 AM"],
    [late, "yyyy-MM-dd", "2026-02-03"],
    [late, "d.M.yy H:m:s", "3.2.26 23:3:9"],
    [early, "yyyy-MM-dd'T'HH:mm:ss.SSS", "2026-11-22T00:14:25.123"],
    [late, "ss.SSS", "09.007"],
    [late, "'at' H 'o''clock'", "at 23 oclock"],
    [late, "[HH:mm]", "[23:03]"],
  ];
  for (const [date, pattern, text] of cases) assertEquals(formatDate(date, pattern), text, pattern);
});

Deno.test("@std/assert: each assertion passes and fails as it should", () => {
  const a = assertions;
  const same = { a: 1 };
  const cases: [name: string, passes: () => void, fails: () => void][] = [
    ["assert", () => a.assert(1), () => a.assert("")],
    ["strictEquals", () => a.assertStrictEquals(same, same), () => a.assertStrictEquals({}, {})],
    ["strictEquals NaN", () => a.assertStrictEquals(NaN, NaN), () => a.assertStrictEquals(1, 2)],
    ["notEquals", () => a.assertNotEquals([1], [2]), () => a.assertNotEquals([1], [1])],
    ["match", () => a.assertMatch("abc", /b/), () => a.assertMatch("abc", /x/)],
    ["notMatch", () => a.assertNotMatch("abc", /x/), () => a.assertNotMatch("abc", /b/)],
    ["less", () => a.assertLess(1, 2), () => a.assertLess(1, 1)],
  ];
  for (const [name, passes, fails] of cases) {
    passes();
    assertThrows(fails, AssertionError, "", name);
  }
});

Deno.test("assertEquals: compares in depth, whatever the order of keys", () => {
  const cyclic = (): unknown => {
    const object: Record<string, unknown> = { a: 1 };
    object.self = object;
    return object;
  };
  const equal: [unknown, unknown][] = [
    [{ a: 1, b: 2 }, { b: 2, a: 1 }],
    [[1, [2, { a: 3 }]], [1, [2, { a: 3 }]]],
    [NaN, NaN],
    [new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
    [new Set([1, 2]), new Set([2, 1])],
    [new Date(5), new Date(5)],
    [/a/g, /a/g],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [cyclic(), cyclic()],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [new URL("http://a/"), new URL("http://a/")],
  ];
  for (const [x, y] of equal) assertEquals(x, y);
  const different: [unknown, unknown][] = [
    [{ a: 1 }, { a: 2 }],
    [{ a: undefined }, {}],
    [[1, 2], [2, 1]],
    [[1], [1, 2]],
    ["1", 1],
    [null, undefined],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Set([1]), new Set([1, 2])],
    [new Date(5), new Date(6)],
    [/a/, /a/g],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new (class A {})(), new (class B {})()],
    [new URL("http://a/"), new URL("http://b/")],
  ];
  for (const [x, y] of different) {
    assertThrows(() => assertEquals(x, y), AssertionError, "Values are not equal");
  }
});

Deno.test("assertEquals: shows what differs", () => {
  const error = assertThrows(
    () => assertEquals({ kept: 1, other: "x" }, { kept: 1, other: "y" }, "the reason"),
    AssertionError,
    "the reason",
  );
  // deno-lint-ignore no-control-regex
  const lines = error.message.replaceAll(/\x1b\[[\d;]*m/g, "").split("\n").map((line) =>
    line.trim()
  );
  const changed = lines.filter((line) => /^[-+] +\S/.test(line) && line.includes("other"));
  assertEquals(changed.length, 2, error.message);
});

Deno.test("assertThrows: returns the error and fails without one, as does assertRejects", async () => {
  const thrower = () => {
    throw new TypeError("one two");
  };
  const rejecter = () => Promise.reject(new TypeError("one two"));
  assertEquals(assertThrows(thrower, TypeError, "two").message, "one two");
  assertEquals((await assertRejects(rejecter, Error, "two")).message, "one two");
  assertEquals((assertThrows(thrower) as Error).name, "TypeError");
  const failing: (() => unknown)[] = [
    () => assertThrows(() => {}),
    () => assertThrows(thrower, RangeError),
    () => assertThrows(thrower, TypeError, "three"),
    () => assertRejects(() => Promise.resolve()),
    () => assertRejects(rejecter, RangeError),
    () => assertRejects(rejecter, TypeError, "three"),
    () => assertRejects(thrower),
  ];
  // assertRejects expects a rejection, not a synchronous throw.
  for (const fails of failing) await assertRejects(async () => await fails(), AssertionError);
});

Deno.test("@std/fmt/colors: colours are SGR sequences that nest, and NO_COLOR turns them off", () => {
  const cases: [string, string][] = [
    [colors.bold("x"), "\x1b[1mx\x1b[22m"],
    [colors.dim("x"), "\x1b[2mx\x1b[22m"],
    [colors.red(`a${colors.cyan("b")}c`), "\x1b[31ma\x1b[36mb\x1b[31mc\x1b[39m"],
  ];
  for (const [text, expected] of cases) {
    // deno-lint-ignore no-control-regex
    assertEquals(text, Deno.noColor ? expected.replaceAll(/\x1b\[\d+m/g, "") : expected);
  }
});
