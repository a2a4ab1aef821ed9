const width = 520;
const height = 240;
const left = 64;
const right = 16;
const top = 24;
const bottom = 28;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** One line or two over a common x. */
export interface LineChart {
  readonly x: readonly number[];
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[];
  formatX(x: number): string;
  formatY(y: number): string;
}

/** An SVG with a line for each series. Colours come from the page's classes `line-a` and `line-b`. */
export function lineChart({ x, lines, formatX, formatY }: LineChart): string {
  if (x.length === 0) return svg(`<text x="${left}" y="${height / 2}">nothing to show</text>`);
  const highest = niceAbove(Math.max(...lines.flatMap(({ values }) => values)));
  const first = x[0] as number;
  const span = (x.at(-1) as number) - first || 1;
  const toX = (value: number): number => left + ((value - first) / span) * (width - left - right);
  const toY = (value: number): number => height - bottom - (value / highest) * (height - top - bottom);
  const paths = lines.map(({ values }, i) => {
    const points = values.map((value, j) => `${round(toX(x[j] as number))},${round(toY(value))}`);
    // A single point would be no line.
    if (points.length === 1) points.push(`${width - right},${round(toY(values[0] as number))}`);
    return `<polyline class="line-${"ab"[i]}" points="${points.join(" ")}"/>`;
  });
  const keys = lines.map(({ name }, i) => {
    const at = left + i * 110;
    return `<rect class="key-${"ab"[i]}" x="${at}" y="6" width="10" height="10"/><text x="${at + 15}" y="15">${escapeHtml(name)}</text>`;
  });
  return svg([...gridY(highest, toY, formatY), ...ticksX(first, span, toX, formatX), ...paths, ...keys].join(""));
}

function gridY(highest: number, toY: (value: number) => number, format: (y: number) => string): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = round(toY(highest * part));
    const line = `<line class="grid" x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"/>`;
    return `${line}<text x="${left - 6}" y="${y + 4}" text-anchor="end">${escapeHtml(format(highest * part))}</text>`;
  });
}

function ticksX(first: number, span: number, toX: (x: number) => number, format: (x: number) => string): string[] {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = first + span * part;
    const anchor = part === 0 ? "start" : part === 1 ? "end" : "middle";
    return `<text x="${round(toX(x))}" y="${height - 8}" text-anchor="${anchor}">${escapeHtml(format(x))}</text>`;
  });
}

/** An SVG with a bar for each entry, one below the other. */
export function barChart(bars: readonly { readonly name: string; readonly count: number }[]): string {
  if (bars.length === 0) return svg(`<text x="${left}" y="${height / 2}">nothing to show</text>`);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const step = (height - 8) / bars.length;
  const start = 150;
  const rows = bars.map(({ name, count }, i) => {
    const y = 4 + i * step;
    const middle = round(y + step / 2 + 4);
    const length = (count / most) * (width - start - 70);
    return `<text x="${start - 6}" y="${middle}" text-anchor="end">${escapeHtml(name)}</text><rect class="bar" x="${start}" y="${round(y + 1)}" width="${round(length)}" height="${round(step - 2)}"/><text x="${round(start + length + 5)}" y="${middle}">${count}</text>`;
  });
  return svg(rows.join(""));
}

function svg(content: string): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${content}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function niceAbove(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= value) ?? 10;
  return factor * power;
}
