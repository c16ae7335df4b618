import { assertEquals } from "@std/assert";
import { Drive } from "../drive.ts";

const OURS = "CHANMODES=beI,k,l,CMRimnst PREFIX=(ohv)@%+ EXTBAN=~,aq MODES=12";
const LIBERA = "CHANMODES=eIbq,k,flj,CFLMPQRSTcgimnprstuz PREFIX=(ov)@+ EXTBAN=$,ajrxz MODES=4";
const INSPIRCD = "CHANMODES=IXbeg,k,l,Oimnpst PREFIX=(yqaohv)!~&@%+ EXTBAN=,ABCNOQcmz MODES=20";
const PLAIN = "CHANMODES=b,k,l,imnst PREFIX=(ov)@+ MODES=3";

/** A session in #lobby with Furkan and Gamze, on a server with this ISUPPORT. */
function on(isupport: string): Drive {
  const it = new Drive({ history: true }).enter();
  it.server(`:s 005 Ali ${isupport} :are supported by this server`);
  it.server(":Furkan!f@f.example JOIN #lobby", ":s 353 Ali = #lobby :Gamze");
  it.takeEvents();
  return it;
}

Deno.test("Moderation: commands become the modes of the server in use", () => {
  const cases: [isupport: string, typed: string, ...sent: string[]][] = [
    [OURS, "/op Furkan", "MODE #lobby +o Furkan"],
    [OURS, "/deop Furkan", "MODE #lobby -o Furkan"],
    [OURS, "/voice Furkan", "MODE #lobby +v Furkan"],
    [OURS, "/devoice Furkan", "MODE #lobby -v Furkan"],
    [OURS, "/kick Furkan", "KICK #lobby Furkan"],
    [OURS, "/kick Furkan yeter artık", "KICK #lobby Furkan :yeter artık"],
    [OURS, "/ban Furkan", "MODE #lobby +b *!*@f.example"],
    [OURS, "/ban Gamze", "MODE #lobby +b Gamze!*@*"],
    [OURS, "/ban *!*@1.2.3.4", "MODE #lobby +b *!*@1.2.3.4"],
    [OURS, "/ban ~a:Gamze", "MODE #lobby +b ~a:Gamze"],
    [OURS, "/ban Ali", "MODE #lobby +b Ali!*@*"],
    [OURS, "/ban", "MODE #lobby +b"],
    [OURS, "/unban Furkan", "MODE #lobby -bb Furkan!*@* *!*@f.example"],
    [OURS, "/unban Gamze", "MODE #lobby -b Gamze!*@*"],
    [OURS, "/unban *!*@1.2.3.4", "MODE #lobby -b *!*@1.2.3.4"],
    [OURS, "/mute Furkan", "MODE #lobby +b ~q:*!*@f.example"],
    [OURS, "/unmute Gamze", "MODE #lobby -b ~q:Gamze!*@*"],
    [OURS, "/mute", "MODE #lobby +b"],
    [LIBERA, "/mute Furkan", "MODE #lobby +q *!*@f.example"],
    [LIBERA, "/mute", "MODE #lobby +q"],
    [INSPIRCD, "/mute Furkan", "MODE #lobby +b m:*!*@f.example"],
    [PLAIN, "/mute Furkan"],
    [OURS, "/invite Deniz", "INVITE Deniz #lobby"],
    [OURS, "/topic", "TOPIC #lobby"],
    [OURS, "/topic ders bitti", "TOPIC #lobby :ders bitti"],
    [OURS, "/topic -", "TOPIC #lobby :"],
    [OURS, "/away çay", "AWAY :çay"],
    [OURS, "/away", "AWAY :Away"],
    [OURS, "/back", "AWAY"],
    [OURS, "/raw MODE #lobby +i", "MODE #lobby +i"],
    [OURS, "/who #music", "NAMES #music"],
    [OURS, "/list", "LIST"],
  ];
  for (const [isupport, typed, ...sent] of cases) {
    assertEquals(on(isupport).type(typed).takeSent(), sent, typed);
  }
  assertEquals(on(PLAIN).type("/mute Furkan").takeEvents(), [
    "error: This server does not support muting.",
  ]);
});

