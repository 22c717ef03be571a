/** The tests that need a JVM: `npx jest --config test/jvm/jest.config.js`. They are no part of `projen test`. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/jvm/**/*.test.ts'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
};
