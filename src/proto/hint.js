/** Longest name that hints are looked for, in UTF-16 units: the comparison costs the square of it. */
const hintUnitsMax = 200;
/** The name that is most like a misspelt one, comparing the last parts; undefined when none is near. */
export function nearestName(written, names) {
    const wanted = lastPart(written);
    if (wanted.length > hintUnitsMax)
        return undefined;
    let best;
    let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
    for (const name of names) {
        const part = lastPart(name);
        if (Math.abs(part.length - wanted.length) >= bestDistance)
            continue;
        const distance = part.toLowerCase() === wanted.toLowerCase() ? 0.5 : editDistance(part, wanted);
        if (distance >= bestDistance)
            continue;
        best = name;
        bestDistance = distance;
    }
    return best;
}
function lastPart(name) {
    return name.slice(name.lastIndexOf(".") + 1);
}
/** How many letters must be changed, added or left out. */
export function editDistance(a, b) {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
            next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
        }
        row = next;
    }
    return row[b.length];
}
