export { startEmulator, type Emulator, type EmulatorOptions } from './emulator';
export { type WrittenOutput } from './function-output';
export { checkHealth, requireReachable, type Health } from './health';
export { projectStateFile, temporaryStateFile } from './run-state';
export { UserError } from './user-error';
export { EMULATOR_BOTO3_VERSION, EMULATOR_ENVIRONMENT, EMULATOR_PACKAGE, EMULATOR_PYTHON, EMULATOR_VERSION } from './version';
