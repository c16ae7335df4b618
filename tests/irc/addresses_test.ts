import { assertEquals } from "@std/assert";
import { formatRange, parseAddress, parseRange, rangeHolds } from "../../lib/irc/addresses.ts";

Deno.test("parseAddress: reads an address as its bytes", () => {
  for (
    const [text, hex] of [
      ["1.2.3.4", "01020304"],
      ["255.255.255.255", "ffffffff"],
      ["::", "0".repeat(32)],
      ["::1", "0".repeat(31) + "1"],
      ["2001:db8::", `20010db8${"0".repeat(24)}`],
      ["2001:DB8::1:2", `20010db8${"0".repeat(16)}00010002`],
      ["1:2:3:4:5:6:7:8", "00010002000300040005000600070008"],
      ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
      ["64:ff9b::192.0.2.7", `0064ff9b${"0".repeat(16)}c0000207`],
      ["1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"],
    ] as const
  ) {
    assertEquals(parseAddress(text)?.toHex(), hex, text);
  }
});

Deno.test("parseRange: rejects what is no address or range", () => {
  for (
    const text of [
      ...["", "a", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "1.2.3.-1", "1..2.3", "*"],
      ...[":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::"],
      ...["12345::", "g::", "::1.2.3.4.5", ":1:2:3:4:5:6:7", "::1.2.3", "1.2.3.4::", "::256.1.1.1"],
      ...["1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/-1", "1.2.3.4/8/8", "::/129", "/8"],
    ]
  ) {
    assertEquals(parseRange(text), undefined, text);
  }
});

function holds(range: string, address: string): boolean {
  return rangeHolds(parseRange(range)!, parseAddress(address));
}

Deno.test("rangeHolds: a range holds the addresses that share its first bits", () => {
  for (
    const [range, inside, outside] of [
      ["192.0.2.7", ["192.0.2.7"], ["192.0.2.8", "::1"]],
      ["192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0", "192.0.1.255"]],
      ["192.0.2.99/24", ["192.0.2.1"], ["192.0.3.99"]],
      ["10.0.0.0/9", ["10.127.0.1"], ["10.128.0.1"]],
      ["0.0.0.0/0", ["1.2.3.4"], ["::1"]],
      ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1", "1.2.3.4"]],
      ["2001:db8::1", ["2001:db8:0::1"], ["2001:db8::2"]],
      ["::ffff:192.0.2.0/120", ["192.0.2.9"], ["192.0.3.9", "::"]],
      ["::/0", ["::1"], ["1.2.3.4", "chat.test", ""]],
    ] as const
  ) {
    for (const address of inside) assertEquals(holds(range, address), true);
    for (const address of outside) assertEquals(holds(range, address), false);
  }
});

Deno.test("formatRange: each range has one form, however it is written", () => {
  for (
    const [form, ...spellings] of [
      ["192.0.2.7", "192.0.2.7/32", "192.000.002.007", "::ffff:192.0.2.7", "::FFFF:c000:207"],
      ["10.0.0.0/8", "10.1.2.3/8", "10.255.255.255/8", "::ffff:10.9.9.9/104"],
      ["0.0.0.0/0", "255.255.255.255/0"],
      ["::", "0:0:0:0:0:0:0:0", "0::/128"],
      ["::1", "0::0001", "0:0:0:0:0:0:0:1"],
      // RFC 5952, sections 4.2.2 and 4.2.3.
      ["2001:db8:0:1:1:1:1:1", "2001:0DB8::1:1:1:1:1"],
      ["2001:0:0:1::1", "2001:0:0:1:0:0:0:1"],
      ["2001:db8::1:0:0:1", "2001:db8:0:0:1:0:0:1"],
      ["2001:db8::/32", "2001:DB8:ffff::1/32", "2001:db8:0:0:0:0:0:0/32"],
      ["2001:db8:8000::/33", "2001:db8:ffff::/33"],
    ] as const
  ) {
    for (const text of [form, ...spellings]) {
      assertEquals(formatRange(parseRange(text)!), form, text);
    }
  }
});
