/** A system for which there is an executable. */
export interface System {
  /** As the names of the archives and the installers have it. */
  readonly name: string;
  /** What `deno compile --target` calls it. */
  readonly target: string;
}

export const SYSTEMS: readonly System[] = [
  { name: "linux-x86_64", target: "x86_64-unknown-linux-gnu" },
  { name: "linux-aarch64", target: "aarch64-unknown-linux-gnu" },
  { name: "macos-x86_64", target: "x86_64-apple-darwin" },
  { name: "macos-aarch64", target: "aarch64-apple-darwin" },
  { name: "windows-x86_64", target: "x86_64-pc-windows-msvc" },
];

/** The system that this runs on. Throws if there is no executable for it. */
export function thisSystem(): System {
  const { os, arch } = Deno.build;
  return systemNamed(`${os === "darwin" ? "macos" : os}-${arch}`);
}

export function systemNamed(name: string): System {
  const system = SYSTEMS.find((system) => system.name === name);
  if (system !== undefined) return system;
  throw new Error(`${name || "nothing"} is none of ${SYSTEMS.map(({ name }) => name).join(", ")}`);
}

/** The name of an archive, without its ending: also that of the directory in it. */
export function archiveStem(version: string, { name }: System): string {
  return `chat-${version}-${name}`;
}

export function archiveFile(version: string, system: System): string {
  return archiveStem(version, system) + (isWindows(system) ? ".zip" : ".tar.gz");
}

export function isWindows({ name }: System): boolean {
  return name.startsWith("windows-");
}
