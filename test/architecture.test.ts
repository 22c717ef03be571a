import * as fs from 'fs';
import * as path from 'path';

/** Each room, and the rooms it may import from besides itself. Arrows point one way, so a room can be understood without those after it. */
const ROOMS: Record<string, readonly string[]> = {
  contract: [],
  validate: [],
  filter: ['contract', 'validate'],
  failure: ['contract', 'validate'],
  publish: ['contract', 'validate', 'filter', 'failure'],
  observe: ['contract', 'validate', 'failure', 'publish'],
  broker: ['contract', 'validate', 'filter', 'failure', 'observe', 'publish'],
  subscribe: ['contract', 'validate', 'filter', 'failure', 'observe', 'publish', 'broker'],
  // Not constructs: bundled on their own. Of the filter only its model, which is pure.
  runtime: ['contract', 'filter/model'],
  local: ['contract', 'filter', 'runtime'],
};
/** Rooms whose files run without CDK. */
const NO_CDK = ['contract', 'runtime', 'local', 'filter/model'];
const CDK = /^(aws-cdk-lib|constructs)(\/|$)/;
const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^'";]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|\bimport\s*'([^']+)'/g;

const IN_LAMBDA = /\.lambda\.m?ts$|\.lambda\.mjs$/;

const SRC = path.join(__dirname, '..', 'src');

interface Import {
  readonly file: string;
  readonly imported: string;
}

function sources(directory: string): string[] {
  return fs.readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) return sources(file);
    return /\.m?[jt]s$/.test(file) ? [file] : [];
  });
}

/** Imports of every file, those of this repository as paths from src. */
function imports(): Import[] {
  return sources(SRC).flatMap((file) => [...fs.readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3];
    const imported = specifier.startsWith('.') ? path.relative(SRC, path.resolve(path.dirname(file), specifier)) : specifier;
    return { file: path.relative(SRC, file), imported };
  }));
}

const isIn = (file: string, room: string) => file === room || file.startsWith(`${room}/`);
const roomOf = (file: string) => file.split('/')[0];
const isRoomFile = (file: string) => file.includes('/') || file in ROOMS;

test('the imports are found at all', () => {
  expect(imports()).toContainEqual({ file: 'subscribe/stream-subscriber.ts', imported: 'publish/change-source' });
  expect(imports().some(({ imported }) => CDK.test(imported))).toBe(true);
});

test('src holds the rooms and nothing else', () => {
  const entries = fs.readdirSync(SRC).filter((name) => name !== 'index.ts');
  expect(entries.filter((name) => !(name in ROOMS))).toEqual([]);
});

test('imports between rooms point one way', () => {
  const astray = imports().filter(({ file, imported }) => {
    const room = roomOf(file);
    if (!(room in ROOMS) || !isRoomFile(imported) || !(roomOf(imported) in ROOMS) || roomOf(imported) === room) return false;
    return !ROOMS[room].some((allowed) => isIn(imported, allowed));
  });
  expect(astray).toEqual([]);
});

test('the rooms themselves have no cycle', () => {
  const order = Object.keys(ROOMS);
  for (const [room, allowed] of Object.entries(ROOMS)) {
    for (const other of allowed) expect(order.indexOf(roomOf(other))).toBeLessThan(order.indexOf(room));
  }
});

test('what runs without CDK does not import it', () => {
  const astray = imports().filter(({ file, imported }) => NO_CDK.some((room) => isIn(file, room)) && CDK.test(imported));
  expect(astray).toEqual([]);
});

test('contract imports nothing outside itself', () => {
  expect(imports().filter(({ file, imported }) => isIn(file, 'contract') && !isIn(imported, 'contract'))).toEqual([]);
});

test('constructs import no packages but CDK\'s and Node\'s, since consumers install none', () => {
  const node = /^(node:)?(fs|path|os|child_process|crypto|url)$/;
  const constructs = ['validate', 'filter', 'failure', 'observe', 'publish', 'broker', 'subscribe'];
  const astray = imports().filter(({ file, imported }) => constructs.some((room) => isIn(file, room)) && !IN_LAMBDA.test(file)
    && !isRoomFile(imported) && !CDK.test(imported) && !node.test(imported));
  expect(astray).toEqual([]);
});

test('a file that runs in Lambda says so by its suffix, and no other does', () => {
  const exportsHandler = (file: string) => /export (const|async function|function) handler\b/.test(fs.readFileSync(file, 'utf8'));
  const wrong = sources(SRC).filter((file) => exportsHandler(file) !== IN_LAMBDA.test(file));
  expect(wrong.map((file) => path.relative(SRC, file))).toEqual([]);
});

test('every error of the runtime says its name itself: what ships is minified, so the class has lost its own', () => {
  const classes = sources(path.join(SRC, 'runtime')).flatMap((file) => fs.readFileSync(file, 'utf8').split(/(?=\bclass \w+)/).slice(1));
  const errors = classes.filter((text) => /^class \w+ extends Error\b/.test(text));
  expect(errors.length).toBeGreaterThan(15);
  expect(errors.filter((text) => !/\bthis\.name = |\bname = '/.test(text)).map((text) => text.slice(0, 60))).toEqual([]);
});

test('tests lie where their sources lie', () => {
  const rooms = fs.readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const others = ['support', 'emulator', 'package', 'jvm', 'gates', 'deployable', 'popular-packages', 'languages', '__snapshots__', 'examples', 'projects', 'scripts', 'bench', 'docs', 'fixtures'];
  expect(rooms.filter((room) => !(room in ROOMS) && !others.includes(room))).toEqual([]);
});
