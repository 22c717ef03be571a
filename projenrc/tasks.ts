import { awscdk } from 'projen';

/** Adds the project's own commands to those projen brings. */
export function addTasks(project: awscdk.AwsCdkConstructLibrary): void {
  const bundle = project.addTask('bundle', {
    description: 'Bundle the runtime and the command line into assets/, from where constructs and users take them',
    exec: 'tsx scripts/bundle.ts',
  });
  project.preCompileTask.spawn(bundle);

  project.addTask('demo', {
    description: 'Deploy the examples to a local emulator, drive them with real writes and faults, and compare with the truth',
    receiveArgs: true,
    steps: [{ spawn: 'bundle' }, { spawn: 'compile' }, { exec: 'tsx scripts/demo.ts', receiveArgs: true }],
  });
  project.addTask('verify', {
    description: 'Every test there is: unit, properties, snapshots, emulator, package, languages',
    exec: 'tsx scripts/verify.ts',
    receiveArgs: true,
  });
  project.addTask('esm', {
    description: 'Run one event source mapping case through the model: npx projen esm -- case.json',
    exec: 'tsx src/local/cli/main.ts esm',
    receiveArgs: true,
  });
  project.addTask('simulate', {
    description: 'Deterministic simulation of the whole path under faults: npx projen simulate -- --histories N --seed S',
    steps: [{ exec: 'tsx scripts/simulate.ts', receiveArgs: true }],
  });
  project.addTask('fan-out', {
    description: 'On the emulator: ten subscribers, 20,000 changes under every fault, beside a run without any (an hour): FAN_OUT_CHANGES=2000 npx projen fan-out',
    steps: [{ spawn: 'bundle' }, { exec: 'jest -c test/emulator/jest.config.js test/emulator/fan-out.test.ts' }],
    env: { FAN_OUT_LONG: 'true' },
  });
  project.addTask('mutants', {
    description: 'Break the runtime on purpose and show that the simulation finds each breakage',
    exec: 'tsx scripts/mutants.ts',
    receiveArgs: true,
  });
  project.addTask('bench', {
    description: 'Measure against peers: npx projen bench [-- case...] [--check]',
    steps: [{ spawn: 'bundle' }, { exec: 'tsx bench/main.ts', receiveArgs: true }],
  });
  project.addTask('dashboard-picture', {
    description: 'Draw docs/dashboard.svg from a run of a minute on a local emulator',
    steps: [{ spawn: 'bundle' }, { exec: 'tsx scripts/dashboard-picture.ts' }],
  });
  project.addTask('filter', {
    description: 'Explain or match filters: npx projen filter -- explain < filter.json',
    exec: 'tsx src/local/cli/main.ts filter',
    receiveArgs: true,
  });

  // jsii leaves files of deleted sources behind, which would be packed.
  project.compileTask.prependExec('node -e "require(\'fs\').rmSync(\'lib\',{recursive:true,force:true})"');
}
