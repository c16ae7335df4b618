import { assertEquals } from "@std/assert";
import { mentions } from "../../lib/ui/mentions.ts";

Deno.test("mentions: finds a name as a whole word, in any case", () => {
  const cases: [text: string, name: string, is: boolean][] = [
    ["Ali: selam", "Ali", true],
    ["selam ALİ", "ali", true],
    ["(ali)", "Ali", true],
    ["@Ali!", "Ali", true],
    ["Aliye geldi", "Ali", false],
    ["vali", "Ali", false],
    ["ali2", "Ali", false],
    ["aliye ali", "Ali", true],
    ["gökçe'ye", "Gökçe", true],
    ["gökçe\u0301", "Gökçe", false],
    ["ILGIN", "ılgın", true],
    ["陳 さん", "陳", true],
    ["see https://a.example/ali/x", "Ali", false],
    ["see https://a.example/ali ali", "Ali", true],
    ["a [x] b", "[x]", true],
    ["", "Ali", false],
    ["anything", "", false],
  ];
  for (const [text, name, is] of cases) assertEquals(mentions(text, name), is, `${text} ${name}`);
});

Deno.test("mentions: part of a longer name, host, path or mail address is no mention", () => {
  const cases: [text: string, name: string, is: boolean][] = [
    ...["ann-marie", "ann|work", "ann[m]", "ann`away", "annie", "x-ann", "#ann", "/join #ann"],
    ...["/home/ann/x", "see /home/ann", "~/ann", "../ann", "src/ann/x", "C:\\Users\\ann\\x"],
    ...["www.ann.org", "ann.org", "ann@example.org", "bob@ann.org", "ann!u@host", "bob@ann"],
  ].map((text): [string, string, boolean] => [text, "ann", false]).concat(
    ["ann's", "ann’s", "(ann)", "[ann]", "@ann", "ann.", "ann...", "...ann", "ann, hi", "ann: hi"]
      .map((text) => [text, "ann", true]),
    ["well--ann", "ann - ok", "bob/ann: hi", "ann/bob: hi", "**ann**", "`ann`", "d'Ann", "ann?!"]
      .map((text) => [text, "ann", true]),
    [
      ["ann-marie: hi", "ann-marie", true],
      ["hi ann[m]", "ann[m]", true],
      ["I'm", "m", false],
      ["we’re", "re", false],
      ["I'm", "I", false],
      ["m's turn", "m", true],
      ["ok m", "m", true],
    ],
  );
  for (const [text, name, is] of cases) assertEquals(mentions(text, name), is, `${text} ${name}`);
});

Deno.test("mentions: scripts without spaces are cut into words", () => {
  const cases: [text: string, name: string, is: boolean][] = [
    ["陳さん、おはよう", "陳", true],
    ["陳你好嗎", "陳", true],
    ["我找陳先生", "陳", true],
    ["陳列する", "陳", false],
    ["おはよう山田太郎さん", "山田太郎", true],
    ["gökçeさん", "Gökçe", true],
    ["철수님 안녕", "철수", true],
    ["สมชายครับ", "สมชาย", true],
    ["陳\u0301", "陳", false],
  ];
  for (const [text, name, is] of cases) assertEquals(mentions(text, name), is, `${text} ${name}`);
});
