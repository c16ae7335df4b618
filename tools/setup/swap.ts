/**
 * Moves everything in `staging` into `target`, each entry in place of the one of that name, and
 * removes `staging`. Each entry changes by renaming, so that a Deno that reads it meanwhile sees
 * the old or the new one, not half of either.
 */
export async function swapIn(staging: string, target: string): Promise<void> {
  const old = `${target}/.old`;
  await Deno.remove(old, { recursive: true }).catch(() => {});
  await Deno.mkdir(old, { recursive: true });
  for (const { name } of await Array.fromAsync(Deno.readDir(staging))) {
    await Deno.rename(`${target}/${name}`, `${old}/${name}`).catch(() => {});
    await Deno.rename(`${staging}/${name}`, `${target}/${name}`);
  }
  await Deno.remove(staging, { recursive: true });
  await Deno.remove(old, { recursive: true });
}
