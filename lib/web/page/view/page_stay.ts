/// <reference lib="dom" />
import type { ResumeSecret } from "../../../client/session/resume_state.ts";
import { Stay } from "../../../client/stay/stay.ts";
import { type Audience, STATUS } from "../../../client/stay/stay_options.ts";
import { SYSTEM_TIMERS } from "../../../client/stay/system_timers.ts";
import type { Target } from "../../../client/trust/target.ts";
import { webHashes } from "../../../crypto/hashes.ts";
import { socketPlace } from "../page_address.ts";
import { watchPage } from "./watch_page.ts";
import { webSocketDial } from "./web_socket_link.ts";

/** How to begin a stay. */
interface Beginning {
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  /** The secret of an earlier stay, as {@linkcode PageStay.secret} wrote it. */
  readonly secret?: string;
}

/** The stays of a page, one at a time, in the chat of the server that it came from. */
export class PageStay {
  readonly #target: Target;
  readonly #audience: Audience;
  readonly #ended: (status: number) => void;
  #drop = () => {};
  current: Stay;

  constructor(target: Target, audience: Audience, ended: (status: number) => void) {
    this.#target = target;
    this.#audience = audience;
    this.#ended = ended;
    this.current = this.#make({});
  }

  /** The secret by which another tab can go on, as JSON; empty if there is none. */
  get secret(): string {
    const { secret } = this.current.session;
    return secret === undefined ? "" : JSON.stringify(secret);
  }

  begin(how: Beginning): void {
    const stay = this.current = this.#make(how);
    void stay.run().then((status) => {
      if (stay === this.current) this.#ended(status);
    });
  }

  /** Ends the stay here, without a word to the server, which keeps it for a while. */
  stop(): void {
    const { current } = this;
    this.current = this.#make({});
    current.abort(STATUS.left);
    this.#drop();
  }

  #make({ name, password, secret }: Beginning): Stay {
    return new Stay({
      ...{ target: this.#target, name, password, secret: secretIn(secret) },
      ...{ insecure: "never", person: true, rich: true, typing: true, audience: this.#audience },
      login: { given: undefined, asks: true, recall: () => Promise.resolve(undefined) },
    }, {
      dial: webSocketDial((route) => socketPlace(location, route), (drop) => this.#drop = drop),
      timers: SYSTEM_TIMERS,
      random: Math.random,
      hashes: webHashes(),
      watch: watchPage,
    });
  }
}

function secretIn(text = ""): ResumeSecret | undefined {
  try {
    const { token, secrecy } = JSON.parse(text);
    const known = (["open", "local", "sure"] as const).find((one) => one === secrecy);
    return typeof token === "string" && known !== undefined ? { token, secrecy: known } : undefined;
  } catch {
    return undefined;
  }
}
