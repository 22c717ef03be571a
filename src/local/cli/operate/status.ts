import { Command } from 'commander';
import { print, withChoice, withReaders } from './options';
import { statusTable } from './status-table';
import { ReaderChoice } from '../../operate/find-readers';
import { measure } from '../../operate/measure';
import { orphanConcern, orphansOf } from '../../operate/orphans';
import { concerns, readerStatus } from '../../operate/status';

/** `status --check` found that somebody should look. */
export const EXIT_CONCERN = 3;

interface StatusOptions extends ReaderChoice {
  readonly json?: boolean;
  readonly check?: boolean;
}

/** Adds `status`: how do a table's subscribers stand, and how much time is there? */
export function registerStatus(program: Command): void {
  withChoice(program.command('status'))
    .description('Show each subscriber\'s lag, the time left until its changes are given up, what is in flight, parked and spilled')
    .option('--json', 'a JSON object a line')
    .option('--check', `end with status ${EXIT_CONCERN} when somebody should look: paused, parked, spilled, or little time left`)
    .action(async (options: StatusOptions) => withReaders(options, async (clients, readers) => {
      const seen = await measure(clients, readers);
      const all = readers.map((reader, index) => readerStatus(reader, seen[index], Date.now()));
      // Whose name nobody has cannot be asked for.
      const orphans = options.subscriber === undefined ? await orphansOf(clients, readers) : [];
      const found = [...all.flatMap(concerns), ...orphans.map(orphanConcern)];
      if (options.json) {
        for (const status of all) print(JSON.stringify({ ...status, concerns: concerns(status) }));
        for (const orphan of orphans) {
          const { bucket: failureBucket, name, table = null } = orphan;
          print(JSON.stringify({ orphan: name, table, failureBucket, concerns: [orphanConcern(orphan)] }));
        }
      } else {
        print(statusTable(all));
        for (const concern of found) print(`${concern}.`);
      }
      if (options.check && found.length > 0) process.exitCode = EXIT_CONCERN;
    }));
}
