// Tests that start the emulator; `npx projen test` leaves them out.
// CDK's own constructs use deprecated props; that is no news here.
process.env.JSII_DEPRECATED = 'quiet';
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/emulator/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
  transform: { '^.+\\.tsx?$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }] },
  testTimeout: 90_000,
  maxWorkers: 2,
  reporters: ['default'],
};
