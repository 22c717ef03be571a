import { ensureEmulatorEnvironment } from './emulator-environment';

try {
  ensureEmulatorEnvironment();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
