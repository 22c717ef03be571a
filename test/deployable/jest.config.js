/** What AWS checks at deployment and emulators do not; `npx projen verify -- --only deployable` runs it. */
process.env.JSII_DEPRECATED = 'quiet';

module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/deployable/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(dist|cdk.out|.verify)/'],
  // The examples name the package; its sources are at hand without a compilation.
  moduleNameMapper: { '^cdk-dynamodb-cdc$': '<rootDir>/src/index.ts' },
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  testTimeout: 180_000,
  reporters: ['default'],
};
