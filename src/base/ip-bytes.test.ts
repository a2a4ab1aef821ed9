import assert from "node:assert/strict";
import { isIP, SocketAddress } from "node:net";
import { describe, it } from "node:test";
import fc from "fast-check";
import { ipBytes } from "./ip-bytes.js";

function hex(address: string): string {
  return Buffer.from(ipBytes(address)).toString("hex");
}

describe("ipBytes", () => {
  it("reads IPv4", () => {
    assert.equal(hex("127.0.0.1"), "7f000001");
    assert.equal(hex("255.254.0.9"), "fffe0009");
  });

  it("reads IPv6 in all its forms", () => {
    assert.equal(hex("::"), "00".repeat(16));
    assert.equal(hex("::1"), `${"00".repeat(15)}01`);
    assert.equal(hex("2001:db8::"), `20010db8${"00".repeat(12)}`);
    assert.equal(hex("fe80::1:2%eth0"), `fe80${"00".repeat(10)}00010002`);
    assert.equal(hex("1:2:3:4:5:6:7:8"), "00010002000300040005000600070008");
    assert.equal(hex("::ffff:192.168.1.2"), `${"00".repeat(10)}ffffc0a80102`);
  });

  it("gives the bytes back that any address was made of", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        if (isIP(address) !== 6) return;
        const groups = [];
        const bytes = ipBytes(address);
        for (let i = 0; i < 16; i += 2) groups.push(((bytes[i]! << 8) | bytes[i + 1]!).toString(16));
        const canonical = (text: string): string => new SocketAddress({ family: "ipv6", address: text }).address;
        assert.equal(canonical(groups.join(":")), canonical(address));
      }),
    );
  });
});