Deno.test("Moderation: /ban and /mute say the name, and whom else the mask hits", () => {
  const cases: [typed: string, sent: string, told: string][] = [
    ["/ban Gamze", "+b Gamze!*@*", "You banned Gamze (Gamze!*@*)"],
    [
      "/ban Furkan",
      "+b *!*@f.example",
      "You banned Furkan (*!*@f.example), which also hits Can and Ece",
    ],
    [
      "/mute Furkan",
      "+b ~q:*!*@f.example",
      "You muted Furkan (*!*@f.example), which also hits Can and Ece",
    ],
    ["/ban *!c@*", "+b *!c@*", "You banned *!c@*, which hits Can"],
    [
      "/ban *!*@*",
      "+b *!*@*",
      "You banned *!*@*, which hits you, Deniz, Furkan, Gamze, Can and 1 more",
    ],
    ["/ban *!*@192.0.2.0/24", "+b *!*@192.0.2.0/24", "You banned *!*@192.0.2.0/24"],
    ["/ban ~a:Gamze", "+b ~a:Gamze", "You banned ~a:Gamze"],
  ];
  for (const [typed, sent, told] of cases) {
    const it = on(OURS);
    it.server(":Can!c@f.example JOIN #lobby", ":Ece!e@F.example JOIN #lobby");
    it.server(":Ali!ali@host.example JOIN #lobby", ":Deniz!d@d.example JOIN #lobby");
    it.server(":s 353 Ali = #lobby :Furkan Gamze Can Ece Deniz");
    it.takeEvents();
    assertEquals(it.type(typed).takeSent(), [`MODE #lobby ${sent}`]);
    it.server(`:Ali!ali@host.example MODE #lobby ${sent}`);
    assertEquals(it.takeEvents(), [`mode #lobby: ${told}`]);
    // Others tell only what the server says.
    it.server(`:Furkan!f@f.example MODE #lobby ${sent.replace("+", "-")}`);
    assertEquals(it.takeEvents().some((event) => event.includes("hits")), false);
  }
});

Deno.test("Moderation: the hosts of those who were there before are known from WHO", () => {
  const it = on(`${OURS} WHOX`).server(":s 354 Ali 77 #lobby g g.example Gamze H");
  assertEquals(it.type("/ban Gamze").takeSent(), ["MODE #lobby +b *!*@g.example"]);
});

Deno.test("Moderation: /unban lifts the bans on the name and on the host", () => {
  const it = on(OURS).type("/ban Furkan").server(":Furkan!f@f.example NICK Firat").takeSent();
  assertEquals(it, ["MODE #lobby +b *!*@f.example"]);
  const one = on(`${PLAIN} MODES=1`).type("/unban Furkan");
  assertEquals(one.takeSent(), ["MODE #lobby -b Furkan!*@*", "MODE #lobby -b *!*@f.example"]);
  const again = on(OURS).type("/ban Gamze").server(":Gamze!g@g.example PRIVMSG #lobby :x");
  again.takeSent();
  assertEquals(again.type("/unban Gamze").takeSent(), [
    "MODE #lobby -bb Gamze!*@* *!*@g.example",
  ]);
});

Deno.test("Moderation: a command that needs a room, a connection or a feature says so", () => {
  const cases: [typed: string, where: string, words: string][] = [
    ["/op Furkan", "Furkan", "This works only in a room."],
    ["/topic x", "Furkan", "This works only in a room."],
    ["/who", "Furkan", "This works only in a room."],
    ["/kick Furkan", "#yok", "You are not in #yok."],
    ["/who", "#yok", "You are not in #yok."],
    ["/part", "#yok", "You are not in #yok."],
    ["/history", "#lobby", "This server does not keep old messages."],
    ["/search çay", "#lobby", "This server does not support searching."],
  ];
  for (const [typed, where, words] of cases) {
    const it = on(OURS).type(typed, where);
    assertEquals([it.takeSent(), it.takeEvents()], [[], [`error: ${words}`]], typed);
  }
  for (const typed of ["/op Furkan", "/whois Furkan", "/list", "/raw x", "/who", "/search x"]) {
    const it = on(OURS).lose();
    it.takeEvents();
    it.type(typed);
    assertEquals([it.takeSent(), it.takeEvents()], [[], [
      "error: You are not connected to the server.",
    ]], typed);
  }
});

