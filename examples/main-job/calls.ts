import { type Channel, RpcError } from "peregrine";
import { Library } from "./gen/library_pb.js";

/** Calls the library once per shape, and once for a book that it does not have. */
export async function callAllFourWays(channel: Channel, print: (line: string) => void): Promise<void> {
  const client = channel.client(Library);

  const emma = await client.find({ title: "Emma" }, { timeoutMs: 1_000 });
  print(`unary                 Find   -> ${emma.title} by ${emma.author}, ${emma.year}`);

  const titles: string[] = [];
  for await (const book of client.browse({ author: "Jane Austen" }, { timeoutMs: 1_000 })) titles.push(book.title);
  print(`server streaming      Browse -> ${titles.join(", ")}`);

  const returned = await client.return([{ title: "Emma" }, { title: "Ulysses" }], { timeoutMs: 1_000 });
  print(`client streaming      Return -> ${returned.count} taken back, not ours: ${returned.unknown.join(", ")}`);

  const questions = [{ title: "Persuasion" }, { title: "Dracula" }];
  const answers: string[] = [];
  for await (const { title, available } of client.ask(questions, { timeoutMs: 1_000 })) {
    answers.push(`${title}: ${available ? "yes" : "no"}`);
  }
  print(`bidirectional         Ask    -> ${answers.join(", ")}`);

  try {
    await client.find({ title: "Ulysses" }, { timeoutMs: 1_000 });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    print(`an error              Find   -> ${error.codeName}: ${error.message}`);
  }
}
