import type { BellChoice, ColorChoice } from "../../client/settings.ts";
import type { Config, ConfigOverrides } from "../../server/settings/config.ts";

/** What a command line asks for. */
export type Request =
  | { readonly kind: "serve"; readonly flags: ServeFlags }
  | { readonly kind: "join"; readonly options: JoinOptions }
  | { readonly kind: "find"; readonly options: FindOptions }
  | { readonly kind: "user"; readonly options: UserOptions }
  | { readonly kind: "invite"; readonly options: InviteOptions }
  | { readonly kind: "export"; readonly options: ExportOptions }
  | { readonly kind: "backup" | "restore"; readonly options: BackupOptions }
  | { readonly kind: "cluster"; readonly options: ClusterOptions }
  | { readonly kind: "hash-password" }
  | { readonly kind: "help" | "version" | "completions"; readonly text: string };

/** The flags of `chat serve`, before any file that they name is read. */
export type ServeFlags = {
  /** Settings from flags; they win over the configuration file. */
  readonly overrides: ConfigOverrides;
  readonly configFile: string | undefined;
  readonly passwordFile: string | undefined;
  readonly opersFile: string | undefined;
  readonly log: LogFormat;
  readonly logMessages: boolean;
};

/** The files that set the ports of the server; undefined for a port that no file sets. */
export interface PortKeys {
  readonly plain?: string | undefined;
  readonly tls?: string | undefined;
  readonly web?: string | undefined;
}

/** What `chat serve` runs with. */
export type ServeOptions = {
  readonly config: Config;
  readonly configFile: string | undefined;
  readonly portKeys: PortKeys;
  readonly log: LogFormat;
  /** Whether the log has what people say. */
  readonly logMessages: boolean;
  /** Warnings about the files for the person who runs the server, a sentence each. */
  readonly warnings: readonly string[];
  /**
   * Reads the files again, under the same flags, and warns about them. The caller takes over only
   * the settings whose row in `SETTINGS` says `reload`.
   *
   * Rejects with a `ConfigError` or an `UnreadableFile`, whose message is for the user, if the
   * files can't be used.
   */
  reload(warn?: (text: string) => void): Promise<Config>;
};

/** What `chat find` runs with. */
export type FindOptions = {
  readonly json: boolean;
  /** How long to wait for answers. */
  readonly seconds: number;
};

/** What `chat user` runs with. */
export type UserOptions =
  & { readonly data: string | undefined }
  & (
    | { readonly action: "list" }
    | { readonly action: "add" | "delete" | "password"; readonly name: string }
    | { readonly action: "op"; readonly name: string; readonly on: boolean }
  );

/** What `chat invite` runs with. */
export type InviteOptions =
  & { readonly data: string | undefined }
  & (
    | { readonly action: "list" }
    | { readonly action: "revoke"; readonly id: string }
    | {
      readonly action: "make";
      readonly forName: string | undefined;
      /** 0 is unlimited. */
      readonly days: number;
      /** 0 is unlimited. */
      readonly uses: number;
      readonly host: string | undefined;
      /** The server's configuration file, which counts if it does not run. */
      readonly config: string | undefined;
      /** Whether the server is reached without encryption. */
      readonly plain: boolean;
    }
  );

/** What `chat export` runs with. */
export type ExportOptions = {
  /** As it was typed, with or without `#`. */
  readonly room: string;
  /** Times as they were typed. */
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly format: "text" | "json" | "html";
  /** The directory; undefined for the usual one. */
  readonly data: string | undefined;
};

/** What `chat backup` and `chat restore` run with. */
export type BackupOptions = {
  /** The file of the backup. */
  readonly file: string;
  /** The directory; undefined for the usual one. */
  readonly data: string | undefined;
};

/** How NATS is reached. */
export interface NatsWay {
  /** The addresses of its servers. */
  readonly servers: readonly string[];
  /** The path of a file with `USER:PASSWORD` or a token; null for none. */
  readonly credentials: string | null;
  /** The path of a certificate that theirs are signed with; null for one that is known anyway. */
  readonly ca: string | null;
}

/** What `chat cluster` runs with. */
export type ClusterOptions = {
  /** The directory of one of its servers; undefined for the usual one. */
  readonly data: string | undefined;
  /** How NATS is reached; undefined if the data of the server says it. */
  readonly nats: NatsWay | undefined;
  readonly json: boolean;
};

/** How the server's log lines look. */
type LogFormat = "text" | "json";

/** What `chat join` runs with. Undefined fields are up to the settings file or the terminal. */
export type JoinOptions = {
  /** As it was typed: `HOST[:PORT][/ROOM]`, an irc URL, or a short name of the settings file. */
  readonly target: string | undefined;
  /** The title of a room on the local network, instead of the target. */
  readonly title: string | undefined;
  /** Whether to look for rooms on the local network if there is no target. */
  readonly find: boolean | undefined;
  readonly name: string | undefined;
  /** Undefined: the one that suits the terminal. */
  readonly frontEnd: "plain" | "json" | undefined;
  /** Whether to show only errors; then it does not draw. */
  readonly quiet: boolean;
  readonly passwordFile: string | undefined;
  /** The file with the key of the room. */
  readonly roomKeyFile: string | undefined;
  /** Whether to send a password even unencrypted. */
  readonly insecurePassword: boolean;
  /** The account to log in to, and the file with its password. */
  readonly account: { readonly name: string; readonly passwordFile: string } | undefined;
  /** The required fingerprint of the server's certificate: `SHA256:...`. */
  readonly fingerprint: string | undefined;
  /** Whether to trust a new server without a question. */
  readonly trustNew: boolean;
  /** The file with a trusted certificate. */
  readonly ca: string | undefined;
  /** Whether to encrypt if the server can; otherwise never. */
  readonly tls: boolean;
  readonly color: ColorChoice | undefined;
  /** `12`, `24` or a pattern; not checked yet. */
  readonly timeFormat: string | undefined;
  readonly bell: BellChoice | undefined;
  /** Whether to tell others that we are typing. */
  readonly typing: boolean | undefined;
};
