import { Driver, startDriver } from './driver';
import { DriverEvent } from './driver-events';
import { FromDriver, isNotable, ToDriver } from './process-messages';

const REPORT_MILLIS = 100;

/** The child's side: drives what the parent names, and ends with the parent, however that ends. */
export function runDriverProcess(): void {
  if (!process.connected) return;
  let driver: Driver | undefined;
  let events: DriverEvent[] = [];

  const report = async () => {
    if (!driver) return;
    const batch = events;
    events = [];
    say({ type: 'events', events: batch, status: await driver.status() });
  };
  const timer = setInterval(() => void report(), REPORT_MILLIS);

  const handle = async (message: ToDriver) => {
    if (message.type === 'start') {
      const { driven, everyRecord } = message;
      driver = await startDriver({ ...driven, onEvent: event => { if (everyRecord || isNotable(event)) events.push(event); } });
      say({ type: 'started' });
    } else if (message.type === 'drain') {
      const result = await driver?.drain(message.limitMillis);
      await report();
      if (result) say({ type: 'drained', result });
    } else {
      clearInterval(timer);
      await driver?.stop();
      process.disconnect();
    }
  };

  process.on('message', message => void handle(message as ToDriver).catch((error: Error) => say({ type: 'failed', message: error.message })));
  process.once('disconnect', () => process.exit());
  // A terminal's Ctrl-C reaches the whole group; the parent decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  say({ type: 'ready' });
}

function say(message: FromDriver): void {
  // A parent that is gone is no error: `disconnect` ends this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
