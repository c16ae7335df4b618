import { assert, assertEquals, assertMatch } from "@std/assert";
import { plainMessage, saslChunks } from "../../../lib/irc/sasl.ts";
import {
  CROWD_AFTER,
  CROWD_MS,
  HOME_RATE,
  LOCK_AFTER,
  LOCK_MS,
} from "../../../lib/server/accounts/login_guard.ts";
import { CALM, Harness } from "../harness.ts";
import { codes, newcomer, plain, serverWith } from "../logins.ts";

Deno.test("LoginGuard: failed logins are reported to the owner at the next one", async () => {
  const harness = await serverWith(["Gamze"]);
  const stranger = newcomer(harness, "Furkan", "198.51.100.7");
  for (let count = 0; count < 3; count++) {
    await plain(stranger, "Gamze", "wrong horse");
    harness.now += 1000;
  }
  const told =
    "NOTICE Gamze :3 failed logins since your last login. The latest was from 198.51.100.7 " +
    "at 2026-01-02 03:04 UTC.";
  const client = newcomer(harness, "Gamze");
  assertEquals(codes(await plain(client, "Gamze")), ["900", "903"]);
  assertEquals(client.ask("CAP END").at(-1), `:NickServ!NickServ@chat.test ${told}`);
  assertEquals(harness.store.accounts.find("Gamze")?.failures, 0);
  await plain(stranger, "Gamze", "wrong horse");
  const again = await plain(client, "Gamze");
  assertMatch(
    again.find((line) => line.includes("NOTICE"))!,
    /:1 failed login since your last login/,
  );
});

