import { assertEquals } from "@std/assert";
import { dialFault, lossFault } from "../../../lib/client/trust/dial_fault.ts";

Deno.test("dialFault: explains a failed dial in plain words", () => {
  const coded = (message: string, code: string) => Object.assign(new Error(message), { code });
  const cases: [error: unknown, words: string][] = [
    [
      new Deno.errors.ConnectionRefused("Connection refused (os error 111)"),
      "nothing is listening on this port",
    ],
    [coded("No route to host (os error 113)", "EHOSTUNREACH"), "the machine is unreachable"],
    [new Deno.errors.TimedOut("x"), "the connection timed out"],
    [new DOMException("", "TimeoutError"), "the connection timed out"],
    [
      new Error("failed to lookup address information: Name or service not known"),
      "there is no host with this name",
    ],
    [new Error("Odd thing (os error 999)"), "Odd thing"],
    ["text", "text"],
  ];
  for (const [error, words] of cases) assertEquals(dialFault(error), words);
});

Deno.test("lossFault: explains a loss in plain words, or in the server's own", () => {
  const cases: [reason: string, words: string][] = [
    ["Connection closed", "the server closed the connection"],
    ["Connection reset by peer", "the connection was reset"],
    ["Closing link: 127.0.0.1 (The server is closing)", "The server is closing"],
    ["Closing link: (a@127.0.0.1) [Client exited]", "Client exited"],
    ["Closing link: SendQ exceeded", "Closing link: SendQ exceeded"],
    ["Closing Link: ali by irc.example (Killed (bob (x)))", "Killed (bob (x))"],
    ["Closing link: only encrypted ones (TLS)", "Closing link: only encrypted ones (TLS)"],
    ["Bye", "Bye"],
  ];
  for (const [reason, words] of cases) assertEquals(lossFault(reason), words);
});
