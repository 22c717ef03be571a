import Table from 'cli-table3';
import { CaseResult, Figure, isMet } from '../case';
import { Summary } from '../statistics';

/** One row a figure and variant; the ratio and the goal beside this library's own. */
export function renderTable(results: readonly CaseResult[]): string {
  const table = new Table({ head: ['case', 'figure', 'variant', 'median', 'quartiles', 'ratio', 'goal'], style: { head: [], border: [] } });
  for (const result of results) {
    for (const figure of result.figures) table.push(...rows(result.name, figure));
  }
  return table.toString();
}

function rows(name: string, figure: Figure): string[][] {
  return Object.entries(figure.variants).map(([variant, summary], index) => {
    const own = index === 0;
    return [
      own ? name : '',
      own ? figure.name : '',
      variant,
      `${round(summary.median)} ${figure.unit}`.trimEnd(),
      spread(summary),
      own && figure.ratio ? `${round(figure.ratio.median)} (${spread(figure.ratio)})` : '',
      own ? goalOf(figure) : '',
    ];
  });
}

function goalOf(figure: Figure): string {
  if (!figure.goal) return '';
  return `${figure.goal.of === 'ratio' ? 'ratio ' : ''}<= ${round(figure.goal.atMost)}: ${isMet(figure) ? 'met' : 'MISSED'}`;
}

function spread({ from, to }: Summary): string {
  return from === to ? '' : `${round(from)}..${round(to)}`;
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
