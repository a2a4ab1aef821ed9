/**
 * The 4 or 16 bytes of an IP address.
 *
 * @param address a valid address, as `isIP` of `node:net` accepts it
 */
export function ipBytes(address: string): Uint8Array {
  if (!address.includes(":")) return Uint8Array.from(address.split("."), Number);
  const bytes = new Uint8Array(16);
  const [head = "", tail] = plainGroups(address).split("::");
  writeGroups(bytes, 0, groupsOf(head));
  if (tail !== undefined) {
    const groups = groupsOf(tail);
    writeGroups(bytes, 16 - 2 * groups.length, groups);
  }
  return bytes;
}

/** Without a zone (`%eth0`), and with an IPv4 part at the end (`::ffff:1.2.3.4`) written as two groups. */
function plainGroups(address: string): string {
  const bare = address.split("%", 1)[0] ?? "";
  const lastColon = bare.lastIndexOf(":");
  const last = bare.slice(lastColon + 1);
  if (!last.includes(".")) return bare;
  const [a = 0, b = 0, c = 0, d = 0] = last.split(".").map(Number);
  return `${bare.slice(0, lastColon + 1)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function writeGroups(bytes: Uint8Array, start: number, groups: readonly number[]): void {
  let offset = start;
  for (const group of groups) {
    bytes[offset++] = group >> 8;
    bytes[offset++] = group & 0xff;
  }
}
