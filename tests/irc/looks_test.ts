import { assert, assertEquals } from "@std/assert";
import { SAME, SIMILAR } from "../../lib/irc/confusables.ts";
import { ASCII_LOOKS, lookAlike, looks, wideLooks } from "../../lib/irc/looks.ts";
import { checkNick } from "../../lib/irc/names.ts";
import { isReserved, looksLikeService } from "../../lib/irc/reserved.ts";
import { type Confusable, moduleOf, parseConfusables, tableOf } from "../../tools/confusables.ts";

const similar = (a: string, b: string) => lookAlike(a, b, wideLooks);

Deno.test("Looks: a reader takes one name for the other in small letters or in capitals", () => {
  for (
    const [latin, other] of [
      ["coco", "сосо"],
      ["HET", "НЕТ"],
      ["het", "Нет"],
      ["Nik", "Νικ"],
      ["NIK", "νικ"],
      ["Nu", "Νυ"],
      ["pax", "рах"],
      ["alice", "ɑlice"],
      ["gogo", "ɡoɡo"],
      ["alice", "aliᴄe"],
      ["力", "カ"],
    ] as const
  ) {
    assert(lookAlike(latin, other), `${latin} ${other}`);
    assert(similar(latin, other), `${latin} ${other}`);
  }
});

Deno.test("Looks: names that readers tell apart are not alike, unless one of them is owned", () => {
  for (
    const [a, b] of [
      ["Şule", "Sule"],
      ["alperen", "alperén"],
      ["Alperen", "AIperen"],
      ["Alperen", "A1peren"],
      ["Alperen", "A|peren"],
      ["alice", "aƖice"],
      ["dog", "d0g"],
      ["emily", "ernily"],
      ["will", "vvill"],
      ["Gökçe", "Gokce"],
      ["Łukasz", "Lukasz"],
      ["Þór", "por"],
      ["ali`", "aliʼ"],
      ["ali", "alı"],
      ["Ἀλέξης", "Αλεξης"],
    ] as const
  ) {
    const same = a === "ali";
    assertEquals(lookAlike(a, b), same, `${a} ${b}`);
    assert(similar(a, b), `${a} ${b}`);
  }
});

Deno.test("Looks: names that are other names look like nothing else, owned or not", () => {
  for (
    const [a, b] of [
      ["coco", "cocos"],
      ["Alperen", "Alparen"],
      ["Владимир", "Vladimir"],
      ["陳", "陣"],
      // Vowel signs, and the marks that change kana, are letters of a name.
      ["नीरज", "नरज"],
      ["हंस", "हस"],
      ["かな", "がな"],
      ["ครู", "คร"],
      ["각가", "가까"],
      ["Çağrı", "Çağla"],
      ["Ayşe", "Ayla"],
    ] as const
  ) {
    assert(!lookAlike(a, b), `${a} ${b}`);
    assert(!similar(a, b), `${a} ${b}`);
  }
  // Unicode's table confuses these, but a reader of Thai does not.
  assert(!lookAlike("ดี", "ตี"));
});

Deno.test("Looks: marks of other scripts and letters with hooks make no other name of one that is owned", () => {
  const marks = [
    "\u3099",
    "\u309a",
    "\u302e",
    "\u302f",
    "\u{1d165}",
    "\u1ce1",
    "\u1cf7",
    "\u{16ff0}",
  ];
  for (const mark of marks) {
    assert(similar("Alperen", `Alperen${mark}`), mark);
    assert(isReserved(`NickServ${mark}`, "chat.test"), mark);
    assert("name" in checkNick(`Alperen${mark}`), "so it matters");
  }
  for (
    const name of ["Aㅣperen", "A丨peren", "Alpeɾen", "Alpeᶉen", "Ⱥlperen", "ᶏlperen", "Aɬpeꞃeꞑ"]
  ) {
    assert(similar("Alperen", name), name);
  }
  assert(similar("gogo", "gㅇgㅇ"));
  assert(similar("ci-bot", "ciーbot"));
  // After kana, one mark makes another letter.
  assert(!similar("かき", "がき") && !similar("はな", "ぱな"));
  assert(similar("がき", "か\u3099\u3099き"));
});