Deno.test("Moderation: a change of modes is told in plain words", () => {
  const cases: [isupport: string, modes: string, ...words: string[]][] = [
    [OURS, "+o Gamze", "Furkan made Gamze an operator"],
    [OURS, "-o Gamze", "Furkan took the rank of operator from Gamze"],
    [OURS, "+o Ali", "Furkan made you an operator"],
    [OURS, "+v Ali", "Furkan gave you the right to speak"],
    [OURS, "-v Gamze", "Furkan took the right to speak from Gamze"],
    [
      OURS,
      "+b-b a!*@* b!*@*",
      "Furkan banned a!*@*",
      "Furkan lifted the ban on b!*@*",
    ],
    [OURS, "+b ~q:a!*@*", "Furkan muted a!*@*"],
    [OURS, "-b ~q:a!*@*", "Furkan let a!*@* speak again"],
    [OURS, "+b Ali!*@*", "Furkan banned you (Ali!*@*)"],
    [OURS, "+b ~q:Ali!*@*", "Furkan muted you (Ali!*@*)"],
    [LIBERA, "+q a!*@*", "Furkan muted a!*@*"],
    [INSPIRCD, "+q Gamze", "Furkan made Gamze the owner"],
    [
      OURS,
      "+kl gizli 5",
      "Furkan set a key, which people need to enter",
      "Furkan limited the room to 5 people",
    ],
    [
      OURS,
      "-kl gizli",
      "Furkan removed the key",
      "Furkan removed the limit on people",
    ],
    [
      OURS,
      "+im-t",
      "Furkan allowed only invited people to enter",
      "Furkan moderated the room: only people with the right to speak can speak",
      "Furkan allowed everyone to change the topic",
    ],
    [OURS, "+Xe foo", "Furkan set the mode +X", "Furkan set the mode +e foo"],
    [OURS, ""],
    [OURS, "+"],
  ];
  for (const [isupport, modes, ...words] of cases) {
    const it = on(isupport).server(`:Furkan!f@f.example MODE #lobby ${modes}`);
    assertEquals(it.takeEvents(), words.map((text) => `mode #lobby: ${text}`), modes);
  }
  const it = on(OURS).server(":Ali!ali@host MODE #lobby +io Ali");
  assertEquals(it.takeEvents(), [
    "mode #lobby: You allowed only invited people to enter",
    "mode #lobby: You made yourself an operator",
  ]);
});

