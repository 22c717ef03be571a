/** What is published: the packages step of `npx projen verify` builds it first. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/package/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  testTimeout: 120_000,
  maxWorkers: 2,
  reporters: ['default'],
};
