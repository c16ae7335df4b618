import { assertEquals } from "@std/assert";
import { Isupport } from "../../../lib/client/session/isupport.ts";

function read(...tokens: string[]): Isupport {
  const isupport = new Isupport();
  isupport.read([...tokens, "are supported by this server"]);
  return isupport;
}

Deno.test("Isupport: the ranks of a server are those that it names", () => {
  const cases: [token: string, symbols: string, letters: string, highest: string][] = [
    ["X", "@+", "ov", "@"],
    ["PREFIX=(ov)@+", "@+", "ov", "@"],
    ["PREFIX=(Yqaohv)!~&@%+", "!+", "Yv", "!"],
    ["PREFIX=(ov)@", "@+", "ov", "@"],
    ["PREFIX=", "@+", "ov", "@"],
    ["PREFIX=()", "@+", "", ""],
  ];
  for (const [token, symbols, letters, highest] of cases) {
    const isupport = read(token);
    assertEquals(isupport.ranksOf(symbols), letters, token);
    assertEquals(isupport.symbolOf([...letters].toReversed().join("")), highest, token);
  }
});

Deno.test("Isupport: the symbols that address a rank are told from the room", () => {
  const cases: [tokens: string[], target: string, status: string][] = [
    [["STATUSMSG=@+", "CHANTYPES=#+"], "@#a", "@"],
    [["STATUSMSG=@+", "CHANTYPES=#+"], "@+#a", "@+"],
    [["STATUSMSG=@+", "CHANTYPES=#+"], "+#a", "+"],
    [["STATUSMSG=@+", "CHANTYPES=#+"], "@+a", "@"],
    [["STATUSMSG=@+", "CHANTYPES=#+"], "+a", ""],
    [["STATUSMSG=@+"], "#a", ""],
    [["STATUSMSG=@+"], "%#a", ""],
    [["STATUSMSG=~&@%+", "CHANTYPES=#&"], "&#a", "&"],
    [["STATUSMSG=~&@%+", "CHANTYPES=#&"], "~&a", "~"],
    [["STATUSMSG=~&@%+", "CHANTYPES=#&"], "&a", ""],
    // Old servers accept all symbols of ranks, and do not announce it.
    [["PREFIX=(Yqo)!~@"], "!#a", "!"],
    [[], "%#a", "%"],
    [[], "Ali", ""],
    [[], "@Ali", ""],
    [[], "@", ""],
    [[], "", ""],
  ];
  for (const [tokens, target, status] of cases) {
    assertEquals(read(...tokens).statusOf(target), status, `${tokens} ${target}`);
  }
});

Deno.test("Isupport: the mode that silences is found in what the server says", () => {
  const cases: [tokens: string[], quiet: Isupport["quiet"]][] = [
    [["EXTBAN=~,aq"], { letter: "b", before: "~q:" }],
    [["CHANMODES=eIbq,k,flj,imnpst", "EXTBAN=$,ajrxz"], { letter: "q", before: "" }],
    [["CHANMODES=b,k,l,imnst", "EXTBAN=,ABCNOQcmz"], { letter: "b", before: "m:" }],
    [["CHANMODES=b,k,l,imnst", "EXTBAN=~,mz"], undefined],
    [["EXTBAN"], undefined],
    [[], undefined],
  ];
  for (const [tokens, quiet] of cases) assertEquals(read(...tokens).quiet, quiet, tokens.join());
});

Deno.test("Isupport: invalid tokens change nothing", () => {
  const rubbish = [
    "",
    "=",
    "MODES=x",
    "MODES=999999",
    "CHATHISTORY=-1",
    "CHANTYPES=",
    "constructor=1",
    "__proto__=1",
    "-CASEMAPPING",
    `PREFIX=(${"o".repeat(1000)})${"@".repeat(1000)}`,
    "CHANMODES=",
    "CASEMAPPING=elvish",
  ];
  const { modes, chathistory, chantypes, symbols } = read(...rubbish);
  assertEquals([modes, chathistory, chantypes, symbols], [20, 0, "#&", "~&@%+"]);
  assertEquals(read(...rubbish).fold("A[]"), "a[]");
});

Deno.test("Isupport: names are folded as the server folds them", () => {
  const isupport = new Isupport();
  assertEquals(isupport.read(["CASEMAPPING=rfc1459"]), true);
  assertEquals(isupport.read(["CASEMAPPING=rfc1459"]), false);
  assertEquals([isupport.same("Nick[\\]^", "nick{|}~"), isupport.same("a", "b")], [true, false]);
});
