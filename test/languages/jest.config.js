/** What apps in several languages make; the languages step of `npx projen verify` synthesizes it first. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/languages/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  reporters: ['default'],
};
