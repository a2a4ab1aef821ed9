import { create } from "@bufbuild/protobuf";
import { SourceCodeInfo_LocationSchema, SourceCodeInfoSchema, } from "@bufbuild/protobuf/wkt";
import { commentsBetween } from "./comments.js";
import { Sym, TokenKind } from "./token.js";
/**
 * Records where each part of a descriptor was written, and its comments, in the order and with the spans that
 * `protoc` gives. Must be driven in the order of the text: comments wait for the declaration that follows.
 */
export class SourceInfoRecorder {
    #tokens;
    #isOn;
    #locations = [];
    #leading;
    #detached;
    constructor(tokens, isOn) {
        this.#tokens = tokens;
        this.#isOn = isOn;
        const first = isOn ? this.#gapBefore(0) : undefined;
        this.#leading = first?.leading ?? "";
        this.#detached = first?.detached ?? [];
    }
    /** @param first its first token, `last` its last */
    add(path, first, last) {
        if (!this.#isOn)
            return undefined;
        const t = this.#tokens;
        const location = create(SourceCodeInfo_LocationSchema);
        location.path = path;
        const line = t.line(first);
        const endLine = t.line(last);
        location.span =
            line === endLine
                ? [line, t.column(first), t.endColumn(last)]
                : [line, t.column(first), endLine, t.endColumn(last)];
        this.#locations.push(location);
        return location;
    }
    /** A declaration's head ends with this `;` or `{`: it gets the comments before it and right behind that token. */
    declare(location, token) {
        if (location === undefined)
            return;
        const gap = this.#gapBefore(token + 1);
        location.leadingDetachedComments = this.#detached;
        if (this.#leading !== "")
            location.leadingComments = this.#leading;
        if (gap.trailing !== "")
            location.trailingComments = gap.trailing;
        this.#leading = gap.leading;
        this.#detached = gap.detached;
    }
    /** A `}`: what was pending inside belongs to nothing. */
    close(token) {
        if (!this.#isOn)
            return;
        const gap = this.#gapBefore(token + 1);
        this.#leading = gap.leading;
        this.#detached = gap.detached;
    }
    /** A `;` on its own. */
    skip(token) {
        if (!this.#isOn)
            return;
        const gap = this.#gapBefore(token + 1);
        this.#leading = gap.leading;
        this.#detached = [...this.#detached, ...gap.detached];
    }
    finish() {
        if (!this.#isOn)
            return undefined;
        const info = create(SourceCodeInfoSchema);
        info.location = this.#locations;
        return info;
    }
    #gapBefore(token) {
        const t = this.#tokens;
        const kind = t.kind(token);
        const isFileEnd = kind === TokenKind.End;
        const endsScope = isFileEnd || kind === Sym.BraceClose || kind === Sym.BracketClose || kind === Sym.ParenClose;
        const from = token === 0 ? (t.text.charCodeAt(0) === 0xfeff ? 1 : 0) : t.end(token - 1);
        return commentsBetween(t.text, from, t.start(token), token === 0, endsScope, isFileEnd);
    }
}
