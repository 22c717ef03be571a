/** A changed asset is not a changed template: hashes are hidden from snapshots, and tested on their own. */
const HASH = /[0-9a-f]{64}/g;

export const hideAssetHashes: jest.SnapshotSerializerPlugin = {
  test: (value) => typeof value === 'string' && new RegExp(HASH).test(value),
  serialize: (value, config, indentation, depth, refs, print) => print((value as string).replace(HASH, 'ASSET_HASH'), config, indentation, depth, refs),
};
