import { assertEquals } from "@std/assert";
import { parseAddress, parseRange, rangeHolds } from "../../lib/irc/addresses.ts";

Deno.test("an address is read as its bytes", () => {
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
    ] as const
  ) {
    assertEquals(parseAddress(text)?.toHex(), hex, text);
  }
});

Deno.test("what is no address or range is none", () => {
  for (
    const text of [
      ...["", "a", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "1.2.3.-1", "1..2.3", "*"],
      ...[":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::"],
      ...["12345::", "g::", "::1.2.3.4.5", ":1:2:3:4:5:6:7"],
      ...["1.2.3.4/33", "1.2.3.4/", "1.2.3.4/x", "1.2.3.4/-1", "1.2.3.4/8/8", "::/129", "/8"],
    ]
  ) {
    assertEquals(parseRange(text), undefined, text);
  }
});

Deno.test("a range holds the addresses that share its first bits", () => {
  for (
    const [range, inside, outside] of [
      ["192.0.2.7", ["192.0.2.7"], ["192.0.2.8", "::1"]],
      ["192.0.2.0/24", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0", "192.0.1.255"]],
      ["192.0.2.99/24", ["192.0.2.1"], ["192.0.3.99"]],
      ["10.0.0.0/9", ["10.127.0.1"], ["10.128.0.1"]],
      ["0.0.0.0/0", ["1.2.3.4"], ["::1"]],
      ["2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1", "1.2.3.4"]],
      ["2001:db8::1", ["2001:db8:0::1"], ["2001:db8::2"]],
      ["::/0", ["::1"], ["1.2.3.4", "chat.test", ""]],
    ] as const
  ) {
    for (const address of inside) assertEquals(rangeHolds(parseRange(range)!, address), true);
    for (const address of outside) assertEquals(rangeHolds(parseRange(range)!, address), false);
  }
});
