import { Assembly, AssemblyStack, bytesOf, oneStack, placed, Resource } from '../assembly/assembly';
import { deployedText } from '../assembly/deployed-value';
import { Rule } from '../rule';

const QUOTAS = 'CloudFormation User Guide, Understand CloudFormation quotas';
/** Documented as 1 MB; the smaller of its two meanings. */
const TEMPLATE_BYTES = 1_000_000;

/** Ids in the same template that a resource names: Ref, GetAtt, Sub and DependsOn. */
function namedBy(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namedBy);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref') return [argument];
    if (name === 'Fn::GetAtt') return [typeof argument === 'string' ? argument.split('.')[0] : argument[0]];
    if (name === 'Fn::Sub') return [...String([argument].flat()[0]).matchAll(/\$\{([^}.!]+)/g)].map(([, id]) => id).concat(namedBy(argument));
    if (name === 'DependsOn') return [argument].flat();
    return namedBy(argument);
  });
}

/** The first circle that is found, as `A -> B -> A`. */
function circle(graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): string | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id].join(' -> ');
    if (done.has(id)) return undefined;
    for (const next of graph.get(id) ?? []) {
      const found = visit(next, [...path, id]);
      if (found) return found;
    }
    done.add(id);
    return undefined;
  };
  for (const id of graph.keys()) {
    const found = visit(id, []);
    if (found) return found;
  }
  return undefined;
}

function references({ template: { Resources = {} } }: AssemblyStack): Map<string, string[]> {
  return new Map(Object.entries(Resources).map(([id, { DependsOn, Properties }]): [string, string[]] => [
    id, [...new Set(namedBy({ DependsOn: DependsOn ?? [], Properties }))].filter((named) => named in Resources),
  ]));
}

/** Which stacks import what others export. */
function imports(assembly: Assembly): Map<string, string[]> {
  const exportsOf = (stack: AssemblyStack) => Object.values(stack.template.Outputs ?? {}).flatMap(({ Export }): Array<[string, string]> =>
    Export ? [[deployedText(assembly, stack, Export.Name), topOf(assembly, stack)]] : []);
  const exporters = new Map(assembly.stacks.flatMap(exportsOf));
  const graph = new Map<string, string[]>();
  for (const stack of assembly.stacks) {
    const names = [...JSON.stringify(stack.template.Resources ?? {}).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => exporters.get(name)!).filter(Boolean);
    const top = topOf(assembly, stack);
    graph.set(top, [...graph.get(top) ?? [], ...names]);
  }
  return graph;
}

function topOf(assembly: Assembly, stack: AssemblyStack): string {
  const around = assembly.stacks.find(({ name }) => name === stack.parent?.stack);
  return around ? topOf(assembly, around) : stack.name;
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_none, index): [string, Resource] => [`R${index}`, { Type: 'AWS::SQS::Queue' }]));
const nested = (Parameters: object): Resource => ({ Type: 'AWS::CloudFormation::Stack', Properties: { Parameters } });
const exporting = (name: string, exported: string, imported: string) => ({
  name,
  template: {
    Resources: { R: { Type: 'AWS::SQS::Queue', Properties: { A: { 'Fn::ImportValue': imported } } } },
    Outputs: { O: { Value: 1, Export: { Name: exported } } },
  },
});

export const CLOUDFORMATION: readonly Rule[] = [
  {
    name: 'no resource depends on itself, nested stacks included',
    source: 'AWS re:Post, How do I resolve circular dependency errors in CloudFormation ("Circular dependency between resources"); nested stacks are resources of the stack around them',
    check: (assembly) => assembly.stacks.flatMap((stack) => {
      const found = circle(references(stack));
      return found ? [`${found} (stack ${stack.name})`] : [];
    }),
    refused: [
      oneStack({ A: nested({ P: { 'Fn::GetAtt': ['B', 'Outputs.X'] } }), B: nested({ P: { 'Fn::GetAtt': ['A', 'Outputs.Y'] } }) }),
      oneStack({ A: { Type: 'T', DependsOn: 'B' }, B: { Type: 'T', Properties: { P: { 'Fn::Sub': '${C.Arn}' } } }, C: { Type: 'T', Properties: [{ Ref: 'A' }] } }),
    ],
    accepted: [oneStack({ A: nested({ P: { 'Fn::GetAtt': ['B', 'Outputs.X'] } }), B: nested({ P: { Ref: 'C' } }), C: { Type: 'T' } })],
  },
  {
    name: 'no stacks import from each other',
    source: 'CloudFormation User Guide, Fn::ImportValue: a stack is created after those whose exports it imports',
    check: (assembly) => {
      const found = circle(imports(assembly));
      return found ? [found] : [];
    },
    refused: [{ stacks: [exporting('One', 'one', 'two'), exporting('Two', 'two', 'one')] }],
    accepted: [{ stacks: [exporting('One', 'one', 'none'), exporting('Two', 'two', 'one')] }],
  },
  {
    name: 'a template has at most 500 resources, 200 parameters, 200 outputs and 1 MB',
    source: QUOTAS,
    check: (assembly) => assembly.stacks.flatMap((stack) => {
      const { Outputs = {}, Parameters = {}, Resources = {} } = stack.template;
      return [
        ...Object.entries({ resources: [Resources, 500], parameters: [Parameters, 200], outputs: [Outputs, 200] } as Record<string, [object, number]>)
          .filter(([, [all, most]]) => Object.keys(all).length > most).map(([what, [all]]) => `${stack.name}: ${Object.keys(all).length} ${what}`),
        ...(bytesOf(stack) > TEMPLATE_BYTES ? [`${stack.name}: a template of ${bytesOf(stack)} bytes`] : []),
      ];
    }),
    refused: [
      oneStack(many(501)), oneStack({}, { Parameters: many(201) }), oneStack({}, { Outputs: many(201) as any }),
      oneStack({ R: { Type: 'T', Properties: 'x'.repeat(TEMPLATE_BYTES) } }),
    ],
    accepted: [oneStack(many(500), { Parameters: many(200), Outputs: many(200) as any })],
  },
  {
    name: 'descriptions, names of outputs and values of parameters are within their bounds',
    source: `${QUOTAS}: template description (1,024 bytes), output name (255 characters), parameter value (4,096 bytes); exports up to 1,024 bytes`,
    check: (assembly) => [
      ...assembly.stacks.flatMap(({ name, template: { Description = '', Outputs = {} } }) => [
        ...(Buffer.byteLength(Description) > 1024 ? [`${name}: description`] : []),
        ...Object.keys(Outputs).filter((output) => output.length > 255).map((output) => `${output}: name`),
      ]),
      ...placed(assembly, 'AWS::CloudFormation::Stack').flatMap(({ id, properties, stack }) => Object.entries(properties.Parameters ?? {})
        .filter(([, value]) => Buffer.byteLength(deployedText(assembly, stack, value)) > 4096).map(([parameter]) => `${id}: ${parameter} has more than 4,096 bytes`)),
    ],
    refused: [oneStack({}, { Description: 'x'.repeat(1025) }), oneStack({}, { Outputs: { ['x'.repeat(256)]: { Value: 1 } } }), oneStack({ A: nested({ P: 'x'.repeat(4097) }) })],
    accepted: [oneStack({ A: nested({ P: 'x'.repeat(4096) }) }, { Description: 'x'.repeat(1024), Outputs: { ['x'.repeat(255)]: { Value: 1 } } })],
  },
];
