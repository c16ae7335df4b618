import type { SessionAction } from "../../../client/input/action.ts";
import type { Stay } from "../../../client/stay/stay.ts";
import type { ChatModel } from "../chat_model.ts";
import type { PageSettings } from "../page_settings.ts";

/** What the parts of the page know of each other. */
export interface PageHost {
  readonly model: ChatModel;
  readonly stay: Stay;
  readonly settings: PageSettings;
  /** Whether a password may be typed here: nobody can read along. */
  readonly secret: boolean;
  /** The address of the encrypted page; undefined if there is none or this is it. */
  readonly encryptedPage: string | undefined;
  /** Carries out a command in the place that is shown. */
  perform(action: SessionAction): void;
  /** Does what a typed line asks for. */
  line(text: string): void;
  /** Opens and shows a place. */
  open(name: string): void;
  /** Shows the private conversation with somebody. */
  write(name: string): void;
  change(changes: Partial<PageSettings>): void;
  /** Puts a text into the input line. */
  compose(text: string): void;
  leave(): void;
  /** Shows what has changed, soon. */
  refresh(): void;
}
