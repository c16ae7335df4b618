import { assert, assertEquals, assertLess } from "@std/assert";
import { type DnsMessage, RECORD_TYPE } from "../../lib/lan/dns_message.ts";
import { nameKey } from "../../lib/lan/dns_name.ts";
import { recordsOf, serviceName } from "../../lib/lan/room_records.ts";
import { NOTICE, QuietLan } from "./quiet_lan.ts";

const SERVER = "10.0.0.1";
const ASKER = "10.0.0.2";
const { A, AAAA, PTR, SRV, NSEC, ANY } = RECORD_TYPE;
const SERVICE = { name: serviceName(true), type: PTR, direct: false };
const HOST = ["buro-chat", "local"];

/** A network in which the room has been announced for a while. */
function announced(): QuietLan {
  const lan = new QuietLan();
  lan.serve(SERVER);
  lan.pass(60_000);
  lan.heard.length = 0;
  return lan;
}

function types({ answers, additionals }: DnsMessage): number[][] {
  return [answers, additionals].map((records) => records.map(({ type }) => type));
}

Deno.test("Responder: probes three times, then announces the room twice", () => {
  const lan = new QuietLan();
  const responder = lan.serve(SERVER);
  assertEquals(responder.names, undefined);
  const begin = lan.now;
  lan.pass(5000);
  const times = lan.heard.map(({ at, message }) => [at - begin, message.response]);
  assertEquals(times, [[125, false], [375, false], [625, false], [875, true], [1875, true]]);
  const [probe, , , announcement] = lan.heard.map(({ message }) => message);
  assertEquals(probe!.questions.map(({ name, type, direct }) => [nameKey(name), type, direct]), [
    ["büro chat._ircs-u._tcp.local", ANY, false],
    ["buro-chat.local", ANY, false],
  ]);
  assertEquals(announcement!.answers.map(({ type, flush }) => [type, flush]), [
    [PTR, false],
    [PTR, false],
    [SRV, true],
    [RECORD_TYPE.TXT, true],
    [A, true],
  ]);
  assertEquals(responder.names, { title: "Büro chat", host: "buro-chat" });
});

Deno.test("Responder: a question for rooms is answered after a moment, with all that comes next", () => {
  const lan = announced();
  const begin = lan.now;
  assertEquals(lan.send(ASKER, { questions: [SERVICE] }), []);
  lan.pass(1000);
  const answer = lan.heard.at(-1)!;
  assertEquals([lan.heard.length, answer.at - begin], [2, 70]);
  assertEquals(types(answer.message), [[PTR], [SRV, RECORD_TYPE.TXT, A]]);
});

Deno.test("Responder: an answer that the asker knows is not given", () => {
  const known = recordsOf(NOTICE, "buro-chat", []).shared[0]!;
  for (const [ttl, answers] of [[2250, 0], [2249, 1]] as const) {
    const lan = announced();
    lan.send(ASKER, { questions: [SERVICE], answers: [{ ...known, ttl }] });
    lan.pass(1000);
    assertEquals(lan.heard.filter(({ from }) => from === SERVER).length, answers);
  }
  // The known answers may come in a later packet.
  const lan = announced();
  lan.send(ASKER, { questions: [SERVICE], more: true });
  lan.pass(200);
  lan.send(ASKER, { answers: [known] });
  lan.pass(2000);
  assertEquals(lan.heard.filter(({ from }) => from === SERVER), []);
});

Deno.test("Responder: what was just said to all is not said again within a second", () => {
  const lan = announced();
  for (let times = 0; times < 20; times++) {
    lan.send(ASKER, { questions: [SERVICE] });
    lan.pass(100);
  }
  assertEquals(lan.heard.filter(({ from }) => from === SERVER).length, 2);
});

Deno.test("Responder: a question from another port is answered there at once, in old form", () => {
  const lan = announced();
  const questions = [{ name: HOST, type: A, direct: false }];
  const [answer] = lan.send(ASKER, { id: 77, questions }, 40_000);
  assertEquals([answer!.id, answer!.questions], [77, questions]);
  assertEquals(answer!.answers.map(({ ttl, flush, data }) => [ttl, flush, ...data]), [
    [10, false, 10, 0, 0, 1],
  ]);
});

Deno.test("Responder: a direct answer goes to the asker, but a probe is answered before all", () => {
  const lan = announced();
  const questions = [{ ...SERVICE, direct: true }];
  assertEquals(lan.send(ASKER, { questions }).map(types), [[[PTR], [SRV, 16, A]]]);
  const probe = [{ name: HOST, type: ANY, direct: true }];
  const [, ...authorities] = recordsOf(NOTICE, "buro-chat", [ASKER]).own;
  assertEquals(lan.send(ASKER, { questions: probe, authorities }), []);
  assertEquals(lan.heard.at(-1)!.to, undefined);
  assertEquals(types(lan.heard.at(-1)!.message)[0], [A]);
});

Deno.test("Responder: an address that it lacks is denied, so that nobody waits for it", () => {
  const lan = announced();
  const [answer] = lan.send(ASKER, { questions: [{ name: HOST, type: AAAA, direct: true }] });
  assertEquals(answer!.answers.map(({ type, data }) => [type, data.at(-6)]), [[NSEC, 0x40]]);
});