/** The rows of the built-in table. */
function rows(): [source: string, target: string][] {
  const char = (hex: string) => String.fromCodePoint(parseInt(hex, 16));
  return `${SAME} ${SIMILAR}`.split(" ").flatMap((word) => {
    const [target = "", sources = ""] = word.split("=");
    const text = target.split("+").map(char).join("");
    return sources.split(",").map((source): [string, string] => [char(source), text]);
  });
}

Deno.test("Looks: every row of the table makes two names alike", () => {
  const all = rows();
  assert(all.length > 1500, `${all.length} rows`);
  for (const [source, target] of [...all, ...ASCII_LOOKS, ["I", "l"], ["0", "O"]] as const) {
    assert(similar(`a${source}b`, `a${target}b`), `${source} ${target}`);
  }
});

Deno.test("Looks: the looks of a look are the same", () => {
  const chars = [
    ...rows().flat(),
    ..."ıİIiß0O1lmrnwvv|_-`'ǅﬁ각ΣςþÅéかㅇㅏ\u0301\u0308\u3099\u309a\u0335\u302e\u{1d165}",
  ];
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  for (let times = 0; times < 20_000; times++) {
    const name = Array.from({ length: 1 + random(6) }, () => chars[random(chars.length)]).join("");
    for (const way of [looks, wideLooks]) {
      for (const look of way(name)) {
        assert(way(look).includes(look), `${name} ${look} ${way(look)}`);
      }
    }
  }
});

Deno.test("Looks: the names of the server are reserved, and what looks like them", () => {
  for (
    const name of [
      "NickServ",
      "ɴickserv",
      "NíckServ",
      "NickServ_",
      "[NickServ]",
      "|NickServ|",
      "Nick_Serv",
      "N1ckServ",
      "ChanServ",
      "server",
      "Sеrvеr",
      "root",
      "r00t",
      "Admin",
      "adrnin",
      "operator",
      "SYSTEM",
      "localhost",
      "chat-example-org",
    ]
  ) {
    assert(isReserved(name, "chat.example.org"), name);
  }
  for (const name of ["Nick", "Serv", "Chat", "example", "Guest1", "Roots", "Gamze", "___"]) {
    assert(!isReserved(name, "chat.example.org"), name);
  }
  assert(looksLikeService("nìckserv"));
  assert(!looksLikeService("Admin"));
});

const SAMPLE = `# Version: 1.2.3
0041 ;\t0042 ;\tMA\t# a comment
0399 ;\t006C ;\tMA\t# ( Ι → l )
0435 ;\t0065 ;\tMA\t#
1D0D ;\t028D ;\tMA\t#
118E3 ;\t0072 006E ;\tMA\t#
0E14 ;\t0E04 ;\tMA\t#
2102 ;\t0043 ;\tMA\t# NFKC writes it as C already
0902 ;\t0307 ;\tMA\t# a vowel sign
00F6 ;\t0629 ;\tMA\t# a letter and an accent
2024 ;\t002E ;\tMA\t# no character of names
`;

Deno.test("Table of confusables: rows of names are followed to their end and told apart", () => {
  const sample = parseConfusables(SAMPLE);
  assertEquals(sample[1], ["Ι", "l"]);
  let fault = "";
  try {
    tableOf(sample);
  } catch (error) {
    fault = String(error);
  }
  assertEquals(fault, "Error: ASCII_LOOKS in lib/irc/looks.ts lacks A.");
  const table = tableOf(sample.slice(1));
  const small: Confusable[] = [["Ι", "i"], ["е", "e"], ["ᴍ", "m"], ["𑣣", "m"], ["ด", "ค"]];
  for (const row of small) assert(table.some((one) => String(one) === String(row)), String(row));
  for (const char of "ℂं․ö") assert(!table.some(([source]) => source === char), char);
  const module = moduleOf(small, "1.2.3");
  assert(module.includes("table 1.2.3"));
  assert(module.includes('SAME: string =\n  "69=399 65=435 6d=1d0d,118e3";'), module);
  assert(module.includes('SIMILAR: string =\n  "e04=e14";'), module);
});
