/** Flags in the way of the official programs: `--name=value`, `--name value`, `--name` alone for true. */
export function parseFlags(args: readonly string[]): ReadonlyMap<string, string> {
  const flags = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([a-z_]+)(?:=(.*))?$/s.exec(args[i]!);
    if (match === null) throw new Error(`not a flag: ${args[i]}`);
    const next = args[i + 1];
    if (match[2] !== undefined) flags.set(match[1]!, match[2]);
    else if (next !== undefined && !next.startsWith("-")) flags.set(match[1]!, args[++i]!);
    else flags.set(match[1]!, "true");
  }
  return flags;
}
