import { Fn, Lazy, Stack } from 'aws-cdk-lib';
import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * Writes the body of a dashboard with names in place, as `${Function}`, rather than as a list of pieces, each on lines of its own: with many subscribers
 * that is a fifth of the body, and a template may have 1 MB.
 */
export function shortenBody(dashboard: CfnDashboard): void {
  const body = dashboard.dashboardBody;
  dashboard.dashboardBody = Lazy.uncachedString({ produce: () => inPlace(Stack.of(dashboard).resolve(body)) });
}

type Piece = string | { readonly [intrinsic: string]: any };

function inPlace(body: string | { readonly 'Fn::Join': readonly [string, readonly Piece[]] }): string {
  if (typeof body === 'string') return body;
  const variables: Record<string, any> = {};
  const text = body['Fn::Join'][1].map((piece) => {
    if (typeof piece === 'string') return piece.replace(/\$\{/g, '${!');
    if (typeof piece.Ref === 'string') return `\${${piece.Ref}}`;
    const attribute = piece['Fn::GetAtt'];
    if (Array.isArray(attribute)) return `\${${attribute.join('.')}}`;
    const name = `v${Object.keys(variables).length}`;
    variables[name] = piece;
    return `\${${name}}`;
  });
  return Fn.sub(text.join(''), Object.keys(variables).length > 0 ? variables : undefined);
}