Deno.test("Moderation: an answer of several lines is shown in plain words when it is complete", () => {
  const it = on(OURS);
  it.now = 1_000_000_000;
  const signon = it.now / 1000 - 7300;
  const cases: [typed: string, lines: string[], told: string[]][] = [
    ["/whois Can", [
      "311 Ali Can ~c mfrggzdf.nbsw4ytp.orsxg5bq.ip * :Can Y.",
      "318 Ali Can :End of WHOIS list",
    ], ["Can (Can Y.) is ~c@mfrggzdf.nbsw4ytp.orsxg5bq.ip, which hides the real address."]],
    ["/whois Furkan", [
      "311 Ali Furkan ~f f.example * :Furkan Y.",
      "319 Ali Furkan :@#lobby #music ",
      "312 Ali Furkan chat.example :a chat room",
      "301 Ali Furkan :çay",
      "313 Ali Furkan :is an operator of this server",
      "330 Ali Furkan furkan :is logged in as",
      "335 Ali Furkan :is a bot",
      "671 Ali Furkan :is using a secure connection",
      "378 Ali Furkan :is connecting from *@f.example 1.2.3.4",
      `317 Ali Furkan 130 ${signon} :seconds idle, signon time`,
      "318 Ali furkan :End of WHOIS list",
    ], [
      "Furkan (Furkan Y.) is ~f@f.example.",
      "Furkan is in @#lobby #music",
      "Furkan is connected to chat.example (a chat room).",
      "Furkan is away: çay",
      "Furkan is an operator of this server.",
      "Furkan is logged in as furkan.",
      "Furkan is a bot.",
      "Furkan uses an encrypted connection.",
      "Furkan is connecting from *@f.example 1.2.3.4",
      "Furkan has said nothing for 2 minutes, and connected 2 hours ago.",
    ]],
    ["/list", [
      "321 Ali Channel :Users  Name",
      "322 Ali #a 1 :",
      "322 Ali #b 12 :[+nt] çay saati",
      "323 Ali :End of LIST",
    ], ["There are 2 rooms:", "#b, 12 people: çay saati", "#a, 1 person"]],
    ["/list ÇAY", ["322 Ali #a 1 :", "322 Ali #b 12 :çay saati", "323 Ali :End"], [
      'There is 1 room with "ÇAY" in the name or topic:',
      "#b, 12 people: çay saati",
    ]],
    ["/list yok", ["322 Ali #a 1 :", "323 Ali :End"], [
      'There are no rooms with "yok" in the name or topic here.',
    ]],
    ["/ban", [
      `367 Ali #lobby a!*@* Furkan!f@h ${it.now / 1000 - 60}`,
      "367 Ali #lobby b!*@*",
      "368 Ali #lobby :End",
    ], ["Banned from #lobby:", "a!*@* (by Furkan, 1 minute ago)", "b!*@*"]],
    ["/ban", ["368 Ali #lobby :End"], ["Nobody is banned from #lobby."]],
    ["/ban", [
      "367 Ali #lobby ~q:b!*@*",
      "367 Ali #lobby a!*@*",
      "368 Ali #lobby :End",
    ], ["Banned from #lobby:", "a!*@*", "Muted in #lobby:", "b!*@*"]],
    ["/ban", ["367 Ali #lobby ~q:b!*@*", "368 Ali #lobby :End"], [
      "Nobody is banned from #lobby.",
      "Muted in #lobby:",
      "b!*@*",
    ]],
    ["/mute", ["367 Ali #lobby a!*@*", "367 Ali #lobby ~q:b!*@*", "368 Ali #lobby :End"], [
      "Muted in #lobby:",
      "b!*@*",
    ]],
    ["/mode", ["324 Ali #lobby +ntl 9", "329 Ali #lobby 1"], ["The modes of #lobby are: +ntl 9"]],
    ["/mode Ali", ["221 Ali +i"], ["Your modes are: +i"]],
    ["/oper Ada pw", ["381 Ali :You are now an IRC operator"], [
      "You are an operator of the server now.",
    ]],
    ["/version", ["351 Ali chat-1.0 s :x"], ["The server says: chat-1.0 s x"]],
    ["/whowas Ada", [
      "314 Ali Ada u h * :Ada L.",
      "312 Ali Ada chat.example :Sun, 29 Nov 2026 22:02:39 GMT",
      "369 Ali Ada :End",
    ], [
      "Ada (Ada L.) was u@h.",
      "Ada was connected to chat.example, last on Sun, 29 Nov 2026 22:02:39 GMT.",
    ]],
    ["/whois Ada", ["312 Ali Ada chat.example :a chat room", "318 Ali Ada :End"], [
      "Ada is connected to chat.example (a chat room).",
    ]],
    ["/invite Deniz", ["341 Ali Deniz #lobby"], ["You have invited Deniz to #lobby."]],
    ["/topic", ["331 Ali #lobby :No topic is set"], ["There is no topic in #lobby."]],
    ["/away x", ["306 Ali :You have been marked"], ["The others see that you are away."]],
    ["/back", ["305 Ali :You are no longer"], ["The others see that you are no longer away."]],
    ["/raw TIME", ["391 Ali s :Monday", "324 Ali #lobby +n"], [
      "The server says: s Monday",
      "The modes of #lobby are: +n",
    ]],
  ];
  for (const [typed, lines, told] of cases) {
    it.type(typed).server(...lines.map((line) => `:s ${line}`)).wait(11_000);
    assertEquals(it.takeEvents(), told.map((text) => `info: ${text}`), typed);
    it.now = 1_000_000_000;
  }
  // While all answers are shown, the header of the list of rooms is not shown.
  it.type("/raw TIME").type("/list");
  it.server(":s 321 Ali Channel :Users  Name", ":s 322 Ali #a 1 :", ":s 323 Ali :End");
  assertEquals(it.takeEvents(), ["info: There is 1 room:", "info: #a, 1 person"]);
  // These replies answer no request.
  it.wait(20_000).server(":s 367 Ali #lobby x!*@*", ":s 322 Ali #x 1 :", ":s 323 Ali :End");
  it.server(":s 324 Ali #lobby +n", ":s 329 Ali #lobby 1", ":s 368 Ali #lobby :End");
  assertEquals(it.takeEvents(), []);
});

