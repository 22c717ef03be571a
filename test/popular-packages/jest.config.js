/** Bundles that use popular packages: the step of `npx projen verify` installs them first. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/popular-packages/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  testTimeout: 60_000,
  maxWorkers: 2,
  reporters: ['default'],
};
