import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Aspects, IAspect, Lazy } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct, IConstruct } from 'constructs';
import { RELAY_FILE, Routes, ROUTES_FILE } from '../contract/routes';
import { ASSET_FILES } from '../contract/settings';
import { invalid } from '../validate/invalid';

/** Where the prebuilt relay and what it loads late ship in the package. Tests point it elsewhere. */
export const RELAY_BUNDLES = { directory: path.join(__dirname, '..', '..', 'assets', 'runtime') };

const FILES: ReadonlyArray<readonly [string, string]> = [
  ['relay.mjs', RELAY_FILE], ['s3.mjs', ASSET_FILES.S3_CLIENT], ['dynamodb.mjs', ASSET_FILES.SDK_DYNAMODB],
];

/**
 * The relay's code: the prebuilt file and the routes. Subscribers are added after the function is made, so the asset is made when all constructs
 * are there; its hash covers both files.
 */
export class RelayCode extends lambda.Code {
  public readonly isInline = false;
  private asset?: assets.Asset;

  constructor(private readonly routes: () => Routes) {
    super();
  }

  public bind(scope: Construct): lambda.CodeConfig {
    checkBundles(scope);
    Aspects.of(scope).add(new StageWhenComplete(scope, () => this.stage(scope)));
    return {
      s3Location: {
        bucketName: Lazy.string({ produce: () => this.asset?.s3BucketName }),
        objectKey: Lazy.string({ produce: () => this.asset?.s3ObjectKey }),
      },
    };
  }

  private stage(scope: Construct): void {
    if (this.asset) return;
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk-dynamodb-cdc-relay-'));
    try {
      for (const [from, to] of FILES) fs.copyFileSync(path.join(RELAY_BUNDLES.directory, from), path.join(directory, to));
      fs.writeFileSync(path.join(directory, ROUTES_FILE), JSON.stringify(this.routes()));
      this.asset = new assets.Asset(scope, 'Code', { path: directory });
    } finally {
      fs.rmSync(directory, { recursive: true, force: true });
    }
  }
}

class StageWhenComplete implements IAspect {
  constructor(private readonly scope: Construct, private readonly stage: () => void) {}

  public visit(node: IConstruct): void {
    if (node === this.scope) this.stage();
  }
}

function checkBundles(scope: Construct): void {
  const missing = FILES.map(([from]) => path.join(RELAY_BUNDLES.directory, from)).find((file) => !fs.existsSync(file));
  if (missing) throw invalid(scope, 'relay', missing, 'the prebuilt relay', 'Reinstall cdk-dynamodb-cdc, or in its repository run `npx projen bundle`');
}
