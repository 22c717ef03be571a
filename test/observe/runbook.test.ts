import { runbookAddress } from '../../src/observe/runbook';

test.each([
  ['0.0.0', 'https://github.com/o/r/blob/main/docs/runbook.md'],
  ['1.4.2', 'https://github.com/o/r/blob/v1.4.2/docs/runbook.md'],
])('the runbook of version %s has an address', (version, address) => {
  for (const url of ['https://github.com/o/r.git', 'git+https://github.com/o/r.git', 'https://github.com/o/r']) expect(runbookAddress({ version, repository: { url } })).toBe(address);
});

test('the address is an absolute one by default', () => {
  expect(new URL(runbookAddress())).toMatchObject({ protocol: 'https:', pathname: expect.stringMatching(/\/docs\/runbook\.md$/) });
});
