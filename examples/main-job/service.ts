import { RpcError, type ServiceImpl, Status } from "peregrine";
import type { Library } from "./gen/library_pb.js";

const books = [
  { title: "Emma", author: "Jane Austen", year: 1815 },
  { title: "Persuasion", author: "Jane Austen", year: 1817 },
  { title: "Middlemarch", author: "George Eliot", year: 1871 },
];

/** One handler per method; plain objects stand for messages. */
export const library: ServiceImpl<typeof Library> = {
  find(request) {
    const book = books.find(({ title }) => title === request.title);
    if (book === undefined) throw new RpcError(Status.NOT_FOUND, `we have no book "${request.title}"`);
    return book;
  },

  async *browse(request) {
    yield* books.filter(({ author }) => author === request.author);
  },

  async return(returned) {
    const unknown: string[] = [];
    let count = 0;
    for await (const { title } of returned) {
      if (books.some((book) => book.title === title)) count++;
      else unknown.push(title);
    }
    return { count, unknown };
  },

  async *ask(requests) {
    for await (const { title } of requests) {
      yield { title, available: books.some((book) => book.title === title) };
    }
  },
};
