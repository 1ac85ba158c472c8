import { loadTufTrustRoot } from '../../../verification/sigstore/tufTrustRoot';

// A program of its own: see `loadThrough`. Argument: one JSON object.
const { url, rootFile, cacheDirectory, expectedLog } = JSON.parse(process.argv[2] ?? '') as Record<
  'url' | 'rootFile' | 'cacheDirectory' | 'expectedLog',
  string
>;

async function main(): Promise<void> {
  const thresholds = { transparencyLog: 1, certificateTransparency: 1, timestamps: 1 };
  const loaded = await loadTufTrustRoot({ name: 'local', thresholds }, { mirror: { url, rootFile }, cacheDirectory });
  if (!loaded.ok) {
    console.log(JSON.stringify({ outcome: 'undetermined', codes: [loaded.finding.code] }));
    return;
  }
  const keys = loaded.value.root.material.tlogs.map(({ publicKey }) =>
    publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  );
  const codes = loaded.value.warnings.map(({ code }) => code);
  console.log(JSON.stringify({ outcome: keys.includes(expectedLog) ? 'accepted' : 'verified', codes }));
}

void main();
