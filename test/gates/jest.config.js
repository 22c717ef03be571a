/** Checks of the examples as a whole; `npx projen verify` runs them. */
process.env.JSII_DEPRECATED = 'quiet';

module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/gates/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|cdk.out|.verify)/'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  testTimeout: 60_000,
  reporters: ['default'],
};
