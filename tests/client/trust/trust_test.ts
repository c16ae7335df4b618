import { assertEquals, assertMatch } from "@std/assert";
import type { KnownLine } from "../../../lib/client/trust/known_hosts.ts";
import {
  judge,
  type ShownCertificate,
  type TrustOptions,
  type TrustVerdict,
} from "../../../lib/client/trust/trust.ts";

const [A, B] = ["SHA256:aaa", "SHA256:bbb"];

const SHOWN: ShownCertificate = {
  host: "chat.example",
  port: 6697,
  fingerprint: A,
  vouched: false,
  local: false,
};

const OPTIONS: TrustOptions = {
  known: [],
  file: "/c/known_hosts",
  expected: undefined,
  trustNew: false,
  canAsk: false,
  today: "2026-01-02",
};

function known(fingerprint: string | null, port = 6697): Pick<TrustOptions, "known"> {
  const entry: KnownLine = {
    host: "chat.example",
    port,
    fingerprint,
    since: "2025-05-05",
    line: 7,
  };
  return { known: [entry] };
}

/** Expects trust, with this fingerprint to remember, or `-` for nothing. */
const trusted = (keep: string | null): (verdict: TrustVerdict) => void => (verdict) => {
  const remember = keep === "-" ? undefined : {
    host: "chat.example",
    port: 6697,
    fingerprint: keep,
    since: "2026-01-02",
  };
  assertEquals(verdict.kind === "trusted" && verdict.remember, remember);
};

/** Expects a refusal or a question that matches these words. */
const says =
  (kind: "refused" | "ask", ...words: RegExp[]): (verdict: TrustVerdict) => void => (verdict) => {
    assertEquals(verdict.kind, kind);
    const text = verdict.kind === "ask"
      ? verdict.question
      : verdict.kind === "refused"
      ? verdict.text
      : "";
    for (const word of words) assertMatch(text, word);
  };

const CHANGED = [/^WARNING/, /now\nSHA256:aaa\n/, /2025-05-05/, /line 7 of \/c\/known_hosts/];

const CASES: readonly (readonly [
  name: string,
  shown: Partial<ShownCertificate>,
  options: Partial<TrustOptions>,
  expected: (verdict: TrustVerdict) => void,
])[] = [
  ["on this machine", { local: true }, {}, trusted("-")],
  ["on this machine, told", { local: true }, { expected: A }, trusted("-")],
  [
    "on this machine, another one told",
    { local: true },
    { expected: B },
    says("refused", /SHA256:bbb/),
  ],
  ["on this machine, once another one", { local: true }, known(B), says("refused", ...CHANGED)],
  [
    "on this machine, told, once another one",
    { local: true },
    { expected: A, ...known(B) },
    trusted(A),
  ],
  ["on this machine, vouched for", { local: true, vouched: true }, {}, trusted("-")],
  ["an authority vouches", { vouched: true }, {}, trusted(null)],
  ["an authority vouches, as before", { vouched: true }, known(null), trusted("-")],
  ["an authority vouches for another key", { vouched: true }, known(B), trusted(null)],
  ["the fingerprint is as told", {}, { expected: A }, trusted(A)],
  ["it is as told, and known so", {}, { ...known(A), expected: A }, trusted("-")],
  ["it is as told, and was another", {}, { ...known(B), expected: A }, trusted(A)],
  [
    "the fingerprint is not as told",
    {},
    { expected: B, trustNew: true, canAsk: true },
    says("refused", /not the expected server/, /SHA256:aaa/, /SHA256:bbb/),
  ],
  [
    "it is not as told, whoever vouches",
    { vouched: true },
    { ...known(A), expected: B },
    says("refused", /not the expected server/),
  ],
  ["it is known", {}, known(A), trusted("-")],
  [
    "it has changed",
    {},
    { ...known(B), canAsk: true },
    says("refused", ...CHANGED, /was\nSHA256:bbb\n/),
  ],
  [
    "it has changed, and new ones are trusted",
    {},
    { ...known(B), trustNew: true },
    says("refused"),
  ],
  [
    "nobody vouches any more",
    {},
    { ...known(null), trustNew: true },
    says("refused", ...CHANGED, /vouch/),
  ],
  ["it is new, and new ones are trusted", {}, { trustNew: true, canAsk: true }, trusted(A)],
  [
    "it is new, and someone can be asked",
    {},
    { canAsk: true },
    says("ask", /\nSHA256:aaa\n/, /\?$/),
  ],
  ["it is known on another port only", {}, { ...known(A, 7000), canAsk: true }, says("ask")],
  [
    "it is new, and nobody can be asked",
    {},
    {},
    says("refused", /--fingerprint SHA256:aaa/, /--trust-new/),
  ],
];

for (const [name, shown, options, expected] of CASES) {
  Deno.test(`Trust: ${name}`, () => {
    expected(judge({ ...SHOWN, ...shown }, { ...OPTIONS, ...options }));
  });
}

Deno.test("Trust: who is on this machine is trusted, but nobody is sure who it is", () => {
  const sure = (shown: Partial<ShownCertificate>, options: Partial<TrustOptions>) => {
    const verdict = judge({ ...SHOWN, ...shown }, { ...OPTIONS, ...options });
    return verdict.kind === "trusted" && verdict.sure;
  };
  const cases: [shown: Partial<ShownCertificate>, options: Partial<TrustOptions>, sure: boolean][] =
    [
      [{ local: true }, {}, false],
      [{ local: true }, { trustNew: true }, false],
      [{ local: true }, { expected: A }, true],
      [{ local: true }, known(A), true],
      [{ local: true, vouched: true }, {}, true],
      [{}, { trustNew: true }, true],
      [{}, known(A), true],
    ];
  for (const [shown, options, expected] of cases) {
    assertEquals(sure(shown, options), expected, JSON.stringify([shown, options]));
  }
});
