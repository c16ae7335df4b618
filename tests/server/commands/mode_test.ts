import { assertEquals } from "@std/assert";
import { fold } from "../../../lib/irc/names.ts";
import { assertAnswers, CALM, type Client, Harness, START } from "../harness.ts";
import { setOper } from "../../../lib/server/world/operators.ts";

const SECONDS = Math.floor(START / 1000);

/** An operator, a half-operator, a member with voice and a member without a rank. */
function ranked(): { harness: Harness; o: Client; h: Client; v: Client; n: Client } {
  const harness = new Harness();
  const [o, h, v, n] = harness.room("#x", "o", "h", "v", "n") as [Client, Client, Client, Client];
  o.send("MODE #x +hv h v");
  harness.hush();
  return { harness, o, h, v, n };
}

/** The line that tells the room of a mode change. */
const told = (change: string, nick = "o") => `:${nick}!~${nick}@192.0.2.1 MODE #x ${change}`;

Deno.test("MODE: shows a room's modes, but its key only to members", () => {
  const { harness, o } = ranked();
  o.send("MODE #x +klimsCMR key 10");
  const times = `329 o #x ${SECONDS}`;
  assertAnswers(o, [
    ["MODE #x", "324 o #x +klCMRimnst key 10", times],
    ["MODE #X", "324 o #x +klCMRimnst key 10", times],
    [
      "MODE #x -CMRimnst",
      told("-CMRimnst"),
    ],
    ["MODE #x", "324 o #x +kl key 10", times],
  ]);
  assertAnswers(harness.user("stranger"), [
    ["MODE #x", "324 stranger #x +kl * 10", `329 stranger #x ${SECONDS}`],
    ["MODE #nowhere", "403 stranger #nowhere :No such channel"],
    ["MODE", "461 stranger MODE :Not enough parameters"],
  ]);
  o.send("MODE #x +s");
  assertAnswers(harness.user("other"), [
    ["MODE #x", "403 other #x :No such channel"],
    ["MODE #x b", "403 other #x :No such channel"],
    ["MODE #x +m", "403 other #x :No such channel"],
  ]);
});

Deno.test("MODE: each member is told of a change once, in as few lines as possible", () => {
  const { o, h, v, n } = ranked();
  for (
    const [modes, ...changes] of [
      ["+m-t", "+m-t"],
      ["+i+s+C", "+isC"],
      ["+m"],
      ["-t"],
      ["+mt", "+t"],
      ["-i-s-C-m", "-isCm"],
      ["+lk 5 word", "+lk 5 word"],
      ["+l 5"],
      ["+l 07", "+l 7"],
      ["+k word"],
      ["+k other", "+k other"],
      ["-k", "-k other"],
      ["-k anything"],
      ["-l", "-l"],
      ["-l"],
      ["+ov v n", "+ov v n"],
      ["+o V"],
      ["-o+v v v", "-o v"],
      ["+b-b a a", "+b-b a!*@* a!*@*"],
      ["+"],
    ] as const
  ) {
    const lines = changes.map((change) => told(change));
    assertEquals(o.ask(`MODE #x ${modes}`), lines, modes);
    for (const other of [h, v, n]) assertEquals(other.take(), lines, modes);
  }
});

Deno.test("MODE: more than twelve changes with a parameter take several lines", () => {
  const harness = new Harness();
  const nicks = Array.from({ length: 14 }, (_, index) => `n${index}`);
  const [o, n] = harness.room("#x", "o", ...nicks);
  const lines = [
    told(`+${"v".repeat(12)} ${nicks.slice(0, 12).join(" ")}`),
    told(`+vv-t ${nicks.slice(12).join(" ")}`),
  ];
  assertEquals(o!.ask(`MODE #x +${"v".repeat(14)}-t ${nicks.join(" ")}`), lines);
  assertEquals(n!.take(), lines);
});

