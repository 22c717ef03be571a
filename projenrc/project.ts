import { awscdk, javascript, TextFile } from 'projen';
import { addTasks } from './tasks';

/** Lowest aws-cdk-lib the library supports; the tests run against it and against the newest that installs. */
export const LOWEST_CDK = '2.257.0';

/** The project definition: everything projen generates follows from here. */
export class CdcProject extends awscdk.AwsCdkConstructLibrary {
  constructor() {
    super({
      name: 'cdk-dynamodb-cdc',
      description: 'AWS CDK constructs for change data capture on DynamoDB with Lambda: no lost change, no blocked shard, no silent expiry.',
      author: 'The cdk-dynamodb-cdc authors',
      authorAddress: 'maintainers@cdk-dynamodb-cdc.dev',
      authorOrganization: true,
      repositoryUrl: 'https://github.com/cdk-dynamodb-cdc/cdk-dynamodb-cdc.git',
      license: 'Apache-2.0',
      copyrightOwner: 'The cdk-dynamodb-cdc authors',
      keywords: ['cdk', 'dynamodb', 'cdc', 'change-data-capture', 'streams', 'lambda', 'idempotency', 'pubsub'],
      defaultReleaseBranch: 'main',
      packageManager: javascript.NodePackageManager.NPM,
      minNodeVersion: '20.0.0',
      cdkVersion: LOWEST_CDK,
      jsiiVersion: '~6.0.0',
      typescriptVersion: '~6.0.0',
      projenrcTs: true,
      stability: 'experimental',
      bumpPackage: 'commit-and-tag-version@^12',
      tsconfigDevFile: 'tsconfig.dev.json',
      publishToPypi: { distName: 'cdk-dynamodb-cdc', module: 'cdk_dynamodb_cdc' },
      publishToMaven: {
        javaPackage: 'io.github.cdkdynamodbcdc',
        mavenGroupId: 'io.github.cdkdynamodbcdc',
        mavenArtifactId: 'cdk-dynamodb-cdc',
      },
      publishToNuget: { dotNetNamespace: 'CdkDynamodbCdc', packageId: 'CdkDynamodbCdc' },
      publishToGo: { moduleName: 'github.com/cdk-dynamodb-cdc/cdk-dynamodb-cdc-go', packageName: 'cdkdynamodbcdc' },
      eslintOptions: { dirs: ['src'], devdirs: ['test', 'projenrc', 'scripts', 'bench', 'examples'] },
      jestOptions: {
        updateSnapshot: javascript.UpdateSnapshot.NEVER,
        jestConfig: {
          testMatch: ['<rootDir>/test/**/*.test.ts'],
          testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(deployable|emulator|gates|jvm|languages|package|popular-packages)/'],
          modulePathIgnorePatterns: ['<rootDir>/(lib|dist|cdk.out|.verify)/'],
          // Coverage proves nothing here and doubles the time; property tests and faults do the proving.
          collectCoverage: false,
          // Only what hangs takes so long, however slow or busy the machine is.
          testTimeout: 120_000,
          transform: {
            '^.+\\.tsx?$': new javascript.Transform('ts-jest', { tsconfig: 'tsconfig.dev.json', isolatedModules: true }),
          },
        },
      },
      devDeps: [
        '@aws-lambda-powertools/batch@2.35.0',
        '@aws-lambda-powertools/idempotency@2.35.0',
        '@aws-lambda-powertools/commons@2.35.0',
        '@aws-sdk/client-bedrock-runtime',
        '@aws-sdk/client-dynamodb',
        '@aws-sdk/lib-dynamodb',
        '@aws-sdk/util-dynamodb',
        '@aws-sdk/client-dynamodb-streams',
        '@aws-sdk/client-cloudformation',
        '@aws-sdk/client-cloudwatch',
        '@aws-sdk/client-lambda',
        '@aws-sdk/client-s3',
        '@aws-sdk/client-sns',
        '@aws-sdk/client-sqs',
        '@aws-sdk/client-ssm',
        '@aws-sdk/client-sts',
        '@types/aws-lambda',
        'commander',
        '@smithy/signature-v4',
        'esbuild',
        'fast-check',
        'fflate',
        'zod',
        'tsx',
        'cli-table3',
        'log-update',
        'cdk-nag@^3',
      ],
      gitignore: ['/assets/', '/.verify/', '/cdk.out/', 'cdk.out/', '.jsii.gz', '.jsii.tabl.json', '*.tsbuildinfo', '/bench/results.local.json', '__pycache__/', '.cdc-local/'],
      npmignoreEnabled: false,
    });

    // unrs-resolver 1.13 misses optional packages, so the lock it writes is refused by `npm ci`.
    this.package.addPackageResolutions('unrs-resolver@1.12.2');
    this.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
    this.npmrc.addConfig('fund', 'false');
    this.npmrc.addConfig('audit', 'false');

    // What is published is listed: a list of what is not would let through whatever else lies in the checkout.
    this.package.addField('files', [
      'lib/**/*.js', 'lib/**/*.mjs', 'lib/**/*.d.ts', 'assets/cli/index.js', 'assets/runtime/**', 'assets/contract/**',
      '.jsii', '.warnings.jsii.js', 'API.md', 'CHANGELOG.md',
    ]);
    this.package.addField('exports', {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './runtime': {
        import: { types: './assets/runtime/index.d.mts', default: './assets/runtime/index.mjs' },
        default: { types: './assets/runtime/index.d.ts', default: './assets/runtime/index.js' },
      },
      './package.json': './package.json',
      './.jsii': './.jsii',
      './.warnings.jsii.js': './.warnings.jsii.js',
    });
    this.package.addField('typesVersions', { '*': { runtime: ['./assets/runtime/index.d.ts'] } });
    this.package.addBin({ 'cdk-dynamodb-cdc': 'assets/cli/index.js' });

    // The runtime and the local tools are compiled and bundled on their own; the assembly holds the constructs only.
    for (const apart of ['src/runtime/**', 'src/local/**']) this.tsconfig?.addExclude(apart);
    // Maps with all sources inside would be most of what is published.
    for (const map of ['inlineSourceMap', 'inlineSources']) this.tsconfig?.file.addOverride(`compilerOptions.${map}`, false);
    this.tsconfigDev.file.addOverride('compilerOptions.paths', {
      'cdk-dynamodb-cdc': ['./src/index.ts'],
      'cdk-dynamodb-cdc/runtime': ['./src/runtime/index.ts'],
    });
    for (const exclude of ['**/cdk.out/**', '.verify', 'lib', 'dist', 'assets']) this.tsconfigDev.addExclude(exclude);
    if (this.eslint) this.eslint.config.parserOptions = { ecmaVersion: 2022, sourceType: 'module', project: './tsconfig.dev.json' };
    for (const bundled of ['src/runtime/**', 'src/local/**']) this.eslint?.allowDevDeps(bundled);
    this.eslint?.addIgnorePattern('assets/');
    this.eslint?.addIgnorePattern('**/cdk.out/');

    new TextFile(this, '.nvmrc', { lines: ['20'] });
    addTasks(this);
  }
}
