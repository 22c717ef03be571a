/** The emulator this project is tested with, by its name and version in the Python package index. */
export const EMULATOR_PACKAGE = 'ministack';
export const EMULATOR_VERSION = '1.5.33';
/** Lambda's Python brings it along, so functions in Python, many custom resources among them, take it for granted. */
export const EMULATOR_BOTO3_VERSION = '1.43.106';
/** Where a checkout keeps the emulator, relative to its root. */
export const EMULATOR_ENVIRONMENT = '.verify/venv';
export const EMULATOR_PYTHON = '3.10';