Deno.test("Moderation: /mute shows the list of the silenced if the server has one of its own", () => {
  const it = on(LIBERA).type("/mute").server(
    ":s 728 Ali #lobby q b!*@* Furkan!f@h 1",
    ":s 729 Ali #lobby q :End",
  );
  assertEquals(it.takeEvents().length, 2);
});

Deno.test("Moderation: a command about an absent person says so", () => {
  for (const typed of ["/whois Yok", "/invite Yok", "/kick Yok", "/op Yok"]) {
    const it = on(OURS).type(typed).server(":s 401 Ali Yok :No such nick", ":s 318 Ali Yok :End");
    assertEquals(it.takeEvents(), ["error: There is nobody called Yok here."], typed);
  }
  const it = on(OURS).type("/kick Deniz").server(":s 441 Ali Deniz #lobby :Not here");
  assertEquals(it.takeEvents(), [
    "error: The server refused this: that person is not in the room.",
  ]);
});

Deno.test("Moderation: an away message is shown once, until it changes", () => {
  const it = on(OURS);
  const told = ["çay", "çay", "kahve"].map((text) =>
    it.server(`:s 301 Ali Furkan :${text}`).takeEvents().length
  );
  assertEquals(told, [1, 0, 1]);
});

Deno.test("Moderation: long lists are bounded, and say so", () => {
  const it = on(OURS).type("/list");
  for (let index = 0; index < 5000; index++) it.server(`:s 322 Ali #r${index} ${index % 777} :x`);
  const listed = it.server(":s 323 Ali :End").takeEvents();
  assertEquals([listed.length, listed[1], listed.at(-1)], [
    52,
    "info: #r776, 776 people: x",
    "info: ... and 4950 more. /list TEXT shows those with TEXT in the name or topic.",
  ]);
  it.type("/ban");
  for (let index = 0; index < 300; index++) it.server(`:s 367 Ali #lobby u${index}!*@*`);
  assertEquals(it.server(":s 368 Ali #lobby :End").takeEvents().at(-1), "info: ... and 200 more");
});

Deno.test("Moderation: being away is announced again on the next connection", () => {
  const it = on(OURS).type("/away çay").lose().open().server(":s CAP * LS :", ":s 001 Ali :Hi");
  assertEquals(it.takeSent().includes("AWAY :çay"), true);
});

Deno.test("Moderation: no input makes a line that is too long, or a second line", () => {
  const long = "ğ ".repeat(600);
  const typed = [
    `/topic ${long}`,
    `/kick Furkan ${long}`,
    `/away ${long}`,
    `/part #lobby ${long}`,
    `/raw PRIVMSG #lobby :${long}`,
    `/search ${long}`,
    `/whois ${"x".repeat(1000)}`,
    `/ban ${"x".repeat(1000)}`,
    `/join ${"x".repeat(1000)}`,
    `/msg ${"x".repeat(1000)} selam`,
    `/list ${long}`,
  ];
  const encoder = new TextEncoder();
  const cut = typed.map((line) => on(`${OURS} ELIST=M`).type(line).takeSent()).flat();
  for (const line of typed.filter((line) => line.includes("xxx"))) {
    const [told = ""] = on(OURS).type(line).takeEvents();
    assertEquals(/^(error|notSent): /.test(told), true, line);
  }
  for (const line of cut) assertEquals(encoder.encode(line).length <= 510, true, line);
  assertEquals(cut.map((line) => line.split(" ")[0]), [
    "TOPIC",
    "KICK",
    "AWAY",
    "PART",
    "PRIVMSG",
    "LIST",
  ]);
});

Deno.test("Moderation: a mode that the server refuses or has already is told", () => {
  const it = on(OURS).type("/mode +l abc");
  it.server(":s 696 Ali #lobby l abc :A limit must be a number greater than 0");
  it.type("/mute Gamze").server(":s 697 Ali #lobby ~q:Gamze!*@* b :is already on this list");
  assertEquals(it.takeEvents(), [
    "error: The server refused this: a limit must be a number greater than 0.",
    "error: The server refused this: that is already so.",
  ]);
});
