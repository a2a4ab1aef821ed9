import { basename } from "node:path";
import { CliError, ExitCode } from "./exit-code.js";

/** The forms that descriptors can be written in. */
export const descriptorFormats = ["binpb", "json"] as const;
export type DescriptorFormat = (typeof descriptorFormats)[number];

/** Endings that `buf` writes another form for: to write bytes under such a name would mislead. */
const otherEnding = /\.(gz|zst|txtpb|yaml|yml)$/;

/**
 * The form that a file's name asks for.
 *
 * @throws {CliError} for the ending of a form that cannot be written
 */
export function formatOf(file: string, chosen: DescriptorFormat | undefined): DescriptorFormat {
  if (chosen !== undefined) return chosen;
  const name = basename(file);
  const other = otherEnding.exec(name)?.[0];
  if (other !== undefined) {
    throw new CliError(
      `--out ${file}: ${other} is not a form that can be written: end the name in .binpb or .json, or give --format`,
      ExitCode.usage,
    );
  }
  return name.endsWith(".json") ? "json" : "binpb";
}