Deno.test("MODE: a change that needs a higher rank is refused once, and is not made", () => {
  const { o, h, v, n } = ranked();
  for (const member of [v, n]) {
    const { nick } = member.user;
    const refused = `482 ${nick} #x :You're not channel operator`;
    assertAnswers(
      member,
      [
        ...["+o n", "+h n", "+v n", "+b x", "+e x", "+I x", "+k x", "+l 5", "-v v"],
        ...["+C", "+M", "+R", "+i", "+m", "-n", "+s", "-t", "-nt+ims"],
      ].map((modes) => [`MODE #x ${modes}`, refused] as const),
    );
  }
  const refused = "482 h #x :You're not channel operator";
  assertAnswers(h, [
    ...["+o n", "-o o", "+h n", "-h h", "+k x", "+l 5", "+C", "+M", "+R", "+i", "-n", "+s", "-t"]
      .map((modes) => [`MODE #x ${modes}`, refused] as const),
    ["MODE #x +v n", told("+v n", "h")],
    ["MODE #x +b-b x x", told("+b-b x!*@* x!*@*", "h")],
    ["MODE #x +eI x y", told("+eI x!*@* y!*@*", "h")],
    ["MODE #x +mi", refused, told("+m", "h")],
  ]);
  assertAnswers(o, [["MODE #x", "324 o #x +mnt", `329 o #x ${SECONDS}`]]);
});

Deno.test("MODE: a member may give up their own rank", () => {
  const { o } = ranked();
  assertAnswers(o, [
    ["MODE #x -o o", told("-o o")],
    ["MODE #x +o o", "482 o #x :You're not channel operator"],
  ]);
});

Deno.test("MODE: a user outside a room changes nothing there", () => {
  const { harness } = ranked();
  assertAnswers(harness.user("stranger"), [
    ["MODE #x +m", "482 stranger #x :You're not channel operator"],
    ["MODE #x b", "368 stranger #x :End of channel ban list"],
  ]);
});

Deno.test("MODE: an invalid change is refused with the reason, and the rest of the line counts", () => {
  const { harness, o } = ranked();
  harness.user("stranger");
  const key = "A key can be at most 32 bytes long, without spaces or commas";
  const limit = "A limit must be a number greater than 0";
  const mask = "A mask must be a name, user@host or ~a:account";
  const tooLong = "A mask can be at most 100 bytes long";
  assertAnswers(o, [
    ["MODE #x +X", "472 o X :is unknown mode char to me"],
    [
      "MODE #x +Xm-Y",
      "472 o X :is unknown mode char to me",
      "472 o Y :is unknown mode char to me",
      told("+m"),
    ],
    [`MODE #x +${"X".repeat(400)}`, "472 o X :is unknown mode char to me"],
    ...["+b :", "-b :", "+k", "+l", "+o", "-v", "+h :"].map((change) =>
      [`MODE #x ${change}`, `696 o #x ${change[1]} * :This mode needs a parameter`] as const
    ),
    [
      "MODE #x +kok",
      "696 o #x k * :This mode needs a parameter",
      "696 o #x o * :This mode needs a parameter",
    ],
    ["MODE #x -k"],
    ["MODE #x +b ~q:*!*@*", told("+b ~q:*!*@*")],
    ["MODE #x +b-b ~q: ~q:", "696 o #x b ~q: :~q: must be followed by a mask"],
    ["MODE #x -b ~q:*!*@*", told("-b ~q:*!*@*")],
    ["MODE #x +v nobody", "401 o nobody :No such nick/channel"],
    ["MODE #x +o stranger", "441 o stranger #x :They aren't on that channel"],
    ["MODE #x +k a,b", `696 o #x k * :${key}`],
    [`MODE #x +k ${"k".repeat(33)}`, `696 o #x k * :${key}`],
    [`MODE #x +k ${"ç".repeat(16)}`, told(`+k ${"ç".repeat(16)}`)],
    ["MODE #x +k :a b", `696 o #x k * :${key}`],
    ["MODE #x +k ::a", `696 o #x k * :${key}`],
    ...["0", "-1", "x", "1.5", "1e3", "1234567890"].map((bad) =>
      [`MODE #x +l ${bad}`, `696 o #x l ${bad} :${limit}`] as const
    ),
    ["MODE #x +b :a b", `696 o #x b a :${mask}`],
    ...["~x:y", "~a:", "~a", "~q", "$a", "$a:bob", "R:bob", "~q:~x:y", "account:bob"].map((bad) =>
      [
        `MODE #x +b ${bad}`,
        `696 o #x b ${bad} :An extended ban must be ~a:account or ~q:mask`,
      ] as const
    ),
    ["MODE #x +b ~q:", "696 o #x b ~q: :~q: must be followed by a mask"],
    ["MODE #x +b ~q:~q:x", "696 o #x b ~q:~q:x :~q: must be followed by a mask"],
    ...["10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/"].map((bad) =>
      [
        `MODE #x +e ${bad}`,
        `696 o #x e ${bad} :The number of bits after / must be from 0 to 32`,
      ] as const
    ),
    [
      "MODE #x +I ~q:*!*@2001:db8::/129",
      "696 o #x I ~q:*!*@2001:db8::/129 :The number of bits after / must be from 0 to 128",
    ],
    ["MODE #x +b 300.1.1.1", "696 o #x b 300.1.1.1 :300.1.1.1 is not an address"],
    ["MODE #x +b *!*@10/8", "696 o #x b *!*@10/8 :10 is not an address"],
    [
      "MODE #x +b *!*@[::1]/129",
      "696 o #x b *!*@[::1]/129 :The number of bits after / must be from 0 to 128",
    ],
    [
      "MODE #x +b 10.*/8",
      "696 o #x b 10.*/8 :A range cannot contain * or ?: write it as address/bits",
    ],
    [`MODE #x +e ${"x".repeat(97)}`, `696 o #x e ${"x".repeat(97)} :${tooLong}`],
    [`MODE #x +b ~a:${"x".repeat(98)}`, `696 o #x b ~a:${"x".repeat(98)} :${tooLong}`],
  ]);
});