Deno.test("LoginGuard: a guesser waits longer and longer, then is locked out for a while", async () => {
  const harness = await serverWith(["Gamze"]);
  const thief = newcomer(harness, "Furkan", "198.51.100.7");
  for (let count = 0; count < LOCK_AFTER; count++) {
    assertEquals(codes(await plain(thief, "Gamze", "wrong horse")), ["904"]);
  }
  assertEquals(harness.waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const locked = ":chat.test 902 * :Too many failed logins: try again in 15 minutes";
  assertEquals(await plain(thief, "Gamze"), [locked], "even the right one is refused");
  assertEquals(await plain(thief, "gamze"), [locked]);
  const other = newcomer(harness, "Deniz", "198.51.100.7");
  assertEquals(await plain(other, "Gamze"), [locked], "all of the network is");
  assertEquals(codes(await plain(other, "Nobody")), ["904"], "at this account only");
  const owner = newcomer(harness, "Gamze", "203.0.113.5");
  assertEquals(codes(await plain(owner, "Gamze")), ["900", "903"], "the owner notices nothing");
  harness.now += LOCK_MS;
  assertEquals(codes(await plain(thief, "Gamze")), ["900", "903"]);
});

Deno.test("LoginGuard: a name without an account is locked in the same way", async () => {
  const harness = await serverWith([]);
  const thief = newcomer(harness, "Furkan");
  for (let count = 0; count < LOCK_AFTER; count++) await plain(thief, "Nobody");
  assertEquals(codes(await plain(thief, "Nobody")), ["902"]);
});

Deno.test("LoginGuard: guesses from everywhere are slowed down, and the owner at home gets in", async () => {
  const harness = await serverWith(["Gamze"]);
  const home = newcomer(harness, "Gamze", "203.0.113.5");
  await plain(home, "Gamze");
  home.vanish();
  for (let count = 0; count < CROWD_AFTER; count++) {
    const thief = newcomer(harness, `n${count}`, `198.51.100.${count}`);
    assertEquals(codes(await plain(thief, "Gamze", "wrong horse")), ["904"]);
  }
  const late = newcomer(harness, "late", "198.51.100.200");
  assertEquals(await plain(late, "Gamze", "wrong horse"), [
    ":chat.test 902 * :Too many failed logins: try again in 30 seconds",
  ]);
  const owner = newcomer(harness, "Gamze", "203.0.113.5");
  assertEquals(codes(await plain(owner, "Gamze")), ["900", "903"]);
  const elsewhere = newcomer(harness, "Gamze2", "192.0.2.99");
  assertEquals(codes(await plain(elsewhere, "Gamze")), ["902"]);
  harness.now += CROWD_MS;
  assertEquals(codes(await plain(elsewhere, "Gamze")), ["900", "903"]);
});

Deno.test("LoginGuard: a thief who tries many accounts is slowed down, not locked out", async () => {
  const harness = await serverWith(["Gamze"]);
  const thief = newcomer(harness, "Furkan");
  for (let count = 0; count < 32; count++) await plain(thief, `n${count}`);
  assertEquals(harness.waits, [1000, 2000]);
  assertEquals(codes(await plain(thief, "Gamze")), ["900", "903"]);
});

/** Makes delayed clients wait until the test calls `end`. */
function holding(harness: Harness): { readonly held: () => number; readonly end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const wait = () => {
    count++;
    return promise;
  };
  Object.assign(harness.world.init, { wait });
  return { held: () => count, end: resolve };
}

Deno.test("LoginGuard: a right password waits for no wrong one, of the same network or connection", async () => {
  const harness = await serverWith(["Gamze", "Deniz"], { password: "word" });
  const { held, end } = holding(harness);
  const guessers = Array.from({ length: 40 }, (_, count) => newcomer(harness, `n${count}`));
  for (const [count, guesser] of guessers.entries()) {
    if (count % 2 === 0) guesser.send("PASS wrong");
    else {
      guesser.send("AUTHENTICATE PLAIN");
      const name = count % 4 === 1 ? "Gamze" : `nobody${count}`;
      const [guess] = saslChunks(plainMessage({ authzid: "", authcid: name, password: "x" }));
      guesser.send(`AUTHENTICATE ${guess}`);
    }
  }
  const deniz = newcomer(harness, "Deniz");
  assertEquals(codes(await plain(deniz, "Deniz")), ["900", "903"]);
  const guest = harness.connect();
  await guest.askSlow("PASS word");
  assertEquals(codes(guest.ask("NICK guest", "USER g 0 * :g"))[0], "001");
  end();
  await Promise.all(guessers.map((guesser) => guesser.settled()));
  assert(held() > 10, `${held()} were held back`);
});

Deno.test("LoginGuard: an owner is not locked out by a neighbour, who can't guess the faster for it", async () => {
  const harness = await serverWith(["Gamze"]);
  const arrive = async (password?: string) => {
    const client = newcomer(harness, "Gamze");
    const answer = codes(await plain(client, "Gamze", password))[0];
    client.vanish();
    return answer;
  };
  assertEquals(await arrive(), "900", "she was here before");
  const thief = newcomer(harness, "Furkan");
  for (let count = 0; count < LOCK_AFTER; count++) await plain(thief, "Gamze", "wrong horse");
  assertEquals(
    codes(await plain(thief, "Gamze", "wrong horse")),
    ["902"],
    "the thief is locked out",
  );
  assertEquals(await arrive(), "900");
  for (let count = 0; count < LOCK_AFTER; count++) await plain(thief, "Gamze", "wrong horse");
  // A thief that reconnects for each guess has this many, and then one per second.
  for (let count = 0; count <= HOME_RATE.burst; count++) assertEquals(await arrive("x"), "904");
  assertEquals([await arrive("x"), await arrive()], ["902", "902"]);
  harness.now += 1000 / HOME_RATE.perSecond;
  assertEquals(await arrive(), "900");
});

Deno.test("LoginGuard: where an owner is at home is known after a restart, until the password is changed", async () => {
  const before = await serverWith(["Gamze"]);
  await plain(newcomer(before, "Gamze"), "Gamze");
  const answer = async (harness: Harness) => {
    const thief = newcomer(harness, "Furkan");
    for (let count = 0; count < LOCK_AFTER; count++) await plain(thief, "Gamze", "wrong horse");
    return codes(await plain(newcomer(harness, "Gamze"), "Gamze"))[0];
  };
  assertEquals(await answer(new Harness(CALM, before)), "900");
  const { verifier } = before.store.accounts.find("Gamze")!;
  before.store.accounts.setVerifier("Gamze", verifier);
  assertEquals(await answer(new Harness(CALM, before)), "902");
});

Deno.test("LoginGuard: so many guesses at the same time are no more than are allowed", async () => {
  const harness = await serverWith(["Gamze"]);
  const guessers = Array.from({ length: 30 }, (_, count) => newcomer(harness, `n${count}`));
  const answers = await Promise.all(
    guessers.map((guesser) => plain(guesser, "Gamze", "wrong horse")),
  );
  const locked = answers.filter((lines) => codes(lines)[0] === "902").length;
  assertEquals(locked, 30 - LOCK_AFTER);
});

Deno.test("LoginGuard: a wrong password and a name without account take the same time", async () => {
  const harness = await serverWith(["Gamze", "Deniz"]);
  let clock = 0;
  harness.stopwatch = () => clock += 85;
  const client = newcomer(harness, "Furkan");
  assertEquals(codes(await plain(client, "Gamze", "wrong horse")), ["904"]);
  assertEquals(harness.waits, [], "it took its time itself");
  await plain(client, "Nobody");
  assertEquals(harness.waits, [85], "there is nothing to compare with");
  await plain(newcomer(harness, "Deniz"), "Deniz");
  await plain(client, "Deniz", "wrong horse");
  assertEquals(harness.waits, [85, 85], "the right one is known");
});
