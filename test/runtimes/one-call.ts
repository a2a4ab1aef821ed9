// A client that makes one call and closes nothing: its process must end by itself.
import { Channel } from "peregrine";
import { Echo } from "../gen/echo_pb.js";

const channel = new Channel(process.argv[2] ?? "");
const { text } = await channel.client(Echo).unary({ text: "one" });
console.log(text);
