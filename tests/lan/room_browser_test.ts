import { assert, assertEquals, assertLess } from "@std/assert";
import { encodeMessage } from "../../lib/lan/dns_message.ts";
import { RoomBrowser } from "../../lib/lan/room_browser.ts";
import { recordsOf } from "../../lib/lan/room_records.ts";
import { NOTICE, QuietLan } from "./quiet_lan.ts";

const ME = "10.0.0.9";

/** The announcement of a room as a packet. */
function announcement(title: string, addresses: readonly string[], more = {}): Uint8Array {
  const { shared, own } = recordsOf({ ...NOTICE, title, ...more }, "h", addresses);
  return encodeMessage({ response: true, answers: [...shared, ...own] });
}

Deno.test("Browser: finds a room at once, with all that it tells", () => {
  const lan = new QuietLan();
  lan.serve("10.0.0.1", { needs: "password", web: 8097 });
  lan.pass(60_000);
  const browser = lan.browse(ME);
  lan.pass(0);
  assertEquals(browser.rooms(), [
    { ...NOTICE, needs: "password", web: 8097, addresses: ["10.0.0.1"] },
  ]);
});

Deno.test("Browser: hears of rooms that open and close while it looks", () => {
  const lan = new QuietLan();
  const browser = lan.browse(ME);
  lan.pass(1000);
  const responder = lan.serve("10.0.0.1", { secure: false, port: 6667, fingerprint: undefined });
  lan.serve("10.0.0.2", { title: "Lab" });
  lan.pass(2000);
  assertEquals(browser.rooms().map(({ title, secure }) => [title, secure]), [
    ["Büro chat", false],
    ["Lab", true],
  ]);
  lan.close(responder, "10.0.0.1");
  assertEquals(browser.rooms().map(({ title }) => title), ["Lab"]);
});

Deno.test("Browser: does not ask for what it knows, and asks less and less", () => {
  const lan = new QuietLan();
  lan.serve("10.0.0.1");
  lan.pass(60_000);
  const browser = lan.browse(ME);
  lan.heard.length = 0;
  lan.pass(600_000);
  const questions = lan.heard.filter(({ from }) => from === ME);
  assertLess(questions.length, 20);
  assertEquals(questions.at(2)!.message.answers.length, 1);
  assertEquals(browser.rooms().length, 1, "what it knows is confirmed in time");
});

Deno.test("Browser: a room whose records have run out is gone", () => {
  const browser = new RoomBrowser(0);
  browser.receive(announcement("A", ["10.0.0.1"]), "", 0);
  assertEquals(browser.rooms(119_000).length, 1);
  assertEquals(browser.rooms(121_000).length, 0);
});

Deno.test("Browser: asks for what is missing of a room, but not for ever", () => {
  const browser = new RoomBrowser(0);
  browser.tick(0);
  const { shared } = recordsOf(NOTICE, "h", []);
  const packet = encodeMessage({ response: true, answers: shared });
  let asked = 0;
  for (let now = 10; now < 10_000; now += 10) {
    browser.receive(packet, "", now);
    asked += browser.tick(now).length;
  }
  assert(asked > 5 && asked < 20, `${asked}`);
  assertEquals(browser.rooms(10_000), []);
});

Deno.test("Browser: a flood of rooms is a list of 100, and each machine has few addresses", () => {
  const browser = new RoomBrowser(0);
  for (let count = 0; count < 1000; count++) {
    const addresses = Array.from({ length: 20 }, (_, at) => `10.0.${count % 250}.${at + 1}`);
    browser.receive(announcement(`Room ${count}`, addresses), "", count);
  }
  const rooms = browser.rooms(1000);
  assertEquals([rooms.length, rooms[0]!.addresses.length], [100, 8]);
});

Deno.test("Browser: addresses that are nobody's on this network are not taken", () => {
  const browser = new RoomBrowser(0);
  const wrong = ["127.0.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255", "::1", "::", "ff02::fb"];
  browser.receive(announcement("A", wrong), "", 0);
  assertEquals(browser.rooms(0), []);
  browser.receive(
    announcement("A", ["fe80::7", "2001:db8::1", "169.254.1.1", "10.0.0.1"]),
    "eth0",
    1,
  );
  assertEquals(browser.rooms(1)[0]?.addresses, [
    ...["10.0.0.1", "2001:db8::1", "169.254.1.1", "fe80::7%eth0"] as const,
  ]);
});

Deno.test("Browser: a machine that has other addresses now has the old ones no more", () => {
  const browser = new RoomBrowser(0);
  browser.receive(announcement("A", ["10.0.0.1"]), "", 0);
  browser.receive(announcement("A", ["10.0.0.2"]), "", 5000);
  assertEquals(browser.rooms(5000)[0]?.addresses, ["10.0.0.2"]);
});

Deno.test("Browser: questions, other services and broken packets change nothing", () => {
  const browser = new RoomBrowser(0);
  const { shared, own } = recordsOf(NOTICE, "h", ["10.0.0.1"]);
  browser.receive(encodeMessage({ answers: [...shared, ...own] }), "", 0);
  const printer = { ...shared[0]!, name: ["_ipp", "_tcp", "local"] };
  browser.receive(encodeMessage({ response: true, answers: [printer, ...own] }), "", 0);
  browser.receive(Uint8Array.of(1, 2, 3), "", 0);
  assertEquals(browser.rooms(0), []);
});