Deno.test("Responder: others' questions and foreign names are not answered", () => {
  const lan = announced();
  lan.send(ASKER, { questions: [{ name: ["other", "local"], type: A, direct: true }] });
  lan.send(ASKER, { questions: [{ name: serviceName(false), type: PTR, direct: true }] });
  lan.pass(1000);
  assertEquals(lan.heard.filter(({ from }) => from === SERVER), []);
});

Deno.test("Responder: a taken name gets a number", () => {
  const lan = new QuietLan();
  lan.serve(SERVER);
  lan.pass(5000);
  const second = lan.serve("10.0.0.3", { port: 7000 });
  const third = lan.serve("10.0.0.4", { port: 7001 }, 0.9);
  lan.pass(10_000);
  const names = [second, third].map((each) => each.names);
  assertEquals(names.map((each) => each?.title).sort(), ["Büro chat (2)", "Büro chat (3)"]);
  assertEquals(new Set(names.map((each) => each?.host)).size, 2);
});

Deno.test("Responder: a name for which another program on this machine answers is taken", () => {
  const lan = new QuietLan();
  const responder = lan.serve(SERVER);
  lan.pass(400);
  // Its address is ours, so its records are the same.
  const address = recordsOf(NOTICE, "buro-chat", [SERVER]).own.at(-1)!;
  lan.send(SERVER, { response: true, answers: [address] });
  lan.pass(5000);
  assertEquals(responder.names, { title: "Büro chat", host: "buro-chat-2" });
});

Deno.test("Responder: of two that probe at the same time, one yields", () => {
  const lan = new QuietLan();
  const one = lan.serve(SERVER);
  const other = lan.serve("10.0.0.3");
  lan.pass(10_000);
  assertEquals([one.names?.title, other.names?.title].sort(), ["Büro chat", "Büro chat (2)"]);
  assertEquals([one.names?.host, other.names?.host].sort(), ["buro-chat", "buro-chat-2"]);
});

Deno.test("Responder: who takes the name later is asked first, and gets it only by insisting", () => {
  const lan = announced();
  const forged = recordsOf({ ...NOTICE, port: 666 }, "evil", [ASKER]);
  lan.send(ASKER, { response: true, answers: [forged.own[0]!] });
  lan.pass(5000);
  const probes = lan.heard.filter(({ message, from }) => from === SERVER && !message.response);
  assertEquals(probes.length, 3);
  assertEquals(lan.heard.at(-1)!.message.answers.some(({ name }) => name[0] === "Büro chat"), true);
});

Deno.test("Responder: a flood of conflicts slows it down instead of the network", () => {
  const lan = announced();
  for (let times = 0; times < 200; times++) {
    const { own } = recordsOf({ ...NOTICE, port: 666 + times }, "evil", []);
    lan.send(ASKER, { response: true, answers: [own[0]!] });
    lan.pass(50);
  }
  assertLess(lan.heard.filter(({ from }) => from === SERVER).length, 20);
  lan.pass(20_000);
  assert(lan.heard.at(-1)!.message.response, "in the end it is announced again");
});

Deno.test("Responder: direct answers are limited, whoever asks", () => {
  const lan = announced();
  let answers = 0;
  for (let times = 0; times < 500; times++) {
    answers += lan.send(ASKER, { questions: [SERVICE] }, 40_000).length;
  }
  assertEquals(answers, 50);
  lan.pass(1000);
  assertEquals(lan.send(ASKER, { questions: [SERVICE] }, 40_000).length, 1);
});

Deno.test("Responder: says goodbye, but not for others with such rooms", () => {
  const lan = new QuietLan();
  const responder = lan.serve(SERVER);
  lan.pass(5000);
  lan.close(responder, SERVER);
  const { answers } = lan.heard.at(-1)!.message;
  assertEquals(answers.map(({ type, ttl }) => [type, ttl]), [[PTR, 0], [SRV, 0], [16, 0], [A, 0]]);
  assertEquals(responder.wakeAt, Infinity);
  // While it is not known whose the names are, nothing is said of them.
  const early = lan.serve(SERVER);
  lan.pass(300);
  assertEquals(early.close(), []);
});

Deno.test("Responder: a new interface has the names probed there, and one that went gets nothing", () => {
  const lan = new QuietLan();
  const responder = lan.serve(SERVER);
  lan.pass(5000);
  responder.connect([{ id: "eth0", addresses: [SERVER] }], lan.now);
  assert(responder.names !== undefined, "nothing is new");
  responder.connect([{ id: "wlan0", addresses: ["10.1.0.1"] }], lan.now);
  assertEquals(responder.names, undefined);
  const packets = Array.from({ length: 50 }, (_, at) => responder.tick(lan.now + at * 100)).flat();
  assertEquals([...new Set(packets.map(({ link }) => link))], ["wlan0"]);
  assertEquals(packets.length, 5);
  responder.connect([], lan.now);
  assertEquals([responder.wakeAt, responder.names], [Infinity, undefined]);
});

Deno.test("Responder: its own packets are no conflict, over whatever link they come back", () => {
  const lan = announced();
  const { shared, own } = recordsOf(NOTICE, "buro-chat", [SERVER]);
  lan.send(SERVER, { response: true, answers: [...shared, ...own] });
  lan.send(SERVER, { questions: [], authorities: own });
  lan.pass(3000);
  assertEquals(
    lan.heard.filter(({ message }) => !message.response && message.questions.length > 0),
    [],
  );
});
