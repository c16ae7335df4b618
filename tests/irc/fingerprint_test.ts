import { assertEquals } from "@std/assert";
import { fingerprint, hexFingerprint, parseFingerprint } from "../../lib/irc/fingerprint.ts";

const HASH = Uint8Array.from({ length: 32 }, (_, at) => 255 - at * 8);
const TEXT = "SHA256://fv59/Xz8e/t6+nn5ePh393b2dfV09HPzcvJx8XDwc";

Deno.test("Fingerprint: it is written as ssh does, and read in every usual form", () => {
  assertEquals(fingerprint(HASH), TEXT);
  const base64 = TEXT.slice("SHA256:".length);
  const hex = hexFingerprint(TEXT, "");
  assertEquals(hex.slice(0, 8), "FFF7EFE7");
  assertEquals(hexFingerprint(TEXT, ":").slice(0, 12), "FF:F7:EF:E7:");
  const same = [
    TEXT,
    ` ${TEXT}\n`,
    base64,
    `${base64}=`,
    `sha256:${base64}`,
    `SHA-256:${base64}`,
    base64.replaceAll("/", "_").replaceAll("+", "-"),
    hex,
    hex.toLowerCase(),
    `SHA256:${hex}`,
    hexFingerprint(TEXT, ":"),
  ];
  for (const text of same) assertEquals(parseFingerprint(text), TEXT, text);
  const none = ["", "SHA256:", base64.slice(1), `${base64}A`, hex.slice(2), `${hex}00`];
  for (const text of none) assertEquals(parseFingerprint(text), undefined, text);
  assertEquals(parseFingerprint(`MD5:${base64}`), undefined);
  assertEquals(parseFingerprint(`${base64.slice(0, 42)} `), undefined);
});
