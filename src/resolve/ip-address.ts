const ipv4Pattern = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const zonePattern = /%[0-9A-Za-z._-]+$/;

/** Tells `127.0.0.1` from everything else. */
export function isIpv4(text: string): boolean {
  return ipv4Pattern.test(text);
}

/** Tells `::1` and `fe80::1%eth0` from everything else; no brackets. */
export function isIpv6(text: string): boolean {
  const bare = text.replace(zonePattern, "");
  return /^[0-9A-Fa-f:.]+$/.test(bare) && bare.includes(":") && URL.canParse(`http://[${bare}]/`);
}