Deno.test("MODE: a mask is completed, kept as it was written and listed with its author", () => {
  const { o } = ranked();
  for (
    const [given, full] of [
      ["nick", "nick!*@*"],
      ["user@host", "*!user@host"],
      ["nick!user", "nick!user@*"],
      ["n!u@h", "n!u@h"],
      ["@host", "*!*@host"],
      ["*.example", "*!*@*.example"],
      ["2001:db8::1", "*!*@2001:db8::1"],
      ["[2001:DB8::1]", "*!*@2001:db8::1"],
      ["u@[2001:db8::]/32", "*!u@2001:db8::/32"],
      ["*", "*!*@*"],
      ["Çağrı", "Çağrı!*@*"],
      ["~a:Anna", "~a:Anna"],
      ["~q:*!*@evil", "~q:*!*@evil"],
      ["~q:evil", "~q:evil!*@*"],
      ["~q:~a:Anna", "~q:~a:Anna"],
      ["~user@host", "*!~user@host"],
      ["n!u@10.0.0.0/8", "n!u@10.0.0.0/8"],
      ["a/b", "*!*@a/b"],
    ] as const
  ) {
    assertAnswers(o, [
      [`MODE #x +b ${given}`, told(`+b ${full}`)],
      [`MODE #x +b ${full}`, `697 o #x ${full} b :is already on this list`],
      [
        "MODE #x b",
        `367 o #x ${full} o!~o@192.0.2.1 ${SECONDS}`,
        "368 o #x :End of channel ban list",
      ],
      [`MODE #x -b ${fold(given)}`, told(`-b ${full}`)],
      [`MODE #x -b ${given}`],
    ]);
  }
});

Deno.test("MODE: members see every list, others only the bans, and each once per line", () => {
  const { harness, o, n } = ranked();
  o.send("MODE #x +beeI b e1 e2 i");
  harness.hush();
  const by = `o!~o@192.0.2.1 ${SECONDS}`;
  for (const sign of ["", "+", "-"]) {
    assertAnswers(n, [
      [`MODE #x ${sign}b`, `367 n #x b!*@* ${by}`, "368 n #x :End of channel ban list"],
      [
        `MODE #x ${sign}e`,
        `348 n #x e1!*@* ${by}`,
        `348 n #x e2!*@* ${by}`,
        "349 n #x :End of channel exception list",
      ],
      [
        `MODE #x ${sign}I`,
        `346 n #x i!*@* ${by}`,
        "347 n #x :End of Channel Invite Exception List",
      ],
      [`MODE #x ${sign}bbb`, `367 n #x b!*@* ${by}`, "368 n #x :End of channel ban list"],
    ]);
  }
  assertAnswers(harness.user("s"), [
    ["MODE #x b", `367 s #x b!*@* ${by}`, "368 s #x :End of channel ban list"],
    ["MODE #x e", "349 s #x :End of channel exception list"],
    ["MODE #x I", "347 s #x :End of Channel Invite Exception List"],
  ]);
});

