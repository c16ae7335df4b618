/**
 * A client session connected to a scripted server.
 * @module
 */
import { isForSession } from "../../lib/client/input/action.ts";
import { interpret } from "../../lib/client/input/interpret.ts";
import { Session } from "../../lib/client/session/session.ts";
import type { SessionOptions, Step } from "../../lib/client/session/context.ts";
import type { ChatEvent } from "../../lib/client/events.ts";
import type { LoginRequest } from "../../lib/client/session/login_state.ts";

/** A session that records what it sends, which events it emits, and how it ends. */
export class Drive {
  readonly session: Session;
  readonly sent: string[] = [];
  readonly events: ChatEvent[] = [];
  readonly requests: LoginRequest[] = [];
  ends: string[] = [];
  /** The target of the next lines, according to the last step. */
  goesTo: string | null | undefined;
  now = 1_000_000;

  constructor(options: Partial<SessionOptions> = {}) {
    this.session = new Session({
      room: "#lobby",
      name: undefined,
      password: undefined,
      ...options,
    });
  }

  do(step: Step): this {
    this.sent.push(...step.send);
    this.events.push(...step.events);
    this.requests.push(...step.requests);
    this.goesTo = step.destination;
    if (step.end !== undefined) {
      this.ends.push(step.end.kind === "left" ? "left" : `${step.end.kind}: ${step.end.reason}`);
    }
    return this;
  }

  open(): this {
    return this.do(this.session.open(this.now));
  }

  /** Receives lines from the server. */
  server(...lines: string[]): this {
    for (const line of lines) this.do(this.session.receive(line, this.now));
    return this;
  }

  claim(name: string): this {
    return this.do(this.session.claim(name, this.now));
  }

  say(text: string, where = ""): this {
    return this.do(this.session.perform({ do: "say", text }, where, this.now));
  }

  /** Types a line that is for the session. `where` is the current room. */
  type(line: string, where = "#lobby"): this {
    const action = interpret(line);
    if (!isForSession(action)) throw new Error(`${line} is nothing for a session`);
    return this.do(this.session.perform(action, where, this.now));
  }

  lose(reason = "the server closed the connection"): this {
    return this.do(this.session.lose(reason, this.now));
  }

  /** Lets time pass, and ticks whenever the session asks for it. */
  wait(milliseconds: number): this {
    const until = this.now + milliseconds;
    for (;;) {
      const at = this.session.wakeAt;
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      this.do(this.session.tick(this.now));
    }
    this.now = until;
    return this;
  }

  /** Returns and clears the sent lines. */
  takeSent(): string[] {
    return this.sent.splice(0);
  }

  /** Returns and clears the events: the type and main fields of each. */
  takeEvents(): string[] {
    return this.events.splice(0).map(brief);
  }

  /** Opens a new connection to a server like ours and enters the room. */
  enter(name = "Ali", caps = "server-time message-tags echo-message"): this {
    this.open().server(`:s CAP * LS :${caps}`);
    for (const cap of caps.split(" ").filter(Boolean)) {
      this.server(`:s CAP * ACK :${cap.split("=")[0]}`);
    }
    this.server(":s 366 * #lobby :End of NAMES list");
    if (this.session.wants === "name") this.claim(name);
    this.server(`:s 001 ${name} :Welcome`, `:${name}!ali@host JOIN #lobby`);
    this.server(`:s 353 ${name} = #lobby :@${name}`, `:s 366 ${name} #lobby :End`);
    this.takeSent();
    this.takeEvents();
    return this;
  }
}

function brief(event: ChatEvent): string {
  switch (event.type) {
    case "message":
      return `message ${event.old ? "old " : ""}${event.own ? "own " : ""}` +
        `${event.private ? "private " : ""}${event.server ? "server " : ""}` +
        `${event.kind} ${event.from} -> ${event.target}: ${event.text}`;
    case "users":
      return `users ${event.why}: ${event.users.join(" ")}${event.more ? ` +${event.more}` : ""}`;
    case "nameRefused":
      return `nameRefused ${event.name} (${event.reason})${
        event.keeps ? ` keeps ${event.keeps}` : ""
      }`;
    case "nameBusy":
    case "joined":
      return `${event.type} ${event.name}`;
    case "left":
      return `left ${event.name} ${event.how}${
        event.by ? ` by ${event.by}` : ""
      } (${event.reason})`;
    case "removed":
      return `removed by ${event.by} (${event.reason})`;
    case "entered":
      return `entered ${event.room} as ${event.name}${event.again ? " again" : ""}`;
    case "renamed":
      return `renamed ${event.own ? "own " : ""}${event.from} -> ${event.to}`;
    case "roomRenamed":
      return `roomRenamed ${event.from} -> ${event.to} by ${event.by || "-"}`;
    case "topic":
      return `topic ${event.by ?? "-"}: ${event.text}`;
    case "info":
    case "error":
    case "notSent":
      return `${event.type}: ${event.text}`;
    case "typing":
      return `typing ${event.name} in ${event.place}${event.active ? "" : " no more"}`;
    case "mode":
      return `mode ${event.room}: ${event.text}`;
    case "away":
      return `away ${event.name}: ${event.reason}`;
    case "parted":
      return `parted ${event.room}`;
    case "redacted":
      return `redacted ${event.msgid} in ${event.place} by ${event.by}`;
    case "found":
      return `found ${event.from} in ${event.place}: ${event.text}`;
    case "lost":
      return `lost: ${event.reason}`;
    case "loggedIn":
    case "registered":
      return `${event.type} ${event.account}`;
    case "loginFailed":
      return `loginFailed ${event.account} (${event.reason})`;
    case "askInsecure":
      return `askInsecure: ${event.text}`;
    case "askPassword":
      return `askPassword ${event.account}, ${event.why}`;
    case "motd":
      return `motd${event.asked ? " asked" : ""}: ${event.text}`;
    case "gone":
      return `gone ${event.name}`;
    case "reacted":
      return `reacted ${event.from} ${event.given ? "+" : "-"}${event.text} ${event.msgid} in ` +
        event.place;
    case "askKey":
      return `askKey ${event.room}`;
    case "loggedOut":
    case "askName":
    case "dialling":
    case "retrying":
    case "closed":
      return event.type;
    default:
      return event satisfies never;
  }
}
