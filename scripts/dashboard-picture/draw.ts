import { Point, seriesKey } from './recorder';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly metrics?: any[][]; readonly alarms?: string[] };
}

interface Line {
  readonly label: string;
  readonly points: readonly Point[];
  readonly axis: 'left' | 'right';
  readonly total: boolean;
}

const CELL = { width: 60, height: 34 };
const GAP = 4;
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd'];
const BUCKET_SECONDS = 2;

/** A dashboard as CloudWatch lays it out, with the series that were recorded. */
export function drawDashboard(body: { readonly widgets: readonly Widget[] }, series: ReadonlyMap<string, readonly Point[]>, seconds: number): string {
  // Alarms are left out: nothing watches a run of a minute.
  const alarms = body.widgets.find(({ type }) => type === 'alarm');
  const movedUp = (widget: Widget) => (alarms && widget.y > alarms.y ? { ...widget, y: widget.y - alarms.height } : widget);
  const shown = body.widgets.filter((widget) => widget !== alarms).map(movedUp);
  const height = Math.max(...shown.map((widget) => widget.y + widget.height)) * CELL.height;
  const parts = shown.map((widget) => {
    const box = { width: widget.width * CELL.width - GAP, height: widget.height * CELL.height - GAP };
    return `<g transform="translate(${widget.x * CELL.width},${widget.y * CELL.height})">${widget.type === 'text' ? heading(widget) : graph(widget, linesOf(widget, series), box, seconds)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -8 ${24 * CELL.width + 12} ${height + 12}" font-family="Helvetica, Arial, sans-serif" font-size="11" fill="#16191f">`,
    `<rect x="-8" y="-8" width="${24 * CELL.width + 12}" height="${height + 12}" fill="#f2f3f3"/>`, ...parts, '</svg>', '',
  ].join('\n');
}

function heading({ properties: { markdown = '' } }: Widget): string {
  const [first, second = ''] = markdown.split('\n');
  const large = /^# /.test(first);
  return `<text x="4" y="${large ? 28 : 30}" font-size="${large ? 22 : 17}" font-weight="bold">${escaped(first.replace(/^#+ /, ''))}</text>`
    + `<text x="4" y="50" fill="#545b64">${escaped(second)}</text>`;
}

/** CloudWatch's shorthand: `.` repeats the metric above, `...` all but what follows. */
function linesOf({ properties: { metrics = [] } }: Widget, series: ReadonlyMap<string, readonly Point[]>): Line[] {
  const whole: any[][] = [];
  const lines: Line[] = [];
  let scale = 1;
  let nextLabel: string | undefined;
  for (const metric of metrics) {
    const options = typeof metric[metric.length - 1] === 'object' ? metric[metric.length - 1] : {};
    if (typeof metric[0] === 'object') {
      scale = 1 / 1000;
      nextLabel = options.label;
      continue;
    }
    const names = metric.filter((part) => typeof part === 'string');
    const before = whole[whole.length - 1] ?? [];
    const full = names[0] === '...' ? [...before.slice(0, before.length - names.length + 1), ...names.slice(1)] : names.map((part, index) => (part === '.' ? before[index] : part));
    whole.push(full);
    const [namespace, name, ...rest] = full;
    const dimensions = Object.fromEntries(rest.flatMap((_, index) => (index % 2 === 0 ? [[rest[index], rest[index + 1]]] : [])));
    const points = (series.get(seriesKey(namespace, name, dimensions)) ?? []).map(([at, value]): Point => [at, value * scale]);
    lines.push({ label: nextLabel ?? options.label ?? name, points, axis: options.yAxis === 'right' ? 'right' : 'left', total: options.stat === 'Sum' });
    nextLabel = undefined;
  }
  return lines;
}

function graph({ properties: { title = '' } }: Widget, lines: readonly Line[], box: { width: number; height: number }, seconds: number): string {
  const plot = { left: 34, top: 24, width: box.width - 70, height: box.height - 62 };
  const drawn = lines.map((line) => ({ ...line, points: bucketed(line, seconds) }));
  const top = (axis: Line['axis']) => nice(Math.max(...drawn.filter((line) => line.axis === axis).flatMap(({ points }) => points.map(([, value]) => value)), 1));
  const x = (at: number) => plot.left + (at / seconds) * plot.width;
  const y = (value: number, axis: Line['axis']) => plot.top + plot.height - (value / top(axis)) * plot.height;
  const axes: readonly Line['axis'][] = drawn.some(({ axis }) => axis === 'right') ? ['left', 'right'] : ['left'];
  const grid = [0, 0.5, 1].map((share) => {
    const at = plot.top + plot.height * (1 - share);
    const marks = axes.map((axis) => `<text x="${axis === 'left' ? plot.left - 4 : plot.left + plot.width + 4}" y="${at + 4}" text-anchor="${axis === 'left' ? 'end' : 'start'}" fill="#687078" font-size="9">${short(top(axis) * share)}</text>`);
    return `<line x1="${plot.left}" x2="${plot.left + plot.width}" y1="${at}" y2="${at}" stroke="#e1e4e8"/>${marks.join('')}`;
  });
  const paths = drawn.map(({ points, axis }, index) => points.length === 0 ? ''
    : `<polyline fill="none" stroke="${COLORS[index % COLORS.length]}" stroke-width="1.6" points="${points.map(([at, value]) => `${x(at).toFixed(1)},${y(value, axis).toFixed(1)}`).join(' ')}"/>`);
  return `<rect width="${box.width}" height="${box.height}" rx="3" fill="#fff" stroke="#d5dbdb"/><text x="8" y="16" font-weight="bold">${escaped(title)}</text>`
    + grid.join('') + paths.join('') + legend(drawn, box);
}

function legend(lines: readonly Line[], box: { width: number; height: number }): string {
  let left = 8;
  let row = 0;
  return lines.map(({ label }, index) => {
    const width = 16 + label.length * 5.4;
    if (left + width > box.width - 4) [left, row] = [8, row + 1];
    const at = `translate(${left},${box.height - 24 + row * 13})`;
    left += width;
    return `<g transform="${at}" font-size="9.5"><rect y="-7" width="8" height="8" fill="${COLORS[index % COLORS.length]}"/><text x="11">${escaped(label)}</text></g>`;
  }).join('');
}

/** Sums stay at 0 where nothing was counted; other statistics are the greatest. */
function bucketed({ points, total }: Line, seconds: number): Point[] {
  const buckets = new Map<number, number>();
  if (total) for (let at = 0; at <= seconds; at += BUCKET_SECONDS) buckets.set(at, 0);
  for (const [second, value] of points) {
    const at = Math.floor(second / BUCKET_SECONDS) * BUCKET_SECONDS;
    if (at < 0 || at > seconds) continue;
    buckets.set(at, total ? (buckets.get(at) ?? 0) + value : Math.max(buckets.get(at) ?? 0, value));
  }
  return [...buckets].sort(([a], [b]) => a - b);
}

function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((candidate) => candidate >= value)!;
}

function short(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(Number(value.toFixed(1)));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
}
