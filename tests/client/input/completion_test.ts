import { assertEquals } from "@std/assert";
import { complete } from "../../../lib/client/input/completion.ts";
import { SLASH_COMMANDS } from "../../../lib/client/input/commands.ts";

const around = { names: ["Furkan", "Fatma", "Gökçe", "İrem"], rooms: ["#lobby", "#music"] };

/** The line with the first candidate, and the number of candidates. `|` is the cursor. */
function tab(line: string): string[] {
  const cursor = line.indexOf("|");
  const text = line.replace("|", "");
  const { from, to, candidates } = complete(text, cursor, around);
  return candidates.map((one) => `${text.slice(0, from)}${one}|${text.slice(to)}`);
}

Deno.test("Completion: Tab completes names in the given order, with a colon at the line's start", () => {
  const cases: [line: string, ...to: string[]][] = [
    ["f|", "Furkan: |", "Fatma: |"],
    ["FU|", "Furkan: |"],
    ["selam f|", "selam Furkan |", "selam Fatma |"],
    ["f| nasılsın", "Furkan:| nasılsın", "Fatma:| nasılsın"],
    ["gokce|", "Gökçe: |"],
    ["gök|", "Gökçe: |"],
    ["ire|", "İrem: |"],
    ["x @fu|", "x @Furkan |"],
    ["|", "Furkan: |", "Fatma: |", "Gökçe: |", "İrem: |"],
    ["selam |"],
    ["  f|", "  Furkan |", "  Fatma |"],
    ["x #m|", "x #music |"],
    ["zz|"],
  ];
  for (const [line, ...to] of cases) assertEquals(tab(line), to, line);
});

Deno.test("Completion: Tab completes after brackets, quotes and commas, and before them", () => {
  const cases: [line: string, ...to: string[]][] = [
    ["selam (fu|", "selam (Furkan|"],
    ["(fu|)", "(Furkan|)"],
    ['"fu|', '"Furkan|'],
    ["“fu|” dedi", "“Furkan|” dedi"],
    ["ali,fu|", "ali,Furkan |"],
    ["fatma, fu|", "fatma, Furkan |"],
    ["陳、fu|", "陳、Furkan |"],
    ["(@fu|", "(@Furkan|"],
    ["**fu|**", "**Furkan|**"],
    ["/join #lobby,#mu|", "/join #lobby,#music |"],
    ["(|"],
    ["xfu|"],
    ["x/fu|"],
  ];
  for (const [line, ...to] of cases) assertEquals(tab(line), to, line);
});

Deno.test("Completion: Tab completes in the middle of a line and of a word", () => {
  const cases: [line: string, ...to: string[]][] = [
    ["selam fu|, nasılsın", "selam Furkan|, nasılsın"],
    ["fu|: selam", "Furkan|: selam"],
    ["fu|nasılsın", "Furkan: |nasılsın"],
    ["selam fur|kan gel", "selam Furkan| gel"],
    ["selam fur|KAN", "selam Furkan |"],
    ["x fu|😀", "x Furkan |😀"],
    ["/to|p x", "/topic| x"],
  ];
  for (const [line, ...to] of cases) assertEquals(tab(line), to, line);
});

Deno.test("Completion: Tab completes without accents, names with the typed ones first", () => {
  const some = { names: ["Gokhan", "Gökçe", "İrem"], rooms: ["#müzik"] };
  const first = (text: string) => complete(text, text.length, some).candidates;
  assertEquals(first("x gok"), ["Gokhan ", "Gökçe "]);
  assertEquals(first("x gök"), ["Gökçe ", "Gokhan "]);
  assertEquals(first("x irem"), ["İrem "]);
  assertEquals(first("x #muz"), ["#müzik "]);
});

Deno.test("Completion: Tab completes commands and what they take", () => {
  const cases: [line: string, ...to: string[]][] = [
    ["/top|", "/topic |"],
    ["/TOP|", "/topic |"],
    ["/ba|", "/back|", "/ban |"],
    ["/msg f|", "/msg Furkan |", "/msg Fatma |"],
    ["/msg Furkan f|", "/msg Furkan Furkan |", "/msg Furkan Fatma |"],
    ["/msg #m|", "/msg #music |"],
    ["/whois g|", "/whois Gökçe |"],
    ["/join |", "/join #lobby |", "/join #music |"],
    ["/join mu|", "/join #music |"],
    ["/part #l|", "/part #lobby |"],
    ["/help to|", "/help topic |"],
    ["/kick f|", "/kick Furkan |", "/kick Fatma |"],
    ["/save f|"],
    ["/quit f|", "/quit Furkan |", "/quit Fatma |"],
    ["/back f|"],
    ["/nonsense f|"],
    ["/op Furkan f|"],
    ["//top|"],
  ];
  for (const [line, ...to] of cases) assertEquals(tab(line), to, line);
  assertEquals(tab("/|").length, SLASH_COMMANDS.length);
});

Deno.test("Completion: a thousand names give a bounded list", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `user${index}`);
  assertEquals(complete("u", 1, { names, rooms: [] }).candidates.length, 100);
});
