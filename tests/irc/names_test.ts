import { assertEquals } from "@std/assert";
import { asciiLower, checkChannel, checkNick, fold, userName } from "../../lib/irc/names.ts";

Deno.test("Names: names of people in many scripts may be nicks, in their normal form", () => {
  for (
    const name of [
      "Alperen",
      "Çağrı",
      "Gökçe",
      "陳",
      "Ωμέγα",
      "Владимир",
      "नीरज",
      "สมชาย",
      "ひらカタ漢字",
      "陳Chen",
      "42",
      "a_b-c[d]|^`{}\\",
      "x".repeat(30),
      "陳".repeat(30),
    ]
  ) {
    assertEquals(checkNick(name), { name: name.normalize("NFC") });
  }
  assertEquals(checkNick("Go\u0308kc\u0327e"), { name: "Gökçe" });
});

Deno.test("Names: a name that may not be a nick is refused in plain words", () => {
  for (
    const [asked, fault] of [
      ["", "A username cannot be empty"],
      ["a b", "A username cannot contain spaces"],
      ["a\u00a0b", "A username cannot contain spaces"],
      ["a\u200bb", "A username cannot contain the invisible character U+200B"],
      ["a\u202eb", "A username cannot contain the invisible character U+202E"],
      ["root\ufe0f", "A username cannot contain the invisible character U+FE0F"],
      ["root\u034f", "A username cannot contain the invisible character U+034F"],
      ["\u3164", "A username cannot contain the invisible character U+3164"],
      ["a\x07b", "A username cannot contain the invisible character U+0007"],
      ["a!b", 'A username cannot contain "!"'],
      ["#a", 'A username cannot contain "#"'],
      ["a.b", 'A username cannot contain "."'],
      ["*", 'A username cannot contain "*"'],
      ["🦊", 'A username cannot contain "🦊"'],
      ["-a", "A username must start with a letter or a digit"],
      [
        "a\u0301\u0302\u0303\u0304\u0305",
        "A username cannot have more than three accents on a letter",
      ],
      ["x".repeat(31), "A username can be at most 30 characters long"],
      ["Aлperen", "A username cannot mix letters from different alphabets"],
      ["Αlperen", "A username cannot mix letters from different alphabets"],
    ] as const
  ) {
    assertEquals(checkNick(asked), { fault }, asked);
  }
});

Deno.test("Names: names that people read as one are one", () => {
  for (
    const [a, b] of [
      ["Alperen", "aLPEREN"],
      ["ÇAĞRI", "çağri"],
      ["İı", "iI"],
      ["ıŞIL", "işil"],
      ["STRASSE", "straße"],
      ["ＡＢ", "ab"],
      ["Σίσυφος", "ΣΊΣΥΦΟΣ"],
    ] as const
  ) {
    assertEquals(fold(a), fold(b), `${a} ${b}`);
  }
  for (const [a, b] of [["a", "b"], ["Cagri", "Çağrı"], ["o", "ö"]] as const) {
    assertEquals(fold(a) === fold(b), false, `${a} ${b}`);
  }
  for (const name of ["Çağrı", "STRASSE", "İ", "ß", "Σίσυφος", "ǅ", "ﬁ"]) {
    assertEquals(fold(fold(name)), fold(name), "folding twice changes nothing");
  }
});

Deno.test("Names: a channel's name starts with # and holds no space, comma or control character", () => {
  for (const name of ["#lobby", "#a", "#Çay-ocağı", "#陳", "##", `#${"x".repeat(63)}`]) {
    assertEquals(checkChannel(name), { name });
  }
  for (
    const [asked, fault] of [
      ["lobby", "A room name must start with #"],
      ["#", "A room name cannot be empty"],
      ["#a b", "A room name cannot contain spaces"],
      ["#a,b", 'A room name cannot contain ","'],
      ["#a\x07", "A room name cannot contain the invisible character U+0007"],
      ["#lobby\ufe0f", "A room name cannot contain the invisible character U+FE0F"],
      ["#a\u202e", "A room name cannot contain the invisible character U+202E"],
      [`#${"x".repeat(64)}`, "A room name can be at most 64 bytes long"],
    ] as const
  ) {
    assertEquals(checkChannel(asked), { fault }, asked);
  }
});

Deno.test("Names: a user name is plain ASCII and never empty", () => {
  for (
    const [asked, name] of [["alp", "alp"], ["a b@c!", "abc"], ["陳", "user"], [
      "",
      "user",
    ]] as const
  ) {
    assertEquals(userName(asked), name);
  }
});

Deno.test("Names: clients compare names by their ASCII letters alone", () => {
  for (
    const [name, lower] of [["#LobBY", "#lobby"], ["ÇAĞRI", "ÇaĞri"], ["[]\\~", "[]\\~"]] as const
  ) {
    assertEquals(asciiLower(name), lower);
  }
});
