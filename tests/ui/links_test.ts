import { assert, assertEquals } from "@std/assert";
import { findLinks, linked } from "../../lib/ui/links.ts";

Deno.test("Links: a link is found without the punctuation around it", () => {
  const cases: [text: string, links: string[]][] = [
    ["see https://a.example.", ["https://a.example"]],
    ["(https://a.example/x)", ["https://a.example/x"]],
    ["https://a.example/x_(y)", ["https://a.example/x_(y)"]],
    ["<https://a.example/?q=1&r=2>, ok", ["https://a.example/?q=1&r=2"]],
    ["HTTP://A.EXAMPLE/ ircs://b/c mailto:d@e.f!", [
      "HTTP://A.EXAMPLE/",
      "ircs://b/c",
      "mailto:d@e.f",
    ]],
    ["https://tr.example/çağrı?", ["https://tr.example/çağrı"]],
    ["“https://a.example/陳”。", ["https://a.example/陳"]],
    ["https:// javascript:alert(1) file:///etc/passwd xhttps://a.b", []],
    ["nothing", []],
  ];
  for (const [text, links] of cases) {
    assertEquals(findLinks(text).map(({ from, to }) => text.slice(from, to)), links, text);
  }
});

Deno.test("Links: a closing bracket or quote of the text ends the link", () => {
  const cases: [text: string, ...links: string[]][] = [
    ["https://t.me/+abc_", "https://t.me/+abc_"],
    ["_https://a.b/c_", "https://a.b/c"],
    ["**https://a.b/c**", "https://a.b/c"],
    ["（https://a.b/c）", "https://a.b/c"],
    ["「https://a.b/c」です", "https://a.b/c"],
    ["『https://a.b/c』や【https://d.e/f】", "https://a.b/c", "https://d.e/f"],
    ["https://a.b/東京_（曖昧）を見る", "https://a.b/東京_（曖昧）を見る"],
    ["https://a.b/c、https://d.e/f", "https://a.b/c", "https://d.e/f"],
    ["https://a.b/c。次", "https://a.b/c"],
    ["(https://x.y/43)(Fixes #42)", "https://x.y/43"],
    ["[text](https://x.y/a_(b)), more", "https://x.y/a_(b)"],
    ["[https://x.y/a]b", "https://x.y/a"],
    ["'https://x.y/a'", "https://x.y/a"],
    ["['https://x.y/a','https://x.y/b']", "https://x.y/a", "https://x.y/b"],
    ["https://x.y/it's", "https://x.y/it's"],
    ["„https://a.b/c“ «https://d.e/f»s", "https://a.b/c", "https://d.e/f"],
    ["https://a.b/c(", "https://a.b/c"],
  ];
  for (const [text, ...links] of cases) {
    assertEquals(findLinks(text).map(({ from, to }) => text.slice(from, to)), links, text);
  }
});

Deno.test("Links: a link of nothing but brackets holds nobody up", () => {
  const many = 300_000;
  const link = `https://a.example/${"()".repeat(many)}`;
  const cases: [text: string, link: string][] = [
    [`https://a.example/${")".repeat(many)}`, "https://a.example/"],
    [`${link}${")]".repeat(many)}`, link],
    ["https://a.example/[(x)])", "https://a.example/[(x)]"],
  ];
  for (const [text, link] of cases) {
    const [found] = findLinks(text);
    assert(found !== undefined && found.from === 0 && found.to === link.length);
  }
});

Deno.test("Links: a text of nothing but starts of them holds nobody up", () => {
  assertEquals(findLinks("mailto:".repeat(300_000)), []);
  const [fits, long] = [64, 65].map((length) => `mailto:${"x".repeat(length)}@e.f`);
  assertEquals([findLinks(fits!).length, findLinks(long!).length], [1, 0]);
});

Deno.test("Links: a clickable link goes to what it shows, in allowed characters", () => {
  const cases: [text: string, target: string][] = [
    ["https://a.example/b?c=%20d#e", "https://a.example/b?c=%20d#e"],
    ["https://a.example/%25", "https://a.example/%25"],
    ["https://tr.example/çağrı", "https://tr.example/%C3%A7a%C4%9Fr%C4%B1"],
    ["https://[::1]:80/", "https://[::1]:80/"],
  ];
  for (const [text, target] of cases) {
    assertEquals(linked(`a ${text} b`), `a \x1b]8;;${target}\x1b\\${text}\x1b]8;;\x1b\\ b`);
  }
});

Deno.test("Links: a link that is too long stays plain text", () => {
  const text = `https://a.example/${"x".repeat(2000)}`;
  assertEquals(linked(text), text);
  assert(linked(`${text} https://b.example/`).endsWith("https://b.example/\x1b]8;;\x1b\\"));
});
