import { statusLine, statusTable } from './table';
import { MappingStatus } from '../../drive';

/** Where a command shows how things go. */
export interface View {
  /** A line that stays. */
  line(text: string): void;
  update(status: readonly MappingStatus[]): void;
  /** Leaves the final state on the screen. */
  close(): void;
}

export async function openView(output: NodeJS.WriteStream): Promise<View> {
  if (!output.isTTY) return new PlainView(text => output.write(`${text}\n`), Date.now);
  const { createLogUpdate } = await import('log-update');
  return new TerminalView(output, createLogUpdate(output));
}

type LogUpdate = ((text: string) => void) & { clear(): void; done(): void };

class TerminalView implements View {
  private table = '';

  constructor(private readonly output: NodeJS.WriteStream, private readonly logUpdate: LogUpdate) {}

  line(text: string): void {
    this.logUpdate.clear();
    this.output.write(`${text}\n`);
    if (this.table) this.logUpdate(this.table);
  }

  update(status: readonly MappingStatus[]): void {
    const table = statusTable(status);
    if (table === this.table) return;
    this.table = table;
    this.logUpdate(table);
  }

  close(): void {
    this.table = '';
    this.logUpdate.done();
  }
}

const LINE_MILLIS = 1000;

/** For files and pipes: a line per subscriber when it has changed, once a second at most. */
export class PlainView implements View {
  private readonly printed = new Map<string, string>();
  private printedAt = -Infinity;
  private latest: readonly MappingStatus[] = [];

  constructor(private readonly write: (text: string) => void, private readonly now: () => number) {}

  line(text: string): void {
    this.write(text);
  }

  update(status: readonly MappingStatus[]): void {
    this.latest = status;
    if (this.now() - this.printedAt >= LINE_MILLIS) this.print();
  }

  close(): void {
    this.print();
  }

  private print(): void {
    for (const status of this.latest) {
      const line = statusLine(status);
      if (this.printed.get(status.name) === line) continue;
      this.printed.set(status.name, line);
      this.printedAt = this.now();
      this.write(line);
    }
  }
}