Deno.test("MODE: each list holds as many entries as MAXLIST says", () => {
  const harness = new Harness({ limits: { ...CALM.limits, listEntries: 3 } });
  const [o] = harness.room("#x", "o");
  for (const list of ["b", "e", "I"]) {
    assertAnswers(o!, [
      [`MODE #x +${list}${list}${list} 1 2 3`, told(`+${list}${list}${list} 1!*@* 2!*@* 3!*@*`)],
      [`MODE #x +${list} 4`, "478 o #x 4!*@* :Channel list is full"],
      [`MODE #x +${list} 1`, `697 o #x 1!*@* ${list} :is already on this list`],
      [`MODE #x -${list}+${list} 1 4`, told(`-${list}+${list} 1!*@* 4!*@*`)],
    ]);
  }
});

Deno.test("MODE: server operators are operators of the lobby, and other users are not", () => {
  const harness = new Harness();
  const a = harness.member("#lobby", "a");
  assertAnswers(a, [["MODE #lobby +m", "482 a #lobby :You're not channel operator"]]);
  const before = harness.operator("before");
  assertEquals(before.ask("JOIN #lobby"), [
    ":before!~before@192.0.2.1 JOIN #lobby",
    ":chat.test 353 before = #lobby :a @before",
    ":chat.test 366 before #lobby :End of /NAMES list",
  ]);
  assertEquals(a.take(), [
    ":before!~before@192.0.2.1 JOIN #lobby",
    ":chat.test MODE #lobby +o before",
  ]);
  setOper(harness.world, a.user, "root", "password", harness.now);
  assertEquals(a.take(), [":chat.test MODE a +o", ":chat.test MODE #lobby +o a"]);
  assertEquals(before.take(), [":chat.test MODE #lobby +o a"]);
  assertEquals(a.ask("MODE #lobby +m"), [":a!~a@192.0.2.1 MODE #lobby +m"]);
});

Deno.test("MODE: users set their own modes, except o, which they can only give up", () => {
  const harness = new Harness();
  const a = harness.user("a");
  harness.user("b");
  const self = ":a!~a@192.0.2.1 MODE a";
  assertAnswers(a, [
    ["MODE a", "221 a +"],
    ["MODE A +iw-B", `${self} +iw`],
    ["MODE a i"],
    ["MODE a +RB-w", `${self} +RB-w`],
    ["MODE a", "221 a +BRi"],
    ["MODE a +o"],
    ["MODE a +xw", `${self} +w`, "501 a :Unknown MODE flag"],
    ["MODE a +xyz", "501 a :Unknown MODE flag"],
    ["MODE b", "502 a :Cant change mode for other users"],
    ["MODE b +i", "502 a :Cant change mode for other users"],
    ["MODE nobody +i", "401 a nobody :No such nick/channel"],
  ]);
  setOper(harness.world, a.user, "root", "password", harness.now);
  assertAnswers(a, [
    ["MODE a", "221 a +BRiow"],
    ["MODE a -o", `${self} -o`],
    ["KILL b :x", "481 a :Permission Denied- You're not an IRC operator"],
  ]);
});

Deno.test("Masks: two spellings of one range are one entry, and either takes it back", () => {
  const { o } = ranked();
  for (
    const [one, other, full] of [
      ["10.1.2.3/8", "*!*@10.0.0.0/8", "*!*@10.0.0.0/8"],
      ["2001:DB8:0:0:0:0:0:1", "2001:db8::1", "*!*@2001:db8::1"],
      ["~q:2001:0db8::/32", "~q:*!*@2001:db8:1::/32", "~q:*!*@2001:db8::/32"],
      ["::ffff:192.0.2.0/120", "192.0.2.99/24", "*!*@192.0.2.0/24"],
    ] as const
  ) {
    for (const letter of ["b", "e", "I"]) {
      assertAnswers(o, [
        [`MODE #x +${letter} ${one}`, told(`+${letter} ${full}`)],
        [`MODE #x +${letter} ${other}`, `697 o #x ${full} ${letter} :is already on this list`],
        [`MODE #x -${letter} ${other}`, told(`-${letter} ${full}`)],
        [`MODE #x -${letter} ${one}`],
      ]);
    }
  }
});
