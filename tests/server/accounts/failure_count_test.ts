import { assertEquals } from "@std/assert";
import { PasswordGuard } from "../../../lib/server/accounts/failure_count.ts";

const RULES = { free: 3, memoryMs: 10 * 60_000 };

Deno.test("PasswordGuard: the wait doubles up to half a minute, and is forgotten after ten minutes", () => {
  const guard = new PasswordGuard(RULES);
  const waits = Array.from({ length: 10 }, () => {
    const wait = guard.penalty("a", 0);
    guard.failed("a", 0);
    return wait;
  });
  assertEquals(waits, [0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assertEquals(guard.penalty("b", 0), 0);
  assertEquals(guard.penalty("a", 599_999), 30_000);
  assertEquals(guard.penalty("a", 600_000), 0);
  guard.failed("a", 600_000);
  assertEquals(guard.penalty("a", 600_000), 0);
  guard.passed("a");
  assertEquals(guard.failures("a", 600_000), undefined);
});

Deno.test("PasswordGuard: the latest ten thousand networks of guessers are remembered", () => {
  const guard = new PasswordGuard(RULES);
  for (let count = 0; count < 4; count++) guard.failed("first", 0);
  for (let count = 0; count < 20_000; count++) guard.failed(`n${count}`, 0);
  assertEquals(guard.failures("n9999", 0), undefined);
  assertEquals(guard.failures("n10000", 0)?.count, 1);
  assertEquals(guard.penalty("first", 0), 0);
});

Deno.test("PasswordGuard: a clock that is set back keeps nobody out for longer", () => {
  const guard = new PasswordGuard(RULES);
  for (let count = 0; count < 9; count++) guard.failed("a", 1e12);
  assertEquals(guard.penalty("a", 1e12 - 1000), 30_000);
  assertEquals(guard.penalty("a", 1e12 - 86_400_000), 0);
});
