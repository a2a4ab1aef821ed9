/** The options of one element, filled while its statements are read. */
export class OptionsOf {
    #context;
    #path;
    #pending;
    /** @param path of the options message */
    constructor(context, type, owner, scope, path) {
        this.#context = context;
        this.#path = path;
        this.#pending = { type: `google.protobuf.${type}`, owner, scope, items: [] };
    }
    /** `option a = b;` */
    statement(node) {
        this.#context.info.add([...this.#path], node.start, node.end);
        this.#context.info.declare(this.add(node), node.end);
    }
    /** One of `[a = b, ...]`. */
    add(node) {
        const location = this.#context.info.add([...this.#path], node.start, node.end);
        if (this.#pending.items.length === 0)
            this.#context.pendingOptions.push(this.#pending);
        this.#pending.items.push({ node, location, path: this.#path });
        return location;
    }
}
/** A `;` on its own. */
export function skipEmpty(context, node) {
    context.info.skip(node.start);
}
